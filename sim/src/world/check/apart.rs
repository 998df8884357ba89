//! What no count and no unit can say: K28.

/// Pieces of one kind that went into or out of drum or hopper, and the machine cannot know.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Apart {
    /// Staff put them in.
    pub(super) filled: u32,
    /// Staff took them out.
    pub(super) emptied: u32,
    /// The unit let them out and did not count them.
    pub(super) uncounted: u32,
}

impl Apart {
    /// What was moved since a person counted.
    pub(super) fn since(self, counted: Option<&Apart>) -> Apart {
        let before = counted.copied().unwrap_or_default();
        Apart {
            filled: self.filled - before.filled,
            emptied: self.emptied - before.emptied,
            uncounted: self.uncounted - before.uncounted,
        }
    }

    /// So many pieces more lie in drum or hopper than any count or unit can say; fewer, if it is negative.
    pub(super) fn more(self) -> i64 {
        i64::from(self.filled) - i64::from(self.emptied + self.uncounted)
    }
}
