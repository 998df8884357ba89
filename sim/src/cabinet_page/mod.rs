//! The cabinet page: a web page on loopback on which people meet a whole machine on simulated devices.
//!
//! The page shows one snapshot of everything and sends what people do. It decides nothing and knows no rule of the
//! machine; the machine is the unmodified one that stories run on.

mod acts;
mod cards;
mod desk;
mod guard;
mod log;
mod routes;
mod said;
mod screen;
mod snapshot;
mod spoken;
#[cfg(test)]
mod words;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep};

use crate::cabinet::Cabinet;
use crate::machine::{Happening, MachineError, Papers, RunningMachine};
use crate::paper::PaperFont;
use crate::surroundings::Device;
use cards::Cards;
use log::Log;
use screen::Screen;
use spoken::Sentences;

/// What staff have put in before the first patient comes: change for some patients.
const FLOAT: [(Device, &str); 8] = [
    (Device::Id003, "drum 1000 fill 15"),
    (Device::Id003, "drum 5000 fill 5"),
    (Device::Cctalk, "hopper 500 fill 20"),
    (Device::Cctalk, "hopper 100 fill 50"),
    (Device::Cctalk, "hopper 50 fill 20"),
    (Device::Cctalk, "hopper 10 fill 50"),
    (Device::Cctalk, "hopper 5 fill 20"),
    (Device::Cctalk, "hopper 1 fill 50"),
];

/// What the machine believes is asked so often, because nobody tells when it changes.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Happenings that come together are shown together.
const SETTLE: Duration = Duration::from_millis(30);

/// How the page is served.
pub struct Options<'a> {
    /// The folder of the programs.
    pub programs: &'a Path,
    /// 0 for any that is free.
    pub port: u16,
    /// Show the kiosk screen in a window too.
    pub window: bool,
}

/// A machine with its page. All of it ends when this is dropped.
pub struct CabinetPage {
    page: Arc<Page>,
    listener: TcpListener,
    happenings: mpsc::UnboundedReceiver<Happening>,
    port: u16,
}

/// See [`CabinetPage::places`].
#[derive(Debug, serde::Serialize)]
#[expect(missing_docs, reason = "each name says what lies there")]
pub struct Places {
    pub bills: PathBuf,
    pub papers: PathBuf,
    pub sockets: PathBuf,
}

/// What requests look at and act on.
struct Page {
    machine: RunningMachine,
    screen: Screen,
    sentences: Sentences,
    cards: Mutex<Cards>,
    log: Mutex<Log>,
    /// The newest snapshot, as JSON.
    states: watch::Sender<Arc<str>>,
    changed: Notify,
}

impl CabinetPage {
    /// Starts a machine, with change inside and bills to pay.
    pub async fn start(options: &Options<'_>) -> Result<CabinetPage, MachineError> {
        let listener = listen(options.port)
            .await
            .map_err(|error| MachineError::Io { what: format!("127.0.0.1:{}", options.port), error })?;
        let port = listener.local_addr().map_or(options.port, |address| address.port());
        let papers = PaperFont::find().map_or_else(
            |error| {
                eprintln!("Papers are shown as text only: {error}.");
                Papers::TextOnly
            },
            Papers::Pictures,
        );
        let (machine, happenings) =
            RunningMachine::start(options.programs, Cabinet::default(), papers).await?;
        let screen = Screen::start(options.programs, &machine.config(), options.window)?;
        let config = machine.config().machine;
        let sentences = Sentences::load(&config.with_file_name("languages"))?;
        let page = Page {
            machine,
            screen,
            sentences,
            cards: Mutex::new(Cards::new()),
            log: Mutex::new(Log::default()),
            states: watch::Sender::new("{}".into()),
            changed: Notify::new(),
        };
        page.furnish().await?;
        page.look().await?;
        Ok(CabinetPage { page: Arc::new(page), listener, happenings, port })
    }

    /// Where what the machine reads and makes lies, for whoever wants to put a bill of their own there, or to listen.
    pub fn places(&self) -> Places {
        let config = self.page.machine.config();
        Places {
            bills: config.billing.join("bills"),
            papers: self.page.machine.papers(),
            sockets: config.run,
        }
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves the page for ever.
    pub async fn serve(self) -> Result<(), MachineError> {
        let CabinetPage { page, listener, happenings, port } = self;
        let router = routes::router(Arc::clone(&page), port);
        let served = async {
            axum::serve(listener, router)
                .await
                .map_err(|error| MachineError::Io { what: "the page".to_owned(), error })
        };
        tokio::select! {
            served = served => served,
            followed = page.follow(happenings) => followed,
        }
    }
}

async fn listen(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

impl Page {
    /// Change, and a bill for every example patient.
    async fn furnish(&self) -> Result<(), MachineError> {
        for (device, command) in FLOAT {
            self.machine.act(device, command).await?;
        }
        desk::count(self, None).await?;
        let patients = self.cards().patients();
        patients.iter().try_for_each(|card| self.put_bill(card))
    }

    fn put_bill(&self, card: &str) -> Result<(), MachineError> {
        let bill = self.cards().next_bill(card);
        let (name, text) = bill.ok_or_else(|| MachineError::Refused("this card has no bill".to_owned()))?;
        self.machine.put_bill(&name, &text)
    }

    async fn scan(&self, code: &str) -> Result<(), MachineError> {
        self.machine.act(Device::Scanner, &format!("scan {code}")).await
    }

    /// Keeps the newest snapshot up to date, for ever.
    async fn follow(&self, mut happenings: mpsc::UnboundedReceiver<Happening>) -> Result<(), MachineError> {
        let start = Instant::now();
        let mut view = self.screen.view.clone();
        let mut picture = self.screen.picture.clone();
        loop {
            self.look().await?;
            tokio::select! {
                Some(happening) = happenings.recv() => self.log().note(start.elapsed().as_secs(), &happening),
                // Whoever has the other end lives as long as the page.
                Ok(()) = view.changed() => {}
                Ok(()) = picture.changed() => {}
                () = self.changed.notified() => {}
                () = sleep(LOOK_EVERY) => {}
            }
            sleep(SETTLE).await;
            while let Ok(happening) = happenings.try_recv() {
                self.log().note(start.elapsed().as_secs(), &happening);
            }
        }
    }

    async fn look(&self) -> Result<(), MachineError> {
        let snapshot = snapshot::take(self).await?;
        let newest =
            serde_json::to_string(&snapshot).map_err(|error| MachineError::Refused(error.to_string()))?;
        self.states.send_if_modified(|state| {
            let is_newer = **state != *newest;
            *state = newest.into();
            is_newer
        });
        Ok(())
    }

    fn look_again(&self) {
        self.changed.notify_one();
    }

    /// Each change of the log is whole, so that it is in order even after a panic.
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cards(&self) -> MutexGuard<'_, Cards> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
