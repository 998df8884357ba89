use super::parameter::StatusQuery;

/// What a printer senses about itself, whichever of its three ways of telling it uses
/// (docs/protocols/escpos.md §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// It processes nothing that waits in its buffer.
    pub offline: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// Somebody feeds paper with the button.
    pub fed_by_button: bool,
    /// The roll is nearly used up.
    pub near_end: bool,
    /// There is no paper.
    pub paper_end: bool,
    /// The cutter is stuck.
    pub cutter_error: bool,
    /// Something else that moves is stuck.
    pub mechanical_error: bool,
    /// Only power off and a technician help.
    pub unrecoverable_error: bool,
    /// It waits, a hot head for example, and goes on by itself.
    pub passing_error: bool,
}

impl Condition {
    /// The four bytes of an automatic status.
    pub fn auto_status(&self) -> [u8; 4] {
        [
            bits(0x10, &[(self.fed_by_button, 0x40), (self.cover_open, 0x20), (self.offline, 0x08)]),
            bits(
                0x00,
                &[
                    (self.passing_error, 0x40),
                    (self.unrecoverable_error, 0x20),
                    (self.cutter_error, 0x08),
                    (self.mechanical_error, 0x04),
                ],
            ),
            self.paper_byte(),
            0x00,
        ]
    }

    /// What four bytes of an automatic status say; `None` if they are none.
    pub fn from_auto_status([first, second, third, fourth]: [u8; 4]) -> Option<Condition> {
        let is_one = first & 0x93 == 0x10 && [second, third, fourth].iter().all(|byte| byte & 0x90 == 0);
        is_one.then_some(Condition {
            offline: first & 0x08 != 0,
            cover_open: first & 0x20 != 0,
            fed_by_button: first & 0x40 != 0,
            near_end: third & 0x03 == 0x03,
            paper_end: third & 0x0C == 0x0C,
            cutter_error: second & 0x08 != 0,
            mechanical_error: second & 0x04 != 0,
            unrecoverable_error: second & 0x20 != 0,
            passing_error: second & 0x40 != 0,
        })
    }

    /// The answer to `DLE EOT`.
    pub fn real_time_status(&self, query: StatusQuery) -> u8 {
        const IDLE: u8 = 0x12;
        match query {
            StatusQuery::Printer => bits(IDLE, &[(self.offline, 0x08), (self.fed_by_button, 0x40)]),
            StatusQuery::OfflineCause => bits(
                IDLE,
                &[
                    (self.cover_open, 0x04),
                    (self.fed_by_button, 0x08),
                    (self.paper_end, 0x20),
                    (self.has_error(), 0x40),
                ],
            ),
            StatusQuery::ErrorCause => bits(
                IDLE,
                &[
                    (self.mechanical_error, 0x04),
                    (self.cutter_error, 0x08),
                    (self.unrecoverable_error, 0x20),
                    (self.passing_error, 0x40),
                ],
            ),
            StatusQuery::Paper => bits(IDLE, &[(self.near_end, 0x0C), (self.paper_end, 0x60)]),
        }
    }

    /// What the four answers to `DLE EOT` say together, in the order of [`StatusQuery::ALL`].
    pub fn from_real_time_status([printer, offline, error, paper]: [u8; 4]) -> Condition {
        Condition {
            offline: printer & 0x08 != 0,
            cover_open: offline & 0x04 != 0,
            fed_by_button: printer & 0x40 != 0 || offline & 0x08 != 0,
            near_end: paper & 0x0C == 0x0C,
            paper_end: paper & 0x60 == 0x60 || offline & 0x20 != 0,
            cutter_error: error & 0x08 != 0,
            mechanical_error: error & 0x04 != 0,
            unrecoverable_error: error & 0x20 != 0,
            passing_error: error & 0x40 != 0,
        }
    }

    /// The answer to `GS r 1`, which is also the third byte of an automatic status.
    pub fn paper_byte(&self) -> u8 {
        bits(0x00, &[(self.near_end, 0x03), (self.paper_end, 0x0C)])
    }

    /// Whether it reports an error of any kind.
    pub fn has_error(&self) -> bool {
        self.passing_error || self.needs_help()
    }

    /// Whether it reports an error that somebody must clear.
    pub fn needs_help(&self) -> bool {
        self.cutter_error || self.mechanical_error || self.unrecoverable_error
    }
}

fn bits(base: u8, flags: &[(bool, u8)]) -> u8 {
    flags.iter().filter(|(set, _)| *set).fold(base, |byte, (_, bit)| byte | bit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(condition: Condition, auto_status: [u8; 4], real_time: [u8; 4]) {
        assert_eq!(condition.auto_status(), auto_status);
        assert_eq!(StatusQuery::ALL.map(|query| condition.real_time_status(query)), real_time);
    }

    /// Do not change me: the worked examples of docs/protocols/escpos.md §2.
    #[test]
    fn statuses_are_frozen() {
        let ready = Condition::default();
        check(ready, [0x10, 0x00, 0x00, 0x00], [0x12, 0x12, 0x12, 0x12]);
        let offline = Condition { offline: true, ..ready };
        check(Condition { cover_open: true, ..offline }, [0x38, 0x00, 0x00, 0x00], [0x1A, 0x16, 0x12, 0x12]);
        check(
            Condition { near_end: true, paper_end: true, ..offline },
            [0x18, 0x00, 0x0F, 0x00],
            [0x1A, 0x32, 0x12, 0x7E],
        );
        check(Condition { near_end: true, ..ready }, [0x10, 0x00, 0x03, 0x00], [0x12, 0x12, 0x12, 0x1E]);
        check(
            Condition { cutter_error: true, ..offline },
            [0x18, 0x08, 0x00, 0x00],
            [0x1A, 0x52, 0x1A, 0x12],
        );
        check(
            Condition { unrecoverable_error: true, ..offline },
            [0x18, 0x20, 0x00, 0x00],
            [0x1A, 0x52, 0x32, 0x12],
        );
        check(
            Condition { passing_error: true, ..offline },
            [0x18, 0x40, 0x00, 0x00],
            [0x1A, 0x52, 0x52, 0x12],
        );
    }

    proptest! {
        #[test]
        fn both_ways_of_telling_agree(flags in prop::array::uniform9(any::<bool>())) {
            let [offline, cover_open, fed_by_button, near_end, paper_end, cutter_error, mechanical_error,
                unrecoverable_error, passing_error] = flags;
            let condition = Condition {
                offline, cover_open, fed_by_button, near_end, paper_end, cutter_error, mechanical_error,
                unrecoverable_error, passing_error,
            };
            prop_assert_eq!(Condition::from_auto_status(condition.auto_status()), Some(condition));
            let answers = StatusQuery::ALL.map(|query| condition.real_time_status(query));
            prop_assert_eq!(Condition::from_real_time_status(answers), condition);
        }
    }
}
