//! What came out of the printer: I8.

use std::collections::BTreeSet;

use api::{PaperName, ReceiptNumber};
use engine::{Entry, PaymentEntry};

use super::facts::IssuedSlip;
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
    let papers = &world.watch.whole;
    let doubtful: BTreeSet<PaperName> =
        world.engine().papers_in_doubt().into_iter().map(|paper| paper.paper).collect();
    receipts(world, papers, &doubtful)?;
    slips(world, papers, &doubtful)
}

/// A 領収証 is known by its number.
fn receipts(world: &World, papers: &[String], doubtful: &BTreeSet<PaperName>) -> Result<(), Violation> {
    let numbers = world.written().iter().filter_map(|entry| match entry {
        Entry::Payment(PaymentEntry::PaymentClosed { receipts, .. }) => {
            Some(receipts.iter().map(|receipt| receipt.number))
        }
        _ => None,
    });
    let receipts: Vec<&String> = papers.iter().filter(|text| text.contains(RECEIPT)).collect();
    for number in numbers.flatten() {
        let printed = printed(number);
        let of_this_number = receipts.iter().copied().filter(|text| text.contains(&printed));
        one_original(&number.to_string(), of_this_number, doubtful.contains(&PaperName::Receipt(number)))?;
    }
    Ok(())
}

/// A 預り票 is known by its code.
fn slips(world: &World, papers: &[String], doubtful: &BTreeSet<PaperName>) -> Result<(), Violation> {
    for (payment, slip) in world.watch.slips() {
        let of_this_code = papers.iter().filter(|text| is_slip(text, slip));
        let name = PaperName::Slip(payment);
        one_original(&name.to_string(), of_this_code, doubtful.contains(&name))?;
    }
    Ok(())
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

fn one_original<'a>(
    name: &str,
    papers: impl Iterator<Item = &'a String>,
    is_in_doubt: bool,
) -> Result<(), Violation> {
    let (marked, unmarked): (Vec<_>, Vec<_>) = papers.partition(|text| is_marked(text));
    let somewhere = !marked.is_empty() || !unmarked.is_empty() || is_in_doubt;
    ensure("I8", unmarked.len() <= 1, || format!("{} unmarked originals of {name}", unmarked.len()))?;
    ensure("I8", somewhere, || format!("{name} is neither on paper nor in doubt"))
}
