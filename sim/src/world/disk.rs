//! A disk that does not take what is written, and what the machine does about it.

use std::str::FromStr;

use api::JournalTrouble;
use engine::{Draft, Now, Policy, Service, Step};
use journal::AppendError;

use super::{World, wall};

/// How the disk is that holds the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// As it should be.
    Sound,
    /// Nothing more can be written; what is there can be read.
    Full,
    /// It may only be read, as the system does it after an error of the file system.
    ReadOnly,
    /// It takes what is written, and says that it did not.
    Denying,
}

/// What the disk said of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    /// Or nobody knows.
    No,
}

impl Disk {
    /// Every way in which it can fail.
    pub const FAILING: [Disk; 3] = [Disk::Full, Disk::ReadOnly, Disk::Denying];

    /// Whether what is written lies on it afterwards.
    pub(super) fn takes_it(self) -> bool {
        match self {
            Disk::Sound | Disk::Denying => true,
            Disk::Full | Disk::ReadOnly => false,
        }
    }

    pub(super) fn says(self) -> Written {
        match self {
            Disk::Sound => Written::Yes,
            Disk::Full | Disk::ReadOnly | Disk::Denying => Written::No,
        }
    }

    /// Whether a journal can be opened on it, which tries whether it can be written.
    fn can_be_opened(self) -> bool {
        self.says() == Written::Yes
    }
}

impl FromStr for Disk {
    type Err = String;

    fn from_str(text: &str) -> Result<Disk, String> {
        match text {
            "sound" => Ok(Disk::Sound),
            "full" => Ok(Disk::Full),
            "read-only" => Ok(Disk::ReadOnly),
            "denying" => Ok(Disk::Denying),
            _ => Err("a disk is sound, full, read-only or denying".to_owned()),
        }
    }
}

impl World {
    /// From now on the disk is like this.
    pub fn set_disk(&mut self, disk: Disk) {
        self.watch.people_act(self.now);
        self.disk = disk;
    }

    /// How the disk is.
    pub fn disk(&self) -> Disk {
        self.disk
    }

    /// What staff read of a journal that cannot be written.
    pub fn disk_trouble(&self) -> JournalTrouble {
        JournalTrouble {
            since: wall(self.now),
            file: "the world".to_owned(),
            why: format!("{:?}", self.disk),
        }
    }

    /// The program begins: what does the journal hold?
    pub(super) fn read_journal(&mut self, now: Now) -> Step {
        let policy = Policy::of(&self.settings);
        if !self.disk.can_be_opened() {
            self.engine = Service::halted(policy, now);
            return Step::default();
        }
        let records = self.records();
        let (engine, step) = Service::recover(policy, records, now);
        self.engine = engine;
        step
    }

    /// What was decided does not happen.
    pub(super) fn halt(&mut self, entries: &[Draft]) {
        self.watch.stops(self.now);
        let now = self.clocks();
        self.pending.clear();
        let outputs = self.engine.halt(now, entries);
        outputs.into_iter().for_each(|output| self.send(output));
    }

    pub(super) fn try_journal_if_due(&mut self) -> Result<(), AppendError> {
        let Some(outputs) = self.engine.begins_to_try(self.now) else { return Ok(()) };
        outputs.into_iter().for_each(|output| self.send(output));
        if !self.disk.can_be_opened() {
            self.engine.failed_again(self.now);
            return Ok(());
        }
        let records = self.records();
        let now = self.clocks();
        let step = self.engine.begin_anew(records, now);
        self.begin_anew(step)
    }
}
