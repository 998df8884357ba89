use std::time::Duration;

use money::Denomination;
use settings::{CoinUnitProfile, HopperProfile, HopperSecurity, SorterPathProfile, SorterTarget};

/// What kind of coin unit is simulated, and what lies in it at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoinUnitModelConfig {
    /// Whether the adapter sends back what the host sends.
    pub echo: bool,
    /// Address of the acceptor.
    pub acceptor_address: u8,
    /// Position (1 to 16), value and issue letter of each coin that the acceptor knows.
    pub coins: Vec<(u8, Denomination, char)>,
    /// Where the ways out of the acceptor lead.
    pub sorter_paths: Vec<SorterPathProfile>,
    /// Whether the ways of coins can be read and written (209, 210). If not, all coins go the first way.
    pub knows_sorter_paths: bool,
    /// The hoppers.
    pub hoppers: Vec<HopperConfig>,
    /// How long things take.
    pub timing: Timing,
}

/// One hopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopperConfig {
    /// Its address.
    pub address: u8,
    /// What lies in it.
    pub denomination: Denomination,
    /// Its serial number, low byte first.
    pub serial: [u8; 3],
    /// What a dispense command must carry.
    pub security: HopperSecurity,
    /// What it wants beside that.
    pub cipher: Cipher,
    /// Whether it takes a dispense command although power came since the last reset, or the last payout found it empty.
    pub pays_after_power_up: bool,
    /// Coins that fit.
    pub capacity: u32,
    /// Coins in it at first.
    pub pieces: u32,
    /// Whether it was told which coin it holds (171).
    pub tells_coin: bool,
}

/// What a hopper wants before it takes a dispense command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// Nothing.
    Free,
    /// To be asked for a key right before; it looks at no byte that was made with it.
    KeyAsked,
    /// A command that was encrypted with the key.
    Encrypted {
        /// Whether its registers say so.
        told: bool,
    },
}

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// From power or reset to the first answer.
    pub boot: Duration,
    /// From the slot to the credit sensor.
    pub coin_way: Duration,
    /// A coin that follows the one before more closely is not taken.
    pub coin_gap: Duration,
    /// An acceptor that is not asked for so long closes.
    pub self_inhibit: Duration,
    /// From one coin paid out to the next.
    pub payout: Duration,
    /// A hopper gives up when no coin came for so long.
    pub payout_timeout: Duration,
}

impl CoinUnitModelConfig {
    /// The same devices with other positions, ways and addresses, so that nobody learns them by heart.
    pub fn shuffled() -> CoinUnitModelConfig {
        use Denomination::{Yen1, Yen5, Yen10, Yen50, Yen100, Yen500};
        let mut config = CoinUnitModelConfig::with_hoppers(&[Yen500, Yen10, Yen1, Yen100, Yen50, Yen5]);
        config.acceptor_address = 11;
        config.coins = vec![
            (2, Yen500, 'B'),
            (3, Yen10, 'A'),
            (7, Yen500, 'A'),
            (9, Yen1, 'A'),
            (10, Yen100, 'A'),
            (15, Yen5, 'A'),
            (16, Yen50, 'A'),
        ];
        for hopper in &mut config.hoppers {
            hopper.address += 20;
            hopper.security = HopperSecurity::Zeros;
            hopper.cipher = Cipher::KeyAsked;
            hopper.pays_after_power_up = false;
            hopper.tells_coin = false;
        }
        config.echo = false;
        config
    }

    /// Devices as vending machines have them: 1 and 5 yen coins fall into the tray.
    pub fn vending() -> CoinUnitModelConfig {
        use Denomination::{Yen10, Yen50, Yen100, Yen500};
        CoinUnitModelConfig::with_hoppers(&[Yen10, Yen50, Yen100, Yen500])
    }

    /// The devices that `profile` describes, with fifty coins in each hopper.
    pub fn fitting(profile: &CoinUnitProfile) -> CoinUnitModelConfig {
        let hopper = |hopper: &HopperProfile| HopperConfig {
            address: hopper.address,
            denomination: hopper.denomination,
            serial: [hopper.address, 0x34, 0x12],
            security: hopper.security,
            cipher: Cipher::Free,
            pays_after_power_up: true,
            capacity: 300,
            pieces: 50,
            tells_coin: true,
        };
        CoinUnitModelConfig {
            echo: profile.echo,
            acceptor_address: profile.acceptor_address,
            coins: (1..).zip(profile.values.iter()).map(|(position, coin)| (position, coin, 'A')).collect(),
            sorter_paths: profile.sorter_paths.clone(),
            knows_sorter_paths: true,
            hoppers: profile.hoppers.iter().map(hopper).collect(),
            timing: Timing::default(),
        }
    }

    /// The profile that fits these devices.
    pub fn profile(&self) -> CoinUnitProfile {
        let hopper = |hopper: &HopperConfig| HopperProfile {
            address: hopper.address,
            denomination: hopper.denomination,
            capacity: None,
            security: hopper.security,
        };
        CoinUnitProfile {
            echo: self.echo,
            acceptor_address: self.acceptor_address,
            sorter_paths: self.sorter_paths.clone(),
            hoppers: self.hoppers.iter().map(hopper).collect(),
            ..CoinUnitProfile::new("model", self.coins.iter().map(|(_, coin, _)| *coin).collect())
        }
    }

    /// One hopper, one coin and one way for each of `coins`, and a way to the coin box.
    fn with_hoppers(coins: &[Denomination]) -> CoinUnitModelConfig {
        let to_hopper = |(path, coin): (u8, &_)| SorterPathProfile { path, to: SorterTarget::Hopper(*coin) };
        let coin_box = (coins.len() + 1).try_into().expect("there are six coins");
        let mut sorter_paths = (1..).zip(coins).map(to_hopper).collect::<Vec<_>>();
        sorter_paths.push(SorterPathProfile { path: coin_box, to: SorterTarget::CoinBox });
        let hopper = |(address, coin): (u8, &_)| HopperProfile {
            address,
            denomination: *coin,
            capacity: None,
            security: HopperSecurity::SerialNumber,
        };
        CoinUnitModelConfig::fitting(&CoinUnitProfile {
            sorter_paths,
            hoppers: (3..).zip(coins).map(hopper).collect(),
            ..CoinUnitProfile::new("model", coins.iter().copied().collect())
        })
    }
}

impl Default for CoinUnitModelConfig {
    /// Six hoppers of fifty coins each, as in `config/profiles/coin-unit-cctalk.toml`.
    fn default() -> CoinUnitModelConfig {
        CoinUnitModelConfig::with_hoppers(&Denomination::ALL[..6])
    }
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            boot: Duration::from_millis(900),
            coin_way: Duration::from_millis(300),
            coin_gap: Duration::from_millis(80),
            self_inhibit: Duration::from_secs(1),
            payout: Duration::from_millis(290),
            payout_timeout: Duration::from_secs(3),
        }
    }
}

#[cfg(test)]
mod tests {
    use settings::choose_profile;

    use super::*;

    /// Whoever gives simulator and driver the same name has two that understand each other.
    #[test]
    fn the_named_profiles_fit_the_models() {
        check("full", &CoinUnitModelConfig::default());
        check("vending", &CoinUnitModelConfig::vending());
        check("shuffled", &CoinUnitModelConfig::shuffled());
    }

    fn check(name: &str, model: &CoinUnitModelConfig) {
        let profile: CoinUnitProfile = choose_profile(Some(name)).unwrap().profile;
        assert_eq!(profile, CoinUnitProfile { name: profile.name.clone(), ..model.profile() });
    }

    #[test]
    fn a_profile_makes_the_model_that_it_fits() {
        for model in [CoinUnitModelConfig::default(), CoinUnitModelConfig::vending()] {
            assert_eq!(CoinUnitModelConfig::fitting(&model.profile()), model);
        }
    }
}
