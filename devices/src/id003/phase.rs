use device_api::{ExitBlock, UnitTrouble};
use settings::NoteUnitProfile;
use wire::Moment;
use wire::id003::{
    Command, CommunicationMode, EscrowSet, OPTION_POWER_RECOVERY, RecyclerQuery, RecyclerState, Setting,
    Status,
};

use super::identity::Identity;

/// Where the dialogue with the device stands.
#[derive(Debug)]
pub(super) enum Phase {
    /// No line.
    Closed,
    /// Nothing is known but that the line is open.
    Probing,
    /// Asking who is there, before anything else.
    Identifying(Identifying),
    /// It is a device that this profile cannot serve.
    Refused(Refused),
    /// Woken up or out of order: waiting for INITIALIZE.
    Restarting(Restarting),
    /// Writing settings, then waiting for the end of INITIALIZE.
    Configuring(Configuring),
    /// At work.
    Serving,
}

#[derive(Debug)]
pub(super) struct Identifying {
    /// How the device was found.
    pub(super) found: Status,
    pub(super) step: IdentifyingStep,
}

#[derive(Debug)]
pub(super) enum IdentifyingStep {
    Version,
    CurrencyTable { model: String },
    Drums { model: String, identity: Identity },
}

#[derive(Debug)]
pub(super) struct Refused {
    /// It may have been left open by an earlier run.
    pub(super) close_slot: bool,
}

#[derive(Debug)]
pub(super) struct Restarting {
    pub(super) cause: RestartCause,
    pub(super) reset_due: Moment,
    /// The recycler has to say what its trouble is.
    pub(super) ask_recycler: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestartCause {
    PowerUp,
    /// Over when its cause is cleared and a RESET came.
    Fault(Status),
    /// Starts anew by itself when it is put back.
    CashBoxRemoved,
}

#[derive(Debug)]
pub(super) struct Configuring {
    pub(super) written: usize,
    /// When all is written once more to a device that is still starting up.
    pub(super) rewrite_due: Moment,
}

/// What a status means for the dialogue as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    PowerUp,
    Initialize,
    Fault(RestartCause),
    Running,
    /// A refusal of the request itself.
    Nothing,
}

impl IdentifyingStep {
    pub(super) fn request(&self) -> Command {
        match self {
            IdentifyingStep::Version => Command::Version,
            IdentifyingStep::CurrencyTable { .. } => Command::CurrencyAssign,
            IdentifyingStep::Drums { .. } => Command::Recycler(RecyclerQuery::Currency),
        }
    }
}

/// How the dialogue goes on after `status`.
pub(super) fn condition(status: Status) -> Condition {
    match status {
        Status::PowerUp | Status::PowerUpBillInAcceptor | Status::PowerUpBillInStacker => Condition::PowerUp,
        Status::Initialize => Condition::Initialize,
        Status::StackerOpen => Condition::Fault(RestartCause::CashBoxRemoved),
        Status::StackerFull
        | Status::JamInAcceptor
        | Status::JamInStacker
        | Status::Cheated
        | Status::Failure(_)
        | Status::RecyclerError => Condition::Fault(RestartCause::Fault(status)),
        Status::CommunicationError | Status::InvalidCommand => Condition::Nothing,
        Status::Idling
        | Status::Accepting
        | Status::Escrow(_)
        | Status::Stacking(_)
        | Status::VendValid
        | Status::Stacked(_)
        | Status::Rejecting(_)
        | Status::Returning
        | Status::Holding
        | Status::Inhibit
        | Status::Paying
        | Status::PayValid
        | Status::PayStay
        | Status::ReturnToBox
        | Status::ReturnPayOutNote
        | Status::ReturnError
        | Status::Pause => Condition::Running,
    }
}

/// The note that sticks out of the exit and stops everything, by the device's own word (§4).
pub(super) fn exit_block(status: Status) -> Option<ExitBlock> {
    match status {
        Status::Rejecting(_) | Status::Returning => Some(ExitBlock::GivenBack),
        Status::Pause => Some(ExitBlock::SecondNote),
        _ => None,
    }
}

/// The trouble behind a faulty status (§4); `None` if only the recycler knows.
pub(super) fn trouble_of(status: Status) -> Option<UnitTrouble> {
    match status {
        Status::StackerFull => Some(UnitTrouble::CashBoxFull),
        Status::StackerOpen => Some(UnitTrouble::CashBoxRemoved),
        Status::JamInAcceptor | Status::JamInStacker => Some(UnitTrouble::Jam),
        Status::Cheated => Some(UnitTrouble::Manipulated),
        Status::Failure(code) => Some(UnitTrouble::Broken { code: code.byte() }),
        _ => None,
    }
}

/// The trouble behind a recycler's state (§4b).
pub(super) fn trouble_of_recycler(state: RecyclerState) -> UnitTrouble {
    match state {
        RecyclerState::Jam | RecyclerState::PayoutNoteError => UnitTrouble::Jam,
        RecyclerState::DoorOpen | RecyclerState::BoxOpen => UnitTrouble::CashBoxRemoved,
        _ => UnitTrouble::Broken { code: state.byte() },
    }
}

/// What is written to a device that starts up, in the order of §6, ending with everything closed.
pub(super) fn start_up_settings(profile: &NoteUnitProfile) -> [Setting; 6] {
    let options = if profile.power_recovery { OPTION_POWER_RECOVERY } else { 0 };
    [
        Setting::DisabledDenominations(EscrowSet::ALL),
        // High security refuses worn notes that are good; the standard reading is the maker's default.
        Setting::HighSecurity(EscrowSet::EMPTY),
        Setting::OptionalFunction([options, 0]),
        Setting::ForbiddenDirections(0),
        Setting::CommunicationMode(CommunicationMode::Polled),
        Setting::Inhibit(true),
    ]
}

/// Whether money could be taken wrongly if a device did not know this setting. Of the others it keeps its default.
pub(super) fn is_essential(setting: Setting) -> bool {
    matches!(setting, Setting::DisabledDenominations(_) | Setting::Inhibit(_) | Setting::CommunicationMode(_))
}
