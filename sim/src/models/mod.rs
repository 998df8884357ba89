//! One folder a device.

pub mod cctalk;
pub mod escpos;
mod faulty_line;
pub mod id003;
mod inbox;
pub mod scanner;
