use std::fmt;

/// The country of yen.
const JAPAN: [u8; 2] = *b"JP";

/// What a device calls a coin: six characters, for instance `JP500A`. Country, value in the smallest unit, issue (§7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CoinCode([u8; 6]);

impl CoinCode {
    /// The code in `text`.
    pub const fn new(text: [u8; 6]) -> CoinCode {
        CoinCode(text)
    }

    /// The code of a yen coin; `None` if three digits cannot hold the value.
    pub fn of_yen(yen: u16, issue: char) -> Option<CoinCode> {
        let text = format!("JP{yen:03}{issue}");
        text.as_bytes().try_into().ok().map(CoinCode)
    }

    /// The six characters.
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }

    /// Whether the device has no coin here: devices fill the place with dots, spaces or zeros.
    pub fn is_unused(self) -> bool {
        [b'.', b' ', b'0', 0].iter().any(|filler| self.0 == [*filler; 6])
    }

    /// The value in yen, if it is a yen coin. A letter K stands where the thousands end: `1K0` is 1,000.
    pub fn yen(self) -> Option<i64> {
        let [a, b, value @ .., _] = self.0;
        let value = std::str::from_utf8(&value).ok().filter(|_| [a, b] == JAPAN)?;
        match value.split_once('K') {
            None => digits(value),
            Some((thousands, "")) => Some(1_000 * digits(thousands)?),
            Some((thousands, hundreds)) => {
                let unit = if hundreds.len() == 1 { 100 } else { 10 };
                let thousands = if thousands.is_empty() { 0 } else { digits(thousands)? };
                Some(1_000 * thousands + unit * digits(hundreds)?)
            }
        }
    }

    /// The letter that tells issues of one value apart.
    pub fn issue(self) -> char {
        printable(self.0[5])
    }
}

impl fmt::Display for CoinCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{}", printable(*byte)))
    }
}

impl fmt::Debug for CoinCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

pub(super) fn printable(byte: u8) -> char {
    if byte == b' ' || byte.is_ascii_graphic() { char::from(byte) } else { '?' }
}
