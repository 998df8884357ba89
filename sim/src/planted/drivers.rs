use device_api::{
    CashCommand, CashEvent, CoinCommand, CoinDevice, CoinEvent, CoinTrouble, Dispense, DispenseEnd,
    DispenseId, PrinterEvent,
};
use engine::{Input, Output, PrintRequest};
use money::Denomination;

/// A driver with a bug: what the machine is told, and what is told to the devices without it.
#[derive(Debug)]
pub(super) enum Driver {
    CreditAtEscrow(Escrow),
    EventCounterNotKept(LastCoin),
    BlindRetry(Retry),
    BlindReprint(Reprint),
}

/// What a driver with a bug makes of what happens.
#[derive(Debug, Default)]
pub(crate) struct Turned {
    /// What the machine is told.
    pub(crate) told: Vec<Input>,
    /// What the units are told, by nobody's order.
    pub(crate) ordered: Vec<Output>,
}

#[derive(Debug, Default)]
pub(super) struct Escrow {
    note: Option<Denomination>,
    /// Its credit was told early.
    credited: bool,
}

#[derive(Debug, Default)]
pub(super) struct LastCoin {
    coin: Option<CoinEvent>,
    /// The driver has lost touch since.
    forgotten: bool,
}

#[derive(Debug, Default)]
pub(super) struct Retry {
    ordered: Option<Dispense>,
    retried: Option<DispenseId>,
}

#[derive(Debug, Default)]
pub(super) struct Reprint {
    /// What has not been printed twice.
    ordered: Option<Box<PrintRequest>>,
}

impl Driver {
    /// The machine orders something of a unit, which gets to know it now.
    pub(super) fn ordered(&mut self, output: &Output) -> Option<Input> {
        match (self, output) {
            (Driver::CreditAtEscrow(escrow), Output::Cash(CashCommand::Stack)) => {
                escrow.credited = true;
                Some(Input::Cash(CashEvent::Stacked { denomination: escrow.note }))
            }
            (
                Driver::BlindRetry(retry),
                Output::Cash(CashCommand::Dispense(dispense)) | Output::Coin(CoinCommand::Dispense(dispense)),
            ) => {
                retry.ordered = Some(*dispense);
                None
            }
            (Driver::BlindReprint(reprint), Output::Print(request)) => {
                reprint.ordered = Some(request.clone());
                None
            }
            _ => None,
        }
    }

    /// The driver tells something.
    pub(super) fn tell(&mut self, event: Input) -> Turned {
        match self {
            Driver::CreditAtEscrow(escrow) => escrow.tell(event),
            Driver::EventCounterNotKept(last) => last.tell(event),
            Driver::BlindRetry(retry) => retry.tell(event),
            Driver::BlindReprint(reprint) => reprint.tell(event),
        }
    }

    /// The program begins anew, and the driver with it.
    pub(super) fn restarted(&mut self) {
        match self {
            Driver::CreditAtEscrow(escrow) => *escrow = Escrow::default(),
            Driver::EventCounterNotKept(last) => last.forgotten = true,
            Driver::BlindRetry(retry) => *retry = Retry::default(),
            Driver::BlindReprint(reprint) => *reprint = Reprint::default(),
        }
    }

    /// The acceptor loses power, and what it remembers of coins.
    pub(super) fn acceptor_without_power(&mut self) {
        if let Driver::EventCounterNotKept(last) = self {
            last.coin = None;
        }
    }
}

impl Escrow {
    /// The true credit is not told again, but acknowledged, so that the unit goes on.
    fn tell(&mut self, event: Input) -> Turned {
        match event {
            Input::Cash(CashEvent::Escrowed { denomination }) => {
                *self = Escrow { note: Some(denomination), credited: false };
            }
            Input::Cash(CashEvent::Stacked { .. }) if std::mem::take(&mut self.credited) => {
                let ordered = vec![Output::Cash(CashCommand::AcknowledgeStacked)];
                return Turned { told: Vec::new(), ordered };
            }
            _ => {}
        }
        told([event])
    }
}

impl LastCoin {
    fn tell(&mut self, event: Input) -> Turned {
        match &event {
            Input::Coin(coin @ CoinEvent::Inserted { .. }) => {
                *self = LastCoin { coin: Some(coin.clone()), forgotten: false };
            }
            Input::Coin(CoinEvent::Trouble { device: CoinDevice::Acceptor, trouble }) => {
                self.forgotten |= *trouble == CoinTrouble::NotResponding;
            }
            Input::Coin(CoinEvent::Ready { device: CoinDevice::Acceptor })
                if std::mem::take(&mut self.forgotten) =>
            {
                let again = self.coin.clone().map(Input::Coin);
                return told([event].into_iter().chain(again));
            }
            _ => {}
        }
        told([event])
    }
}

impl Retry {
    fn tell(&mut self, event: Input) -> Turned {
        match (&event, self.ordered) {
            (Input::Cash(CashEvent::Dispensed { id, end }), Some(dispense)) if self.is_first(*id, *end) => {
                Turned { told: Vec::new(), ordered: vec![Output::Cash(CashCommand::Dispense(dispense))] }
            }
            (Input::Coin(CoinEvent::Dispensed { id, end }), Some(dispense)) if self.is_first(*id, *end) => {
                Turned { told: Vec::new(), ordered: vec![Output::Coin(CoinCommand::Dispense(dispense))] }
            }
            (Input::Cash(CashEvent::Prepared { id, .. }), _) if self.retried == Some(*id) => {
                Turned { told: Vec::new(), ordered: vec![Output::Cash(CashCommand::Proceed(*id))] }
            }
            (Input::Coin(CoinEvent::Prepared { id, .. }), _) if self.retried == Some(*id) => {
                Turned { told: Vec::new(), ordered: vec![Output::Coin(CoinCommand::Proceed(*id))] }
            }
            _ => told([event]),
        }
    }

    /// Whether the payout is to be tried once more.
    fn is_first(&mut self, id: DispenseId, end: DispenseEnd) -> bool {
        end != DispenseEnd::Complete && self.retried.replace(id) != Some(id)
    }
}

impl Reprint {
    fn tell(&mut self, event: Input) -> Turned {
        let is_unknown = matches!(event, Input::Printer(PrinterEvent::Unknown { .. }));
        match self.ordered.take_if(|_| is_unknown) {
            Some(request) => Turned { told: Vec::new(), ordered: vec![Output::Print(request)] },
            None => told([event]),
        }
    }
}

fn told(events: impl IntoIterator<Item = Input>) -> Turned {
    Turned { told: events.into_iter().collect(), ordered: Vec::new() }
}
