use money::{CashCount, Denomination};
use settings::SorterTarget;
use wire::Moment;
use wire::cctalk::{
    COIN_POSITIONS, CREDIT_EVENTS, CoinCode, CoinError, Command, CreditBuffer, CreditEvent, Reply, next_count,
};

use super::config::CoinUnitModelConfig;
use super::minimum::{BUILD, NO_STORAGE, PROGRAM_SUM};
use super::power::Power;
use crate::models::inbox::Inbox;

/// What a self-check says while a coin is stuck at the credit sensor.
const FAULT_CREDIT_SENSOR: u8 = 3;

/// 20 times 10 ms.
const EVERY_200_MS: [u8; 2] = [2, 20];

/// The coin acceptor.
#[derive(Debug)]
pub(super) struct Acceptor {
    pub(super) power: Power,
    pub(super) inbox: Inbox<Command>,
    pub(super) jammed: bool,
    /// On their way from the slot to the credit sensor.
    pub(super) travelling: Vec<Coin>,
    /// The coins that the host wants taken.
    mask: u16,
    open: bool,
    counter: u8,
    events: [CreditEvent; CREDIT_EVENTS],
    polled_at: Option<Moment>,
    /// What it has credited since it was last asked.
    pub(super) credited_since: CashCount,
    last_coin_at: Option<Moment>,
    paths: [u8; COIN_POSITIONS as usize],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Coin {
    pub(super) denomination: Denomination,
    pub(super) position: u8,
    /// `None` while it is stuck.
    pub(super) arrives: Option<Moment>,
}

/// What the slot does with a coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Taken,
    Refused,
}

impl Acceptor {
    pub(super) fn new() -> Acceptor {
        Acceptor {
            power: Power::Off,
            inbox: Inbox::default(),
            jammed: false,
            travelling: Vec::new(),
            mask: 0,
            open: true,
            counter: 0,
            events: [CreditEvent::None; CREDIT_EVENTS],
            polled_at: None,
            credited_since: CashCount::EMPTY,
            last_coin_at: None,
            paths: [1; COIN_POSITIONS as usize],
        }
    }

    /// What lives in memory without power is as the maker left it.
    pub(super) fn forget(&mut self) {
        self.inbox.clear();
        let inbox = std::mem::take(&mut self.inbox);
        *self =
            Acceptor { power: self.power, inbox, jammed: self.jammed, paths: self.paths, ..Acceptor::new() };
    }

    pub(super) fn takes_any(&self) -> bool {
        self.open && self.mask != 0
    }

    /// A coin falls into the slot.
    pub(super) fn enter(
        &mut self,
        now: Moment,
        config: &CoinUnitModelConfig,
        denomination: Denomination,
    ) -> Entry {
        let polled =
            self.polled_at.is_some_and(|polled_at| now.since(polled_at) <= config.timing.self_inhibit);
        if !self.power.is_on() || self.jammed || !polled {
            return Entry::Refused;
        }
        let known = config.coins.iter().find(|(_, known, _)| *known == denomination);
        let close = self.last_coin_at.is_some_and(|last| now.since(last) < config.timing.coin_gap);
        let error = match known {
            None => Some(CoinError::REJECT),
            Some((position, ..)) if !self.open || self.mask & (1 << (position - 1)) == 0 => {
                Some(CoinError::INHIBITED)
            }
            Some(_) if close => Some(CoinError::SECOND_CLOSE_COIN),
            Some(_) => None,
        };
        if let Some(error) = error {
            self.happen(CreditEvent::Error(error));
            return Entry::Refused;
        }
        self.last_coin_at = Some(now);
        let position = known.map_or(0, |(position, ..)| *position);
        let arrives = Some(now.after(config.timing.coin_way));
        self.travelling.push(Coin { denomination, position, arrives });
        Entry::Taken
    }

    /// The way on which the coin at `position` goes, and where it leads: to the coin box if its hopper is full.
    pub(super) fn way(
        &self,
        config: &CoinUnitModelConfig,
        position: u8,
        is_full: impl Fn(Denomination) -> bool,
    ) -> (u8, SorterTarget) {
        let path = self.paths[usize::from(position - 1)];
        let listed = config.sorter_paths.iter().find(|sorter| sorter.path == path);
        let to_box = config.sorter_paths.iter().find(|sorter| sorter.to == SorterTarget::CoinBox);
        match (listed.map(|sorter| sorter.to), to_box) {
            (Some(SorterTarget::Hopper(hopper)), Some(to_box)) if is_full(hopper) => (to_box.path, to_box.to),
            (Some(to), _) => (path, to),
            (None, _) => (path, SorterTarget::CoinBox),
        }
    }

    pub(super) fn happen(&mut self, event: CreditEvent) {
        self.counter = next_count(self.counter);
        self.events.rotate_right(1);
        self.events[0] = event;
    }

    /// The answer to `command`; `None` is silence.
    pub(super) fn answer(
        &mut self,
        now: Moment,
        config: &CoinUnitModelConfig,
        command: &Command,
    ) -> Option<Reply> {
        Some(match command {
            Command::SimplePoll => Reply::Ack,
            Command::Manufacturer => Reply::Text("SIM".to_owned()),
            Command::Category => Reply::Text("Coin Acceptor".to_owned()),
            Command::Product => Reply::Text("SIM-A".to_owned()),
            Command::Software => Reply::Text("V1.0".to_owned()),
            Command::SerialNumber => Reply::SerialNumber([0x4E, 0x61, 0xBC]),
            Command::CommsRevision => Reply::CommsRevision([1, 4, 7]),
            Command::Build => Reply::Text(BUILD.to_owned()),
            Command::ProgramSum => Reply::ProgramSum(PROGRAM_SUM),
            Command::DataStorage => Reply::DataStorage(NO_STORAGE),
            Command::PollingPriority => Reply::PollingPriority(EVERY_200_MS),
            Command::Reset => {
                self.forget();
                self.power = Power::Booting { until: now.after(config.timing.boot) };
                Reply::Ack
            }
            Command::SelfCheck => Reply::SelfCheck(if self.jammed { FAULT_CREDIT_SENSOR } else { 0 }),
            Command::WriteCoins(mask) => {
                self.mask = *mask;
                Reply::Ack
            }
            Command::ReadCoins => Reply::Coins(self.mask),
            Command::WriteAcceptance(open) => {
                self.open = *open;
                Reply::Ack
            }
            Command::ReadAcceptance => Reply::Acceptance(self.open),
            Command::ReadCredits => {
                self.polled_at = Some(now);
                self.credited_since = CashCount::EMPTY;
                Reply::Credits(CreditBuffer { counter: self.counter, events: self.events })
            }
            Command::CoinId(position @ 1..=COIN_POSITIONS) => Reply::Coin(code_at(config, *position)),
            Command::ReadSorterPath(position @ 1..=COIN_POSITIONS) if config.knows_sorter_paths => {
                Reply::SorterPath(self.paths[usize::from(position - 1)])
            }
            Command::WriteSorterPath { position: position @ 1..=COIN_POSITIONS, path }
                if config.knows_sorter_paths =>
            {
                self.paths[usize::from(position - 1)] = *path;
                Reply::Ack
            }
            _ => return None,
        })
    }
}

fn code_at(config: &CoinUnitModelConfig, position: u8) -> CoinCode {
    let coin = config.coins.iter().find(|(known, ..)| *known == position);
    let code = coin.and_then(|(_, denomination, issue)| {
        CoinCode::of_yen(u16::try_from(i64::from(*denomination)).ok()?, *issue)
    });
    code.unwrap_or(CoinCode::new(*b"......"))
}
