use super::piece::{PaperLine, PaperPiece};

/// The paper: what hangs in the printer, and what was cut off.
#[derive(Debug)]
pub(super) struct Tape {
    dots: u16,
    current: PaperPiece,
    pieces: Vec<PaperPiece>,
    /// How many of `pieces` somebody has taken.
    taken: usize,
}

/// Pieces that a model remembers, far more than any story prints. Nothing is forgotten silently: beyond it, the
/// simulation stops.
const PIECES_MAX: usize = 100_000;

impl Tape {
    pub(super) fn new(dots: u16) -> Tape {
        Tape { dots, current: PaperPiece::begun(1, dots), pieces: Vec::new(), taken: 0 }
    }

    pub(super) fn print(&mut self, line: PaperLine) {
        self.current.lines.push(line);
    }

    /// Something happened that a person would call a spoilt page, if a page has begun.
    pub(super) fn spoil(&mut self) {
        if !self.current.is_blank() {
            self.current.complete = false;
        }
    }

    /// The page that follows is the rest of one that began on another piece.
    pub(super) fn go_on_spoilt(&mut self) {
        self.current.complete = false;
    }

    /// Cuts off what hangs. Blank paper is no piece: nobody keeps it.
    pub(super) fn cut(&mut self) -> Option<&PaperPiece> {
        assert!(self.pieces.len() < PIECES_MAX, "a story prints less than {PIECES_MAX} pieces");
        let next = PaperPiece::begun(self.current.number, self.dots);
        let piece = std::mem::replace(&mut self.current, next);
        if piece.is_blank() {
            return None;
        }
        self.current.number += 1;
        self.pieces.push(piece);
        self.pieces.last()
    }

    /// The printer confirms what it printed last.
    pub(super) fn confirm(&mut self, process_id: String) {
        let piece = if self.current.is_blank() { self.pieces.last_mut() } else { Some(&mut self.current) };
        if let Some(piece) = piece {
            piece.process_ids.push(process_id);
        }
    }

    /// Somebody takes all that hangs loose; returns the numbers of the pieces.
    pub(super) fn take(&mut self) -> Vec<usize> {
        let numbers = self.pieces[self.taken..].iter().map(|piece| piece.number).collect();
        self.taken = self.pieces.len();
        numbers
    }

    pub(super) fn pieces(&self) -> &[PaperPiece] {
        &self.pieces
    }

    pub(super) fn current(&self) -> &PaperPiece {
        &self.current
    }
}
