/// Believes a reading when it was made twice in a row.
///
/// The check sum lets one in 28 of all two-bit faults pass (docs/protocols/cctalk.md §2); the same fault twice in a row
/// does not happen.
#[derive(Clone, Debug)]
pub(super) struct Twice<T> {
    first: Option<T>,
}

impl<T> Default for Twice<T> {
    fn default() -> Twice<T> {
        Twice { first: None }
    }
}

impl<T: PartialEq> Twice<T> {
    /// One more reading; given back if it is the same as the one before.
    pub(super) fn observe(&mut self, reading: T) -> Option<T> {
        if self.first.as_ref() == Some(&reading) {
            return self.first.take();
        }
        self.first = Some(reading);
        None
    }

    /// The same for what is read again and again and stays as it is for long: a reading that is given back is also
    /// compared with the next one, however much later that comes.
    pub(super) fn follow(&mut self, reading: T) -> Option<T> {
        let before = self.first.replace(reading);
        before.filter(|before| self.first.as_ref() == Some(before))
    }

    /// Whether one reading waits for a second one like it.
    pub(super) fn is_waiting(&self) -> bool {
        self.first.is_some()
    }

    /// The readings were interrupted.
    pub(super) fn forget(&mut self) {
        self.first = None;
    }
}
