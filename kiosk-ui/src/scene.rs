//! What there is to show: seisankid's view, or that seisankid is away.

use api::{KioskView, Page};

/// What the screen shows.
pub(crate) enum Scene {
    /// What seisankid says.
    View(KioskView),
    /// It says nothing, and what it said before may be wrong by now.
    Away(Away),
}

/// What can be said while seisankid is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Away {
    /// Nobody was in the middle of anything.
    NothingInside,
    /// The last page was one of a payment: who stands there must not read that the machine is not ready.
    MoneyMaybeInside,
    /// The same, and seisankid should have been back.
    MoneyMaybeInsideForLong,
}

impl Scene {
    /// What seisankid says, if it says something.
    pub(crate) fn view(&self) -> Option<&KioskView> {
        match self {
            Scene::View(view) => Some(view),
            Scene::Away(_) => None,
        }
    }

    /// What can be said once seisankid is away.
    pub(crate) fn once_away(&self) -> Away {
        match self {
            Scene::View(view) if is_of_a_payment(&view.page) => Away::MoneyMaybeInside,
            Scene::View(_) => Away::NothingInside,
            Scene::Away(away) => *away,
        }
    }

    /// Whether nobody is being served: the next one to come reads Japanese.
    pub(crate) fn is_start(&self) -> bool {
        match self {
            Scene::View(view) => view.page.is_start(),
            Scene::Away(away) => *away == Away::NothingInside,
        }
    }
}

/// Whether money may be inside, or come out, or be owed, or the paper of it be missing.
fn is_of_a_payment(page: &Page) -> bool {
    match page {
        Page::InsertCash { .. }
        | Page::KeepNote { .. }
        | Page::TakeNoteBack
        | Page::TakeSecondNote
        | Page::BillChanged { .. }
        | Page::Counting
        | Page::TakeNotes { .. }
        | Page::TakeCoins { .. }
        | Page::Printing
        | Page::Owed { .. }
        | Page::PaperTrouble
        | Page::Suspended { .. } => true,
        Page::Idle { .. }
        | Page::Closed { .. }
        | Page::LookingUp
        | Page::Notice { .. }
        | Page::AlreadyPaid { .. }
        | Page::ConfirmPayer { .. }
        | Page::KeyBirthday { .. }
        | Page::ChooseMethod { .. }
        | Page::NothingDue
        | Page::Thanks { .. } => false,
    }
}
