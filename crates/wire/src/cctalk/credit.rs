/// The acceptor remembers this many events (§5).
pub const CREDIT_EVENTS: usize = 5;

/// What the acceptor says of its last events (229, §5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreditBuffer {
    /// Counts events: 1 to 255, then 1 again; 0 only after power-up or reset.
    pub counter: u8,
    /// The last five, newest first.
    pub events: [CreditEvent; CREDIT_EVENTS],
}

/// One event of the acceptor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreditEvent {
    /// Nothing yet.
    #[default]
    None,
    /// A coin was accepted.
    Coin {
        /// Its place in the acceptor's table, 1 to 16.
        position: u8,
        /// The way it was sent, 1 to 8; 0 if the acceptor does not know.
        path: u8,
    },
    /// Something else happened.
    Error(CoinError),
}

/// An error code of a coin acceptor. Most are about coins that were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoinError(pub u8);

/// What an error means for the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A coin could not be read and fell into the tray.
    Unreadable,
    /// A coin was recognised, is not taken now, and fell into the tray.
    NotWanted,
    /// Somebody pressed the coin return lever.
    ReturnPressed,
    /// Something is stuck, or a flap does not move.
    Jam,
    /// Somebody tricks the acceptor.
    Manipulated,
    /// Nothing that anybody has to act on.
    Remark,
}

impl CoinError {
    /// A coin was not recognised.
    pub const REJECT: CoinError = CoinError(1);
    /// A coin was recognised and is not taken now.
    pub const INHIBITED: CoinError = CoinError(2);
    /// A coin followed the one before too closely.
    pub const SECOND_CLOSE_COIN: CoinError = CoinError(8);
    /// The credit sensor is blocked.
    pub const CREDIT_SENSOR_BLOCKED: CoinError = CoinError(14);
    /// The coin return lever was pressed.
    pub const COIN_RETURN: CoinError = CoinError(254);

    /// What this means (§5).
    pub fn kind(self) -> ErrorKind {
        match self.0 {
            2 | 128..=159 => ErrorKind::NotWanted,
            1 | 3 | 5 | 8 | 9 | 17..=19 | 25 | 37 | 38 => ErrorKind::Unreadable,
            254 => ErrorKind::ReturnPressed,
            14 | 15 | 26 | 29 | 31 | 32 => ErrorKind::Jam,
            20 | 34 | 40 => ErrorKind::Manipulated,
            _ => ErrorKind::Remark,
        }
    }
}

impl CreditEvent {
    fn decode([coin, other]: [u8; 2]) -> CreditEvent {
        match (coin, other) {
            (0, 0) => CreditEvent::None,
            (0, error) => CreditEvent::Error(CoinError(error)),
            (position, path) => CreditEvent::Coin { position, path },
        }
    }

    fn bytes(self) -> [u8; 2] {
        match self {
            CreditEvent::None => [0, 0],
            CreditEvent::Coin { position, path } => [position, path],
            CreditEvent::Error(CoinError(code)) => [0, code],
        }
    }
}

impl CreditBuffer {
    /// The buffer in `data`.
    pub(super) fn decode(data: &[u8]) -> Option<CreditBuffer> {
        let (counter, events) = data.split_first()?;
        let (pairs, rest) = events.as_chunks::<2>();
        let pairs: [[u8; 2]; CREDIT_EVENTS] = pairs.try_into().ok()?;
        rest.is_empty().then(|| CreditBuffer { counter: *counter, events: pairs.map(CreditEvent::decode) })
    }

    /// The eleven bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let events = self.events.iter().flat_map(|event| event.bytes());
        std::iter::once(self.counter).chain(events).collect()
    }
}

/// How many events led from counter `from` to counter `to`. Neither step leads to 0, which is a restart (§5).
pub fn steps(from: u8, to: u8) -> u8 {
    match (from, to) {
        (_, 0) => 0,
        (0, to) => to,
        (from, to) if to >= from => to - from,
        (from, to) => (255 - from) + to,
    }
}

/// The counter after one more event.
pub fn next_count(counter: u8) -> u8 {
    if counter == 255 { 1 } else { counter + 1 }
}
