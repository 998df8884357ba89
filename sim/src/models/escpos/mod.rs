//! Model of an ESC/POS receipt printer (docs/protocols/escpos.md).
//!
//! It buffers 4 KiB, prints at the speed of paper, obeys real-time commands at once and keeps every piece of paper
//! that it cut, so that a test can hold the paper against what the machine believes.

mod people;
mod piece;
mod print_head;
mod status;
mod tape;

use std::collections::VecDeque;
use std::num::NonZeroU16;
use std::time::Duration;

use serde_json::json;
use settings::{Columns, PrinterProfile};
use wire::Moment;
use wire::escpos::{
    BufferedQuery, Command, Condition, DOTS_PER_MM, ProcessId, QrStep, Recovery, Reply, Token, Tokenizer,
};

use crate::model::{Inside, Model, ModelOutput, Trouble};
use people::Act;
pub use piece::{PaperLine, PaperPiece, Print, QrCode, Run, Style};
use print_head::PrintHead;
use status::Status;
use tape::Tape;

/// What kind of printer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrinterConfig {
    /// The head.
    pub columns: Columns,
    /// Whether it knows `GS ( H`.
    pub process_id: bool,
    /// How fast paper comes out.
    pub speed_mm_per_s: NonZeroU16,
}

impl From<&PrinterProfile> for PrinterConfig {
    fn from(profile: &PrinterProfile) -> PrinterConfig {
        PrinterConfig {
            columns: profile.columns,
            process_id: profile.process_id,
            speed_mm_per_s: profile.speed_mm_per_s,
        }
    }
}

/// A receipt printer with a cutter.
pub struct PrinterModel {
    config: PrinterConfig,
    power: Power,
    tokenizer: Tokenizer,
    buffer: VecDeque<Token>,
    buffered_bytes: usize,
    head: PrintHead,
    tape: Tape,
    status: Status,
    condition: Condition,
    /// The motor or the cutter is at work until then.
    busy_until: Moment,
    /// Lines until the roll ends, if somebody put in such a roll.
    lines_left: Option<u32>,
    /// Paper is stuck in the cutter, whether the printer has noticed or not.
    cutter_jammed: bool,
    stalled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Off,
    Booting { until: Moment },
    On,
}

/// The receive buffer of most models; what does not fit is lost without a word.
const BUFFER_BYTES: usize = 4096;

/// From switching on to the first answer.
const BOOT_TIME: Duration = Duration::from_millis(1500);

/// The cutter's way there and back.
const CUT_TIME: Duration = Duration::from_millis(300);

/// From the head to the cutter.
const CUTTER_DISTANCE_DOTS: u16 = 15 * DOTS_PER_MM;

impl PrinterModel {
    /// A printer with paper, switched off.
    pub fn new(config: PrinterConfig) -> PrinterModel {
        let dots = config.columns.dots();
        PrinterModel {
            config,
            power: Power::Off,
            tokenizer: Tokenizer::new(),
            buffer: VecDeque::new(),
            buffered_bytes: 0,
            head: PrintHead::new(dots),
            tape: Tape::new(dots),
            status: Status::default(),
            condition: Condition::default(),
            busy_until: Moment::START,
            lines_left: None,
            cutter_jammed: false,
            stalled: false,
        }
    }

    /// Every piece of paper that has left the printer, oldest first. Blank paper is not kept.
    pub fn pieces(&self) -> &[PaperPiece] {
        self.tape.pieces()
    }

    /// What is printed and not cut off yet.
    pub fn hanging(&self) -> &PaperPiece {
        self.tape.current()
    }

    /// How the printer senses itself.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    fn receive(&mut self, now: Moment, bytes: &[u8]) {
        self.tokenizer.push(bytes);
        while let Some(token) = self.tokenizer.next_token() {
            match token.command {
                Command::RealTimeStatus(query) => {
                    let answer = self.condition.real_time_status(query);
                    self.status.answer(&Reply::RealTime(answer));
                }
                Command::Recover(recovery) => self.recover(recovery),
                _ => self.buffer_token(token),
            }
        }
        self.work(now);
    }

    /// What it does not draw, a picture say, it forgets as it comes: that takes no room.
    fn buffer_token(&mut self, mut token: Token) {
        if matches!(token.command, Command::Unknown(_)) {
            token.length = 0;
        }
        if self.buffered_bytes + token.length > BUFFER_BYTES {
            self.status.show("overflow", json!({ "bytes": token.length }));
            return;
        }
        self.buffered_bytes += token.length;
        self.buffer.push_back(token);
    }

    /// Works off what is buffered, until the mechanics are busy or something stands in the way.
    fn work(&mut self, now: Moment) {
        while self.can_work() && now >= self.busy_until {
            if self.is_stopped_by_cutter() {
                self.change(|condition| condition.cutter_error = true);
                self.tape.spoil();
                self.status.show("stopped", json!({ "why": "cutter" }));
                return;
            }
            let Some(token) = self.buffer.pop_front() else { return };
            self.buffered_bytes -= token.length;
            self.busy_until = now;
            self.obey(&token.command);
        }
    }

    fn can_work(&self) -> bool {
        self.power == Power::On && !self.condition.offline && !self.stalled
    }

    fn is_stopped_by_cutter(&self) -> bool {
        let next = self.buffer.front().map(|token| &token.command);
        self.cutter_jammed && matches!(next, Some(Command::Cut { .. } | Command::CutHere))
    }

    fn obey(&mut self, command: &Command) {
        match command {
            Command::Init => {
                // A page begins with this; what hangs before it was never finished.
                self.tape.spoil();
                self.head.reset();
            }
            Command::Text(bytes) => {
                let full = self.head.write(bytes);
                full.into_iter().for_each(|line| self.print(line));
            }
            Command::LineFeed => self.feed_lines(1),
            Command::FeedLines(lines) => self.feed_lines(*lines),
            Command::FeedDots(dots) => {
                let line = self.head.take_line(Some((*dots).into()));
                self.print(line);
            }
            Command::Cut { feed } => self.cut(CUTTER_DISTANCE_DOTS + u16::from(*feed)),
            Command::CutHere => self.cut(0),
            Command::Symbol { .. } => self.print_symbol(command),
            Command::AutoStatus(changes) => self.subscribe(*changes),
            Command::BufferedStatus(query) => self.answer_in_turn(*query),
            Command::Identify(query) => self.status.identify(*query),
            Command::ReportProcessId(id) => self.report(*id, command),
            Command::Unknown(_) => self.show_unknown(command),
            Command::RealTimeStatus(_) | Command::Recover(_) => unreachable!("obeyed on receipt"),
            Command::Align(_)
            | Command::Bold(_)
            | Command::Size(_)
            | Command::Underline(_)
            | Command::KanjiUnderline(_)
            | Command::LineSpacing(_)
            | Command::DefaultLineSpacing
            | Command::InternationalSet(_)
            | Command::CodePage(_)
            | Command::KanjiSystem(_)
            | Command::KanjiMode(_) => self.head.set(command),
        }
    }

    /// Of the two-dimensional codes it knows QR only.
    fn print_symbol(&mut self, command: &Command) {
        match QrStep::of(command) {
            Some(step) => {
                let printed = self.head.qr_step(step);
                printed.into_iter().for_each(|line| self.print(line));
            }
            None => self.show_unknown(command),
        }
    }

    fn feed_lines(&mut self, lines: u8) {
        for _ in 0..lines {
            let line = self.head.take_line(None);
            self.print(line);
        }
    }

    fn print(&mut self, line: PaperLine) {
        self.occupy(line.advance_dots);
        self.tape.print(line);
        if let Some(left) = &mut self.lines_left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.end_roll();
            }
        }
    }

    /// A cut obeys only at the beginning of a line.
    fn cut(&mut self, feed_dots: u16) {
        if self.head.has_unprinted() {
            self.status.show("cut_ignored", json!({ "why": "within a line" }));
            return;
        }
        self.occupy(feed_dots);
        self.busy_until = self.busy_until.after(CUT_TIME);
        self.release();
    }

    /// What hangs comes loose, by the cutter or with its roll.
    fn release(&mut self) {
        let details = match self.tape.cut() {
            Some(piece) => {
                json!({ "piece": piece.number, "complete": piece.complete, "text": piece.text() })
            }
            None => json!({ "blank": true }),
        };
        self.status.show("cut", details);
    }

    fn subscribe(&mut self, changes: u8) {
        self.status.reported_changes = changes;
        if changes != 0 {
            self.status.answer(&Reply::Auto(self.condition));
        }
    }

    fn answer_in_turn(&mut self, query: BufferedQuery) {
        let answer = match query {
            BufferedQuery::Paper => self.condition.paper_byte(),
            BufferedQuery::Drawer => 0,
        };
        self.status.answer_in_turn(&Reply::Buffered(answer));
    }

    fn report(&mut self, id: ProcessId, command: &Command) {
        if !self.config.process_id {
            return self.show_unknown(command);
        }
        self.tape.confirm(id.to_string());
        self.status.answer_in_turn(&Reply::ProcessId(id));
    }

    fn show_unknown(&mut self, command: &Command) {
        self.status.show("unknown_command", json!({ "command": command.describe() }));
    }

    /// `DLE ENQ` helps only out of an error whose cause is gone.
    fn recover(&mut self, recovery: Recovery) {
        if !self.condition.needs_help() {
            return;
        }
        match recovery {
            Recovery::Resume => {}
            Recovery::Clear => self.forget_page(),
        }
        if !self.cutter_jammed {
            self.change(|condition| condition.cutter_error = false);
        }
    }

    fn forget_page(&mut self) {
        self.buffer.clear();
        self.buffered_bytes = 0;
        self.head.reset();
    }

    fn occupy(&mut self, dots: u16) {
        let per_second = u64::from(self.config.speed_mm_per_s.get()) * u64::from(DOTS_PER_MM);
        self.busy_until =
            self.busy_until.after(Duration::from_micros(u64::from(dots) * 1_000_000 / per_second));
    }

    fn end_roll(&mut self) {
        self.lines_left = None;
        self.tape.spoil();
        self.change(|condition| (condition.near_end, condition.paper_end) = (true, true));
        self.status.show("paper_out", json!({}));
    }

    /// The end of the old roll comes out with its core; printing goes on at the top of the new one.
    fn new_roll(&mut self) {
        self.lines_left = None;
        if self.condition.paper_end && !self.tape.current().is_blank() {
            self.release();
            self.tape.go_on_spoilt();
        }
        self.change(|condition| (condition.near_end, condition.paper_end) = (false, false));
        self.status.show("paper_ok", json!({}));
    }

    fn move_cover(&mut self, open: bool) {
        if open {
            self.tape.spoil();
        }
        self.change(|condition| condition.cover_open = open);
        self.status.show("cover", json!({ "open": open }));
    }

    /// The roll runs low.
    fn near_end(&mut self) {
        self.change(|condition| condition.near_end = true);
        self.status.show("paper_near", json!({}));
    }

    fn jam_cutter(&mut self, jammed: bool) {
        self.cutter_jammed = jammed;
        if jammed {
            self.status.show("jammed", json!({ "place": "cutter" }));
        } else {
            self.status.show("jam_cleared", json!({}));
        }
    }

    /// Changes what the printer senses, and what follows from it.
    fn change(&mut self, change: impl FnOnce(&mut Condition)) {
        let before = self.condition;
        let after = &mut self.condition;
        change(after);
        after.offline = after.cover_open || after.paper_end || after.needs_help();
        if self.power == Power::On {
            self.status.changed(&before, &self.condition);
        }
    }

    fn cut_power(&mut self) {
        self.power = Power::Off;
        self.tokenizer = Tokenizer::new();
        self.forget_page();
        self.tape.spoil();
        self.status.fall_silent();
        self.change(|condition| condition.cutter_error = false);
        self.status.show("power", json!({ "on": false }));
    }

    fn tear(&mut self) -> Result<(), String> {
        let taken = self.tape.take();
        if taken.is_empty() {
            return Err("no paper hangs out; print and cut first".to_owned());
        }
        self.status.show("taken", json!({ "pieces": taken }));
        Ok(())
    }

    fn switch_on(&mut self, now: Moment) -> Result<(), String> {
        if self.power != Power::Off {
            return Err("the printer is on already; `power cut` first".to_owned());
        }
        self.power = Power::Booting { until: now.after(BOOT_TIME) };
        self.status.show("power", json!({ "on": true }));
        Ok(())
    }

    fn undergo(&mut self, now: Moment, act: Act) -> Result<(), String> {
        match act {
            Act::Cover { open } => self.move_cover(open),
            Act::PaperOut => self.end_roll(),
            Act::PaperNear => self.near_end(),
            Act::PaperOk => self.new_roll(),
            Act::PaperOutAfter { lines: 0 } => self.end_roll(),
            Act::PaperOutAfter { lines } => self.lines_left = Some(lines),
            Act::Cutter { jammed } => self.jam_cutter(jammed),
            Act::Tear => self.tear()?,
            Act::PowerCut => self.cut_power(),
            Act::PowerOn => self.switch_on(now)?,
            Act::Stall { on } => self.stalled = on,
            Act::LoseReply { count } => self.status.to_lose = count,
            Act::Garble { count } => self.status.to_garble = count,
        }
        Ok(())
    }
}

impl Model for PrinterModel {
    fn draw_from(&mut self, seed: u64) {
        self.status.draw_from(seed);
    }

    fn start(&mut self, now: Moment) {
        self.power = Power::On;
        self.busy_until = now;
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        self.handle_timeout(now);
        match self.power {
            Power::Off | Power::Booting { .. } => {}
            Power::On => self.receive(now, bytes),
        }
    }

    fn handle_timeout(&mut self, now: Moment) {
        match self.power {
            Power::Booting { until } if now >= until => self.start(now),
            Power::Off | Power::Booting { .. } | Power::On => {}
        }
        self.work(now);
    }

    fn deadline(&self) -> Option<Moment> {
        match self.power {
            Power::Off => None,
            Power::Booting { until } => Some(until),
            Power::On => (self.can_work() && !self.buffer.is_empty()).then_some(self.busy_until),
        }
    }

    fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        self.handle_timeout(now);
        self.undergo(now, Act::parse(command)?)?;
        self.work(now);
        Ok(())
    }

    fn poll(&mut self) -> Option<ModelOutput> {
        self.status.poll()
    }

    fn look_inside(&self) -> Inside {
        let Condition { cover_open, paper_end, near_end, cutter_error, .. } = self.condition;
        let troubles = [
            (Trouble::PowerOff, self.power == Power::Off),
            (Trouble::CoverOpen, cover_open),
            (Trouble::PaperOut, paper_end),
            (Trouble::PaperNear, near_end && !paper_end),
            (Trouble::Jammed, cutter_error),
            (Trouble::WillJam, self.cutter_jammed && !cutter_error),
            (Trouble::Stalled, self.stalled),
        ];
        Inside { troubles: Trouble::among(troubles), ..Inside::default() }
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        people::HELP
    }
}

#[cfg(test)]
mod tests;
