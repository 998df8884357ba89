//! What goes wrong in one visit, and when.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use api::Page;
use fastrand::Rng;

use super::trouble::{Around, Trouble};
use crate::world::World;

/// A visit has up to about this many steps at which something can go wrong.
const STEPS: u32 = 14;

/// From one trouble to the next that comes of it: at once, while the machine notices, while it recovers.
const GAPS_MS: [Range<u64>; 3] = [0..200, 200..3_000, 3_000..20_000];

/// When a trouble begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    /// At this step of the visit.
    Step(u32),
    /// While something is paid out, if anything is; what befalls the printer, while a paper is printed.
    Work,
    /// So long after the one before it.
    After(Duration),
}

/// What has not begun yet, the first first.
#[derive(Clone, Debug, Default)]
pub(super) struct Troubles {
    waiting: Vec<(Begins, Trouble)>,
    step: u32,
}

impl Begins {
    fn draw(rng: &mut Rng) -> Begins {
        match rng.u32(0..3) {
            0 => Begins::Work,
            _ => Begins::Step(rng.u32(0..STEPS)),
        }
    }

    /// Of two troubles the second mostly meets a machine that is busy with the first.
    fn draw_second(rng: &mut Rng) -> Begins {
        match (rng.bool(), rng.choice(GAPS_MS)) {
            (true, Some(gap)) => Begins::After(Duration::from_millis(rng.u64(gap))),
            _ => Begins::draw(rng),
        }
    }
}

impl Troubles {
    /// In two of five visits something goes wrong, in one of ten twice.
    pub(super) fn sometimes(rng: &mut Rng, around: &Around) -> Troubles {
        match rng.u32(0..10) {
            0 => Troubles::pair(rng, around),
            1..=3 => Troubles { waiting: vec![(Begins::draw(rng), Trouble::draw(rng, around))], step: 0 },
            _ => Troubles::default(),
        }
    }

    /// Two things go wrong.
    pub(super) fn pair(rng: &mut Rng, around: &Around) -> Troubles {
        let first = (Begins::draw(rng), Trouble::draw(rng, around));
        let second = (Begins::draw_second(rng), Trouble::draw(rng, around));
        Troubles { waiting: vec![first, second], step: 0 }
    }

    /// The visit goes a step on.
    pub(super) fn step(&mut self, world: &mut World) {
        self.step += 1;
        let step = self.step;
        self.begin(world, |begins, _| matches!(begins, Begins::Step(at) if step > at));
    }

    /// Something may be paid out, or printed.
    pub(super) fn at_work(&mut self, world: &mut World) {
        let is_at_work = match world.view().page {
            Page::TakeNotes { .. } | Page::TakeCoins { .. } => |trouble: &Trouble| !trouble.befalls_printer(),
            Page::Printing => Trouble::befalls_printer,
            _ => return,
        };
        self.begin(world, |begins, trouble| begins == Begins::Work && is_at_work(trouble));
    }

    /// A card is about to be held to the scanner; true if something happens to that.
    pub(super) fn before_scan(&mut self, world: &mut World) -> bool {
        let waiting = self.waiting.len();
        self.begin(world, |_, trouble| trouble.befalls_scanner());
        self.waiting.len() < waiting
    }

    /// The visit is over: what was to come in it comes now.
    pub(super) fn after_visit(&mut self, world: &mut World) {
        self.begin(world, |_, _| true);
    }

    fn begin(&mut self, world: &mut World, is_due: impl Fn(Begins, &Trouble) -> bool) {
        while let Some(index) = self.waiting.iter().position(|(begins, trouble)| is_due(*begins, trouble)) {
            let (_, trouble) = self.waiting.remove(index);
            trouble.begin(world, Duration::ZERO);
            // What comes after it comes now.
            while let Some((Begins::After(gap), next)) =
                self.waiting.get(index).filter(|(begins, _)| matches!(begins, Begins::After(_))).cloned()
            {
                self.waiting.remove(index);
                next.begin(world, gap);
            }
        }
    }
}

impl fmt::Display for Troubles {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.waiting.iter().try_for_each(|(begins, trouble)| write!(out, ", {begins:?} {trouble:?}"))
    }
}
