use super::command::{Command, DLE, ENQ, EOT, ESC, FS, GS, LF};
use super::length::length_of;
use super::parameter::{
    Align, BufferedQuery, IdentityQuery, KanjiSystem, Recovery, Size, StatusQuery, Underline,
};
use super::process_id::ProcessId;

/// Cuts a printer's input into commands, as the printer does (docs/protocols/escpos.md §1).
///
/// It knows how long the commands of the ESC/POS reference are, and skips those that are not in [`Command`] whole. Of what
/// nobody knows it drops the two bytes that name it and goes on. NUL between commands is nothing.
#[derive(Default)]
pub struct Tokenizer {
    /// Bytes that are no whole command yet. Bounded by the longest command: a megabyte.
    pending: Vec<u8>,
}

/// One command, and how much room it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it says.
    pub command: Command,
    /// Bytes on the wire.
    pub length: usize,
}

impl Tokenizer {
    /// A tokenizer between two commands.
    pub fn new() -> Tokenizer {
        Tokenizer::default()
    }

    /// Takes bytes as they come.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole command, until there is none.
    pub fn next_token(&mut self) -> Option<Token> {
        self.skip_padding();
        let length = length_of(&self.pending)?;
        let command = decode(&self.pending[..length]);
        self.pending.drain(..length);
        Some(Token { command, length })
    }

    /// Bytes that wait for the rest of their command.
    pub fn pending_bytes(&self) -> usize {
        self.pending.len()
    }

    fn skip_padding(&mut self) {
        let padding = self.pending.iter().take_while(|byte| **byte == 0).count();
        self.pending.drain(..padding);
    }
}

fn decode(bytes: &[u8]) -> Command {
    let known = match *bytes {
        [LF] => Some(Command::LineFeed),
        [DLE, EOT, n] => StatusQuery::from_code(n).map(Command::RealTimeStatus),
        [DLE, ENQ, n] => Recovery::from_code(n).map(Command::Recover),
        [ESC, name, ref rest @ ..] => decode_escape(name, rest),
        [FS, name, ref rest @ ..] => decode_kanji(name, rest),
        [GS, b'(', b'H', 6, 0, b'0', b'0', a, b, c, d] => {
            ProcessId::from_bytes([a, b, c, d]).map(Command::ReportProcessId)
        }
        [GS, b'(', b'k', _, _, kind, function, ref parameters @ ..] => {
            Some(Command::Symbol { kind, function, parameters: parameters.to_vec() })
        }
        [GS, b'V', b'A' | b'B', feed] => Some(Command::Cut { feed }),
        [GS, b'V', 0 | 1 | b'0' | b'1'] => Some(Command::CutHere),
        [GS, name, n] => decode_group(name, n),
        [0x20..=0xFF, ..] => Some(Command::Text(bytes.to_vec())),
        _ => None,
    };
    known.unwrap_or_else(|| Command::Unknown(bytes.to_vec()))
}

fn decode_escape(name: u8, rest: &[u8]) -> Option<Command> {
    match (name, rest) {
        (b'@', []) => Some(Command::Init),
        (b'2', []) => Some(Command::DefaultLineSpacing),
        (b'a', [n]) => Align::from_code(*n).map(Command::Align),
        (b'E', [n]) => Some(Command::Bold(*n & 1 == 1)),
        (b'-', [n]) => Underline::from_code(*n).map(Command::Underline),
        (b'3', [n]) => Some(Command::LineSpacing(*n)),
        (b'd', [n]) => Some(Command::FeedLines(*n)),
        (b'J', [n]) => Some(Command::FeedDots(*n)),
        (b'R', [n]) => Some(Command::InternationalSet(*n)),
        (b't', [n]) => Some(Command::CodePage(*n)),
        _ => None,
    }
}

fn decode_kanji(name: u8, rest: &[u8]) -> Option<Command> {
    match (name, rest) {
        (b'&', []) => Some(Command::KanjiMode(true)),
        (b'.', []) => Some(Command::KanjiMode(false)),
        (b'-', [n]) => Underline::from_code(*n).map(Command::KanjiUnderline),
        (b'C', [n]) => KanjiSystem::from_code(*n).map(Command::KanjiSystem),
        _ => None,
    }
}

fn decode_group(name: u8, n: u8) -> Option<Command> {
    match name {
        b'!' => Size::from_code(n).map(Command::Size),
        b'a' => Some(Command::AutoStatus(n)),
        b'r' => BufferedQuery::from_code(n).map(Command::BufferedStatus),
        b'I' => IdentityQuery::from_code(n).map(Command::Identify),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], commands: &[Command]) {
        assert_eq!(tokens(&[bytes]), commands);
        let single_bytes: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(tokens(&single_bytes), commands, "byte by byte");
    }

    fn tokens(pieces: &[&[u8]]) -> Vec<Command> {
        let mut tokenizer = Tokenizer::new();
        let mut commands = Vec::new();
        for piece in pieces {
            tokenizer.push(piece);
            commands.extend(std::iter::from_fn(|| tokenizer.next_token()).map(|token| token.command));
        }
        joined(commands)
    }

    /// Where a run of text is cut depends on how the bytes come; it means the same.
    fn joined(commands: Vec<Command>) -> Vec<Command> {
        let mut joined: Vec<Command> = Vec::new();
        for command in commands {
            match (joined.last_mut(), command) {
                (Some(Command::Text(text)), Command::Text(more)) => text.extend(more),
                (_, command) => joined.push(command),
            }
        }
        joined
    }

    #[test]
    fn a_small_page() {
        // Do not change me: the worked example of docs/protocols/escpos.md §5.
        check(
            &[
                0x1B, 0x40, 0x1C, 0x43, 0x01, 0x1B, 0x61, 0x01, 0x1D, 0x21, 0x11, 0x97, 0xCC, 0x8E, 0xFB,
                0x8F, 0x91, 0x0A, 0x1D, 0x56, 0x42, 0x00,
            ],
            &[
                Command::Init,
                Command::KanjiSystem(KanjiSystem::ShiftJis),
                Command::Align(Align::Center),
                Command::Size(Size::DOUBLE),
                Command::text("領収書").unwrap(),
                Command::LineFeed,
                Command::Cut { feed: 0 },
            ],
        );
    }

    #[test]
    fn a_real_time_query_within_a_command_is_its_parameter() {
        check(
            &[0x1D, 0x28, 0x6B, 0x05, 0x00, 0x31, 0x50, 0x10, 0x04, 0x01, 0x0A],
            &[
                Command::Symbol { kind: 0x31, function: 0x50, parameters: vec![0x10, 0x04, 0x01] },
                Command::LineFeed,
            ],
        );
    }

    #[test]
    fn what_is_unknown_is_left_behind() {
        check(&[0x1B, 0x7A, 0x0A], &[Command::Unknown(vec![0x1B, 0x7A]), Command::LineFeed]);
        check(&[0x1B, 0x1B, 0x40], &[Command::Unknown(vec![0x1B]), Command::Init]);
        check(
            &[0x10, 0x10, 0x04, 0x01],
            &[Command::Unknown(vec![0x10]), Command::RealTimeStatus(StatusQuery::Printer)],
        );
        check(&[0x1B, 0x61, 0x07, 0x0A], &[Command::Unknown(vec![0x1B, 0x61, 0x07]), Command::LineFeed]);
        check(
            &[0x1D, 0x28, 0x41, 0x02, 0x00, 0x0A, 0x0A, 0x0A],
            &[Command::Unknown(vec![0x1D, 0x28, 0x41, 0x02, 0x00, 0x0A, 0x0A]), Command::LineFeed],
        );
        check(&[0x97, 0x0A], &[Command::Text(vec![0x97]), Command::LineFeed]);
    }

    /// As programs of others send it: a picture and a bar code whose data look like commands, and the cut without a feed.
    #[test]
    fn a_page_of_another_program() {
        let picture = [0x1D, 0x76, 0x30, 0x00, 0x04, 0x00, 0x01, 0x00, 0x1D, 0x56, 0x42, 0x00];
        let bar_code = [0x1D, 0x6B, 0x04, 0x1B, 0x40, 0x0A, 0x00];
        let settings = [0x1C, 0x43, 0x31, 0x1B, 0x61, 0x31, 0x1B, 0x45, 0x31];
        let bytes = [&settings[..], &picture, &bar_code, &[0x0A, 0x1D, 0x56, 0x30]].concat();
        check(
            &bytes,
            &[
                Command::KanjiSystem(KanjiSystem::ShiftJis),
                Command::Align(Align::Center),
                Command::Bold(true),
                Command::Unknown(picture.to_vec()),
                Command::Unknown(bar_code.to_vec()),
                Command::LineFeed,
                Command::CutHere,
            ],
        );
    }

    #[test]
    fn padding_is_nothing() {
        check(&[0, 0, 0, 0x0A, 0, 0], &[Command::LineFeed]);
    }

    fn any_command() -> impl Strategy<Value = Command> {
        prop_oneof![
            Just(Command::Init),
            Just(Command::LineFeed),
            "[ -\\[\\]-}一-龠ｱ-ﾝ]{1,20}".prop_filter_map("in the font", |text| Command::text(&text).ok()),
            prop::sample::select(vec![Align::Left, Align::Center, Align::Right]).prop_map(Command::Align),
            any::<bool>().prop_map(Command::Bold),
            (1u8..=8, 1u8..=8).prop_filter_map("size", |(w, h)| Size::new(w, h).map(Command::Size)),
            any::<u8>().prop_map(Command::LineSpacing),
            any::<u8>().prop_map(Command::FeedLines),
            any::<u8>().prop_map(|feed| Command::Cut { feed }),
            any::<bool>().prop_map(Command::KanjiMode),
            any::<u8>().prop_map(Command::AutoStatus),
            prop::sample::select(StatusQuery::ALL.to_vec()).prop_map(Command::RealTimeStatus),
            prop::sample::select(IdentityQuery::ALL.to_vec()).prop_map(Command::Identify),
            (any::<u32>(), any::<u8>())
                .prop_map(|(job, attempt)| Command::ReportProcessId(ProcessId::of(job, attempt))),
            (any::<u8>(), any::<u8>(), prop::collection::vec(any::<u8>(), 0..600))
                .prop_map(|(kind, function, parameters)| Command::Symbol { kind, function, parameters }),
        ]
    }

    proptest! {
        #[test]
        fn commands_come_back_however_they_are_split(
            commands in prop::collection::vec(any_command(), 0..20),
            piece in 1usize..50,
        ) {
            let bytes = Command::encode_all(&commands);
            let pieces: Vec<&[u8]> = bytes.chunks(piece).collect();
            prop_assert_eq!(tokens(&pieces), joined(commands));
        }

        #[test]
        fn any_bytes_are_cut_up_without_loss(bytes in prop::collection::vec(1u8.., 0..300)) {
            let mut tokenizer = Tokenizer::new();
            tokenizer.push(&bytes);
            let (mut seen, mut commands) = (Vec::new(), Vec::new());
            while let Some(token) = tokenizer.next_token() {
                let before = seen.len();
                token.command.encode(&mut seen);
                prop_assert_eq!(seen.len() - before, token.length);
                commands.push(token.command);
            }
            // NUL may be skipped only where no command holds it, so without NUL nothing is lost.
            prop_assert_eq!(seen.len() + tokenizer.pending_bytes(), bytes.len());
            // Some parameters have several codes, of which one is sent; they mean the same.
            let rest = &bytes[seen.len()..];
            prop_assert_eq!(tokens(&[&seen, rest]), joined(commands));
        }

        #[test]
        fn no_bytes_stop_it(bytes: Vec<u8>) {
            tokens(&[&bytes]);
        }
    }
}
