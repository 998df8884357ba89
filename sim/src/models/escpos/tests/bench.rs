use device_api::{Driver, DriverOutput, PrintJobId, PrinterCommand, PrinterEvent};
use devices::escpos::ReceiptPrinter;
use serde_json::Value;
use wire::escpos::{Align, KanjiSystem, Size};

use super::*;

/// A driver and a model on a line that takes its time.
pub(super) struct Bench {
    pub(super) now: Moment,
    pub(super) driver: ReceiptPrinter,
    pub(super) model: PrinterModel,
    pub(super) events: Vec<PrinterEvent>,
    pub(super) happened: Vec<Value>,
    /// Bytes that the driver sent, but for real-time queries and padding.
    pub(super) sent: Vec<u8>,
    to_model: Wire,
    to_driver: Wire,
}

pub(super) const JOB: PrintJobId = PrintJobId(7);

/// One direction of the line: what is on its way, and when it will be there.
#[derive(Default)]
struct Wire {
    under_way: VecDeque<(Moment, Vec<u8>)>,
    free_at: Moment,
}

/// Start bit, eight bits of data and stop bit at 38,400 baud.
const BYTE_TIME: Duration = Duration::from_micros(260);

/// Bytes that arrive together, as an adapter delivers them.
const DELIVERY: usize = 64;

impl Wire {
    fn send(&mut self, now: Moment, bytes: &[u8]) {
        for part in bytes.chunks(DELIVERY) {
            let time = BYTE_TIME * u32::try_from(part.len()).unwrap();
            self.free_at = self.free_at.max(now).after(time);
            self.under_way.push_back((self.free_at, part.to_vec()));
        }
    }

    fn arrived(&mut self, now: Moment) -> Option<Vec<u8>> {
        self.under_way.pop_front_if(|(at, _)| *at <= now).map(|(_, bytes)| bytes)
    }

    fn deadline(&self) -> Option<Moment> {
        self.under_way.front().map(|(at, _)| *at)
    }
}

impl Bench {
    pub(super) fn new(profile: PrinterProfile) -> Bench {
        Bench {
            now: Moment::START,
            model: PrinterModel::new(PrinterConfig::from(&profile)),
            driver: ReceiptPrinter::new(profile),
            events: Vec::new(),
            happened: Vec::new(),
            sent: Vec::new(),
            to_model: Wire::default(),
            to_driver: Wire::default(),
        }
    }

    /// A printer that is on and has said so.
    pub(super) fn ready() -> Bench {
        Bench::ready_with(PrinterProfile::default())
    }

    pub(super) fn without_process_id() -> Bench {
        Bench::ready_with(PrinterProfile { process_id: false, ..PrinterProfile::default() })
    }

    fn ready_with(profile: PrinterProfile) -> Bench {
        let mut bench = Bench::new(profile);
        bench.model.start(bench.now);
        bench.open();
        bench.events.clear();
        bench
    }

    pub(super) fn open(&mut self) {
        self.driver.line_opened(self.now);
        self.run(Duration::from_secs(1));
    }

    /// The adapter is pulled out; what is on its way is gone.
    pub(super) fn lose_line(&mut self) {
        self.driver.line_lost(self.now);
        self.to_model = Wire::default();
        self.to_driver = Wire::default();
        self.run(Duration::ZERO);
    }

    /// Does something to the printer, and lets the word of it reach the driver.
    pub(super) fn act(&mut self, command: &str) {
        self.model.act(self.now, command).unwrap();
        self.run(Duration::from_millis(5));
    }

    pub(super) fn print(&mut self, attempt: u8, page: &[u8]) {
        self.print_as(JOB, attempt, page);
    }

    pub(super) fn print_as(&mut self, job: PrintJobId, attempt: u8, page: &[u8]) {
        self.driver.command(
            self.now,
            PrinterCommand::Print { job, attempt, separate: attempt > 0, page: page.to_vec() },
        );
        self.run(Duration::ZERO);
    }

    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now.after(time);
        self.deliver();
        while let Some(next) = self.next_deadline().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.model.handle_timeout(self.now);
            self.driver.handle_timeout(self.now);
            self.deliver();
        }
        self.now = end;
    }

    fn next_deadline(&self) -> Option<Moment> {
        let ends = [self.driver.deadline(), self.model.deadline()];
        let line = [self.to_model.deadline(), self.to_driver.deadline()];
        ends.into_iter().chain(line).flatten().min()
    }

    /// Moves everything that can move at this moment.
    fn deliver(&mut self) {
        while let Some(bytes) = self.to_model.arrived(self.now) {
            self.model.handle_bytes(self.now, &bytes);
        }
        while let Some(bytes) = self.to_driver.arrived(self.now) {
            self.driver.handle_bytes(self.now, &bytes);
        }
        while let Some(output) = self.driver.poll() {
            match output {
                DriverOutput::Transmit(bytes) => self.transmit(&bytes),
                DriverOutput::Event(event) => self.events.push(event),
            }
        }
        while let Some(output) = self.model.poll() {
            match output {
                ModelOutput::Transmit(bytes) => self.to_driver.send(self.now, &bytes),
                ModelOutput::Happened(what) => self.happened.push(what),
            }
        }
    }

    fn transmit(&mut self, bytes: &[u8]) {
        let is_query = bytes.starts_with(&[0x10, 0x04]) || bytes.iter().all(|byte| *byte == 0);
        if !is_query {
            self.sent.extend(bytes);
        }
        self.to_model.send(self.now, bytes);
    }

    /// What became of pages since this was last asked.
    pub(super) fn outcomes(&mut self) -> Vec<PrinterEvent> {
        let events = std::mem::take(&mut self.events);
        events.into_iter().filter(|event| !matches!(event, PrinterEvent::Status(_))).collect()
    }

    pub(super) fn happened(&self, what: &str) -> usize {
        self.happened.iter().filter(|happened| happened["happened"] == what).count()
    }

    #[track_caller]
    pub(super) fn check_outcome(&mut self, expected: PrinterEvent) {
        assert_eq!(self.outcomes(), [expected]);
    }

    pub(super) fn texts(&self) -> Vec<Vec<String>> {
        self.model.pieces().iter().map(PaperPiece::text).collect()
    }
}

pub(super) fn receipt() -> Vec<u8> {
    Command::encode_all(&[
        Command::KanjiSystem(KanjiSystem::ShiftJis),
        Command::InternationalSet(8),
        Command::Align(Align::Center),
        Command::Size(Size::DOUBLE),
        Command::text("領収証").unwrap(),
        Command::LineFeed,
        Command::Size(Size::NORMAL),
        Command::Align(Align::Right),
        Command::text("¥1,230").unwrap(),
        Command::LineFeed,
        Command::Align(Align::Left),
        Command::text("見本歯科医院").unwrap(),
        Command::FeedLines(2),
    ])
}

pub(super) fn receipt_text() -> Vec<String> {
    let centred = format!("{}領収証", " ".repeat(18));
    let right = format!("{}¥1,230", " ".repeat(42));
    vec![centred, right, "見本歯科医院".to_owned(), String::new()]
}

pub(super) fn long_page() -> Vec<u8> {
    b"0123456789012345678901234567890123456789\n".repeat(300)
}
