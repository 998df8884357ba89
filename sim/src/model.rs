//! What every model of a device has in common.

use wire::Moment;

/// A device as its hardware behaves: bytes from the host in, bytes and visible happenings out.
///
/// It runs on a virtual line (virtual time) and on a pseudo-terminal or loopback TCP port (wall time) alike.
pub trait Model {
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

    /// One line a command that [`act`](Model::act) understands, with what it does.
    fn help(&self) -> &'static [(&'static str, &'static str)];
}

/// What comes out of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelOutput {
    /// Bytes to the host. The carrier paces them like the line.
    Transmit(Vec<u8>),
    /// Something that a person beside the machine would see: one JSON object with a `happened` field.
    Happened(serde_json::Value),
}
