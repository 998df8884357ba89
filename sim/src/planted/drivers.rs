use device_api::{
    DepositCommand, Deposited, Dispense, DispenseEnd, DispenseId, Paid, PayoutCommand, Place, PrinterEvent,
    ShortCause, Stated, UnitCommand, UnitEvent, UnitPart, UnitTrouble,
};
use engine::{Input, Output, PrintRequest};
use money::Denomination;

use super::at_work::{Bug, Turned, told};
use crate::cabinet::{COINS, NOTES};

/// A driver that tells one thing for another, each time alike.
#[derive(Debug)]
pub(super) struct Tells(pub(super) fn(Input) -> Turned);

impl Bug for Tells {
    fn told(&mut self, event: Input) -> Turned {
        (self.0)(event)
    }
}

/// A note is told as stacked when that is ordered.
#[derive(Debug, Default)]
pub(super) struct Escrow {
    note: Option<Denomination>,
    /// Its credit was told early.
    credited: bool,
}

impl Bug for Escrow {
    fn ordered(&mut self, output: &Output) -> Option<Input> {
        matches!(output, Output::Unit(NOTES, UnitCommand::In(DepositCommand::Stack))).then(|| {
            self.credited = true;
            Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { denomination: self.note }))
        })
    }

    /// The true credit is not told again, but acknowledged, so that the unit goes on.
    fn told(&mut self, event: Input) -> Turned {
        match event {
            Input::Unit(NOTES, UnitEvent::In(Deposited::Escrowed { denomination })) => {
                *self = Escrow { note: Some(denomination), credited: false };
            }
            Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { .. }))
                if std::mem::take(&mut self.credited) =>
            {
                let ordered = vec![Output::Unit(NOTES, UnitCommand::In(DepositCommand::AcknowledgeStacked))];
                return Turned { told: Vec::new(), ordered };
            }
            _ => {}
        }
        told([event])
    }

    fn restarted(&mut self) -> Option<journal::MemoryJournal> {
        *self = Escrow::default();
        None
    }
}

/// The last coin is told again whenever the driver has lost touch.
#[derive(Debug, Default)]
pub(super) struct LastCoin {
    coin: Option<UnitEvent>,
    /// The driver has lost touch since.
    forgotten: bool,
}

impl Bug for LastCoin {
    fn told(&mut self, event: Input) -> Turned {
        match &event {
            Input::Unit(COINS, coin @ UnitEvent::In(Deposited::Inserted { .. })) => {
                *self = LastCoin { coin: Some(coin.clone()), forgotten: false };
            }
            Input::Unit(COINS, UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble })) => {
                self.forgotten |= *trouble == UnitTrouble::NotResponding;
            }
            Input::Unit(COINS, UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor }))
                if std::mem::take(&mut self.forgotten) =>
            {
                let again = self.coin.clone().map(|coin| Input::Unit(COINS, coin));
                return told([event].into_iter().chain(again));
            }
            _ => {}
        }
        told([event])
    }

    fn restarted(&mut self) -> Option<journal::MemoryJournal> {
        self.forgotten = true;
        None
    }

    /// The acceptor forgets, too.
    fn coins_without_power(&mut self) {
        self.coin = None;
    }
}

/// A payout that did not end well is ordered once more.
#[derive(Debug, Default)]
pub(super) struct Retry {
    ordered: Option<Dispense>,
    retried: Option<DispenseId>,
}

impl Bug for Retry {
    fn ordered(&mut self, output: &Output) -> Option<Input> {
        if let Output::Unit(_, UnitCommand::Out(PayoutCommand::Dispense(dispense))) = output {
            self.ordered = Some(*dispense);
        }
        None
    }

    fn told(&mut self, event: Input) -> Turned {
        match (&event, self.ordered) {
            (Input::Unit(unit, UnitEvent::Out(Paid::Dispensed { id, end })), Some(dispense))
                if self.is_first(*id, *end) =>
            {
                orders(Output::Unit(*unit, UnitCommand::Out(PayoutCommand::Dispense(dispense))))
            }
            (Input::Unit(unit, UnitEvent::Out(Paid::Prepared { id, .. })), _)
                if self.retried == Some(*id) =>
            {
                orders(Output::Unit(*unit, UnitCommand::Out(PayoutCommand::Proceed(*id))))
            }
            _ => told([event]),
        }
    }

    fn restarted(&mut self) -> Option<journal::MemoryJournal> {
        *self = Retry::default();
        None
    }
}

impl Retry {
    /// Whether the payout is to be tried once more.
    fn is_first(&mut self, id: DispenseId, end: DispenseEnd) -> bool {
        end != DispenseEnd::Complete && self.retried.replace(id) != Some(id)
    }
}

/// A paper of which nobody knows is sent once more.
#[derive(Debug, Default)]
pub(super) struct Reprint {
    /// What has not been printed twice.
    ordered: Option<Box<PrintRequest>>,
}

impl Bug for Reprint {
    fn ordered(&mut self, output: &Output) -> Option<Input> {
        if let Output::Print(request) = output {
            self.ordered = Some(request.clone());
        }
        None
    }

    fn told(&mut self, event: Input) -> Turned {
        let is_unknown = matches!(event, Input::Printer(PrinterEvent::Unknown { .. }));
        match self.ordered.take_if(|_| is_unknown) {
            Some(request) => orders(Output::Print(request)),
            None => told([event]),
        }
    }

    fn restarted(&mut self) -> Option<journal::MemoryJournal> {
        *self = Reprint::default();
        None
    }
}

/// A coin that falls in after the acceptor was told to take none is told when it may take some again.
#[derive(Debug, Default)]
pub(super) struct LateCoins {
    takes_none: bool,
    late: Vec<Input>,
}

impl Bug for LateCoins {
    fn ordered(&mut self, output: &Output) -> Option<Input> {
        if let Output::Unit(COINS, UnitCommand::In(DepositCommand::Accept(coins))) = output {
            self.takes_none = coins.is_empty();
        }
        None
    }

    fn told(&mut self, event: Input) -> Turned {
        if self.takes_none && matches!(event, Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { .. }))) {
            self.late.push(event);
            return Turned::default();
        }
        match self.takes_none {
            true => told([event]),
            false => told(std::mem::take(&mut self.late).into_iter().chain([event])),
        }
    }
}

fn orders(output: Output) -> Turned {
    Turned { told: Vec::new(), ordered: vec![output] }
}

/// A payout that ended somehow is told to have ended otherwise.
fn with_end(event: Input, change: fn(DispenseEnd) -> DispenseEnd) -> Turned {
    told([match event {
        Input::Unit(unit, UnitEvent::Out(Paid::Dispensed { id, end })) => {
            Input::Unit(unit, UnitEvent::Out(Paid::Dispensed { id, end: change(end) }))
        }
        other => other,
    }])
}

pub(super) fn short_as_complete(event: Input) -> Turned {
    with_end(event, |end| match end {
        DispenseEnd::Short { .. } => DispenseEnd::Complete,
        DispenseEnd::Complete | DispenseEnd::Unknown { .. } => end,
    })
}

pub(super) fn unknown_as_nothing(event: Input) -> Turned {
    with_end(event, |end| match end {
        DispenseEnd::Unknown { .. } => DispenseEnd::Short { paid: 0, cause: ShortCause::Refused },
        DispenseEnd::Complete | DispenseEnd::Short { .. } => end,
    })
}

pub(super) fn one_too_few(event: Input) -> Turned {
    with_end(event, |end| match end {
        DispenseEnd::Short { paid, cause } => DispenseEnd::Short { paid: paid.saturating_sub(1), cause },
        DispenseEnd::Complete | DispenseEnd::Unknown { .. } => end,
    })
}

pub(super) fn next_coin_of_table(event: Input) -> Turned {
    told([match event {
        Input::Unit(
            COINS,
            UnitEvent::In(Deposited::Inserted { denomination: Denomination::Yen50, place, event_no }),
        ) => Input::Unit(
            COINS,
            UnitEvent::In(Deposited::Inserted { denomination: Denomination::Yen100, place, event_no }),
        ),
        other => other,
    }])
}

pub(super) fn every_coin_to_the_box(event: Input) -> Turned {
    told([match event {
        Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { denomination, event_no, .. })) => Input::Unit(
            COINS,
            UnitEvent::In(Deposited::Inserted { denomination, place: Place::CoinBox, event_no }),
        ),
        other => other,
    }])
}

pub(super) fn every_note_to_the_cash_box(event: Input) -> Turned {
    told([match event {
        Input::Unit(NOTES, UnitEvent::In(Deposited::Stored { .. })) => {
            Input::Unit(NOTES, UnitEvent::In(Deposited::Stored { place: Place::CashBox }))
        }
        other => other,
    }])
}

pub(super) fn unknown_paper_as_printed(event: Input) -> Turned {
    told([match event {
        Input::Printer(PrinterEvent::Unknown { job, .. }) => Input::Printer(PrinterEvent::Printed { job }),
        other => other,
    }])
}

pub(super) fn unknown_paper_as_not_started(event: Input) -> Turned {
    told([match event {
        Input::Printer(PrinterEvent::Unknown { job, cause }) => {
            Input::Printer(PrinterEvent::NotStarted { job, cause })
        }
        other => other,
    }])
}

pub(super) fn acknowledged_untold(event: Input) -> Turned {
    match event {
        Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { .. })) => {
            orders(Output::Unit(NOTES, UnitCommand::In(DepositCommand::AcknowledgeStacked)))
        }
        other => told([other]),
    }
}

pub(super) fn returned_as_stacked(event: Input) -> Turned {
    told([match event {
        Input::Unit(NOTES, UnitEvent::In(Deposited::Returned)) => {
            Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { denomination: None }))
        }
        other => other,
    }])
}

pub(super) fn proceeds_by_itself(event: Input) -> Turned {
    match event {
        Input::Unit(unit, UnitEvent::Out(Paid::Prepared { id, .. })) => {
            orders(Output::Unit(unit, UnitCommand::Out(PayoutCommand::Proceed(id))))
        }
        other => told([other]),
    }
}

/// Nobody is told that a unit has to be switched off and on.
pub(super) fn power_cycle_untold(event: Input) -> Turned {
    let is_untold = matches!(
        event,
        Input::Unit(_, UnitEvent::State(Stated::Trouble { trouble: UnitTrouble::NeedsPowerCycle, .. }))
    );
    told((!is_untold).then_some(event))
}
