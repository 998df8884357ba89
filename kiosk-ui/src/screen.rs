use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use api::{Button, KioskView, Page, Touch};
use settings::{Clinic, KioskLanguages, KioskWords};
use slint::{PlatformError, Timer, TimerMode};

use crate::adapters::{self, Canvas, Touched};
use crate::second_touch::SecondTouch;
use crate::typeface::Typeface;
use crate::ui::App;

/// Who chose another language and went away leaves the next patient a Japanese page.
const JAPANESE_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// What a screen is made of.
pub struct Setup {
    /// Its words.
    pub languages: KioskLanguages,
    /// Whose name stands above each page.
    pub clinic: Clinic,
    /// What can be drawn.
    pub typeface: Typeface,
    /// The time since any moment, on a clock that only goes forward.
    pub now: Box<dyn Fn() -> Duration>,
    /// Gets every touch that means something.
    pub touched: Box<dyn Fn(Touch)>,
}

/// The languages of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says its language")]
pub enum Language {
    Japanese,
    English,
}

/// The picture: always of the newest view, or that there is none.
pub struct Screen {
    app: App,
    setup: Setup,
    /// `None` while seisankid is away.
    view: RefCell<Option<KioskView>>,
    language: Cell<Language>,
    second_touch: RefCell<SecondTouch>,
    japanese_again: Timer,
}

impl Screen {
    /// Makes the window, which says that the machine is not ready.
    pub fn new(setup: Setup) -> Result<Rc<Screen>, PlatformError> {
        let screen = Rc::new(Screen {
            app: App::new()?,
            setup,
            view: RefCell::default(),
            language: Cell::new(Language::Japanese),
            second_touch: RefCell::default(),
            japanese_again: Timer::default(),
        });
        let weak = Rc::downgrade(&screen);
        let touched: Touched = Rc::new(move |button| {
            if let Some(screen) = weak.upgrade() {
                screen.touch(button);
            }
        });
        adapters::connect(&screen.app, &touched);
        let weak = Rc::downgrade(&screen);
        adapters::connect_language(&screen.app, move || {
            if let Some(screen) = weak.upgrade() {
                screen.other_language();
            }
        });
        screen.draw();
        Ok(screen)
    }

    /// The window.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Shows what seisankid says now. `None`: it is away, and what it said before may be wrong by now.
    pub fn show(self: &Rc<Screen>, view: Option<KioskView>) {
        let starts_anew = is_start(view.as_ref()) && !is_start(self.view.borrow().as_ref());
        self.view.replace(view);
        if starts_anew {
            self.speak(Language::Japanese);
        } else {
            self.draw();
        }
    }

    /// Changes the language.
    pub fn speak(self: &Rc<Screen>, language: Language) {
        self.language.set(language);
        self.draw();
        self.japanese_again.stop();
        if language != Language::Japanese {
            let weak = Rc::downgrade(self);
            self.japanese_again.start(TimerMode::Repeated, JAPANESE_AGAIN_AFTER, move || {
                if let Some(screen) = weak.upgrade()
                    && is_start(screen.view.borrow().as_ref())
                {
                    screen.japanese_at_start();
                }
            });
        }
    }

    fn japanese_at_start(&self) {
        self.language.set(Language::Japanese);
        self.japanese_again.stop();
        self.draw();
    }

    fn other_language(self: &Rc<Screen>) {
        if self.is_first_touch() {
            self.speak(match self.language.get() {
                Language::Japanese => Language::English,
                Language::English => Language::Japanese,
            });
        }
    }

    fn touch(&self, button: Button) {
        let Some(seq) = self.view.borrow().as_ref().map(|view| view.seq) else { return };
        if self.is_first_touch() {
            (self.setup.touched)(Touch { seq, button });
        }
    }

    fn is_first_touch(&self) -> bool {
        self.second_touch.borrow_mut().accepts((self.setup.now)())
    }

    fn draw(&self) {
        let canvas = Canvas {
            app: &self.app,
            words: self.words(),
            clinic: &self.setup.clinic,
            typeface: &self.setup.typeface,
        };
        adapters::show(&canvas, self.view.borrow().as_ref());
    }

    fn words(&self) -> &KioskWords {
        match self.language.get() {
            Language::Japanese => &self.setup.languages.japanese,
            Language::English => &self.setup.languages.english,
        }
    }
}

/// Whether nobody is being served: the next one to come reads Japanese.
fn is_start(view: Option<&KioskView>) -> bool {
    view.is_none_or(|view| matches!(view.page, Page::Idle | Page::Closed { .. }))
}
