//! Papers as they come out, each looked at once: I8.

use super::papers::{is_a_slip, is_marked, number_of_receipt};
use super::watch::Watch;
use super::{Violation, ensure, paper_text};
use crate::models::escpos::PaperPiece;

impl Watch {
    /// Reads the papers that have come out since this was last called.
    pub(super) fn read_papers(&mut self, pieces: &[PaperPiece]) {
        for piece in &pieces[self.read..] {
            if piece.complete {
                let text = piece.text().join("\n");
                let right = self.recognise(&text);
                self.break_at(right);
                self.whole.push(text);
            }
        }
        self.read = pieces.len();
    }

    /// I8: a paper without a mark is the only one of its number or code, a 領収証 has a number that was issued, and what
    /// stands on them is true.
    fn recognise(&mut self, text: &str) -> Result<(), Violation> {
        if let Some(number) = number_of_receipt(text) {
            ensure("I8", (1..=self.issued).contains(&number), || format!("receipt {number} was not issued"))?;
            self.is_first(text, name_of_receipt(number))?;
            return paper_text::receipt_is_true(text, number, &self.facts, &self.bills);
        }
        if !is_a_slip(text) {
            return Ok(());
        }
        let code = paper_text::slip_is_true(text, &self.facts, &self.bills)?;
        self.is_first(text, name_of_slip(&code))
    }

    fn is_first(&mut self, text: &str, name: String) -> Result<(), Violation> {
        if is_marked(text) {
            return Ok(());
        }
        let what = format!("a second unmarked original of {name}");
        ensure("I8", self.originals.insert(name), || what)
    }
}

/// What stands for a 領収証 among the originals.
pub(super) fn name_of_receipt(number: u32) -> String {
    format!("receipt {number}")
}

/// What stands for a 預り票.
pub(super) fn name_of_slip(code: &str) -> String {
    format!("slip {code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check that never fails proves nothing.
    #[test]
    fn a_second_original_and_a_number_from_nowhere_are_seen() {
        let mut watch = Watch::over(Vec::new());
        watch.issued = 1;
        let cases = [
            ("領収証 No. 000002", Err("I8")),
            ("領収証 No. 000001", Ok(())),
            ("領収証 No. 000001 再発行", Ok(())),
            ("領収証 No. 000001", Err("I8")),
        ];
        for (paper, expected) in cases {
            let found = watch.recognise(paper).map_err(|violation| violation.invariant);
            assert_eq!(found, expected, "{paper}");
        }
    }
}
