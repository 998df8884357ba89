/// Believes a reading when two in a row agree.
///
/// No check sum proves a number: that of ccTalk lets one in 28 of all two-bit faults pass (docs/protocols/cctalk.md §2).
/// The same fault twice in a row does not happen.
#[derive(Clone, Debug)]
pub(crate) struct Agreed<T> {
    first: Option<T>,
}

impl<T> Default for Agreed<T> {
    fn default() -> Agreed<T> {
        Agreed { first: None }
    }
}

impl<T: PartialEq> Agreed<T> {
    /// One more reading; given back if it is the same as the one before.
    pub(crate) fn observe(&mut self, reading: T) -> Option<T> {
        if self.first.as_ref() == Some(&reading) {
            return self.first.take();
        }
        self.first = Some(reading);
        None
    }

    /// The same for what is read again and again and stays as it is for long: a reading that is given back is also
    /// compared with the next one, however much later that comes.
    pub(crate) fn follow(&mut self, reading: T) -> Option<T> {
        let before = self.first.replace(reading);
        before.filter(|before| self.first.as_ref() == Some(before))
    }

    /// Whether one reading waits for a second one like it.
    pub(crate) fn is_waiting(&self) -> bool {
        self.first.is_some()
    }

    /// The readings were interrupted.
    pub(crate) fn forget(&mut self) {
        self.first = None;
    }
}
