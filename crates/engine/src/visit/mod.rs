//! One patient in front of the machine, from the first scan to thanks, with the notes and coins between. One struct a state,
//! with only that state's data; every transition consumes the state.

mod birthday;
mod choose;
mod collecting;
mod fixing;
mod greet;
mod issuing;
mod leaving;
mod paying_out;
mod recalling;
mod suspended;
mod waking;

use api::{Button, CancelEffect, Offer, Page, QuoteOutcome};
use device_api::{ExitBlock, Moment, UnitEvent, UnitId};
use money::Yen;
use settings::Times;

pub(crate) use self::birthday::KeyingBirthday;
pub(crate) use self::choose::{Choosing, Preparing, Requoting, ToPay};
pub(crate) use self::collecting::Collecting;
pub(crate) use self::fixing::Fixing;
pub(crate) use self::greet::{ConfirmingPayer, Idle, LookingUp, Noticing};
pub(crate) use self::issuing::{Issuing, Owing, Thanking};
pub(crate) use self::leaving::Leaving;
pub(crate) use self::paying_out::PayingOut;
pub(crate) use self::recalling::Recalling;
pub(crate) use self::suspended::Suspended;
pub(crate) use self::waking::Waking;
use crate::Policy;
use crate::billing::Billing;
use crate::books::{Books, Deposit, Payment};
use crate::cash::{Till, stray, takes_part};
use crate::health::Health;
use crate::input::Happening;
use crate::offer::Offering;
use crate::turn::Turn;
use crate::upkeep::Upkeep;

/// Where the visit is.
#[derive(Debug)]
pub(crate) enum Visit {
    Idle(Idle),
    LookingUp(LookingUp),
    Noticing(Noticing),
    ConfirmingPayer(ConfirmingPayer),
    KeyingBirthday(KeyingBirthday),
    Choosing(Choosing),
    Requoting(Requoting),
    Preparing(Preparing),
    Collecting(Collecting),
    Recalling(Recalling),
    Waking(Waking),
    Leaving(Leaving),
    Fixing(Fixing),
    PayingOut(PayingOut),
    Issuing(Issuing),
    Thanking(Thanking),
    Owing(Owing),
    Suspended(Suspended),
    /// A transition did not come back. Nothing can leave this state but a restart.
    Poisoned,
}

/// What a state may read to draw its page.
pub(crate) struct Scene<'a> {
    pub(crate) now: Moment,
    pub(crate) policy: &'a Policy,
    pub(crate) books: &'a Books,
    pub(crate) health: &'a Health,
    pub(crate) billing: &'a Billing,
    pub(crate) upkeep: &'a Upkeep,
}

impl<'a> Scene<'a> {
    /// What a patient is offered now.
    pub(crate) fn offer(&self) -> Offer {
        let Scene { policy, books, health, billing, upkeep, .. } = *self;
        Offering { policy, books, health, billing, upkeep }.offer()
    }

    pub(crate) fn till(&self) -> Till<'a> {
        Till::new(self.policy, self.books, self.health, self.upkeep)
    }
}

/// What is on screen until units come to rest.
fn settling_page(scene: &Scene<'_>) -> Page {
    match (scene.health.exit(), scene.books.refused.is_empty()) {
        (Some(ExitBlock::SecondNote), _) => Page::TakeSecondNote,
        (Some(ExitBlock::GivenBack), _) | (None, false) => Page::TakeNoteBack,
        (None, true) => Page::Counting,
    }
}

/// What is on screen while a person has to decide.
fn suspended_page(scene: &Scene<'_>) -> Page {
    let open = scene.books.open.as_ref();
    Page::Suspended { payment: open.map(|open| open.id), inserted: open.map_or(Yen::ZERO, Payment::brought) }
}

/// What 「やめる」 would do right now (K14).
fn cancel_effect(scene: &Scene<'_>, deposit: &Deposit) -> CancelEffect {
    match deposit.holds_nothing() {
        true => CancelEffect::BackToStart,
        false if scene.till().is_returnable(deposit) => CancelEffect::MachineReturnsMoney,
        false => CancelEffect::StaffReturnMoney,
    }
}

/// A state of a visit: what it does with each happening. What it does not name leaves it as it is.
pub(crate) trait Stage: Sized + Into<Visit> {
    fn page(&self, scene: &Scene<'_>) -> Page;

    fn deadline(&self, _now: Moment, _times: &Times) -> Option<Moment> {
        None
    }

    /// A second card never mixes with the payment under way (K16).
    fn scanned(self, _turn: &mut Turn<'_>, _number: Option<api::PatientNumber>) -> Visit {
        self.into()
    }

    fn touched(self, _turn: &mut Turn<'_>, _button: Button) -> Visit {
        self.into()
    }

    fn unit(self, turn: &mut Turn<'_>, unit: UnitId, event: UnitEvent) -> Visit {
        stray(turn, unit, &event);
        self.into()
    }

    fn quoted(self, _turn: &mut Turn<'_>, _request: u64, _outcome: QuoteOutcome) -> Visit {
        self.into()
    }

    fn papers_changed(self, _turn: &mut Turn<'_>) -> Visit {
        self.into()
    }

    fn taken_over(self, _turn: &mut Turn<'_>) -> Visit {
        self.into()
    }

    /// Staff decided that the suspended payment goes on.
    fn decided(self, _turn: &mut Turn<'_>) -> Visit {
        self.into()
    }

    /// The deadline has passed.
    fn expired(self, _turn: &mut Turn<'_>) -> Visit {
        self.into()
    }

    /// Time has passed, perhaps not enough.
    fn tick(self, turn: &mut Turn<'_>) -> Visit {
        match self.deadline(turn.now.at, &turn.policy.times) {
            Some(deadline) if turn.now.at >= deadline => self.expired(turn),
            Some(_) | None => self.into(),
        }
    }
}

/// Calls a method of whichever state the visit is in.
macro_rules! each_stage {
    ($visit:expr, $stage:ident => $call:expr, poisoned => $poisoned:expr) => {
        match $visit {
            Visit::Idle($stage) => $call,
            Visit::LookingUp($stage) => $call,
            Visit::Noticing($stage) => $call,
            Visit::ConfirmingPayer($stage) => $call,
            Visit::KeyingBirthday($stage) => $call,
            Visit::Choosing($stage) => $call,
            Visit::Requoting($stage) => $call,
            Visit::Preparing($stage) => $call,
            Visit::Collecting($stage) => $call,
            Visit::Recalling($stage) => $call,
            Visit::Waking($stage) => $call,
            Visit::Leaving($stage) => $call,
            Visit::Fixing($stage) => $call,
            Visit::PayingOut($stage) => $call,
            Visit::Issuing($stage) => $call,
            Visit::Thanking($stage) => $call,
            Visit::Owing($stage) => $call,
            Visit::Suspended($stage) => $call,
            Visit::Poisoned => $poisoned,
        }
    };
}

impl Visit {
    pub(crate) fn on(self, turn: &mut Turn<'_>, happening: Happening) -> Visit {
        each_stage!(self, stage => match happening {
            Happening::Scanned(number) => stage.scanned(turn, number),
            Happening::Touched(button) => stage.touched(turn, button),
            Happening::Unit(unit, event) => match is_found(turn, unit, &event) {
                true => {
                    stray(turn, unit, &event);
                    stage.into()
                }
                false => stage.unit(turn, unit, event),
            },
            Happening::Quoted(request, outcome) => stage.quoted(turn, request, outcome),
            Happening::PapersChanged => stage.papers_changed(turn),
            Happening::TakenOver => stage.taken_over(turn),
            Happening::Decided => stage.decided(turn),
            Happening::Tick => stage.tick(turn),
        }, poisoned => Visit::Poisoned)
    }

    pub(crate) fn page(&self, scene: &Scene<'_>) -> Page {
        each_stage!(self, stage => stage.page(scene), poisoned => suspended_page(scene))
    }

    pub(crate) fn deadline(&self, now: Moment, times: &Times) -> Option<Moment> {
        each_stage!(self, stage => stage.deadline(now, times), poisoned => None)
    }
}

/// A unit works again in the middle of a payment that is made without it: what it takes is none of the payment's.
fn is_found(turn: &Turn<'_>, unit: UnitId, event: &UnitEvent) -> bool {
    matches!(event, UnitEvent::In(_)) && turn.books.deposit().is_some() && !takes_part(turn, unit)
}

/// Lets `Stage` methods return `self.into()`.
macro_rules! into_visit {
    ($($stage:ident),*) => {
        $(impl From<$stage> for Visit {
            fn from(stage: $stage) -> Visit {
                Visit::$stage(stage)
            }
        })*
    };
}

into_visit!(
    Idle,
    LookingUp,
    Noticing,
    ConfirmingPayer,
    KeyingBirthday,
    Choosing,
    Requoting,
    Preparing,
    Collecting,
    Recalling,
    Waking,
    Leaving,
    Fixing,
    PayingOut,
    Issuing,
    Thanking,
    Owing,
    Suspended
);
