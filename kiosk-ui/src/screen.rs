use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use api::{Button, KioskView, Touch};
use settings::{Clinic, KioskLanguages, KioskWords};
use slint::{PlatformError, Timer, TimerMode};

use crate::adapters::{self, Canvas, Touched};
use crate::scene::{Away, Scene};
use crate::second_touch::SecondTouch;
use crate::typeface::Typeface;
use crate::ui::App;

/// Who chose another language and went away leaves the next patient a Japanese page.
const JAPANESE_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// seisankid is back within seconds after a restart. When it is not, who has money inside has to be told whom to ask.
const AWAY_FOR_LONG_AFTER: Duration = Duration::from_secs(30);

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
    scene: RefCell<Scene>,
    language: Cell<Language>,
    second_touch: RefCell<SecondTouch>,
    japanese_again: Timer,
    away_for_long: Timer,
}

impl Screen {
    /// Makes the window, which says that the machine is not ready.
    pub fn new(setup: Setup) -> Result<Rc<Screen>, PlatformError> {
        let screen = Rc::new(Screen {
            app: App::new()?,
            setup,
            scene: RefCell::new(Scene::Away(Away::NothingInside)),
            language: Cell::new(Language::Japanese),
            second_touch: RefCell::default(),
            japanese_again: Timer::default(),
            away_for_long: Timer::default(),
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
        let scene = match view {
            Some(view) => Scene::View(view),
            None => Scene::Away(self.scene.borrow().once_away()),
        };
        self.await_daemon(&scene);
        let starts_anew = scene.is_start() && !self.scene.borrow().is_start();
        self.scene.replace(scene);
        if starts_anew {
            self.speak(Language::Japanese);
        } else {
            self.draw();
        }
    }

    /// Each attempt to reach seisankid tells anew that it is away; the time counts from the first.
    fn await_daemon(self: &Rc<Screen>, scene: &Scene) {
        match scene {
            Scene::Away(Away::MoneyMaybeInside) if !self.away_for_long.running() => {
                let weak = Rc::downgrade(self);
                self.away_for_long.start(TimerMode::SingleShot, AWAY_FOR_LONG_AFTER, move || {
                    if let Some(screen) = weak.upgrade() {
                        screen.scene.replace(Scene::Away(Away::MoneyMaybeInsideForLong));
                        screen.draw();
                    }
                });
            }
            Scene::Away(_) => {}
            Scene::View(_) => self.away_for_long.stop(),
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
                    && screen.scene.borrow().is_start()
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
        let Some(seq) = self.scene.borrow().view().map(|view| view.seq) else { return };
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
        adapters::show(&canvas, &self.scene.borrow());
    }

    fn words(&self) -> &KioskWords {
        match self.language.get() {
            Language::Japanese => &self.setup.languages.japanese,
            Language::English => &self.setup.languages.english,
        }
    }
}
