//! One folder a device.

pub mod escpos;
pub mod id003;
pub mod scanner;
