//! The panel that is to be filled.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::platform::WindowEvent;
use slint::{ComponentHandle, PhysicalPosition, PhysicalSize, Timer, TimerMode};
use x11rb::connection::Connection;

use crate::ui::App;

/// What the pages are drawn for.
const PAGE: PhysicalSize = PhysicalSize { width: 1080, height: 1920 };

/// How often the window is looked at. What makes windows gives them its own idea of a scale when they appear, and without a
/// window manager nobody gives them a size.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A window that takes neither in so many looks never will.
const TRIES_MAX: u32 = 30;

/// Why the panel cannot be filled. For the technician.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// The pages would be cut off, or stand between bars.
    #[error(
        "the screen has {width} x {height} pixels, and the pages are made for an upright panel of 1080 x 1920 or of the \
         same shape (720 x 1280, 2160 x 3840). Turn it (`xrandr --output NAME --rotate left`) or change its mode; to see \
         the pages on another screen, start with --windowed"
    )]
    Shape {
        /// How wide it is.
        width: u32,
        /// How high it is.
        height: u32,
    },
    /// Something else gives the window another size.
    #[error(
        "the window has {width} x {height} pixels and not those of the screen: something else decides on its size. Start it in \
         an X session of its own (systemd/README.md), or with --windowed"
    )]
    NotFilled {
        /// How wide the window is.
        width: u32,
        /// How high it is.
        height: u32,
    },
}

/// How large the screen of the X server is; `None` where there is none that can be asked.
fn size() -> Option<PhysicalSize> {
    let (connection, screen) = x11rb::connect(None).ok()?;
    let screen = connection.setup().roots.get(screen)?;
    Some(PhysicalSize::new(screen.width_in_pixels.into(), screen.height_in_pixels.into()))
}

/// Whether the pages fit it without bars.
fn check_shape(PhysicalSize { width, height }: PhysicalSize) -> Result<(), PanelError> {
    match width > 0 && width * PAGE.height == height * PAGE.width {
        true => Ok(()),
        false => Err(PanelError::Shape { width, height }),
    }
}

/// Fills the whole screen, whatever its resolution is said to be, with a window manager or without, as long as the timer
/// lives. If that fails, the program ends, and `failed` says why.
pub(crate) fn fill(app: &App, failed: &Rc<RefCell<Option<PanelError>>>) -> Result<Option<Timer>, PanelError> {
    app.window().set_fullscreen(true);
    let Some(screen) = size() else { return Ok(None) };
    check_shape(screen)?;
    let scale_factor = screen.to_logical(1.0).width / PAGE.to_logical(1.0).width;
    let (weak, failed, tries) = (app.as_weak(), Rc::clone(failed), Cell::new(0));
    let timer = Timer::default();
    timer.start(TimerMode::Repeated, LOOK_EVERY, move || {
        let Some(app) = weak.upgrade() else { return };
        let (window, size) = (app.window(), app.window().size());
        if (size, window.scale_factor()) == (screen, scale_factor) {
            tries.set(0);
        } else if tries.get() < TRIES_MAX {
            tries.set(tries.get() + 1);
            window.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor });
            window.set_position(PhysicalPosition::new(0, 0));
            window.set_size(screen);
        } else {
            failed.replace(Some(PanelError::NotFilled { width: size.width, height: size.height }));
            // Fails only when the program ends.
            drop(slint::quit_event_loop());
        }
    });
    Ok(Some(timer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_of_another_shape_is_refused_with_what_to_do() {
        for (width, height) in [(1080, 1920), (720, 1280), (2160, 3840)] {
            assert_eq!(check_shape(PhysicalSize::new(width, height)), Ok(()), "{width} x {height}");
        }
        for (width, height) in [(1920, 1080), (1080, 1919), (800, 600), (0, 0)] {
            let refused = check_shape(PhysicalSize::new(width, height)).unwrap_err();
            assert!(refused.to_string().contains(&format!("{width} x {height} pixels")), "{refused}");
        }
    }
}
