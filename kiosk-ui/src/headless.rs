//! A screen without a screen: Slint draws into memory, and the event loop is a queue.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, WindowAdapter, duration_until_next_timer_update, update_timers_and_animations,
};
use slint::{EventLoopError, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer};

/// The panel that the pages are made for.
pub(crate) const WIDTH: u32 = 1080;
/// See [`WIDTH`].
pub(crate) const HEIGHT: u32 = 1920;

/// What is drawn.
pub(crate) type Picture = SharedPixelBuffer<Rgb8Pixel>;

/// Without a timer the loop looks up this often, in case Slint has begun to animate something.
const LOOK_UP_AFTER: Duration = Duration::from_secs(1);

/// Gets each new picture.
type OnPicture = Box<dyn Fn(&Picture)>;

/// See the module.
pub(crate) struct Headless {
    window: Rc<MinimalSoftwareWindow>,
    started: Instant,
    picture: RefCell<Picture>,
    on_picture: OnPicture,
    queue: Receiver<Event>,
    sender: Sender<Event>,
}

enum Event {
    Call(Box<dyn FnOnce() + Send>),
    Quit,
}

struct Queue(Sender<Event>);

impl Headless {
    /// A platform for this thread.
    #[expect(clippy::disallowed_methods, reason = "Slint's timers count from here")]
    pub(crate) fn new(on_picture: OnPicture) -> Headless {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        window.set_size(PhysicalSize::new(WIDTH, HEIGHT));
        let (sender, queue) = mpsc::channel();
        Headless {
            window,
            started: Instant::now(),
            picture: RefCell::new(Picture::new(WIDTH, HEIGHT)),
            on_picture,
            queue,
            sender,
        }
    }

    fn draw(&self) {
        let drawn = self.window.draw_if_needed(|renderer| {
            let mut picture = self.picture.borrow_mut();
            renderer.render(picture.make_mut_slice(), WIDTH.try_into().expect("a width fits"));
        });
        if drawn {
            (self.on_picture)(&self.picture.borrow());
        }
    }

    /// The next event; `None` if it is time to look at timers again.
    fn wait(&self) -> Option<Event> {
        let patience = duration_until_next_timer_update().unwrap_or(LOOK_UP_AFTER).min(LOOK_UP_AFTER);
        match self.queue.recv_timeout(patience) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Event::Quit),
        }
    }
}

impl Platform for Headless {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.started.elapsed()
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Queue(self.sender.clone())))
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        loop {
            update_timers_and_animations();
            self.draw();
            match self.wait() {
                Some(Event::Call(call)) => call(),
                Some(Event::Quit) => return Ok(()),
                None => {}
            }
        }
    }
}

impl EventLoopProxy for Queue {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.send(Event::Quit).map_err(|_| EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, call: Box<dyn FnOnce() + Send>) -> Result<(), EventLoopError> {
        self.0.send(Event::Call(call)).map_err(|_| EventLoopError::EventLoopTerminated)
    }
}
