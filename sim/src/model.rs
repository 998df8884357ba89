//! What every model of a device has in common.

use money::{CashCount, Denomination};
use serde::Serialize;
use wire::Moment;

/// A device as its hardware behaves: bytes from the host in, bytes and visible happenings out.
///
/// It runs on a virtual line (virtual time) and on a pseudo-terminal or loopback TCP port (wall time) alike.
pub trait Model {
    /// Draws from `seed` what is left to chance: which bit is flipped by a fault of the line. Without, it is always the
    /// same. Called before [`start`](Model::start), if at all.
    fn draw_from(&mut self, seed: u64);

    /// Power is on and the line is connected.
    fn start(&mut self, now: Moment);

    /// Bytes have come from the host.
    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]);

    /// The deadline has passed.
    fn handle_timeout(&mut self, now: Moment);

    /// When [`handle_timeout`](Model::handle_timeout) wants to be called.
    fn deadline(&self) -> Option<Moment>;

    /// A person or the environment does something: one line of the device's commands, e.g. `insert 1000`.
    ///
    /// The error is a sentence that says what would have been right.
    fn act(&mut self, now: Moment, command: &str) -> Result<(), String>;

    /// The next thing that came out of the device, until there is none.
    fn poll(&mut self) -> Option<ModelOutput>;

    /// What truly is inside.
    fn look_inside(&self) -> Inside;

    /// One line a command that [`act`](Model::act) understands, with what it does.
    fn help(&self) -> &'static [(&'static str, &'static str)];
}

/// What is understood beside each model's own commands: whoever carries its bytes does it.
pub const CABLE: &[(&str, &str)] = &[("unplug", "pull the cable out"), ("plug", "put the cable back")];

/// The commands of `help` and of the cable, for whoever typed another.
pub(crate) fn known_commands(help: &[(&str, &str)]) -> String {
    help.iter().chain(CABLE).map(|(command, _)| *command).collect::<Vec<_>>().join(", ")
}

/// What truly is inside a device and around it. People beside a simulation look at it; the daemon never sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Inside {
    /// The cable to the computer is out.
    pub unplugged: bool,
    /// Cash by spot; what is on its way is in [`Spot::Transport`].
    pub cash: Vec<(Spot, CashCount)>,
    /// A note that sticks out and can be taken.
    pub mouth: Option<Denomination>,
    /// Coins in the tray.
    pub tray: CashCount,
    /// What is not as it should be.
    pub troubles: Vec<Trouble>,
}

/// Where a person who opens a device finds pieces. They know no addresses: a hopper is the one for such coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// On its way.
    Transport,
    /// A drum, counted from 1.
    Drum(u8),
    /// The cash box of a note unit.
    CashBox,
    /// The hopper for these coins.
    Hopper(Denomination),
    /// The coin box.
    CoinBox,
}

/// What people did to a device and can undo again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The power is off, of the whole device or a part of it.
    PowerOff,
    /// Something is stuck.
    Jammed,
    /// The next piece that is paid out will get stuck.
    WillJam,
    /// A part is broken.
    Broken,
    /// The motors stand still, or it hangs.
    Stalled,
    /// The cash box is not in its place.
    CashBoxOut,
    /// The cover is open.
    CoverOpen,
    /// There is no paper.
    PaperOut,
    /// There is little paper.
    PaperNear,
}

impl Trouble {
    /// Those of `troubles` that are there.
    pub fn among(troubles: impl IntoIterator<Item = (Trouble, bool)>) -> Vec<Trouble> {
        troubles.into_iter().filter(|(_, there)| *there).map(|(trouble, _)| trouble).collect()
    }
}

/// What comes out of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelOutput {
    /// Bytes to the host. The carrier paces them like the line.
    Transmit(Vec<u8>),
    /// Something that a person beside the machine would see: one JSON object with a `happened` field.
    Happened(serde_json::Value),
}
