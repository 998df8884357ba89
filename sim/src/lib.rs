//! Models of the hardware, the world they live in, and the people who use it.

pub mod cabinet;
pub mod cabinet_page;
pub mod carrier;
pub mod examples;
pub mod hunt;
pub mod machine;
pub mod model;
pub mod models;
pub mod paper;
pub mod paper_tray;
pub mod planted;
pub mod scenario;
pub mod surroundings;
pub mod world;
