use std::collections::VecDeque;

use wire::escpos::{
    BufferedQuery, CHARACTER_HEIGHT_DOTS, Command, DEFAULT_LINE_DOTS, DOTS_PER_MM, EVERY_CHANGE, ProcessId,
    Size, Token, Tokenizer,
};

/// A page as it goes out: settings, text, cut and the question whether all that is done.
pub(super) struct Page {
    /// To be sent one after the other; the printer answers `GS r` when it has worked off all but the last.
    pub(super) blocks: VecDeque<Vec<u8>>,
    /// Bytes of all blocks.
    pub(super) bytes: usize,
    /// What proves that it came out.
    pub(super) confirmation: Confirmation,
    /// Paper that comes out.
    pub(super) length_mm: u32,
}

/// How the printer says that a page is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// It repeats this id (`GS ( H`).
    ProcessId(ProcessId),
    /// It answers `GS r` in turn.
    InTurn,
}

/// A page that cannot be sent in a way that keeps the printer in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PageError {
    #[error("the page ends within a command, which would swallow the cut")]
    Unfinished,
    #[error("a command of the page is longer than the printer has room for")]
    CommandTooLong,
}

/// Bytes sent before the printer must say that it has worked them off. Half of the usual 4 KiB buffer: a printer
/// whose flow control is not wired loses what does not fit, without a word (docs/protocols/escpos.md §1).
pub(super) const BLOCK_BYTES_MAX: usize = 2048;

/// From the head to the cutter, plus what the cut leaves blank (§5).
const CUT_MM: u32 = 20;

impl Page {
    /// Puts `page` between what prepares the printer and what proves that it came out. With `separate`, paper
    /// that may still hang from an earlier page is cut off first: it may name another patient.
    pub(super) fn new(page: &[u8], confirmation: Confirmation, separate: bool) -> Result<Page, PageError> {
        let mut commands = vec![Command::Init];
        if separate {
            commands.push(Command::Cut { feed: 0 });
        }
        // Some models forget their subscription with ESC @ and all do with their power.
        commands.push(Command::AutoStatus(EVERY_CHANGE));
        let tokens = tokens_of(page)?;
        let length_mm = length_mm(&tokens);
        commands.extend(tokens.into_iter().map(|token| token.command));
        commands.push(Command::Cut { feed: 0 });
        commands.push(match confirmation {
            Confirmation::ProcessId(id) => Command::ReportProcessId(id),
            Confirmation::InTurn => Command::BufferedStatus(BufferedQuery::Paper),
        });
        let blocks = blocks_of(&commands)?;
        Ok(Page { bytes: blocks.iter().map(Vec::len).sum(), blocks, confirmation, length_mm })
    }
}

fn tokens_of(page: &[u8]) -> Result<Vec<Token>, PageError> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.push(page);
    let tokens = std::iter::from_fn(|| tokenizer.next_token()).collect();
    if tokenizer.pending_bytes() == 0 { Ok(tokens) } else { Err(PageError::Unfinished) }
}

fn blocks_of(commands: &[Command]) -> Result<VecDeque<Vec<u8>>, PageError> {
    let question = Command::encode_all([&Command::BufferedStatus(BufferedQuery::Paper)]);
    let mut blocks = VecDeque::new();
    let mut block = Vec::new();
    for command in commands {
        let bytes = Command::encode_all([command]);
        if bytes.len() + question.len() > BLOCK_BYTES_MAX {
            return Err(PageError::CommandTooLong);
        }
        if block.len() + bytes.len() + question.len() > BLOCK_BYTES_MAX {
            block.extend(&question);
            blocks.push_back(std::mem::take(&mut block));
        }
        block.extend(bytes);
    }
    blocks.push_back(block);
    Ok(blocks)
}

/// The paper that `tokens` use, near enough for a time limit.
fn length_mm(tokens: &[Token]) -> u32 {
    let mut spacing = DEFAULT_LINE_DOTS;
    let mut size = Size::NORMAL;
    let mut dots: u32 = 0;
    for token in tokens {
        let line = u32::from(spacing.max(CHARACTER_HEIGHT_DOTS * u16::from(size.height())));
        match token.command {
            Command::LineFeed => dots += line,
            Command::FeedLines(lines) => dots += line * u32::from(lines),
            Command::FeedDots(feed) => dots += u32::from(feed),
            Command::LineSpacing(dots) => spacing = dots.into(),
            Command::DefaultLineSpacing => spacing = DEFAULT_LINE_DOTS,
            Command::Size(larger) => size = larger,
            _ => {}
        }
    }
    dots / u32::from(DOTS_PER_MM) + CUT_MM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> Confirmation {
        Confirmation::ProcessId(ProcessId::of(1, 0))
    }

    #[test]
    fn a_short_page_is_one_block() {
        let page = Page::new(b"AB\n", id(), false).unwrap();
        // Do not change me: settings, page, cut, and the id after the cut, so that it means "printed and cut".
        assert_eq!(page.blocks, [b"\x1B@\x1Da\xFFAB\n\x1DVB\0\x1D(H\x06\x0000   0".to_vec()]);
        assert_eq!(page.length_mm, 3 + CUT_MM);
    }

    #[test]
    fn paper_of_an_earlier_page_is_cut_off_first() {
        let page = Page::new(b"", Confirmation::InTurn, true).unwrap();
        assert_eq!(page.blocks, [b"\x1B@\x1DVB\0\x1Da\xFF\x1DVB\0\x1Dr\x01".to_vec()]);
    }

    #[test]
    fn a_long_page_waits_for_room_between_its_blocks() {
        let text = b"0123456789\n".repeat(500);
        let page = Page::new(&text, id(), false).unwrap();
        assert!(page.blocks.iter().all(|block| block.len() <= BLOCK_BYTES_MAX));
        let (last, earlier) = page.blocks.as_slices().0.split_last().unwrap();
        assert!(earlier.len() > 1 && earlier.iter().all(|block| block.ends_with(b"\x1Dr\x01")));
        assert!(last.ends_with(b"   0"));
        let sent: Vec<u8> = page.blocks.iter().flatten().copied().collect();
        assert_eq!(sent.windows(10).filter(|line| *line == b"0123456789").count(), 500);
    }

    #[test]
    fn a_page_that_would_swallow_the_cut_is_refused() {
        assert_eq!(Page::new(b"AB\n\x1D!", id(), false).err(), Some(PageError::Unfinished));
        assert_eq!(Page::new(b"AB\n\x1D(k\x09\0ab", id(), false).err(), Some(PageError::Unfinished));
        let long = Command::Symbol { kind: 0x31, function: 0x50, parameters: vec![b'0'; BLOCK_BYTES_MAX] };
        let long = Command::encode_all([&long]);
        assert_eq!(Page::new(&long, id(), false).err(), Some(PageError::CommandTooLong));
    }
}
