use std::time::Duration;

use money::Denomination;
use settings::{DrumCounterFalls, DrumProfile, NoteUnitProfile};

/// What kind of device is simulated, and what lies in it at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteUnitModelConfig {
    /// What it answers to VERSION.
    pub version: String,
    /// The country code in its currency table.
    pub country_code: u8,
    /// Escrow code (61 to 70) and value of each note that it knows.
    pub currency: Vec<(u8, Denomination)>,
    /// The recycling drums, number 1 first; none for a plain validator.
    pub drums: Vec<DrumConfig>,
    /// Notes that fit the cash box.
    pub cash_box_capacity: u32,
    /// Whether it knows the life counters (A0).
    pub has_total_counter: bool,
    /// What closing the slot does to a note in escrow.
    pub escrow_while_inhibited: EscrowWhileInhibited,
    /// Whether settings are refused while a note moves.
    pub settings_only_at_rest: bool,
    /// Whether VEND VALID is told after a power failure, given that the host has set the option for it.
    pub vend_valid_replayed: bool,
    /// What happens to a command with a wrong check sum.
    pub damaged_command: DamagedCommand,
    /// When a drum's counter falls while a note is paid out.
    pub drum_counter_falls: DrumCounterFalls,
    /// Where a note goes that was to be paid out and is not.
    pub drawn_back_to: DrawnBackTo,
    /// How a note that gets stuck on its way out is told.
    pub payout_jam: PayoutJam,
    /// Whether a note in the mouth is told as PAY STAY again after RESET, and not as given back.
    pub pay_stay_resumed: bool,
    /// How long things take.
    pub timing: Timing,
}

/// One recycling drum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrumConfig {
    /// What it takes.
    pub denomination: Denomination,
    /// Notes that fit.
    pub capacity: u16,
    /// Notes in it at first.
    pub pieces: u16,
}

/// Notes that fit a drum of which the profile does not say it.
const DRUM_CAPACITY: u16 = 30;

/// What closing the slot (C3) does to a note in escrow. Devices differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscrowWhileInhibited {
    /// It stays until it is answered.
    Keep,
    /// It goes back.
    Return,
}

/// What happens to a command with a wrong check sum. Devices differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamagedCommand {
    /// Nothing.
    Silence,
    /// COMMUNICATION ERROR (4A).
    CommunicationError,
}

/// Where a note goes that was to be paid out and is not. Devices differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawnBackTo {
    /// The drum that it came from.
    Drum,
    /// The cash box.
    CashBox,
}

/// How a note that gets stuck on its way out is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutJam {
    /// RECYCLER ERROR (4C), until people free it.
    RecyclerError,
    /// RETURN PAY OUT NOTE (26): the device got it back by itself.
    ReturnPayOutNote,
    /// RETURN ERROR (2F), then RECYCLER ERROR.
    ReturnError,
}

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From power to the first answer.
    pub boot: Duration,
    /// INITIALIZE at least.
    pub initialize: Duration,
    /// Drawing a note in and reading it.
    pub accept: Duration,
    /// From escrow to its place.
    pub stack: Duration,
    /// STACKED is shown for this long.
    pub stacked: Duration,
    /// Pushing a note back to the mouth.
    pub eject: Duration,
    /// A note in escrow goes back after this long without an order.
    pub escrow_limit: Duration,
    /// One HOLD lasts this long.
    pub hold: Duration,
    /// From a drum to the mouth.
    pub pay: Duration,
    /// A note that is paid out and not taken is drawn back after this long.
    pub mouth_limit: Duration,
}

impl NoteUnitModelConfig {
    /// The same device with its codes given out in another order, so that nobody learns them by heart.
    pub fn shuffled() -> NoteUnitModelConfig {
        let currency = vec![
            (0x62, Denomination::Yen10000),
            (0x63, Denomination::Yen1000),
            (0x65, Denomination::Yen5000),
            (0x68, Denomination::Yen2000),
        ];
        NoteUnitModelConfig { currency, ..NoteUnitModelConfig::default() }
    }

    /// The same device as `profile` describes it, with empty drums.
    pub fn fitted_to(mut self, profile: &NoteUnitProfile) -> NoteUnitModelConfig {
        let mut drums = profile.drums.clone();
        drums.sort_by_key(|drum| drum.number);
        let drum = |drum: DrumProfile| DrumConfig {
            denomination: drum.denomination,
            capacity: drum.capacity.unwrap_or(DRUM_CAPACITY),
            pieces: 0,
        };
        self.currency.retain(|(_, note)| profile.values.contains(*note));
        NoteUnitModelConfig {
            drums: drums.into_iter().map(drum).collect(),
            country_code: profile.country_code,
            has_total_counter: profile.has_total_counter,
            drum_counter_falls: profile.drum_counter_falls,
            ..self
        }
    }

    /// A recycler with a drum of 1,000 yen only, as in the vending cabinet.
    pub fn one_drum() -> NoteUnitModelConfig {
        let mut config = NoteUnitModelConfig::default();
        config.drums.truncate(1);
        config
    }
}

impl Default for NoteUnitModelConfig {
    /// A recycler with a drum of 1,000 and one of 5,000 yen, both empty.
    fn default() -> NoteUnitModelConfig {
        let drum = |denomination| DrumConfig { denomination, capacity: DRUM_CAPACITY, pieces: 0 };
        NoteUnitModelConfig {
            version: "U(JPN)700-RC ID003-05V100-10 01APR26".to_owned(),
            country_code: 0x0A,
            currency: vec![
                (0x61, Denomination::Yen1000),
                (0x62, Denomination::Yen2000),
                (0x63, Denomination::Yen5000),
                (0x64, Denomination::Yen10000),
            ],
            drums: vec![drum(Denomination::Yen1000), drum(Denomination::Yen5000)],
            cash_box_capacity: 500,
            has_total_counter: true,
            escrow_while_inhibited: EscrowWhileInhibited::Keep,
            settings_only_at_rest: false,
            vend_valid_replayed: true,
            damaged_command: DamagedCommand::Silence,
            drum_counter_falls: DrumCounterFalls::AtPayValid,
            drawn_back_to: DrawnBackTo::Drum,
            payout_jam: PayoutJam::RecyclerError,
            pay_stay_resumed: false,
            timing: Timing::default(),
        }
    }
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            boot: Duration::from_millis(1_500),
            initialize: Duration::from_secs(3),
            accept: Duration::from_millis(600),
            stack: Duration::from_millis(900),
            stacked: Duration::from_millis(400),
            eject: Duration::from_millis(500),
            escrow_limit: Duration::from_secs(10),
            hold: Duration::from_secs(10),
            pay: Duration::from_millis(1_500),
            mouth_limit: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use settings::choose_profile;

    use super::*;

    #[test]
    fn the_named_profiles_fit_the_models() {
        for (name, model) in [
            ("full", NoteUnitModelConfig::default()),
            ("vending", NoteUnitModelConfig::one_drum()),
            ("shuffled", NoteUnitModelConfig::shuffled()),
        ] {
            let profile: NoteUnitProfile = choose_profile(Some(name)).unwrap().profile;
            assert_eq!(model.clone().fitted_to(&profile), model, "{name}");
        }
    }
}
