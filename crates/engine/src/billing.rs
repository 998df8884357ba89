//! The way to the billing system: questions and results that are on it, and what is wrong with it. Whatever is wrong
//! costs only whom it concerns, is told to the desk, and is over by itself when its cause is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use api::{BillingTrouble, DeliveryTrouble, FileName, PaymentId};
use device_api::Moment;
use settings::Times;

use crate::output::Output;
use crate::turn::Turn;
use crate::{BillingEvent, CallReason, PaymentEntry};

/// Results that are on their way at one time. After days without the billing system there are thousands. One that was
/// refused is not on its way, so it takes nobody's place.
const RESULTS_AT_ONCE: usize = 64;

/// The bridge writes a file and moves another; a share that needs longer hangs.
const RESULT_ANSWERED_WITHIN: Duration = Duration::from_secs(30);

/// The pause before a result is sent again, doubled each time. A file that another program held open for a moment is
/// free at the second try.
const RESULT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What went wrong for long is tried once a minute, for ever: the billing system has to be told in the end.
const RESULT_AGAIN_AT_MOST_AFTER: Duration = Duration::from_secs(60);

/// A share that is away for a moment, a bridge that starts again and a file that is just being corrected need nobody.
const TROUBLE_CALLS_AFTER: Duration = Duration::from_secs(15);

/// What is known of the way to the billing system.
#[derive(Debug)]
pub(crate) struct Billing {
    /// Since when no bridge is connected; `None` if one is.
    away_since: Option<Moment>,
    /// Questions asked since the program began.
    requests: u64,
    /// When the oldest question was asked after which nothing was answered.
    asked_at: Option<Moment>,
    deliveries: BTreeMap<PaymentId, Delivery>,
    /// What the bridge said last.
    reported: Vec<BillingTrouble>,
    /// What is wrong now.
    matters: BTreeMap<Matter, Known>,
}

/// A result that was sent at least once.
#[derive(Debug)]
struct Delivery {
    /// How often it was sent.
    tries: u32,
    state: DeliveryState,
    /// Why it was not delivered the last time; it is in trouble until it is, also while it is tried again.
    trouble: Option<DeliveryTrouble>,
}

#[derive(Debug)]
enum DeliveryState {
    Sent {
        at: Moment,
    },
    Refused {
        at: Moment,
    },
    /// A bridge came that has not heard of it.
    Due,
}

/// What one call is about. Many results that wait for the same thing are one matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Matter {
    Bridge,
    Folder,
    Limit,
    File(FileName),
    OtherFiles,
    Results,
}

#[derive(Debug)]
struct Known {
    since: Moment,
    called: bool,
}

impl Billing {
    /// `requests` questions were asked before, by a machine that stood still since.
    pub(crate) fn new(now: Moment, requests: u64) -> Billing {
        Billing {
            away_since: Some(now),
            requests,
            asked_at: None,
            deliveries: BTreeMap::new(),
            reported: Vec::new(),
            matters: BTreeMap::new(),
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.away_since.is_none()
    }

    /// Questions asked since the program began.
    pub(crate) fn requests(&self) -> u64 {
        self.requests
    }

    /// A question is being asked; says under which number.
    pub(crate) fn asked(&mut self, now: Moment) -> u64 {
        self.requests += 1;
        self.asked_at.get_or_insert(now);
        self.requests
    }

    /// Whether nobody's bills could be found for so long that the desk was called.
    pub(crate) fn serves_nobody(&self) -> bool {
        let concerns_all = |matter: &Matter| match matter {
            Matter::Bridge | Matter::Folder => true,
            Matter::Limit | Matter::File(_) | Matter::OtherFiles | Matter::Results => false,
        };
        self.matters.iter().any(|(matter, known)| known.called && concerns_all(matter))
    }

    /// Everything that is wrong now.
    pub(crate) fn troubles(&self, now: Moment, times: &Times) -> Vec<BillingTrouble> {
        let away = self.away_since.map(|_| BillingTrouble::BridgeAway);
        let silent = self.silent_at(times).filter(|at| self.is_connected() && *at <= now);
        let waiting = self.deliveries.iter().filter_map(|(payment, delivery)| {
            Some(BillingTrouble::Result { payment: *payment, cause: delivery.trouble? })
        });
        away.into_iter()
            .chain(silent.map(|_| BillingTrouble::NoAnswer))
            .chain(self.reported.iter().cloned())
            .chain(waiting)
            .collect()
    }

    /// When something has to be done by [`look_after`].
    pub(crate) fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        let is_full = self.on_their_way() >= RESULTS_AT_ONCE;
        // With no place free, the next is sent when an answer comes.
        let can_change = |one: &&Delivery| self.is_connected() && (one.is_on_its_way() || !is_full);
        let results = self.deliveries.values().filter(can_change).map(Delivery::next);
        let calls = self.matters.values().filter(|known| !known.called);
        let silent = self.silent_at(times).filter(|at| now < *at);
        results.chain(calls.map(|known| known.since.after(TROUBLE_CALLS_AFTER))).chain(silent).min()
    }

    fn silent_at(&self, times: &Times) -> Option<Moment> {
        self.asked_at.map(|at| at.after(times.quote_timeout()))
    }

    fn bridge_changed(&mut self, away_since: Option<Moment>) {
        self.away_since = away_since;
        self.asked_at = None;
        self.deliveries.values_mut().for_each(|delivery| delivery.state = DeliveryState::Due);
    }

    fn on_their_way(&self) -> usize {
        self.deliveries.values().filter(|delivery| delivery.is_on_its_way()).count()
    }

    /// The payments among `undelivered` whose results are to be sent now.
    fn send_due(&mut self, undelivered: impl Iterator<Item = PaymentId>, now: Moment) -> Vec<PaymentId> {
        if !self.is_connected() {
            return Vec::new();
        }
        self.give_up_waiting(now);
        let free = RESULTS_AT_ONCE.saturating_sub(self.on_their_way());
        let is_due = |payment: &PaymentId| self.deliveries.get(payment).is_none_or(|one| one.is_due(now));
        let due: Vec<PaymentId> = undelivered.filter(is_due).take(free).collect();
        for payment in &due {
            let new = Delivery { tries: 0, state: DeliveryState::Due, trouble: None };
            let delivery = self.deliveries.entry(*payment).or_insert(new);
            delivery.tries = delivery.tries.saturating_add(1);
            delivery.state = DeliveryState::Sent { at: now };
        }
        due
    }

    fn give_up_waiting(&mut self, now: Moment) {
        for delivery in self.deliveries.values_mut() {
            if delivery.is_on_its_way() && delivery.next() <= now {
                delivery.refused(now, DeliveryTrouble::NoAnswer);
            }
        }
    }

    /// Notes which matters there are now, and says whether one of them has lasted long enough to call, for the first time.
    fn notice(&mut self, now: Moment, times: &Times) -> bool {
        let found: BTreeSet<Matter> = self.troubles(now, times).iter().map(matter_of).collect();
        self.matters.retain(|matter, _| found.contains(matter));
        for matter in found {
            self.matters.entry(matter).or_insert(Known { since: now, called: false });
        }
        let lasting = |known: &&mut Known| !known.called && known.since.after(TROUBLE_CALLS_AFTER) <= now;
        self.matters.values_mut().filter(lasting).map(|known| known.called = true).count() > 0
    }
}

impl Delivery {
    fn is_on_its_way(&self) -> bool {
        matches!(self.state, DeliveryState::Sent { .. })
    }

    fn is_due(&self, now: Moment) -> bool {
        !self.is_on_its_way() && self.next() <= now
    }

    /// When it is sent again, or its answer is waited for no longer.
    fn next(&self) -> Moment {
        match self.state {
            DeliveryState::Sent { at } => at.after(RESULT_ANSWERED_WITHIN),
            DeliveryState::Refused { at } => at.after(pause_after(self.tries)),
            DeliveryState::Due => Moment::START,
        }
    }

    fn refused(&mut self, at: Moment, cause: DeliveryTrouble) {
        self.state = DeliveryState::Refused { at };
        self.trouble = Some(cause);
    }
}

fn pause_after(tries: u32) -> Duration {
    // So many doublings are beyond the limit, and no overflow.
    let doublings = tries.saturating_sub(1).min(10);
    (RESULT_AGAIN_AFTER * (1 << doublings)).min(RESULT_AGAIN_AT_MOST_AFTER)
}

fn matter_of(trouble: &BillingTrouble) -> Matter {
    match trouble {
        BillingTrouble::BridgeAway | BillingTrouble::NoAnswer => Matter::Bridge,
        BillingTrouble::Folder(_) => Matter::Folder,
        BillingTrouble::TooManyFiles { .. } => Matter::Limit,
        BillingTrouble::WrongFile { file, .. } => Matter::File(file.clone()),
        BillingTrouble::MoreWrongFiles { .. } => Matter::OtherFiles,
        BillingTrouble::Result { .. } => Matter::Results,
    }
}

/// What the bridge said, or that it came or went.
pub(crate) fn said(turn: &mut Turn<'_>, event: BillingEvent) {
    let now = turn.now.at;
    match event {
        BillingEvent::Connected => turn.billing.bridge_changed(None),
        BillingEvent::Disconnected => turn.billing.bridge_changed(Some(now)),
        BillingEvent::Quoted { .. } => turn.billing.asked_at = None,
        BillingEvent::Delivered { payment } => {
            turn.billing.deliveries.remove(&payment);
            if turn.books.undelivered.contains_key(&payment) {
                turn.record(PaymentEntry::ResultDelivered { payment });
            }
        }
        BillingEvent::NotDelivered { payment, cause } => {
            if let Some(delivery) = turn.billing.deliveries.get_mut(&payment) {
                delivery.refused(now, cause);
            }
        }
        BillingEvent::Troubles(troubles) => turn.billing.reported = troubles,
    }
}

/// At the end of each turn: sends what is to be sent, and calls the desk once a matter.
pub(crate) fn look_after(turn: &mut Turn<'_>) {
    let now = turn.now.at;
    for payment in turn.billing.send_due(turn.books.undelivered.keys().copied(), now) {
        let result = turn.books.undelivered[&payment].clone();
        turn.output(Output::Deliver(Box::new(result)));
    }
    if turn.billing.notice(now, &turn.policy.times) {
        turn.call_staff(CallReason::Billing);
    }
    if turn.billing.matters.is_empty() {
        turn.calls.settled(CallReason::Billing);
    }
}
