//! What the desk asks, and is answered.

use api::{Answer, CallAbout, CallView, MachineView, PaymentSummary, Question, Refusal, Standing, StoreView};

use super::Engine;
use crate::{CallReason, Look, Reply, incident, stock};

impl Engine {
    /// The calls that are not over, each with what it is about.
    fn calls_in_full(&self) -> Vec<CallView> {
        let in_full = |call: CallView| CallView { about: self.about(call.reason), ..call };
        self.calls().into_iter().map(in_full).collect()
    }

    fn about(&self, reason: CallReason) -> Vec<CallAbout> {
        match reason {
            CallReason::Patient | CallReason::Records => Vec::new(),
            CallReason::Waiting | CallReason::Stuck | CallReason::Suspended => {
                let id = self.open_payment();
                let open = id.and_then(|payment| self.payment(payment));
                let about =
                    |open: &PaymentSummary| CallAbout::Payment { payment: open.id, inserted: open.inserted };
                let incidents = self.incidents().into_iter().filter(|one| id.is_some() && one.about == id);
                open.map(about).into_iter().chain(incidents.map(CallAbout::Incident)).collect()
            }
            CallReason::Paper => self.papers_in_doubt().into_iter().map(CallAbout::Paper).collect(),
            CallReason::FoundMoney => {
                let found = self.books.called_for.found().iter();
                let incidents = incident::list_found(&self.books).into_iter();
                let found = found.map(|denomination| CallAbout::Found { denomination: *denomination });
                found.chain(incidents.map(CallAbout::Incident)).collect()
            }
            CallReason::Owed => {
                let slips = self.books.called_for.slips().iter();
                slips.map(|&(payment, amount)| CallAbout::Slip { payment, amount }).collect()
            }
            CallReason::Stock => {
                let stores = self.stores().into_iter();
                stores.filter(|store| store.standing != Standing::Certain).map(CallAbout::Store).collect()
            }
            CallReason::Billing => {
                let troubles = self.billing.troubles(self.now, &self.policy.times);
                troubles.into_iter().map(CallAbout::Billing).collect()
            }
            CallReason::Doubt => self.doubts().into_iter().map(CallAbout::Unit).collect(),
            CallReason::OutOfOrder => {
                let units = self.health.out_of_order().into_iter();
                units.map(|(_, unit)| CallAbout::OutOfOrder(unit)).collect()
            }
        }
    }

    /// What the desk is answered. While a patient pays, nothing is looked for that takes long.
    pub(crate) fn answer(&self, question: Question) -> Result<Reply, Refusal> {
        let if_nobody_pays =
            |look| if self.is_taking_money() { Err(Refusal::Busy) } else { Ok(Reply::Look(look)) };
        match question {
            Question::Calls => Ok(Reply::Now(Answer::Calls(self.calls_in_full()))),
            Question::Papers => Ok(Reply::Now(Answer::Papers(self.papers_in_doubt()))),
            Question::Doubts => Ok(Reply::Now(Answer::Doubts(self.doubts()))),
            Question::Incidents => Ok(Reply::Now(Answer::Incidents(self.incidents()))),
            Question::Incident { incident } => {
                let one = self.incidents().into_iter().find(|one| one.incident == incident);
                one.map(|one| Reply::Now(Answer::Incident(one))).ok_or(Refusal::NoSuchIncident { incident })
            }
            Question::Payment { id } => match self.payment(id) {
                Some(payment) => Ok(Reply::Now(Answer::Payment(Box::new(payment.clone())))),
                None => if_nobody_pays(Look::Payment(id)),
            },
            Question::JournalVerify => if_nobody_pays(Look::Verify),
            Question::JournalShow { last } => Ok(Reply::Look(Look::Show { last })),
            Question::Status => Ok(Reply::Look(Look::Status(Box::new(self.status())))),
        }
    }

    /// How the machine is. Whether the ledger balances is the journal's to say.
    pub fn status(&self) -> MachineView {
        MachineView {
            journal: None,
            page: self.view.page.name(),
            offer: self.scene().offer(),
            units: self.health.view(),
            billing_connected: self.billing.is_connected(),
            billing_troubles: self.billing.troubles(self.now, &self.policy.times),
            open_payment: self.open_payment(),
            last_payment: self.books.last_payment(),
            undelivered_results: Some(u32::try_from(self.books.undelivered.len()).unwrap_or(u32::MAX)),
            doubts: self.doubts(),
            incidents: self.incidents(),
            stores: self.stores(),
            elsewhere: stock::elsewhere(&self.policy, &self.books),
            ledger_balanced: None,
            journal_checked: None,
        }
    }

    fn stores(&self) -> Vec<StoreView> {
        stock::stores(&self.policy, &self.books, &self.health)
    }
}
