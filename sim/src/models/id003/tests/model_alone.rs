//! What the model says to a host byte by byte, without our driver.

use std::time::Duration;

use wire::Moment;
use wire::id003::{Decoder, Frame};

use crate::model::{Model, ModelOutput};
use crate::models::id003::{NoteUnitModel, NoteUnitModelConfig};

/// Long enough for each step of starting up.
const STEP: Duration = Duration::from_secs(5);

/// A device and a host that begins with power and RESET.
struct Host {
    now: Moment,
    model: NoteUnitModel,
}

impl Host {
    fn new() -> Host {
        let mut model = NoteUnitModel::new(NoteUnitModelConfig::default());
        model.start(Moment::START);
        let mut host = Host { now: Moment::START, model };
        host.wait();
        assert_eq!(host.ask(0x40, &[]), "50");
        host
    }

    /// Says this, and returns what is answered.
    fn ask(&mut self, code: u8, data: &[u8]) -> String {
        self.now = self.now.after(Duration::from_millis(100));
        let bytes = Frame::new(code, data.to_vec()).to_bytes();
        self.model.handle_bytes(self.now, &bytes);
        self.said()
    }

    /// What is said meanwhile without being asked.
    fn wait(&mut self) -> String {
        self.now = self.now.after(STEP);
        self.model.handle_timeout(self.now);
        self.said()
    }

    fn act(&mut self, command: &str) -> String {
        self.model.act(self.now, command).unwrap();
        self.said()
    }

    fn said(&mut self) -> String {
        let mut decoder = Decoder::default();
        let mut said = Vec::new();
        while let Some(output) = self.model.poll() {
            if let ModelOutput::Transmit(bytes) = output {
                decoder.push(self.now, &bytes);
                let frame = decoder.next_frame().unwrap().unwrap();
                let data = frame.data().iter().map(|byte| format!(" {byte:02X}")).collect::<String>();
                said.push(format!("{:02X}{data}", frame.code()));
            }
        }
        said.join(", ")
    }
}

#[test]
fn what_was_written_is_read_back() {
    let mut host = Host::new();
    for (code, data) in [
        (0xC0, &[0x02, 0x00][..]),
        (0xC1, &[0x01, 0x00]),
        (0xC5, &[0x02, 0x01]),
        (0xC4, &[0x0A]),
        (0xC2, &[0x00]),
        (0xC3, &[0x01]),
    ] {
        let echoed = data.iter().map(|byte| format!(" {byte:02X}")).collect::<String>();
        assert_eq!(host.ask(code, data), format!("{code:02X}{echoed}"));
        let question = code - 0x40;
        assert_eq!(host.ask(question, &[]), format!("{question:02X}{echoed}"));
    }
    // There is no reader of bar codes to set up.
    assert_eq!(host.ask(0x86, &[]), "4B");
}

/// Each change is told once, until the host has asked.
#[test]
fn a_device_that_may_speak_sends_enq_at_each_change() {
    let mut host = Host::new();
    assert_eq!(host.ask(0xC2, &[0x01]), "C2 01, 05");
    assert_eq!(host.ask(0x11, &[]), "1B");
    assert_eq!(host.ask(0xC3, &[0x00]), "C3 00");
    assert_eq!(host.wait(), "05");
    assert_eq!(host.ask(0x11, &[]), "11");
    assert_eq!(host.wait(), "");
    assert_eq!(host.act("insert 1000"), "05");
    assert_eq!(host.wait(), "05");
    assert_eq!(host.ask(0x11, &[]).get(..2), Some("13"));
    assert_eq!(host.ask(0x40, &[]), "50");
    assert_eq!(host.wait(), "", "RESET makes it silent again");
}

#[test]
fn a_device_that_may_speak_when_needed_sends_enq_for_a_note_in_escrow() {
    let mut host = Host::new();
    assert_eq!(host.ask(0xC2, &[0x02]), "C2 02");
    assert_eq!(host.ask(0xC3, &[0x00]), "C3 00");
    host.wait();
    assert_eq!(host.act("insert 1000"), "");
    assert_eq!(host.wait(), "05");
}

#[test]
fn a_polled_device_never_begins_to_speak() {
    let mut host = Host::new();
    assert_eq!(host.ask(0xC3, &[0x00]), "C3 00");
    host.wait();
    assert_eq!(host.act("insert 1000"), "");
    assert_eq!(host.wait(), "");
}
