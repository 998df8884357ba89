use device_api::{Deposited, Place, RejectCause, UnitEvent, UnitPart, UnitTrouble};
use money::Denomination;
use wire::id003::{Destination, RejectReason, Status};

use super::order::{Decision, Look, Order};

/// How many replies must show an empty path before a note that was to be stacked, and for which no VEND VALID came,
/// counts as lost track of: about two seconds, in which a device that woke up may still tell of it (§6).
const EMPTY_PATH_REPLIES_MAX: u8 = 14;

/// What is known of the one note that can be under way, and what the machine has been told of it.
///
/// It outlives line failures and power failures of the device, because the credit for a note must be given exactly
/// once whatever happens in between.
#[derive(Debug, Default)]
pub(super) struct NoteUnderWay {
    note: Note,
    /// The last note past escrow has been credited, so that a VEND VALID without a new note is a repeat of its own.
    credited: bool,
    /// [`Deposited::Stacked`] that the machine has not acknowledged yet.
    unacknowledged: u8,
    /// The last status was VEND VALID, so that an ACK has something to answer.
    vend_valid_shown: bool,
    ack_due: bool,
    /// Where the last stacked note goes, as far as the device has said.
    heading: Option<Place>,
    fate_unknown: bool,
    events: Vec<UnitEvent>,
}

#[derive(Debug, Default)]
enum Note {
    #[default]
    Absent,
    /// Being drawn in; the machine has been told.
    Arriving,
    Escrowed(Escrowed),
    Ordered(Order),
    /// Past escrow, or may be, and not credited.
    Stacking(Stacking),
    /// The machine has been told to credit it; the device still has it in hand.
    Credited(Credited),
    /// On its way out, or waiting in the exit.
    Leaving(Leaving),
}

#[derive(Debug)]
struct Escrowed {
    denomination: Denomination,
    /// The machine knows; not so after a failure of the line, when it may have forgotten or changed its mind.
    announced: bool,
    /// The machine wants the note kept a while longer, and the device has not been asked yet.
    hold_due: bool,
}

#[derive(Debug)]
struct Stacking {
    denomination: Option<Denomination>,
    empty_path_replies: u8,
}

#[derive(Debug)]
struct Credited {
    stored: bool,
}

#[derive(Debug)]
struct Leaving {
    /// What is said when it is gone.
    last_word: Option<UnitEvent>,
}

impl NoteUnderWay {
    /// What the machine is to be told, oldest first.
    pub(super) fn take_events(&mut self) -> Vec<UnitEvent> {
        std::mem::take(&mut self.events)
    }

    /// The order that is to be sent now.
    pub(super) fn due_decision(&self) -> Option<Decision> {
        match &self.note {
            Note::Ordered(order) if order.is_due() => Some(order.decision),
            Note::Absent
            | Note::Arriving
            | Note::Escrowed(_)
            | Note::Ordered(_)
            | Note::Stacking(_)
            | Note::Credited(_)
            | Note::Leaving(_) => None,
        }
    }

    /// Whether HOLD is to be sent now; true once for each time, because it does not matter if the device misses it: the
    /// note goes back.
    pub(super) fn take_hold(&mut self) -> bool {
        match &mut self.note {
            Note::Escrowed(escrowed) => std::mem::take(&mut escrowed.hold_due),
            Note::Absent
            | Note::Arriving
            | Note::Ordered(_)
            | Note::Stacking(_)
            | Note::Credited(_)
            | Note::Leaving(_) => false,
        }
    }

    /// Whether an ACK is to be sent now; true once for each time.
    pub(super) fn take_ack(&mut self) -> bool {
        std::mem::take(&mut self.ack_due)
    }

    /// Whether closing the slot could make the device push back a note that the machine still decides about.
    pub(super) fn is_undecided(&self) -> bool {
        matches!(self.note, Note::Arriving | Note::Escrowed(_) | Note::Ordered(_))
    }

    /// Whether no note is under way.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.note, Note::Absent)
    }

    /// Whether money is past escrow that the machine has not safely credited. A RESET now could make the device
    /// forget it.
    pub(super) fn is_unproven(&self) -> bool {
        self.is_uncredited() || self.unacknowledged > 0
    }

    /// Whether a note is past escrow, or may be, of which the device has not said yet that it is money.
    pub(super) fn is_uncredited(&self) -> bool {
        match &self.note {
            Note::Stacking(_) => true,
            Note::Ordered(order) => order.may_be_stacked(),
            Note::Absent | Note::Arriving | Note::Escrowed(_) | Note::Credited(_) | Note::Leaving(_) => false,
        }
    }

    /// Whether nothing about a note stands against serving.
    pub(super) fn is_resolved(&self) -> bool {
        let waiting = match &self.note {
            Note::Stacking(_) => true,
            Note::Ordered(order) => order.is_stuck(),
            Note::Absent | Note::Arriving | Note::Escrowed(_) | Note::Credited(_) | Note::Leaving(_) => false,
        };
        !waiting && !self.fate_unknown
    }

    /// Whether staff must find out where a note went.
    pub(super) fn is_fate_unknown(&self) -> bool {
        self.fate_unknown
    }

    /// People had the device open or without power, and so have seen what is in it.
    pub(super) fn staff_has_looked(&mut self) {
        self.fate_unknown = false;
    }

    /// The machine decided. Counts only for a note that lies in escrow and has no decision yet.
    pub(super) fn decide(&mut self, decision: Decision) {
        if let Note::Escrowed(Escrowed { denomination, .. }) = self.note {
            self.note = Note::Ordered(Order::new(Some(denomination), decision));
        }
    }

    /// The machine needs longer to decide. Means nothing without a note that it has to decide about.
    pub(super) fn hold(&mut self) {
        if let Note::Escrowed(escrowed) = &mut self.note {
            escrowed.hold_due = true;
        }
    }

    /// The order went out.
    pub(super) fn order_sent(&mut self) {
        if let Note::Ordered(order) = &mut self.note {
            order.sent();
        }
    }

    /// The device would not take the order.
    pub(super) fn order_refused(&mut self) {
        if let Note::Ordered(order) = &mut self.note {
            order.refused();
        }
    }

    /// The machine has the newest credit in its journal.
    pub(super) fn acknowledge(&mut self) {
        self.unacknowledged = self.unacknowledged.saturating_sub(1);
        self.ack_due = self.unacknowledged == 0 && self.vend_valid_shown;
    }

    /// The device was out of reach.
    pub(super) fn interrupted(&mut self) {
        self.ack_due = false;
        self.vend_valid_shown = false;
        match &mut self.note {
            Note::Escrowed(escrowed) => (escrowed.announced, escrowed.hold_due) = (false, false),
            Note::Ordered(order) => order.interrupted(),
            Note::Absent | Note::Arriving | Note::Stacking(_) | Note::Credited(_) | Note::Leaving(_) => {}
        }
    }

    /// The device woke up after a power failure and says where it found a note (§6).
    pub(super) fn powered_up(&mut self, status: Status) {
        self.interrupted();
        match status {
            Status::PowerUpBillInAcceptor => self.found_in_acceptor(),
            Status::PowerUpBillInStacker => self.found_in_stacker(),
            _ => self.forget_credited(),
        }
    }

    /// One reply to STATUS REQUEST. `denomination` is what its escrow code is worth.
    pub(super) fn observe(&mut self, status: Status, denomination: Option<Denomination>) {
        self.vend_valid_shown = status == Status::VendValid;
        match status {
            Status::Idling | Status::Inhibit => self.path_empty(),
            Status::Accepting => self.arriving(),
            Status::Escrow(_) => self.in_escrow(denomination),
            Status::Holding => self.held(),
            Status::Stacking(place) => self.stacking(place.map(place_of)),
            Status::VendValid => self.vend_valid(),
            Status::Stacked(place) => self.stacked(place.map_or(Place::CashBox, place_of)),
            Status::Rejecting(reason) => self.rejecting(cause_of(reason)),
            Status::Returning => self.returning(),
            // The others say nothing about a note.
            _ => {}
        }
    }

    /// RESET gives this note back, and it is never credited.
    fn found_in_acceptor(&mut self) {
        self.forget_credited();
        self.returning();
    }

    /// RESET stacks this note. Only a VEND VALID, or STACKED after an order of this run, makes it money.
    fn found_in_stacker(&mut self) {
        let denomination = match self.take_note() {
            note @ Note::Credited(_) => {
                self.note = note;
                return;
            }
            Note::Absent if self.credited => return,
            Note::Escrowed(escrowed) => Some(escrowed.denomination),
            Note::Ordered(order) => order.denomination,
            Note::Stacking(stacking) => stacking.denomination,
            Note::Absent | Note::Arriving | Note::Leaving(_) => None,
        };
        self.begin_stacking(denomination);
    }

    /// There is nothing past the acceptor any more, so a credited note has come to rest.
    fn forget_credited(&mut self) {
        if matches!(self.note, Note::Credited(_)) {
            self.close();
        }
    }

    fn path_empty(&mut self) {
        let unproven = match self.take_note() {
            Note::Stacking(stacking) => stacking,
            Note::Ordered(order) if order.may_be_stacked() => {
                Stacking { denomination: order.denomination, empty_path_replies: 0 }
            }
            note @ (Note::Absent
            | Note::Arriving
            | Note::Escrowed(_)
            | Note::Ordered(_)
            | Note::Credited(_)
            | Note::Leaving(_)) => {
                self.note = note;
                return self.close();
            }
        };
        let empty_path_replies = unproven.empty_path_replies.saturating_add(1);
        self.note = Note::Stacking(Stacking { empty_path_replies, ..unproven });
        if empty_path_replies >= EMPTY_PATH_REPLIES_MAX {
            self.close();
        }
    }

    fn arriving(&mut self) {
        if matches!(self.note, Note::Arriving) {
            return;
        }
        self.close();
        self.begin();
        self.note = Note::Arriving;
        self.events.push(UnitEvent::In(Deposited::Arriving));
    }

    fn in_escrow(&mut self, denomination: Option<Denomination>) {
        let look =
            match &mut self.note {
                Note::Escrowed(escrowed) if Some(escrowed.denomination) == denomination => {
                    if escrowed.announced { Look::Wait } else { Look::AskAgain }
                }
                Note::Ordered(order) if order.denomination == denomination => order.still_in_escrow(),
                Note::Arriving => Look::AskAgain,
                Note::Absent
                | Note::Escrowed(_)
                | Note::Ordered(_)
                | Note::Stacking(_)
                | Note::Credited(_)
                | Note::Leaving(_) => {
                    self.close();
                    Look::AskAgain
                }
            };
        match look {
            Look::Wait => {}
            Look::Stuck => self.events.push(UnitEvent::trouble(UnitPart::Acceptor, UnitTrouble::Jam)),
            Look::AskAgain => self.ask(denomination),
        }
    }

    /// HOLD was obeyed. The status does not say what the note is, so where that is not known, or has to be told anew,
    /// it is found out when the hold is over and the device shows ESCROW again.
    fn held(&mut self) {
        match &mut self.note {
            Note::Arriving | Note::Escrowed(_) => {}
            Note::Ordered(order) => {
                let jam = UnitEvent::trouble(UnitPart::Acceptor, UnitTrouble::Jam);
                self.events.extend((order.still_in_escrow() == Look::Stuck).then_some(jam));
            }
            Note::Absent | Note::Stacking(_) | Note::Credited(_) | Note::Leaving(_) => self.arriving(),
        }
    }

    /// A note waits for the machine's decision. One of which nobody knows what it is goes back without asking.
    fn ask(&mut self, denomination: Option<Denomination>) {
        self.begin();
        self.note = match denomination {
            Some(denomination) => {
                self.events.push(UnitEvent::In(Deposited::Escrowed { denomination }));
                Note::Escrowed(Escrowed { denomination, announced: true, hold_due: false })
            }
            None => Note::Ordered(Order::new(None, Decision::Return)),
        };
    }

    /// Whatever comes now is about a new note.
    fn begin(&mut self) {
        self.credited = false;
        self.heading = None;
    }

    fn stacking(&mut self, place: Option<Place>) {
        self.heading = place.or(self.heading);
        match self.take_note() {
            Note::Escrowed(escrowed) => self.begin_stacking(Some(escrowed.denomination)),
            Note::Ordered(order) => self.begin_stacking(order.denomination),
            Note::Stacking(stacking) => self.begin_stacking(stacking.denomination),
            Note::Absent if self.credited => {}
            Note::Absent | Note::Arriving | Note::Leaving(_) => self.begin_stacking(None),
            note @ Note::Credited(_) => self.note = note,
        }
    }

    fn begin_stacking(&mut self, denomination: Option<Denomination>) {
        self.credited = false;
        self.note = Note::Stacking(Stacking { denomination, empty_path_replies: 0 });
    }

    fn vend_valid(&mut self) {
        match self.take_note() {
            Note::Escrowed(escrowed) => self.credit(Some(escrowed.denomination)),
            Note::Ordered(order) => self.credit(order.denomination),
            Note::Stacking(stacking) => self.credit(stacking.denomination),
            note @ (Note::Absent | Note::Leaving(_) | Note::Credited(_)) if self.credited => {
                self.note = note;
                self.repeat_ack();
            }
            Note::Absent | Note::Arriving | Note::Leaving(_) | Note::Credited(_) => self.credit(None),
        }
    }

    /// The device did not hear the ACK. The machine has the credit already.
    fn repeat_ack(&mut self) {
        self.ack_due = self.unacknowledged == 0;
    }

    fn credit(&mut self, denomination: Option<Denomination>) {
        assert!(!self.credited, "one credit for one note");
        self.credited = true;
        self.unacknowledged = self.unacknowledged.saturating_add(1);
        self.note = Note::Credited(Credited { stored: false });
        self.events.push(UnitEvent::In(Deposited::Stacked { denomination }));
    }

    /// STACKED is also a credit if VEND VALID was missed (§8.3), but only for a note whose value is known. A note
    /// never seen before may have been credited by an earlier run, whose journal knows.
    fn stacked(&mut self, place: Place) {
        self.heading = Some(place);
        match self.take_note() {
            Note::Escrowed(escrowed) => self.credit(Some(escrowed.denomination)),
            Note::Ordered(Order { denomination: Some(value), .. })
            | Note::Stacking(Stacking { denomination: Some(value), .. }) => self.credit(Some(value)),
            Note::Absent if !self.credited => {
                self.credited = true;
                self.note = Note::Credited(Credited { stored: false });
            }
            note => self.note = note,
        }
        self.store();
    }

    /// Says where the credited note came to rest, once.
    fn store(&mut self) {
        let Note::Credited(credited) = &mut self.note else { return };
        let Some(place) = self.heading.filter(|_| !credited.stored) else { return };
        credited.stored = true;
        self.heading = None;
        self.events.push(UnitEvent::In(Deposited::Stored { place }));
    }

    fn rejecting(&mut self, cause: RejectCause) {
        let last_word = match self.take_note() {
            Note::Ordered(order) => Some(gone_back(order.denomination)),
            Note::Escrowed(_) | Note::Stacking(_) => Some(UnitEvent::In(Deposited::Returned)),
            Note::Leaving(leaving) => leaving.last_word,
            note @ (Note::Absent | Note::Arriving | Note::Credited(_)) => {
                self.refuse(note, cause);
                None
            }
        };
        self.note = Note::Leaving(Leaving { last_word });
    }

    /// A new note is pushed back; whatever was there before has come to its end.
    fn refuse(&mut self, earlier: Note, cause: RejectCause) {
        if !matches!(earlier, Note::Arriving) {
            self.note = earlier;
            self.close();
        }
        self.events.push(UnitEvent::In(Deposited::Rejected { cause }));
    }

    fn returning(&mut self) {
        let last_word = match self.take_note() {
            Note::Arriving => Some(UNREADABLE),
            Note::Ordered(order) => Some(gone_back(order.denomination)),
            Note::Absent | Note::Escrowed(_) | Note::Stacking(_) => Some(UnitEvent::In(Deposited::Returned)),
            Note::Leaving(leaving) => leaving.last_word,
            Note::Credited(_) => {
                self.lose_track();
                None
            }
        };
        self.note = Note::Leaving(Leaving { last_word });
    }

    /// The note is no longer under way; says what has not been said yet.
    fn close(&mut self) {
        match self.take_note() {
            Note::Absent => {}
            Note::Arriving => self.events.push(UNREADABLE),
            Note::Escrowed(_) => self.events.push(UnitEvent::In(Deposited::Returned)),
            Note::Ordered(order) if order.may_be_stacked() => self.lose_track(),
            Note::Ordered(order) => self.events.push(gone_back(order.denomination)),
            Note::Stacking(_) => self.lose_track(),
            note @ Note::Credited(_) => {
                self.note = note;
                self.store();
                self.note = Note::Absent;
            }
            Note::Leaving(leaving) => self.events.extend(leaving.last_word),
        }
    }

    /// Nobody can tell where the note is: staff must look.
    fn lose_track(&mut self) {
        self.fate_unknown = true;
        self.events.push(UnitEvent::trouble(UnitPart::Acceptor, UnitTrouble::NoteOfUnknownFate));
    }

    fn take_note(&mut self) -> Note {
        std::mem::take(&mut self.note)
    }
}

const UNREADABLE: UnitEvent = UnitEvent::In(Deposited::Rejected { cause: RejectCause::Unreadable });

/// What is said of a note that left escrow towards the exit.
fn gone_back(denomination: Option<Denomination>) -> UnitEvent {
    denomination.map_or(UNREADABLE, |_| UnitEvent::In(Deposited::Returned))
}

fn place_of(destination: Destination) -> Place {
    match destination {
        Destination::CashBox => Place::CashBox,
        Destination::Drum1 => Place::Drum(1),
        Destination::Drum2 => Place::Drum(2),
        Destination::Other(number) => Place::Drum(number),
    }
}

fn cause_of(reason: RejectReason) -> RejectCause {
    if reason == RejectReason::Inhibited { RejectCause::NotWanted } else { RejectCause::Unreadable }
}
