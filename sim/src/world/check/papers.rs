//! What came out of the printer: I8.

use std::collections::BTreeSet;

use api::{PaperName, ReceiptNumber};
use device_api::PrintJobId;
use engine::Receipt;

use super::facts::IssuedSlip;
use super::watch::Watch;
use super::{Violation, ensure};
use crate::world::World;

/// What stands on each 領収証.
const RECEIPT: &str = "領収証";

/// What stands on each 預り票 and on nothing else.
const SLIP: &str = "お渡しする金額";

/// What stands before its number.
const NUMBER: &str = "No. ";

/// I8: each 領収証 and each 預り票 is on paper, whole, or in doubt at the desk; no two unmarked ones.
pub(super) fn each_once(world: &World) -> Result<(), Violation> {
    let in_doubt: BTreeSet<PaperName> =
        world.engine().papers_in_doubt().into_iter().map(|paper| paper.paper).collect();
    let watch = &world.watch;
    for Receipt { number, job, .. } in watch.facts.receipts() {
        let name = PaperName::Receipt(*number);
        watch.one_original(name, *job, in_doubt.contains(&name), |text| is_receipt(text, *number))?;
    }
    for (payment, slip) in watch.facts.slips() {
        let name = PaperName::Slip(payment);
        watch.one_original(name, slip.job, in_doubt.contains(&name), |text| is_slip(text, slip))?;
    }
    Ok(())
}

impl Watch {
    /// One that an older journal knows no try of counts only if somebody has said that it is there: it is not on paper
    /// because the machine forgot it.
    fn one_original(
        &self,
        name: PaperName,
        job: PrintJobId,
        is_in_doubt: bool,
        is_it: impl Fn(&String) -> bool,
    ) -> Result<(), Violation> {
        let (marked, unmarked): (Vec<_>, Vec<_>) =
            self.whole.iter().filter(|text| is_it(text)).partition(|text| is_marked(text));
        let is_found = self.prints.is_seen(job) && self.forgotten.iter().any(&is_it);
        let somewhere = !marked.is_empty() || !unmarked.is_empty() || is_in_doubt || is_found;
        ensure("I8", unmarked.len() <= 1, || format!("{} unmarked originals of {name}", unmarked.len()))?;
        ensure("I8", somewhere, || format!("{name} is neither on paper nor in doubt"))
    }
}

/// Whether a paper is the 領収証 with this number. A 預り票 has a number too: that of its payment.
pub(in crate::world) fn is_receipt(paper: &str, number: ReceiptNumber) -> bool {
    paper.contains(RECEIPT) && paper.contains(&printed(number))
}

/// The number on a 領収証; `None` if it is another paper.
pub(super) fn number_of_receipt(paper: &str) -> Option<u32> {
    let (_, behind) = paper.contains(RECEIPT).then(|| paper.split_once(NUMBER))??;
    let digits = behind.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn printed(number: ReceiptNumber) -> String {
    format!("{NUMBER}{number}")
}

/// Whether a paper is this 預り票. Its code stands there as a QR code too.
pub(super) fn is_slip(paper: &str, slip: &IssuedSlip) -> bool {
    paper.contains(slip.code.as_str())
}

/// Whether a paper is a 預り票, of whatever code.
pub(super) fn is_a_slip(paper: &str) -> bool {
    paper.contains(SLIP)
}

/// Whether a paper says that it is not the first of its number.
pub fn is_marked(paper: &str) -> bool {
    ["再発行", "印字不良のため再印字"].iter().any(|mark| paper.contains(mark))
}

#[cfg(test)]
mod tests {
    use api::{PaperAnswer, Staff};
    use engine::{Entry, PaperEntry};

    use super::*;

    /// A person may hold what an older journal that was put back knows nothing of; a machine may not forget it.
    #[test]
    fn a_paper_is_somewhere_or_somebody_has_seen_it() {
        let (out, nothing) = (&["領収証 No. 000001"][..], &[][..]);
        let cases = [
            (out, nothing, None, false, true),
            (nothing, nothing, None, true, true),
            (nothing, nothing, None, false, false),
            (nothing, out, None, false, false),
            (nothing, out, Some(PaperAnswer::Incomplete), false, false),
            (nothing, out, Some(PaperAnswer::Complete), false, true),
            (nothing, nothing, Some(PaperAnswer::Complete), false, false),
            (out, out, Some(PaperAnswer::Complete), false, true),
            (&["領収証 No. 000001"; 2], nothing, None, false, false),
        ];
        for (whole, forgotten, said, in_doubt, right) in cases {
            let (name, job) = (PaperName::Receipt(ReceiptNumber(1)), PrintJobId(1));
            let mut watch = Watch::over(Vec::new());
            watch.whole = whole.iter().map(|text| (*text).to_owned()).collect();
            watch.forgotten = forgotten.iter().map(|text| (*text).to_owned()).collect();
            if let Some(answer) = said {
                let by: Staff = "Sato".parse().unwrap();
                watch.prints.apply(&Entry::Paper(PaperEntry::PrintAnswered { job, answer, by })).unwrap();
            }
            let found = watch.one_original(name, job, in_doubt, |text| is_receipt(text, ReceiptNumber(1)));
            assert_eq!(found.is_ok(), right, "{whole:?} {forgotten:?} {said:?} {in_doubt}: {found:?}");
        }
    }
}
