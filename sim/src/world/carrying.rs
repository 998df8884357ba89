//! What carries the machine in a world: virtual lines, a journal in memory, and a billing system that is played.

use api::{ToBridge, WallTime};
use engine::ledger::postings;
use engine::{BillingEvent, Draft, Entry, Now, PaymentEntry};
use journal::{AppendError, Record};
use machine::{Effect, LineId, Told, Wakeup};
use money::CashCount;

use super::cash_units::CashUnit;
use super::station::Cable;
use super::{World, check, truth_of};
use crate::surroundings::Written;

impl World {
    /// Lets everything happen that is due now.
    pub(super) fn settle(&mut self) -> Result<(), AppendError> {
        self.run_devices();
        self.end_append_if_due()?;
        if self.machine.deadline(self.now).is_some_and(|at| at <= self.now) {
            self.machine.handle(self.now, Wakeup::Timeout);
        }
        self.carry_out()?;
        if self.machine.waits_for_overdue_append() {
            self.watch.stops(self.now);
        }
        // Before anything more is written.
        check::line::overhear(self);
        self.decide()?;
        check::look(self);
        Ok(())
    }

    fn run_devices(&mut self) {
        let (printer, scanner) = (self.printer_line(), self.scanner_line());
        let (now, machine, happened) = (self.now, &mut self.machine, &mut self.happened);
        for CashUnit { line, station, .. } in &mut self.notes {
            station.run(now, |bytes| machine.handle(now, Wakeup::Bytes(*line, bytes)), happened);
        }
        for CashUnit { line, station, .. } in &mut self.coins {
            station.run(now, |bytes| machine.handle(now, Wakeup::Bytes(*line, bytes)), happened);
        }
        self.printer.run(now, |bytes| machine.handle(now, Wakeup::Bytes(printer, bytes)), happened);
        self.scanner.run(now, |bytes| machine.handle(now, Wakeup::Bytes(scanner, bytes)), happened);
    }

    /// Lets the machine decide on everything that waits.
    pub(super) fn decide(&mut self) -> Result<(), AppendError> {
        loop {
            self.hear_billing();
            if !self.machine.wants_turn() {
                return Ok(());
            }
            let now = self.clocks();
            self.machine.turn(now);
            self.carry_out()?;
        }
    }

    /// What the billing system says by now.
    fn hear_billing(&mut self) {
        while let Some(event) = self.billing.said(self.now) {
            if let BillingEvent::Quoted { outcome, .. } = &event {
                self.watch.answered(outcome);
            }
            self.machine.handle(self.now, Wakeup::Told(Told::Billing(event)));
        }
    }

    /// Does what the machine asks for.
    pub(super) fn carry_out(&mut self) -> Result<(), AppendError> {
        self.look_inside();
        while let Some(effect) = self.machine.poll() {
            match effect {
                Effect::Append { at, entries } => self.append(at, entries)?,
                Effect::OpenLines => self.open_lines(),
                Effect::Transmit(line, bytes) => self.transmit(line, bytes),
                Effect::AnswerDesk(answer) => self.answer = Some(*answer),
                Effect::ToBridge(message) => self.tell_billing(*message),
                Effect::CutBridge => self.billing.greet(self.now),
                Effect::View(view) => self.screen = *view,
                Effect::EmptyJournalLog => self.empty_log(),
                Effect::TryJournal => self.try_journal(),
                Effect::Log(_) => {}
                Effect::Stopped(open) => self.has_stopped(&open)?,
            }
            self.look_inside();
        }
        Ok(())
    }

    fn tell_billing(&mut self, message: ToBridge) {
        match message {
            ToBridge::Quote { request, patient } => self.billing.quote(self.now, request, &patient),
            ToBridge::Deliver(result) => {
                self.watch.delivered(&result, &self.settings.id);
                self.billing.deliver(self.now, result);
            }
        }
    }

    /// What has passed inside the machine: outputs must rest on what is written.
    fn look_inside(&mut self) {
        let inside = self.machine.seams_mut();
        if inside.told.is_empty() && inside.left.is_empty() {
            return;
        }
        let (told, left) = (std::mem::take(&mut inside.told), std::mem::take(&mut inside.left));
        let heard = std::mem::take(&mut inside.heard);
        told.iter().for_each(|event| self.observer.told(event));
        heard.iter().for_each(|event| self.watch.told(self.now, event));
        for output in &left {
            if !check::rests_on_what_is_written(output, &self.written) {
                self.watch.note_unwritten(output);
            }
            self.watch.asked(output);
        }
    }

    pub(super) fn write(&mut self, at: WallTime, drafts: &[Draft]) -> Result<Written, AppendError> {
        let at = self.machine.seams().planted.dated(at, self.wall());
        if self.disk.takes_it() {
            self.check_date(at, drafts);
            self.journal.append(at, drafts)?;
            self.machine.seams_mut().planted.appended(at, drafts)?;
            let before = self.written.len();
            drafts.iter().for_each(|draft| self.keep_written(at, draft.clone()));
            self.watch.stepped(&self.written[before..]);
        }
        Ok(self.disk.says())
    }

    fn keep_written(&mut self, at: WallTime, draft: Draft) {
        let Draft { entry, private } = draft;
        if let Entry::Payment(PaymentEntry::PaymentOpened { payment, .. }) = &entry {
            self.paid_out_before.push((*payment, self.paid_out()));
        }
        self.coins_unheard &= !matches!(entry, Entry::Payment(PaymentEntry::PaymentOpened { .. }));
        let (notes, coins) = (&self.notes, &self.coins);
        let planted = &self.machine.seams().planted;
        let posted = postings(&entry).map(|lines| planted.posted(&entry, lines)).unwrap_or_default();
        self.watch.apply(at, (&entry, private.as_ref()), &posted, || truth_of(notes, coins));
        self.observer.written(&entry);
        self.written.push(entry);
    }

    /// What has left the machine in all by being paid out, by the devices' truth.
    pub(super) fn paid_out(&self) -> CashCount {
        self.truth().paid_out()
    }

    fn open_lines(&mut self) {
        let others = [(self.printer_line(), self.printer.open()), (self.scanner_line(), self.scanner.open())];
        let notes = self.notes.iter_mut().map(|unit| (unit.line, unit.station.open()));
        let coins = self.coins.iter_mut().map(|unit| (unit.line, unit.station.open()));
        let mut cables: Vec<_> = notes.chain(coins).chain(others).collect();
        cables.sort_by_key(|(line, _)| *line);
        cables.into_iter().for_each(|(line, cable)| self.tell_of_cable(line, cable));
    }

    pub(super) fn tell_of_cable(&mut self, line: LineId, cable: Cable) {
        let wakeup = match cable {
            Cable::In => Wakeup::LineOpened(line),
            Cable::Out => Wakeup::LineLost(line),
        };
        self.machine.handle(self.now, wakeup);
    }

    /// Units come first, as in `machine::wiring`.
    pub(super) fn printer_line(&self) -> LineId {
        LineId(self.settings.devices.units.len())
    }

    pub(super) fn scanner_line(&self) -> LineId {
        LineId(self.settings.devices.units.len() + 1)
    }

    fn transmit(&mut self, line: LineId, bytes: Vec<u8>) {
        if let Some(unit) = self.notes.iter_mut().find(|unit| unit.line == line) {
            return unit.station.say(self.now, bytes);
        }
        if let Some(unit) = self.coins.iter_mut().find(|unit| unit.line == line) {
            return unit.station.say(self.now, bytes);
        }
        match line {
            printer if printer == self.printer_line() => self.printer.say(self.now, bytes),
            _ => self.scanner.say(self.now, bytes),
        }
    }

    pub(super) fn clocks(&mut self) -> Now {
        Now { at: self.now, wall: self.wall(), chance: self.die.u64(..) }
    }
}
