//! A disk that does not take what is written, and what the machine does about it.

use api::{DiskFault, JournalTrouble};
use engine::{Policy, Recorded, Recovery};
use journal::{Record, Resumed};
use machine::Wakeup;

use super::World;
use crate::surroundings::Disk;

const ALWAYS_READABLE: &str = "a journal in memory can always be read";

impl World {
    /// From now on the disk is like this.
    pub fn set_disk(&mut self, disk: Disk) {
        self.watch.people_act(self.now);
        self.observer.disk(disk);
        self.disk = disk;
    }

    /// How the disk is.
    pub fn disk(&self) -> Disk {
        self.disk
    }

    /// What staff read of a journal that cannot be written.
    pub fn disk_trouble(&self) -> JournalTrouble {
        let fault = match self.disk {
            Disk::Full => DiskFault::Full,
            Disk::ReadOnly => DiskFault::ReadOnly,
            Disk::Sound | Disk::Denying => DiskFault::Failing,
        };
        JournalTrouble {
            since: self.wall(),
            file: "the world".to_owned(),
            fault,
            said: format!("{:?}", self.disk),
        }
    }

    /// What the program makes of its journal; nothing if it cannot be opened.
    pub(super) fn open_journal(&mut self) -> Option<Recovery> {
        if !self.disk.can_be_opened() {
            return None;
        }
        let recorded = self.read_journal();
        self.watch.begins(self.now, self.settings.times.resume_within_s);
        let wall = self.wall();
        let recorded = self.machine.seams_mut().planted.read_back(wall, recorded);
        Some(Recovery::of(&Policy::of(&self.settings), recorded))
    }

    /// What a start reads: everything, or the books that were carried forward and what came after. I12: that comes to the
    /// same.
    fn read_journal(&mut self) -> Vec<Recorded> {
        let mut read = Vec::with_capacity(self.written.len());
        let resumed = self.journal.resume(|record| read.push(record)).expect(ALWAYS_READABLE);
        match resumed {
            Resumed::FromTheFirst => self.watch.finds(read.len(), self.written.len()),
            Resumed::FromBooks { .. } => {
                let mut all = Vec::with_capacity(self.written.len());
                self.journal.replay(|record| all.push(record)).expect(ALWAYS_READABLE);
                self.watch.finds(all.len(), self.written.len());
                let policy = Policy::of(&self.settings);
                self.watch.carried(&Recovery::of(&policy, all), &Recovery::of(&policy, read.clone()));
            }
            Resumed::BooksRefused { seq } => {
                self.watch.finds(read.len(), self.written.len());
                self.watch.refuses_books(seq);
            }
        }
        read
    }

    pub(super) fn try_journal(&mut self) {
        let wakeup = match self.open_journal() {
            Some(recovery) => {
                self.caught_up_at = Some(self.now);
                self.coins_may_be_unheard();
                Wakeup::JournalOpened(Box::new(recovery))
            }
            None => Wakeup::JournalNotOpened,
        };
        self.machine.handle(self.now, wakeup);
    }
}
