//! One folder a device.

pub mod cctalk;
pub mod escpos;
pub mod id003;
pub mod scanner;
