use std::collections::VecDeque;

use api::WallTime;
use engine::{Draft, Input, Output, Step};
use journal::{AppendError, MemoryJournal, Record};

use super::PlantedBug;
use super::drivers::{Driver, Escrow, LastCoin, Reprint, Retry, Turned};
use super::steps::{Engine, Giving};

/// Appends that have not reached the disk although it was said.
const NOT_ON_DISK: usize = 3;

/// What a bug does above the lines of a world.
#[derive(Debug, Default)]
pub(crate) struct AtWork {
    driver: Option<Driver>,
    engine: Option<Engine>,
    disk: Option<Disk>,
}

/// A disk that lies.
#[derive(Debug, Default)]
struct Disk {
    /// What a kill leaves.
    journal: MemoryJournal,
    under_way: VecDeque<(WallTime, Vec<Draft>)>,
}

impl AtWork {
    /// What `bug` does, if anything.
    pub(crate) fn of(bug: Option<PlantedBug>) -> AtWork {
        let nothing = AtWork::default();
        let driver = |driver| AtWork { driver: Some(driver), ..AtWork::default() };
        let engine = |engine| AtWork { engine: Some(engine), ..AtWork::default() };
        match bug {
            None | Some(PlantedBug::ChecksumIgnored | PlantedBug::SingleReplyCredit) => nothing,
            Some(PlantedBug::CreditAtEscrow) => driver(Driver::CreditAtEscrow(Escrow::default())),
            Some(PlantedBug::EventCounterNotKept) => driver(Driver::EventCounterNotKept(LastCoin::default())),
            Some(PlantedBug::BlindRetry) => driver(Driver::BlindRetry(Retry::default())),
            Some(PlantedBug::BlindReprint) => driver(Driver::BlindReprint(Reprint::default())),
            Some(PlantedBug::PayoutBeforeIntent) => engine(Engine::PayoutBeforeIntent(Vec::new())),
            Some(PlantedBug::ChangeSign) => engine(Engine::ChangeSign(Giving::Nothing)),
            Some(PlantedBug::ReceiptNumberReuse) => engine(Engine::ReceiptNumberReuse),
            Some(PlantedBug::FsyncLies) => AtWork { disk: Some(Disk::default()), ..nothing },
        }
    }

    /// What becomes of a step of the engine before it is carried out.
    pub(crate) fn step(&mut self, step: Step) -> Step {
        match &mut self.engine {
            Some(engine) => engine.step(step),
            None => step,
        }
    }

    /// Entries were appended.
    pub(crate) fn appended(&mut self, at: WallTime, drafts: &[Draft]) -> Result<(), AppendError> {
        let Some(disk) = &mut self.disk else { return Ok(()) };
        disk.under_way.push_back((at, drafts.to_vec()));
        if disk.under_way.len() > NOT_ON_DISK
            && let Some((at, drafts)) = disk.under_way.pop_front()
        {
            disk.journal.append(at, &drafts)?;
        }
        Ok(())
    }

    /// A driver is told what the machine wants; `Some` if it says something at once.
    pub(crate) fn ordered(&mut self, output: &Output) -> Option<Input> {
        self.driver.as_mut()?.ordered(output)
    }

    /// What becomes of what a driver tells.
    pub(crate) fn told(&mut self, event: Input) -> Turned {
        match &mut self.driver {
            Some(driver) => driver.tell(event),
            None => Turned { told: vec![event], ordered: Vec::new() },
        }
    }

    /// The program was killed. `Some` is what it finds instead of its journal.
    pub(crate) fn restarted(&mut self) -> Option<MemoryJournal> {
        self.driver.iter_mut().for_each(Driver::restarted);
        self.engine.iter_mut().for_each(Engine::restarted);
        let disk = self.disk.as_mut()?;
        disk.under_way.clear();
        Some(disk.journal.clone())
    }

    /// The coin unit, or a part of it, loses power.
    pub(crate) fn coins_without_power(&mut self) {
        self.driver.iter_mut().for_each(Driver::acceptor_without_power);
    }
}
