use std::fmt;

/// The four characters by which a printer says which page it has finished (docs/protocols/escpos.md §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProcessId([u8; 4]);

/// The characters 20h to 7Eh.
const DIGITS: u32 = 95;
const FIRST_DIGIT: u8 = 0x20;

/// Tries that one job can make before its ids run into those of the next job. A page is tried a handful of
/// times at most, because a person is asked before each.
const ATTEMPTS_MAX: u32 = 16;

impl ProcessId {
    /// The id of one try at one job, so that a late answer to an earlier try confirms nothing.
    ///
    /// Ids come round again after five million jobs, when no answer to the first can be under way any more.
    pub fn of(job: u32, attempt: u8) -> ProcessId {
        ProcessId::numbered(number_of(job, attempt))
    }

    /// The id of what goes out before the page of this try. It is no page's before millions of others.
    pub fn before(job: u32, attempt: u8) -> ProcessId {
        ProcessId::numbered(number_of(job, attempt).wrapping_add(DIGITS.pow(4) / 2))
    }

    fn numbered(mut number: u32) -> ProcessId {
        let mut characters = [0; 4];
        for character in characters.iter_mut().rev() {
            *character = FIRST_DIGIT + (number % DIGITS) as u8;
            number /= DIGITS;
        }
        ProcessId(characters)
    }

    /// The id in these bytes, if they can be one.
    pub fn from_bytes(bytes: [u8; 4]) -> Option<ProcessId> {
        bytes.iter().all(|byte| (0x20..=0x7E).contains(byte)).then_some(ProcessId(bytes))
    }

    /// As on the wire.
    pub fn bytes(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Display for ProcessId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{}", char::from(*byte)))
    }
}

fn number_of(job: u32, attempt: u8) -> u32 {
    job.wrapping_mul(ATTEMPTS_MAX) | (u32::from(attempt) % ATTEMPTS_MAX)
}

impl fmt::Debug for ProcessId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ProcessId({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_frozen() {
        // Do not change me: a page sent before an update is confirmed after it.
        assert_eq!(ProcessId::of(0, 0).bytes(), *b"    ");
        assert_eq!(ProcessId::of(1, 0).bytes(), *b"   0");
        assert_eq!(ProcessId::of(1, 1).bytes(), *b"   1");
        assert_eq!(ProcessId::of(1000, 2).bytes(), *b" !iJ");
        assert_eq!(ProcessId::before(0, 0).bytes(), *b"OOOO");
        assert_eq!(ProcessId::before(1, 1).bytes(), *b"OOO`");
    }

    #[test]
    fn each_try_of_each_job_has_its_own() {
        let ids: BTreeSet<_> =
            (0..500).flat_map(|job| (0..16).map(move |attempt| ProcessId::of(job, attempt))).collect();
        assert_eq!(ids.len(), 500 * 16);
    }

    proptest! {
        #[test]
        fn every_id_is_printable(job: u32, attempt: u8) {
            let id = ProcessId::of(job, attempt);
            prop_assert_eq!(ProcessId::from_bytes(id.bytes()), Some(id));
        }
    }
}
