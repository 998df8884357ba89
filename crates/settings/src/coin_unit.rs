use std::ops::RangeInclusive;

use money::{Denomination, DenominationSet};
use serde::Deserialize;

/// The largest hoppers that are sold hold about four thousand small coins.
const HOPPER_CAPACITY: RangeInclusive<u16> = 1..=5_000;

/// The speeds that ccTalk devices are sold with; 9600 but for the oldest and for USB. Always 8N1.
const BAUD_RATES: [u32; 5] = [4_800, 9_600, 19_200, 38_400, 115_200];
/// Shorter is a flood. An acceptor remembers five events and closes by itself after a second without being asked.
const POLL_INTERVAL_MS: RangeInclusive<u16> = 50..=200;
/// The longest reply takes 60 ms at 4800 baud; and nobody else on the line is asked while one is waited for.
const REPLY_TIMEOUT_MS: RangeInclusive<u16> = 80..=300;
/// One lost reply is noise; ten in a row are seconds without knowing what a coin does.
const COMM_LOST_AFTER: RangeInclusive<u8> = 2..=10;
/// 0 speaks to all devices and 1 is the host.
const ADDRESSES: RangeInclusive<u8> = 2..=255;
/// Ways that an acceptor can send a coin.
const SORTER_PATHS: RangeInclusive<u8> = 1..=8;
/// More coins in one command make the unknown larger when something fails in it.
const COINS_PER_DISPENSE: RangeInclusive<u8> = 1..=50;

/// A coin acceptor and its hoppers on one ccTalk line, as far as they differ from others of their kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoinUnitProfile {
    /// What people call it.
    pub name: String,
    /// Speed of the line.
    #[serde(default = "baud")]
    pub baud: u32,
    /// Whether the adapter sends back what the machine sends.
    #[serde(default = "yes")]
    pub echo: bool,
    /// Address of the acceptor.
    #[serde(default = "acceptor_address")]
    pub acceptor_address: u8,
    /// Every value that the acceptor may know. One that knows another is refused.
    pub values: DenominationSet,
    /// Where the ways out of the acceptor lead. A way that is not listed leads to the coin box.
    #[serde(default)]
    pub sorter_paths: Vec<SorterPathProfile>,
    /// The hoppers.
    #[serde(default)]
    pub hoppers: Vec<HopperProfile>,
    /// The most coins that one command to a hopper pays out.
    #[serde(default = "coins_per_dispense")]
    pub coins_per_dispense: u8,
    /// How often the acceptor is asked for new coins.
    #[serde(default = "poll_interval_ms")]
    pub poll_interval_ms: u16,
    /// How long a reply may take.
    #[serde(default = "reply_timeout_ms")]
    pub reply_timeout_ms: u16,
    /// After how many requests without a reply a device counts as gone.
    #[serde(default = "comm_lost_after")]
    pub comm_lost_after: u8,
}

/// Where one way out of the acceptor leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SorterPathProfile {
    /// The device's number of the way.
    pub path: u8,
    /// Where it leads.
    pub to: SorterTarget,
}

/// Where a way out of the acceptor can lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SorterTarget {
    /// To the hopper of this denomination.
    Hopper(Denomination),
    /// To the box from which nothing is paid out.
    CoinBox,
}

/// One hopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HopperProfile {
    /// Its address.
    pub address: u8,
    /// What lies in it.
    pub denomination: Denomination,
    /// How many coins fit, if that is known: staff cannot say by mistake that more lie in it.
    #[serde(default)]
    pub capacity: Option<u16>,
    /// What a dispense command carries to prove that this hopper is meant.
    #[serde(default)]
    pub security: HopperSecurity,
}

/// What a dispense command carries to prove that this hopper is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HopperSecurity {
    /// The hopper's serial number.
    #[default]
    SerialNumber,
    /// Eight zeros, for hoppers with encryption switched off.
    Zeros,
}

/// Why a profile cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoinUnitProfileError {
    /// It has no name.
    #[error("name is empty; write what people call the coin unit")]
    NoName,
    /// No device is sold with this speed.
    #[error("baud is {0}; a coin unit speaks at 4800, 9600, 19200, 38400 or 115200")]
    Baud(u32),
    /// It takes nothing.
    #[error("values is empty; list the coins that the acceptor knows, for instance [10, 50, 100, 500]")]
    NoValues,
    /// A note.
    #[error("{0} yen is not a coin")]
    NotACoin(Denomination),
    /// 0 and 1 are taken.
    #[error("there can be no device at address {0}; addresses are 2 to 255")]
    Address(u8),
    /// Two devices, one address.
    #[error("address {0} is listed twice")]
    AddressTwice(u8),
    /// Two hoppers, one denomination.
    #[error("there are two hoppers for {0} yen; each denomination has one")]
    HopperTwice(Denomination),
    /// Out of range.
    #[error("the capacity of the hopper for {denomination} yen is {capacity}; it can be 1 to 5000 coins")]
    HopperCapacity {
        /// The hopper.
        denomination: Denomination,
        /// What the profile says.
        capacity: u16,
    },
    /// No such way.
    #[error("there is no sorter path {0}; sorter paths are 1 to 8")]
    SorterPath(u8),
    /// One way, two ends.
    #[error("sorter path {0} is listed twice")]
    SorterPathTwice(u8),
    /// A way into the void.
    #[error("sorter path {path} leads to the hopper for {denomination} yen, which is missing in hoppers")]
    NoHopper {
        /// The way.
        path: u8,
        /// The hopper.
        denomination: Denomination,
    },
    /// Out of range.
    #[error("coins_per_dispense is {0}; it can be 1 to 50")]
    CoinsPerDispense(u8),
    /// Out of range.
    #[error("poll_interval_ms is {0}; it can be 50 to 200")]
    PollInterval(u16),
    /// Out of range.
    #[error("reply_timeout_ms is {0}; it can be 80 to 300")]
    ReplyTimeout(u16),
    /// Out of range.
    #[error("comm_lost_after is {0}; it can be 2 to 10")]
    CommLostAfter(u8),
}

impl CoinUnitProfile {
    /// An acceptor without hoppers that knows `values`; everything else as usual.
    pub fn new(name: impl Into<String>, values: DenominationSet) -> CoinUnitProfile {
        CoinUnitProfile {
            name: name.into(),
            baud: baud(),
            echo: yes(),
            acceptor_address: acceptor_address(),
            values,
            sorter_paths: Vec::new(),
            hoppers: Vec::new(),
            coins_per_dispense: coins_per_dispense(),
            poll_interval_ms: poll_interval_ms(),
            reply_timeout_ms: reply_timeout_ms(),
            comm_lost_after: comm_lost_after(),
        }
    }

    /// Where the way `path` leads.
    pub fn target_of(&self, path: u8) -> SorterTarget {
        let listed = self.sorter_paths.iter().find(|sorter| sorter.path == path);
        listed.map_or(SorterTarget::CoinBox, |sorter| sorter.to)
    }

    /// The way that a coin of `denomination` should go: to its hopper, else to the coin box, if such a way is listed.
    pub fn path_for(&self, denomination: Denomination) -> Option<u8> {
        let path_to = |to| self.sorter_paths.iter().find(|sorter| sorter.to == to).map(|sorter| sorter.path);
        path_to(SorterTarget::Hopper(denomination)).or_else(|| path_to(SorterTarget::CoinBox))
    }

    /// Whether the profile makes sense.
    pub fn check(&self) -> Result<(), CoinUnitProfileError> {
        use CoinUnitProfileError as Error;
        ensure(!self.name.trim().is_empty(), Error::NoName)?;
        ensure(BAUD_RATES.contains(&self.baud), Error::Baud(self.baud))?;
        ensure(!self.values.is_empty(), Error::NoValues)?;
        self.values.iter().try_for_each(ensure_coin)?;
        ensure(ADDRESSES.contains(&self.acceptor_address), Error::Address(self.acceptor_address))?;
        self.check_hoppers()?;
        self.check_sorter_paths()?;
        let (chunk, poll, reply) = (self.coins_per_dispense, self.poll_interval_ms, self.reply_timeout_ms);
        ensure(COINS_PER_DISPENSE.contains(&chunk), Error::CoinsPerDispense(chunk))?;
        ensure(POLL_INTERVAL_MS.contains(&poll), Error::PollInterval(poll))?;
        ensure(REPLY_TIMEOUT_MS.contains(&reply), Error::ReplyTimeout(reply))?;
        ensure(COMM_LOST_AFTER.contains(&self.comm_lost_after), Error::CommLostAfter(self.comm_lost_after))
    }

    fn check_hoppers(&self) -> Result<(), CoinUnitProfileError> {
        use CoinUnitProfileError as Error;
        for (index, &HopperProfile { address, denomination, capacity, .. }) in self.hoppers.iter().enumerate()
        {
            ensure_coin(denomination)?;
            ensure(ADDRESSES.contains(&address), Error::Address(address))?;
            let earlier = &self.hoppers[..index];
            let taken =
                address == self.acceptor_address || earlier.iter().any(|hopper| hopper.address == address);
            ensure(!taken, Error::AddressTwice(address))?;
            let twice = earlier.iter().any(|hopper| hopper.denomination == denomination);
            ensure(!twice, Error::HopperTwice(denomination))?;
            if let Some(capacity) = capacity {
                let known = HOPPER_CAPACITY.contains(&capacity);
                ensure(known, Error::HopperCapacity { denomination, capacity })?;
            }
        }
        Ok(())
    }

    fn check_sorter_paths(&self) -> Result<(), CoinUnitProfileError> {
        use CoinUnitProfileError as Error;
        for (index, &SorterPathProfile { path, to }) in self.sorter_paths.iter().enumerate() {
            ensure(SORTER_PATHS.contains(&path), Error::SorterPath(path))?;
            let twice = self.sorter_paths[..index].iter().any(|sorter| sorter.path == path);
            ensure(!twice, Error::SorterPathTwice(path))?;
            if let SorterTarget::Hopper(denomination) = to {
                let known = self.hoppers.iter().any(|hopper| hopper.denomination == denomination);
                ensure(known, Error::NoHopper { path, denomination })?;
            }
        }
        Ok(())
    }
}

fn ensure_coin(denomination: Denomination) -> Result<(), CoinUnitProfileError> {
    ensure(denomination <= Denomination::Yen500, CoinUnitProfileError::NotACoin(denomination))
}

fn ensure(holds: bool, error: CoinUnitProfileError) -> Result<(), CoinUnitProfileError> {
    if holds { Ok(()) } else { Err(error) }
}

fn baud() -> u32 {
    9_600
}

fn yes() -> bool {
    true
}

fn acceptor_address() -> u8 {
    2
}

fn coins_per_dispense() -> u8 {
    20
}

fn poll_interval_ms() -> u16 {
    100
}

fn reply_timeout_ms() -> u16 {
    120
}

fn comm_lost_after() -> u8 {
    3
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIX_HOPPERS: &str = include_str!("../../../config/profiles/coin-unit-cctalk.toml");
    const VENDING: &str = include_str!("../../../config/profiles/coin-unit-cctalk-vending.toml");

    #[test]
    fn the_shipped_profiles_are_usable() {
        for (text, coins) in [(SIX_HOPPERS, 6), (VENDING, 4)] {
            let profile: CoinUnitProfile = toml::from_str(text).unwrap();
            assert_eq!(profile.check(), Ok(()));
            assert_eq!((profile.values.iter().count(), profile.hoppers.len()), (coins, coins));
            for hopper in &profile.hoppers {
                let path = profile.path_for(hopper.denomination).unwrap();
                assert_eq!(profile.target_of(path), SorterTarget::Hopper(hopper.denomination));
            }
        }
    }

    #[test]
    fn the_shortest_profile_gets_the_usual_settings() {
        let profile: CoinUnitProfile = toml::from_str("name = 'A'\nvalues = [10, 100]").unwrap();
        let values = [Denomination::Yen10, Denomination::Yen100].into_iter().collect();
        assert_eq!(profile, CoinUnitProfile::new("A", values));
        assert_eq!(profile.check(), Ok(()));
        assert_eq!(profile.target_of(1), SorterTarget::CoinBox);
        assert_eq!(profile.path_for(Denomination::Yen10), None);
    }

    #[test]
    fn a_wrong_profile_is_refused_with_a_sentence() {
        let cases = [
            ("", "Ok"),
            ("hoppers = [{ address = 3, denomination = 100, security = 'zeros' }]", "Ok"),
            ("sorter_paths = [{ path = 2, to = 'coin_box' }]", "Ok"),
            ("baud = 300", "baud is 300; a coin unit speaks at"),
            ("acceptor_address = 1", "there can be no device at address 1"),
            ("hoppers = [{ address = 2, denomination = 100 }]", "address 2 is listed twice"),
            ("hoppers = [{ address = 3, denomination = 1000 }]", "1,000 yen is not a coin"),
            (
                "hoppers = [{ address = 3, denomination = 10 }, { address = 4, denomination = 10 }]",
                "there are two hoppers for 10 yen",
            ),
            ("hoppers = [{ address = 3, denomination = 100, capacity = 800 }]", "Ok"),
            (
                "hoppers = [{ address = 3, denomination = 100, capacity = 0 }]",
                "the capacity of the hopper for 100 yen is 0; it can be 1 to 5000 coins",
            ),
            ("sorter_paths = [{ path = 9, to = 'coin_box' }]", "there is no sorter path 9"),
            ("sorter_paths = [{ path = 1, to = { hopper = 100 } }]", "hopper for 100 yen, which is missing"),
            (
                "sorter_paths = [{ path = 1, to = 'coin_box' }, { path = 1, to = 'coin_box' }]",
                "sorter path 1 is listed twice",
            ),
            ("coins_per_dispense = 255", "coins_per_dispense is 255; it can be 1 to 50"),
            ("poll_interval_ms = 500", "poll_interval_ms is 500; it can be 50 to 200"),
            ("reply_timeout_ms = 1000", "reply_timeout_ms is 1000; it can be 80 to 300"),
            ("comm_lost_after = 0", "comm_lost_after is 0; it can be 2 to 10"),
            ("colour = 'red'", "unknown field"),
        ];
        for (line, expected) in cases {
            check(&format!("name = 'A'\nvalues = [10, 100]\n{line}"), expected);
        }
        check("name = 'A'\nvalues = [500, 1000]", "1,000 yen is not a coin");
        check("name = ' '\nvalues = [100]", "name is empty");
        check("name = 'A'\nvalues = []", "values is empty");
    }

    fn check(text: &str, expected: &str) {
        let outcome = match toml::from_str::<CoinUnitProfile>(text) {
            Ok(profile) => profile.check().map_or_else(|error| error.to_string(), |()| "Ok".to_owned()),
            Err(error) => error.to_string(),
        };
        assert!(outcome.contains(expected), "{text}\ngave {outcome}\ninstead of {expected}");
    }
}
