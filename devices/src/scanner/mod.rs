//! Driver of a serial scanner, which only speaks (docs/protocols/scanner.md).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use device_api::{Driver, DriverOutput, Moment, ScannedCode, ScannerEvent};
use settings::{ScannerFraming, ScannerProfile};
use wire::scanner::{Decoder, Framing, Scan, ScannerFormat};

/// Tells of each card once, however often the scanner reads it while it lies there.
///
/// It has no `Debug`, because what it holds may be anybody's card.
pub struct Scanner {
    format: ScannerFormat,
    decoder: Decoder,
    last: Option<LastCode>,
    outputs: VecDeque<DriverOutput<ScannerEvent>>,
}

/// A scanner in a stand reads a card several times a second for as long as it lies there (docs/protocols/scanner.md §3).
/// Whoever takes the card away and holds it there again takes longer than this, and is answered.
const SAME_CARD: Duration = Duration::from_millis(700);

struct LastCode {
    code: String,
    /// When it was last read; a card that stays is one card.
    read: Moment,
}

impl Scanner {
    /// The driver of a scanner as `profile` describes it, on a line that is not open yet.
    pub fn new(profile: ScannerProfile) -> Scanner {
        let format = ScannerFormat {
            framing: framing_of(profile.framing),
            idle_timeout: profile.idle_timeout(),
            length_max: profile.length_max.get().into(),
        };
        Scanner { format, decoder: Decoder::new(format), last: None, outputs: VecDeque::new() }
    }

    fn report_scans(&mut self, now: Moment) {
        while let Some(scan) = self.decoder.next_scan() {
            match scan {
                Scan::Code(code) => self.report_code(now, code),
                Scan::Unreadable => self.tell(ScannerEvent::Unreadable),
            }
        }
    }

    fn report_code(&mut self, now: Moment, code: String) {
        self.forget_last(now);
        let is_new = self.last.as_ref().is_none_or(|last| last.code != code);
        self.last = Some(LastCode { code: code.clone(), read: now });
        if is_new {
            self.tell(ScannerEvent::Scanned(ScannedCode::new(code)));
        }
    }

    /// Also keeps a stranger's code no longer than it is needed.
    fn forget_last(&mut self, now: Moment) {
        if self.last.as_ref().is_some_and(|last| now >= last.read.after(SAME_CARD)) {
            self.last = None;
        }
    }

    fn tell(&mut self, event: ScannerEvent) {
        self.outputs.push_back(DriverOutput::Event(event));
    }
}

impl Driver for Scanner {
    type Command = Infallible;
    type Event = ScannerEvent;

    fn line_opened(&mut self, _now: Moment) {
        self.decoder = Decoder::new(self.format);
        self.tell(ScannerEvent::Connected(true));
    }

    fn line_lost(&mut self, _now: Moment) {
        self.decoder = Decoder::new(self.format);
        self.last = None;
        self.tell(ScannerEvent::Connected(false));
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.decoder.push(now, bytes);
        self.report_scans(now);
    }

    fn handle_timeout(&mut self, now: Moment) {
        self.decoder.expire(now);
        self.forget_last(now);
        self.report_scans(now);
    }

    fn command(&mut self, _now: Moment, command: Infallible) {
        match command {}
    }

    fn poll(&mut self) -> Option<DriverOutput<ScannerEvent>> {
        self.outputs.pop_front()
    }

    fn deadline(&self) -> Option<Moment> {
        let forget = self.last.as_ref().map(|last| last.read.after(SAME_CARD));
        [self.decoder.deadline(), forget].into_iter().flatten().min()
    }
}

fn framing_of(framing: ScannerFraming) -> Framing {
    match framing {
        ScannerFraming::Cr => Framing::Cr,
        ScannerFraming::Lf => Framing::Lf,
        ScannerFraming::CrLf => Framing::CrLf,
        ScannerFraming::StxEtx => Framing::StxEtx,
    }
}
