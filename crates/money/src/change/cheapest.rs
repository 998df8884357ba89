//! The cheapest way to pay a sum, found kind by kind from the smallest to the largest.
//!
//! A bounded knapsack over every yen would have a hundred thousand states for each kind. But once the small
//! kinds are settled, the rest must be a multiple of what the larger ones have in common: after coins of 1 yen
//! it ends in 0 or 5, after those of 5 in 0. Only such rests are kept, a few hundred for each kind.

use super::{Policy, Stock};
use crate::{CashCount, Denomination, Yen};

/// The cheapest pieces that sum to exactly `amount`, which must be payable.
pub(super) fn pieces(amount: Yen, stock: &Stock, policy: &Policy) -> CashCount {
    let drawers = drawers(stock, policy);
    let mut layers: Vec<Layer> = Vec::new();
    let mut open = vec![(amount.amount(), 0)];
    for drawer in &drawers {
        let layer = Layer::after(drawer, &open);
        open = layer.open().collect();
        layers.push(layer);
    }
    trace_back(&drawers, &layers)
}

/// Walks from nothing left to pay back to the whole amount, collecting what was taken on the way.
fn trace_back(drawers: &[Drawer], layers: &[Layer]) -> CashCount {
    let mut plan = CashCount::EMPTY;
    let mut rest = 0;
    for (drawer, layer) in drawers.iter().zip(layers).rev() {
        let way = layer.way_to(rest).expect("a payable amount has a way in every layer");
        let pieces = u32::try_from(way.pieces).expect("at most as many as are there");
        plan.add(drawer.kind, pieces).expect("every kind is added once");
        rest += way.pieces * drawer.value;
    }
    plan
}

/// The pieces of one kind, and what they cost.
struct Drawer {
    kind: Denomination,
    value: i64,
    pieces_max: i64,
    /// What taking 0, 1, ... `pieces_max` pieces costs.
    costs: Vec<u64>,
    /// Every rest after this kind is a multiple of this.
    step: i64,
}

/// The kinds that are there, smallest first.
fn drawers(stock: &Stock, policy: &Policy) -> Vec<Drawer> {
    let mut drawers = Vec::new();
    let mut larger = 0;
    for kind in Denomination::ALL.into_iter().rev().filter(|kind| stock.available(*kind) > 0) {
        let value = i64::from(kind);
        // After the largest kind only a rest of nothing counts, and any step has that among its multiples.
        let step = if larger == 0 { value } else { larger };
        let (pieces_max, costs) = (stock.available(kind).into(), costs(kind, stock, policy));
        drawers.push(Drawer { kind, value, pieces_max, costs, step });
        larger = greatest_common_divisor(larger, value);
    }
    drawers.reverse();
    drawers
}

/// What taking 0, 1, 2, ... pieces of `kind` costs.
fn costs(kind: Denomination, stock: &Stock, policy: &Policy) -> Vec<u64> {
    let (there, keep) = (stock.pieces().pieces(kind), policy.keep.pieces(kind));
    let mut costs = vec![0];
    let mut sum = 0;
    for taken in 1..=stock.available(kind) {
        let scarce = if there - taken < keep { policy.scarcity } else { 0 };
        // Ten kinds of a thousand pieces at twice 2^32 each stay far below 2^64.
        sum += u64::from(policy.piece) + u64::from(scarce);
        costs.push(sum);
    }
    costs
}

/// For every rest that one kind may leave to the larger ones, the best way there.
struct Layer {
    /// The largest rest, that of `ways[0]`; each further one is less by `step`.
    top: i64,
    step: i64,
    ways: Vec<Option<Way>>,
}

/// How a rest was reached.
#[derive(Clone, Copy)]
struct Way {
    /// Of all pieces so far.
    cost: u64,
    /// Of this layer's kind.
    pieces: i64,
}

impl Layer {
    /// Takes every useful number of pieces out of `drawer` for every open rest.
    fn after(drawer: &Drawer, open: &[(i64, u64)]) -> Layer {
        let mut layer = Layer::without_ways(drawer, open);
        for &(rest, cost_so_far) in open {
            for (pieces, rest, cost) in drawer.useful(rest) {
                layer.offer(rest, Way { cost: cost_so_far + cost, pieces });
            }
        }
        layer
    }

    fn without_ways(drawer: &Drawer, open: &[(i64, u64)]) -> Layer {
        let step = drawer.step;
        let rests = || open.iter().map(|(rest, _)| *rest);
        let top = rests().max().map_or(0, |largest| largest - largest % step);
        let bottom = rests().min().map_or(0, |smallest| (smallest - drawer.pieces_max * drawer.value).max(0));
        // None at all if even the largest rest lies between two multiples and cannot be brought down to one.
        let ways = vec![None; index((top - bottom + step) / step)];
        Layer { top, step, ways }
    }

    /// Keeps the cheaper way, and of two that cost the same the one with more of the larger kind.
    fn offer(&mut self, rest: i64, way: Way) {
        let slot = &mut self.ways[index((self.top - rest) / self.step)];
        let better = slot.is_none_or(|known| (way.cost, known.pieces) < (known.cost, way.pieces));
        if better {
            *slot = Some(way);
        }
    }

    fn way_to(&self, rest: i64) -> Option<Way> {
        self.ways.get(index((self.top - rest) / self.step)).copied().flatten()
    }

    /// The rests that can be left, with what it costs to get there.
    fn open(&self) -> impl Iterator<Item = (i64, u64)> {
        let rests = (0..).map(|steps| self.top - steps * self.step);
        rests.zip(&self.ways).filter_map(|(rest, way)| way.map(|way| (rest, way.cost)))
    }
}

impl Drawer {
    /// The numbers of pieces that leave the larger kinds something they may be able to pay; that rest; the cost.
    fn useful(&self, rest: i64) -> impl Iterator<Item = (i64, i64, u64)> {
        let left_after = move |pieces| rest - pieces * self.value;
        // The rest's place between two multiples of `step` repeats itself after so many pieces.
        let period = self.step / greatest_common_divisor(self.step, self.value);
        let pieces_max = self.pieces_max.min(rest / self.value);
        let first = (0..period.min(pieces_max + 1)).find(|pieces| left_after(*pieces) % self.step == 0);
        let all = first.into_iter().flat_map(move |first| (first..=pieces_max).step_by(index(period)));
        all.map(move |pieces| (pieces, left_after(pieces), self.costs[index(pieces)]))
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn index(number: i64) -> usize {
    usize::try_from(number).expect("no number here is below zero")
}
