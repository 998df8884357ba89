//! The driver against the model: what one end believes, held against where the notes really are.

mod bench;
mod everyday;
mod hold;
mod line_faults;
mod model_alone;
mod payout;
mod payout_faults;
mod payout_pairs;
mod payout_soak;
mod power;
mod soak;
mod trouble;

use money::Denomination;

use super::NoteUnitModelConfig;

/// The kinds of device that are on the market, as far as they behave differently while taking notes in.
fn variants() -> Vec<NoteUnitModelConfig> {
    use super::{DamagedCommand, EscrowWhileInhibited};
    let recycler = NoteUnitModelConfig::default();
    vec![
        recycler.clone(),
        NoteUnitModelConfig::shuffled(),
        NoteUnitModelConfig { drums: Vec::new(), has_total_counter: false, ..recycler.clone() },
        NoteUnitModelConfig {
            settings_only_at_rest: true,
            damaged_command: DamagedCommand::CommunicationError,
            escrow_while_inhibited: EscrowWhileInhibited::Return,
            ..recycler.clone()
        },
        NoteUnitModelConfig { vend_valid_replayed: false, ..recycler },
    ]
}

/// The kinds of device that are on the market, as far as they behave differently while paying out.
fn payout_variants() -> Vec<NoteUnitModelConfig> {
    use settings::DrumCounterFalls;

    use super::DrawnBackTo;
    let recycler = NoteUnitModelConfig::default();
    let at_paying =
        NoteUnitModelConfig { drum_counter_falls: DrumCounterFalls::AtPaying, ..recycler.clone() };
    vec![
        recycler.clone(),
        NoteUnitModelConfig { drawn_back_to: DrawnBackTo::CashBox, ..recycler.clone() },
        NoteUnitModelConfig { pay_stay_resumed: true, has_total_counter: false, ..recycler },
        at_paying.clone(),
        NoteUnitModelConfig { drawn_back_to: DrawnBackTo::CashBox, ..at_paying.clone() },
        NoteUnitModelConfig { pay_stay_resumed: true, has_total_counter: false, ..at_paying },
    ]
}

/// The acts of a patient who inserts `note`.
fn insert(note: Denomination) -> String {
    format!("insert {}", i64::from(note))
}
