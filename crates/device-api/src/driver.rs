use std::fmt;

use wire::Moment;

/// A device's driver: bytes and commands in, bytes and events out, and a wish when to be woken.
///
/// Its carrier (the machine, or a serial port with nothing but this driver) calls `handle_*`, then [`poll`](Driver::poll) until
/// it returns `None`, then sleeps until more bytes come or [`deadline`](Driver::deadline) is reached.
pub trait Driver {
    /// What the machine asks of this kind of device.
    type Command;
    /// What this kind of device tells the machine.
    type Event;

    /// The line is open (again); nothing is known of the device any more.
    fn line_opened(&mut self, now: Moment);

    /// The line is gone: adapter unplugged or port closed.
    fn line_lost(&mut self, now: Moment);

    /// Bytes have come from the device.
    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]);

    /// The deadline has passed.
    fn handle_timeout(&mut self, now: Moment);

    /// The machine wants something done.
    fn command(&mut self, now: Moment, command: Self::Command);

    /// The next thing to do for its carrier, until there is none.
    fn poll(&mut self) -> Option<DriverOutput<Self::Event>>;

    /// When [`handle_timeout`](Driver::handle_timeout) wants to be called, if nothing comes before.
    fn deadline(&self) -> Option<Moment>;
}

impl<D: Driver + ?Sized> Driver for Box<D> {
    type Command = D::Command;
    type Event = D::Event;

    fn line_opened(&mut self, now: Moment) {
        (**self).line_opened(now);
    }

    fn line_lost(&mut self, now: Moment) {
        (**self).line_lost(now);
    }

    fn handle_bytes(&mut self, now: Moment, bytes: &[u8]) {
        (**self).handle_bytes(now, bytes);
    }

    fn handle_timeout(&mut self, now: Moment) {
        (**self).handle_timeout(now);
    }

    fn command(&mut self, now: Moment, command: D::Command) {
        (**self).command(now, command);
    }

    fn poll(&mut self) -> Option<DriverOutput<D::Event>> {
        (**self).poll()
    }

    fn deadline(&self) -> Option<Moment> {
        (**self).deadline()
    }
}

/// What a driver asks of its carrier.
#[derive(Clone, PartialEq, Eq)]
pub enum DriverOutput<E> {
    /// Write these bytes to the device.
    Transmit(Vec<u8>),
    /// Tell the machine.
    Event(E),
}

/// Shows how many bytes there are, never which: they may be a patient's receipt.
impl<E: fmt::Debug> fmt::Debug for DriverOutput<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DriverOutput::Transmit(bytes) => write!(out, "Transmit({} bytes)", bytes.len()),
            DriverOutput::Event(event) => out.debug_tuple("Event").field(event).finish(),
        }
    }
}
