//! The driver and the model on a line in memory, in virtual time.

use device_api::{Driver, DriverOutput, ScannedCode, ScannerEvent};
use devices::scanner::Scanner;
use settings::{ScannerFraming, ScannerProfile};

use super::*;

struct Bench {
    now: Moment,
    driver: Scanner,
    model: ScannerModel,
    events: Vec<ScannerEvent>,
}

impl Bench {
    fn new(framing: ScannerFraming, model: Framing) -> Bench {
        let mut driver = Scanner::new(ScannerProfile { framing, ..ScannerProfile::default() });
        driver.line_opened(Moment::START);
        let mut bench =
            Bench { now: Moment::START, driver, model: ScannerModel::new(model), events: Vec::new() };
        bench.run(Duration::ZERO);
        assert_eq!(bench.events, [ScannerEvent::Connected(true)]);
        bench.events.clear();
        bench
    }

    fn run(&mut self, time: Duration) {
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
        [self.driver.deadline(), self.model.deadline()].into_iter().flatten().min()
    }

    fn deliver(&mut self) {
        while let Some(output) = self.model.poll() {
            if let ModelOutput::Transmit(bytes) = output {
                self.driver.handle_bytes(self.now, &bytes);
            }
        }
        while let Some(DriverOutput::Event(event)) = self.driver.poll() {
            self.events.push(event);
        }
    }

    /// Acts, waits for so many milliseconds, and tells what the driver said.
    fn after(&mut self, act: &str, millis: u64) -> Vec<ScannerEvent> {
        self.model.act(self.now, act).unwrap();
        self.run(Duration::from_millis(millis));
        std::mem::take(&mut self.events)
    }
}

fn cr() -> Bench {
    Bench::new(ScannerFraming::Cr, Framing::Cr)
}

fn scanned(code: &str) -> ScannerEvent {
    ScannerEvent::Scanned(ScannedCode::new(code.to_owned()))
}

#[test]
fn every_framing_is_read_whole_and_split() {
    for (profile, model) in [
        (ScannerFraming::Cr, Framing::Cr),
        (ScannerFraming::Lf, Framing::Lf),
        (ScannerFraming::CrLf, Framing::CrLf),
        (ScannerFraming::StxEtx, Framing::StxEtx),
    ] {
        let mut bench = Bench::new(profile, model);
        assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
        assert_eq!(bench.after("split on", 0), []);
        assert_eq!(bench.after("scan 0043", 100), [scanned("0043")]);
    }
}

#[test]
fn a_card_that_lies_there_is_one_card() {
    let mut bench = cr();
    assert_eq!(bench.after("scan 0042", 500), [scanned("0042")]);
    assert_eq!(bench.after("scan 0042", 500), []);
    assert_eq!(bench.after("scan 0042", 800), [], "taken away, and held there again");
    assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
    assert_eq!(bench.after("scan 0043", 100), [scanned("0043")]);
    assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
}

#[test]
fn what_is_no_code_is_unreadable() {
    let mut bench = cr();
    assert_eq!(bench.after("scan-bytes 30 30", 150), [ScannerEvent::Unreadable]);
    assert_eq!(bench.after("scan-bytes FF FF 0D", 100), [ScannerEvent::Unreadable]);
    assert_eq!(bench.after("scan-bytes 30 07 30 0D", 100), [ScannerEvent::Unreadable]);
    let long = format!("scan {}", "7".repeat(513));
    assert_eq!(bench.after(&long, 100), [ScannerEvent::Unreadable]);
    assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
}

#[test]
fn a_lost_line_forgets_what_was_read() {
    let mut bench = cr();
    assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
    assert_eq!(bench.after("scan-bytes 30", 50), []);
    bench.driver.line_lost(bench.now);
    assert_eq!(bench.driver.deadline(), None);
    bench.driver.line_opened(bench.now);
    assert_eq!(
        bench.after("scan 0042", 100),
        [ScannerEvent::Connected(false), ScannerEvent::Connected(true), scanned("0042")]
    );
}

#[test]
fn wrong_acts_are_refused_with_a_sentence() {
    let mut model = ScannerModel::new(Framing::Cr);
    assert!(model.act(Moment::START, "scan-bytes 3").unwrap_err().contains("two hexadecimal digits"));
    let refusal = model.act(Moment::START, "read 0042").unwrap_err();
    assert!(refusal.contains("scan CODE") && refusal.contains("unplug, plug"), "{refusal}");
}

#[test]
fn a_scanner_that_hangs_reads_nothing() {
    let mut bench = cr();
    assert_eq!(bench.after("stall on", 0), []);
    assert_eq!(bench.after("scan 0042", 100), []);
    assert_eq!(bench.model.look_inside().troubles, [Trouble::Stalled]);
    assert_eq!(bench.after("stall off", 100), []);
    assert_eq!(bench.after("scan 0042", 100), [scanned("0042")]);
}

/// Which bit is flipped comes from the seed, and from nothing else.
#[test]
fn a_seed_says_where_codes_are_garbled() {
    let garbled = |seed| {
        let mut model = ScannerModel::new(Framing::Cr);
        model.draw_from(seed);
        model.act(Moment::START, "garble 2").unwrap();
        for code in ["scan 0042", "scan 0043"] {
            model.act(Moment::START, code).unwrap();
        }
        std::iter::from_fn(|| model.poll()).collect::<Vec<_>>()
    };
    assert_eq!(garbled(1), garbled(1));
    assert!((2..9).any(|seed| garbled(seed) != garbled(1)));
}

/// The line of a scanner has no check sum: a flipped bit makes another code, which the card format may refuse.
#[test]
fn codes_get_lost_or_damaged_and_power_fails() {
    let mut bench = cr();
    assert_eq!(bench.after("lose-reply 1", 0), []);
    assert_eq!(bench.after("scan 0042", 100), []);
    assert_eq!(bench.after("scan 0043", 100), [scanned("0043")]);
    assert_eq!(bench.after("garble 1", 0), []);
    assert_eq!(bench.after("scan 0044", 100), [scanned("1044")]);
    assert_eq!(bench.after("power cut", 0), []);
    assert_eq!(bench.after("scan 0045", 100), []);
    assert_eq!(bench.after("power on", 0), []);
    assert_eq!(bench.after("scan 0046", 100), [scanned("0046")]);
    assert!(bench.model.act(bench.now, "garble x").is_err());
}
