//! Puts the parts together: settings, window, connection, mirror.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use settings::{KioskLanguages, Machine, SettingsError};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{
    BackendSelector, ComponentHandle, PhysicalPosition, PlatformError, Rgb8Pixel, Timer, TimerMode, Weak,
};

use crate::client::{self, FromDaemon, ToDaemon};
use crate::headless::{Headless, Picture};
use crate::mirror::{Mirror, MirrorTouch};
use crate::panel::{self, PanelError};
use crate::screen::{Screen, Setup};
use crate::typeface::{Typeface, TypefaceError};
use crate::ui::{App, FrameAdapter};

/// A window does not say when it was drawn, so that its picture is looked at this often while somebody watches.
const LOOK_AT_WINDOW_EVERY: Duration = Duration::from_millis(200);

/// How the program was started.
pub struct Options {
    /// The machine file.
    pub config: PathBuf,
    /// Where to draw.
    pub shown: Shown,
    /// Who may watch.
    pub mirrored: Option<Mirrored>,
}

/// Where to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On the whole screen.
    Fullscreen,
    /// In a window.
    Windowed,
    /// Only into memory.
    Headless,
}

/// The socket that shows the picture to others.
pub struct Mirrored {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether those who watch may touch.
    pub touchable: bool,
}

/// Why the screen does not start. Each sentence is for the technician.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration or the words are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Nothing could be read.
    #[error(transparent)]
    Typeface(#[from] TypefaceError),
    /// The panel cannot be filled.
    #[error(transparent)]
    Panel(#[from] PanelError),
    /// There is nowhere to draw.
    #[error(
        "there is no display to draw on ({0}). Start it in an X session with DISPLAY set, or with --headless and --mirror"
    )]
    Display(PlatformError),
    /// The mirror's socket cannot be made.
    #[error("{} cannot be made: {error}. Check --mirror and who may write there", path.display())]
    Mirror {
        /// Where it was to be.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// Runs the screen until its window is closed.
pub fn run(options: &Options) -> Result<(), StartError> {
    let machine = Machine::load(&options.config)?;
    let folder = options.config.parent().unwrap_or(std::path::Path::new(""));
    let languages = KioskLanguages::load(&folder.join("languages"))?;
    let typeface = Typeface::load()?;

    let touches = MirrorTouches::default();
    let mirror = options.mirrored.as_ref().map(|mirrored| mirror(mirrored, &touches)).transpose()?;
    take_platform(options.shown, mirror.as_ref()).map_err(StartError::Display)?;

    let (hear, heard) = mpsc::channel();
    // The connection starts only when there is a window to tell.
    let to_daemon: Rc<std::cell::OnceCell<ToDaemon>> = Rc::default();
    let send = Rc::clone(&to_daemon);
    let setup = Setup {
        languages,
        clinic: machine.clinic,
        typeface,
        now: clock(),
        touched: Box::new(move |touch| {
            if let Some(to_daemon) = send.get() {
                to_daemon.send(touch);
            }
        }),
    };
    let screen = Screen::new(setup).map_err(StartError::Display)?;
    touches.open(screen.app().as_weak());
    listen(&screen, heard);
    let app = screen.app().as_weak();
    let connection = client::start(machine.run.join("kiosk.sock"), move |message| {
        // Fails only when the program ends.
        if hear.send(message).is_ok() {
            let _ending = app.upgrade_in_event_loop(|app| app.global::<FrameAdapter>().invoke_woken());
        }
    });
    assert!(to_daemon.set(connection).is_ok(), "it was empty");

    let failed = Rc::default();
    let _filling = match options.shown {
        Shown::Fullscreen => panel::fill(screen.app(), &failed)?,
        Shown::Windowed | Shown::Headless => None,
    };
    let _watching = mirror.filter(|_| options.shown != Shown::Headless).map(|mirror| watch(&screen, mirror));
    screen.app().run().map_err(StartError::Display)?;
    failed.take().map_or(Ok(()), |error| Err(error.into()))
}

/// Shows what the client hears. The client lives on another thread, and wakes this one through the window.
fn listen(screen: &Rc<Screen>, heard: mpsc::Receiver<FromDaemon>) {
    let weak = Rc::downgrade(screen);
    screen.app().global::<FrameAdapter>().on_woken(move || {
        let Some(screen) = weak.upgrade() else { return };
        // Only the newest is drawn; but whether money may be inside is known from the page before the line was lost.
        for message in heard.try_iter() {
            screen.show(match message {
                FromDaemon::View(view) => Some(view),
                FromDaemon::Gone => None,
            });
        }
    });
}

fn take_platform(shown: Shown, mirror: Option<&Mirror>) -> Result<(), PlatformError> {
    if shown != Shown::Headless {
        let winit = BackendSelector::new().backend_name("winit".into()).renderer_name("software".into());
        return winit.select();
    }
    let mirror = mirror.cloned();
    let headless = Headless::new(Box::new(move |picture| {
        if let Some(mirror) = &mirror {
            mirror.offer(picture);
        }
    }));
    slint::platform::set_platform(Box::new(headless)).map_err(|error| error.to_string().into())
}

/// The only clock of the program; it tells a touch from its echo.
#[expect(clippy::disallowed_methods, reason = "the one place where the program reads the clock")]
fn clock() -> Box<dyn Fn() -> Duration> {
    let started = Instant::now();
    Box::new(move || started.elapsed())
}

/// The way from the mirror to the window, which is made later.
#[derive(Clone, Default)]
struct MirrorTouches(Arc<std::sync::OnceLock<Weak<App>>>);

impl MirrorTouches {
    fn open(&self, app: Weak<App>) {
        assert!(self.0.set(app).is_ok(), "there is one window");
    }

    fn press(&self, touch: MirrorTouch) {
        if let Some(app) = self.0.get() {
            // Fails only when the program ends.
            let _ending = app.upgrade_in_event_loop(move |app| press(&app, touch));
        }
    }
}

fn mirror(mirrored: &Mirrored, touches: &MirrorTouches) -> Result<Mirror, StartError> {
    let touches = touches.clone();
    let on_touch = mirrored.touchable.then(|| Arc::new(move |touch| touches.press(touch)) as Arc<_>);
    Mirror::start(&mirrored.path, on_touch)
        .map_err(|error| StartError::Mirror { path: mirrored.path.clone(), error })
}

fn press(app: &App, touch: MirrorTouch) {
    let window = app.window();
    // Pixels of the picture are pixels of the window.
    let position = PhysicalPosition::new(touch.x, touch.y).to_logical(window.scale_factor());
    let button = PointerEventButton::Left;
    window.dispatch_event(WindowEvent::PointerMoved { position });
    window.dispatch_event(WindowEvent::PointerPressed { position, button });
    window.dispatch_event(WindowEvent::PointerReleased { position, button });
    window.dispatch_event(WindowEvent::PointerExited);
}

/// Offers the window's picture to the mirror while somebody watches.
fn watch(screen: &Rc<Screen>, mirror: Mirror) -> Timer {
    let timer = Timer::default();
    let app = screen.app().as_weak();
    timer.start(TimerMode::Repeated, LOOK_AT_WINDOW_EVERY, move || {
        if mirror.is_watched()
            && let Some(app) = app.upgrade()
            && let Ok(snapshot) = app.window().take_snapshot()
        {
            let mut picture = Picture::new(snapshot.width(), snapshot.height());
            for (to, from) in picture.make_mut_slice().iter_mut().zip(snapshot.as_slice()) {
                *to = Rgb8Pixel::new(from.r, from.g, from.b);
            }
            mirror.offer(&picture);
        }
    });
    timer
}
