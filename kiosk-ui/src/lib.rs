//! The screen that patients touch: a `KioskView` comes in, a `Touch` goes out.
//!
//! It computes nothing about money and remembers nothing that matters. [`Screen`] fills the adapters of the pages,
//! which are drawn by `ui/*.slint`; [`client`] keeps the connection to seisankid; `mirror` shows the picture to others.
//!
//! The only crate that links Slint, and therefore under GPL-3.0-only. No other crate imports it.

mod adapters;
pub mod client;
mod headless;
mod mirror;
mod panel;
mod program;
mod scene;
mod screen;
mod second_touch;
mod typeface;

pub use panel::PanelError;
pub use program::{Mirrored, Options, Shown, StartError, run};
pub use screen::{Language, Screen, Setup};
pub use typeface::{Typeface, TypefaceError};

/// What Slint makes of `ui/*.slint`.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::restriction,
    reason = "generated: the lints are about what people write"
)]
pub mod ui {
    slint::include_modules!();
}
