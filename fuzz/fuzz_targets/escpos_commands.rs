//! Any bytes as a printer's input, cut into commands.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::escpos::{Command, QrStep, Tokenizer, decode_text};

/// A header with two bytes of length behind it, and as much data as they can announce.
const COMMAND_LENGTH_MAX: usize = 5 + 0xFFFF;

fuzz_target!(|data: &[u8]| {
    let [bytes @ .., piece] = data else { return };
    let whole = commands([bytes]);
    let in_pieces = commands(bytes.chunks(usize::from(*piece).max(1)));
    assert_eq!(joined(in_pieces), joined(whole.clone()), "it makes no difference how bytes arrive");

    for command in &whole {
        let mut encoded = Vec::new();
        command.encode(&mut encoded);
        // The end of a run of characters is known only when something else follows.
        assert_eq!(joined(commands([&encoded[..], b"\n"])), [command.clone(), Command::LineFeed]);
        if let Some(step) = QrStep::of(command) {
            assert_eq!(step.command(), *command);
        }
        if let Command::Text(text) = command {
            decode_text(text, true);
        }
        command.describe();
    }
});

fn commands<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> Vec<Command> {
    let mut tokenizer = Tokenizer::new();
    let mut commands = Vec::new();
    for piece in pieces {
        let waiting = tokenizer.pending_bytes() + piece.len();
        tokenizer.push(piece);
        let tokens: Vec<_> = std::iter::from_fn(|| tokenizer.next_token()).collect();
        let length: usize = tokens.iter().map(|token| token.length).sum();
        assert!(length + tokenizer.pending_bytes() <= waiting, "a command is made of bytes that came");
        assert!(tokenizer.pending_bytes() < COMMAND_LENGTH_MAX);
        commands.extend(tokens.into_iter().map(|token| token.command));
    }
    commands
}

/// Where a run of characters is cut depends on how the bytes come; it means the same.
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
