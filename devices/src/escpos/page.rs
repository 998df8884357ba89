use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

use wire::escpos::{
    BufferedQuery, CHARACTER_HEIGHT_DOTS, Command, DEFAULT_LINE_DOTS, DOTS_PER_MM, EVERY_CHANGE, ProcessId,
    Size, Token, Tokenizer,
};

use super::line::BITS_PER_BYTE;

/// A page as it goes out: settings, text, cut and the question whether all that is done.
pub(super) struct Page {
    /// To be sent one after the other, each when the printer has answered the question at the end of the one before. The
    /// first prepares it.
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
    /// It repeats the first id when it is prepared, the second when the page is done (`GS ( H`).
    ProcessIds { prepared: ProcessId, done: ProcessId },
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

/// How long a block may be on the line. A printer that was without power answers nothing for more than a second (§4), so
/// none can wake up within a block and answer at its end for what it never got.
const BLOCK_TIME_MAX: Duration = Duration::from_millis(750);

/// A block has room for the longest command that is not a picture, on the slowest line too.
const BLOCK_BYTES_MIN: usize = 256;

/// From the head to the cutter, plus what the cut leaves blank (§5).
const CUT_MM: u32 = 20;

impl Page {
    /// Puts `page` between what prepares the printer and what proves that it came out. With `separate`, paper
    /// that may still hang from an earlier page is cut off first: it may name another patient.
    ///
    /// What prepares the printer is a block by itself: its answer shows that nothing of the page falls to a printer that
    /// wakes up just now, of which nobody has noticed yet that it was without power.
    pub(super) fn new(
        page: &[u8],
        confirmation: Confirmation,
        separate: bool,
        baud: NonZeroU32,
    ) -> Result<Page, PageError> {
        let mut head = vec![Command::Init];
        if separate {
            head.push(Command::Cut { feed: 0 });
        }
        // Some models forget their subscription with ESC @ and all do with their power.
        head.push(Command::AutoStatus(EVERY_CHANGE));
        let tokens = tokens_of(page)?;
        let length_mm = length_mm(&tokens);
        let mut commands: Vec<Command> = tokens.into_iter().map(|token| token.command).collect();
        commands.push(Command::Cut { feed: 0 });
        commands.push(match confirmation {
            Confirmation::ProcessIds { done, .. } => Command::ReportProcessId(done),
            Confirmation::InTurn => Command::BufferedStatus(BufferedQuery::Paper),
        });
        let longest = block_bytes_max(baud);
        let mut blocks = blocks_of(&commands, longest)?;
        head.push(match confirmation {
            Confirmation::ProcessIds { prepared, .. } => Command::ReportProcessId(prepared),
            Confirmation::InTurn => Command::BufferedStatus(BufferedQuery::Paper),
        });
        blocks.push_front(Command::encode_all(&head));
        Ok(Page { bytes: blocks.iter().map(Vec::len).sum(), blocks, confirmation, length_mm })
    }
}

fn tokens_of(page: &[u8]) -> Result<Vec<Token>, PageError> {
    let mut tokenizer = Tokenizer::new();
    tokenizer.push(page);
    let tokens = std::iter::from_fn(|| tokenizer.next_token()).collect();
    if tokenizer.pending_bytes() == 0 { Ok(tokens) } else { Err(PageError::Unfinished) }
}

/// As much as the line carries in the time of a block.
fn block_bytes_max(baud: NonZeroU32) -> usize {
    let bits = u64::from(baud.get()) * u64::try_from(BLOCK_TIME_MAX.as_millis()).unwrap_or(0) / 1_000;
    let bytes = usize::try_from(bits / BITS_PER_BYTE).unwrap_or(BLOCK_BYTES_MAX);
    bytes.clamp(BLOCK_BYTES_MIN, BLOCK_BYTES_MAX)
}

fn blocks_of(commands: &[Command], longest: usize) -> Result<VecDeque<Vec<u8>>, PageError> {
    let question = Command::encode_all([&Command::BufferedStatus(BufferedQuery::Paper)]);
    let mut blocks = VecDeque::new();
    let mut block = Vec::new();
    for command in commands {
        let bytes = Command::encode_all([command]);
        if bytes.len() + question.len() > longest {
            return Err(PageError::CommandTooLong);
        }
        if block.len() + bytes.len() + question.len() > longest {
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

    const BAUD: NonZeroU32 = NonZeroU32::new(38_400).unwrap();

    fn id() -> Confirmation {
        Confirmation::ProcessIds { prepared: ProcessId::before(1, 0), done: ProcessId::of(1, 0) }
    }

    #[test]
    fn a_short_page_is_one_block_behind_the_settings() {
        let page = Page::new(b"AB\n", id(), false, BAUD).unwrap();
        // Do not change me: settings and whether the printer has them; page, cut, and the id after the cut, so that it
        // means "printed and cut".
        let blocks = [&b"\x1B@\x1Da\xFF\x1D(H\x06\x0000OOO_"[..], b"AB\n\x1DVB\0\x1D(H\x06\x0000   0"];
        assert_eq!(page.blocks, blocks);
        assert_eq!(page.length_mm, 3 + CUT_MM);
    }

    #[test]
    fn paper_of_an_earlier_page_is_cut_off_first() {
        let page = Page::new(b"", Confirmation::InTurn, true, BAUD).unwrap();
        assert_eq!(page.blocks, [&b"\x1B@\x1DVB\0\x1Da\xFF\x1Dr\x01"[..], b"\x1DVB\0\x1Dr\x01"]);
    }

    #[test]
    fn a_long_page_waits_for_room_between_its_blocks() {
        let text = b"0123456789\n".repeat(500);
        for (baud, longest) in [(38_400, BLOCK_BYTES_MAX), (9_600, 720), (1_200, BLOCK_BYTES_MIN)] {
            check_long_page(&text, NonZeroU32::new(baud).unwrap(), longest);
        }
    }

    fn check_long_page(text: &[u8], baud: NonZeroU32, longest: usize) {
        let mut page = Page::new(text, id(), false, baud).unwrap();
        assert!(page.blocks.iter().all(|block| block.len() <= longest));
        page.blocks.make_contiguous();
        let (last, earlier) = page.blocks.as_slices().0.split_last().unwrap();
        assert!(earlier[1].len() + 20 > longest);
        assert!(earlier.len() > 1 && earlier[1..].iter().all(|block| block.ends_with(b"\x1Dr\x01")));
        assert!(last.ends_with(b"   0"));
        let sent: Vec<u8> = page.blocks.iter().flatten().copied().collect();
        assert_eq!(sent.windows(10).filter(|line| *line == b"0123456789").count(), 500);
    }

    #[test]
    fn a_page_that_would_swallow_the_cut_is_refused() {
        assert_eq!(Page::new(b"AB\n\x1D!", id(), false, BAUD).err(), Some(PageError::Unfinished));
        assert_eq!(Page::new(b"AB\n\x1D(k\x09\0ab", id(), false, BAUD).err(), Some(PageError::Unfinished));
        let long = Command::Symbol { kind: 0x31, function: 0x50, parameters: vec![b'0'; BLOCK_BYTES_MAX] };
        let long = Command::encode_all([&long]);
        assert_eq!(Page::new(&long, id(), false, BAUD).err(), Some(PageError::CommandTooLong));
    }
}
