//! One input being handled: what may be read, and the only ways to write an entry or cause an output.

use device_api::{DepositCommand, PartId, PayoutCommand, UnitCommand, UnitId};
use money::DenominationSet;

use crate::billing::Billing;
use crate::books::Books;
use crate::calls::Calls;
use crate::clock::Clock;
use crate::fitted::Fitted;
use crate::health::Health;
use crate::upkeep::Upkeep;
use crate::{CallEntry, CallReason, Draft, Entry, Now, Output, Policy, Private, Step};

pub(crate) struct Turn<'a> {
    pub(crate) now: Now,
    pub(crate) policy: &'a Policy,
    pub(crate) health: &'a Health,
    pub(crate) books: &'a mut Books,
    pub(crate) calls: &'a mut Calls,
    pub(crate) billing: &'a mut Billing,
    pub(crate) upkeep: &'a mut Upkeep,
    pub(crate) clock: &'a mut Clock,
    pub(crate) fitted: &'a mut Fitted,
    pub(crate) step: &'a mut Step,
}

impl Turn<'_> {
    /// Writes `entry`; the books know it at once, the world not before it is durable.
    pub(crate) fn record(&mut self, entry: impl Into<Entry>) {
        self.write(Draft { entry: entry.into(), private: None });
    }

    /// Writes `entry` with a part that is kept beside the chain.
    pub(crate) fn record_private(&mut self, entry: impl Into<Entry>, private: Private) {
        self.write(Draft { entry: entry.into(), private: Some(private) });
    }

    /// Causes `output` once all entries of this turn are durable.
    pub(crate) fn output(&mut self, output: Output) {
        self.step.outputs.push(output);
    }

    /// Asks a cash unit.
    pub(crate) fn ask(&mut self, unit: UnitId, command: UnitCommand) {
        self.output(Output::Unit(unit, command));
    }

    /// Asks a unit that pays out. One that is not there any more is asked nothing.
    pub(crate) fn ask_payer(&mut self, unit: UnitId, command: PayoutCommand) {
        if self.policy.has(unit) {
            self.ask(unit, UnitCommand::Out(command));
        }
    }

    /// Asks a part of a unit what it has counted.
    pub(crate) fn ask_counts(&mut self, PartId { unit, part }: PartId) {
        self.ask(unit, UnitCommand::ReadCounts(part));
    }

    /// Asks every unit that counts its stores what it has counted.
    pub(crate) fn ask_who_counts_stores(&mut self) {
        let policy = self.policy;
        policy.who_counts_stores().for_each(|unit| self.ask_counts(PartId::acceptor(unit)));
    }

    /// Lets a unit take these from now on.
    pub(crate) fn accept(&mut self, unit: UnitId, pieces: DenominationSet) {
        self.ask(unit, UnitCommand::In(DepositCommand::Accept(pieces)));
    }

    /// Lets the units take nothing more; each answers `Inhibited` when nothing is under way in it.
    pub(crate) fn stop_accepting(&mut self) {
        let policy = self.policy;
        policy.units.iter().for_each(|unit| self.accept(unit.id, DenominationSet::EMPTY));
    }

    /// Asks for a patient's bills and says under which number the answer will come.
    pub(crate) fn quote(&mut self, patient: api::PatientNumber) -> u64 {
        let request = self.billing.asked(self.now.at);
        self.output(Output::Quote { request, patient });
        request
    }

    /// Rings at the desk, once a reason.
    pub(crate) fn call_staff(&mut self, reason: CallReason) {
        if self.calls.ring(self.now, reason) {
            self.record(CallEntry::StaffCalled { reason });
        }
    }

    fn write(&mut self, draft: Draft) {
        self.books.apply(self.now.wall, &draft);
        self.step.entries.push(draft);
    }
}
