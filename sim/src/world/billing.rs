use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use api::{
    BillId, BillingTrouble, DeliveryTrouble, FileFault, FileName, FolderTrouble, PatientNumber, PaymentId,
    PaymentResult, QuoteOutcome,
};
use billing::BillFile;
use engine::BillingEvent;
use money::Yen;
use wire::Moment;

use crate::surroundings::BillingAct;

/// A billing system behind its bridge, with its own book of what it was told.
#[derive(Default)]
pub(super) struct FakeBilling {
    bills: BTreeMap<BillId, BillFile>,
    newest: Option<BillId>,
    results: BTreeMap<PaymentId, PaymentResult>,
    fault: Faults,
    /// What is on its way to the machine, oldest first.
    answers: VecDeque<(Moment, BillingEvent)>,
}

/// What is wrong with it.
#[derive(Default)]
struct Faults {
    bridge_away: bool,
    folder_away: bool,
    silent: bool,
    /// How long each answer takes.
    latency: Duration,
    refuses: Refuses,
    /// Whose files are wrong.
    wrong_files: BTreeSet<PatientNumber>,
}

/// Whose result cannot be written.
#[derive(Default)]
enum Refuses {
    #[default]
    Nothing,
    Next,
    This(PaymentId),
}

/// What the desk adds to a bill, in yen.
const MORE: i64 = 100;

impl FakeBilling {
    /// Takes the text of a bill file; a newer revision replaces an older one.
    pub(super) fn put(&mut self, text: &str) -> Result<(), String> {
        let found = billing::parse_bill_file(text.as_bytes()).map_err(|error| error.to_string())?;
        self.newest = Some(found.bill.id.clone());
        self.bills.insert(found.bill.id.clone(), found);
        Ok(())
    }

    /// A new revision of the bill that came last, with another amount.
    pub(super) fn change_newest(&mut self) {
        let Some(found) = self.newest.as_ref().and_then(|id| self.bills.get_mut(id)) else { return };
        found.bill.revision += 1;
        found.bill.due = found.bill.due.plus(Yen::new(MORE)).unwrap_or(found.bill.due);
    }

    /// Something goes wrong with it, or is over.
    pub(super) fn act(&mut self, now: Moment, act: &BillingAct) {
        let fault = &mut self.fault;
        match act {
            BillingAct::BridgeAway => {
                fault.bridge_away = true;
                // What it was about to say is not said any more.
                self.answers.clear();
                self.answers.push_back((now, BillingEvent::Disconnected));
                return;
            }
            BillingAct::BridgeBack => {
                fault.bridge_away = false;
                self.answers.push_back((now, BillingEvent::Connected));
            }
            BillingAct::FolderAway => fault.folder_away = true,
            BillingAct::FolderBack => fault.folder_away = false,
            BillingAct::Silent => fault.silent = true,
            BillingAct::Speaking => fault.silent = false,
            BillingAct::Latency(latency) => fault.latency = *latency,
            BillingAct::RefuseNextResult => fault.refuses = Refuses::Next,
            BillingAct::TakeResults => fault.refuses = Refuses::Nothing,
            BillingAct::WrongFile { patient } => drop(fault.wrong_files.insert(patient.clone())),
            BillingAct::NoWrongFiles => fault.wrong_files.clear(),
        }
        let troubles = self.troubles();
        self.say(now, BillingEvent::Troubles(troubles));
    }

    /// What a program that was just started meets.
    pub(super) fn greet(&mut self, now: Moment) {
        self.answers.clear();
        if !self.fault.bridge_away {
            self.answers.push_back((now, BillingEvent::Connected));
            let troubles = self.troubles();
            self.say(now, BillingEvent::Troubles(troubles));
        }
    }

    pub(super) fn quote(&mut self, now: Moment, request: u64, patient: &PatientNumber) {
        if self.fault.bridge_away {
            let outcome = QuoteOutcome::Unavailable;
            self.answers.push_back((now, BillingEvent::Quoted { request, outcome }));
        } else if !self.fault.silent {
            let outcome = self.outcome(patient);
            self.say(now, BillingEvent::Quoted { request, outcome });
        }
    }

    /// Keeps the first result of a payment for good.
    pub(super) fn deliver(&mut self, now: Moment, result: PaymentResult) {
        let payment = result.payment;
        if let Refuses::Next = self.fault.refuses {
            self.fault.refuses = Refuses::This(payment);
        }
        let cause = match self.fault.refuses {
            _ if self.fault.folder_away => Some(DeliveryTrouble::Folder),
            Refuses::This(refused) if refused == payment => Some(DeliveryTrouble::CannotWrite),
            Refuses::This(_) | Refuses::Next | Refuses::Nothing => None,
        };
        match cause {
            Some(cause) => self.say(now, BillingEvent::NotDelivered { payment, cause }),
            None if self.fault.bridge_away || self.fault.silent => {}
            None => {
                self.results.entry(payment).or_insert(result);
                self.say(now, BillingEvent::Delivered { payment });
            }
        }
    }

    pub(super) fn results(&self) -> impl Iterator<Item = &PaymentResult> {
        self.results.values()
    }

    /// When it says something next.
    pub(super) fn next(&self) -> Option<Moment> {
        self.answers.front().map(|(at, _)| *at)
    }

    /// What it says now, if anything.
    pub(super) fn said(&mut self, now: Moment) -> Option<BillingEvent> {
        self.answers.pop_front_if(|(at, _)| *at <= now).map(|(_, event)| event)
    }

    fn outcome(&self, patient: &PatientNumber) -> QuoteOutcome {
        if self.fault.folder_away {
            return QuoteOutcome::Unavailable;
        }
        if self.fault.wrong_files.contains(patient) {
            return QuoteOutcome::AskAtDesk;
        }
        billing::quote(self.bills.values(), patient)
    }

    fn troubles(&self) -> Vec<BillingTrouble> {
        let folder = self.fault.folder_away.then_some(BillingTrouble::Folder(FolderTrouble::NotSetUp));
        let wrong = self.fault.wrong_files.iter().map(|patient| BillingTrouble::WrongFile {
            file: FileName(format!("{}.json", patient.0)),
            fault: FileFault::CutOff,
        });
        folder.into_iter().chain(wrong).collect()
    }

    /// Nothing is said by a bridge that is away, and nothing overtakes what was said before.
    fn say(&mut self, now: Moment, event: BillingEvent) {
        if self.fault.bridge_away {
            return;
        }
        let earliest = self.answers.back().map_or(now, |(at, _)| *at);
        self.answers.push_back((now.after(self.fault.latency).max(earliest), event));
    }
}
