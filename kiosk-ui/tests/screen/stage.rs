//! A screen to look at, without a display.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use api::{KioskView, Touch};
use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use kiosk_ui::{Screen, Setup, Typeface};
use settings::{Clinic, KioskLanguages, Machine};
use slint::platform::WindowEvent;
use slint::{ComponentHandle, PhysicalSize, Rgba8Pixel, SharedPixelBuffer};

/// The panel.
pub(crate) const WIDTH: u32 = 1080;
pub(crate) const HEIGHT: u32 = 1920;

/// The configuration that is shipped.
pub(crate) const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config");

/// A screen on the thread of its test.
pub(crate) struct Stage {
    pub(crate) screen: Rc<Screen>,
    pub(crate) touches: Rc<RefCell<Vec<Touch>>>,
    now: Rc<Cell<Duration>>,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage::of(|clinic| clinic)
    }

    /// A screen of another clinic than the shipped one.
    pub(crate) fn of(change: impl FnOnce(Clinic) -> Clinic) -> Stage {
        let options = TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        };
        slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
        let touches: Rc<RefCell<Vec<Touch>>> = Rc::default();
        let now: Rc<Cell<Duration>> = Rc::default();
        let (touched, clock) = (Rc::clone(&touches), Rc::clone(&now));
        let machine = Machine::load(&Path::new(CONFIG).join("machine.example.toml")).unwrap();
        let setup = Setup {
            languages: languages(),
            clinic: change(machine.clinic),
            typeface: Typeface::load().unwrap_or_else(|error| panic!("{error}")),
            now: Box::new(move || clock.get()),
            touched: Box::new(move |touch| touched.borrow_mut().push(touch)),
        };
        let screen = Screen::new(setup).unwrap();
        screen.app().window().set_size(PhysicalSize::new(WIDTH, HEIGHT));
        screen.app().show().unwrap();
        Stage { screen, touches, now }
    }

    /// A stage whose pictures are half as wide and half as high.
    pub(crate) fn small() -> Stage {
        let stage = Stage::new();
        let window = stage.screen.app().window();
        window.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor: 0.5 });
        window.set_size(PhysicalSize::new(WIDTH / 2, HEIGHT / 2));
        // The backend for tests does not scale by itself.
        window
            .dispatch_event(WindowEvent::Resized { size: PhysicalSize::new(WIDTH, HEIGHT).to_logical(1.0) });
        stage
    }

    /// Shows one page of the list.
    pub(crate) fn show(&self, view: Option<&KioskView>) {
        self.screen.show(view.cloned());
    }

    /// Lets time pass, for the screen as well as for Slint.
    pub(crate) fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
        i_slint_backend_testing::mock_elapsed_time(time);
    }

    /// What is on the screen.
    pub(crate) fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.screen.app().window().take_snapshot().unwrap()
    }
}

pub(crate) fn languages() -> KioskLanguages {
    KioskLanguages::load(&Path::new(CONFIG).join("languages")).unwrap_or_else(|error| panic!("{error}"))
}
