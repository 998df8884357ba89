//! Every plan is held against one that is found by trying everything.

use std::cmp::Reverse;

use proptest::prelude::*;

use super::*;

/// Pieces per denomination, smallest first.
type Pieces = [u32; 10];

fn stock(pieces: Pieces) -> Stock {
    Stock::of(Denomination::ALL.into_iter().zip(pieces)).unwrap()
}

fn pieces_of(count: &CashCount) -> Pieces {
    Denomination::ALL.map(|kind| count.pieces(kind))
}

fn value_of(pieces: &Pieces) -> i64 {
    Denomination::ALL.into_iter().zip(pieces).map(|(kind, n)| i64::from(kind) * i64::from(*n)).sum()
}

/// Only few pieces matter.
fn fewest() -> Policy {
    Policy { scarcity: 0, ..Policy::default() }
}

/// What `policy` says that `taken` costs, written down a second time.
fn cost_of(taken: &Pieces, there: &Pieces, policy: &Policy) -> u64 {
    let keep = pieces_of(&policy.keep);
    let mut cost = 0;
    for kind in 0..taken.len() {
        for nth in 1..=taken[kind] {
            let is_one_of_the_last = there[kind] - nth < keep[kind];
            cost += policy.piece + if is_one_of_the_last { policy.scarcity } else { 0 };
        }
    }
    cost.into()
}

/// Every way to take pieces out of `there`.
fn all_ways(there: &Pieces) -> Vec<Pieces> {
    let mut ways = vec![[0; 10]];
    for kind in 0..there.len() {
        let more = |way: Pieces| {
            (0..=there[kind]).map(move |taken| {
                let mut way = way;
                way[kind] = taken;
                way
            })
        };
        ways = ways.into_iter().flat_map(more).collect();
    }
    ways
}

/// The cheapest of the ways that sum to `amount`; of equals, that with more of the largest kinds.
fn cheapest_by_trying(amount: i64, there: &Pieces, policy: &Policy) -> Option<Pieces> {
    let larger_first = |way: &Pieces| Reverse(way.iter().rev().copied().collect::<Vec<_>>());
    let ways = all_ways(there).into_iter().filter(|way| value_of(way) == amount);
    ways.min_by_key(|way| (cost_of(way, there, policy), larger_first(way)))
}

/// Up to five kinds with up to six pieces, so that all ways can be tried.
fn few_pieces() -> impl Strategy<Value = Pieces> {
    proptest::collection::vec((0_usize..10, 0_u32..=6), 0..=5).prop_map(|kinds| {
        let mut pieces = [0; 10];
        kinds.into_iter().for_each(|(kind, n)| pieces[kind] = n);
        pieces
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    let keep = proptest::array::uniform10(0_u32..8).prop_map(|keep| *stock(keep).pieces());
    let any =
        (0_u32..20, 0_u32..100, keep).prop_map(|(piece, scarcity, keep)| Policy { piece, scarcity, keep });
    // Where nothing costs anything, only "more of the larger kinds" decides.
    let indifferent = Policy { piece: 0, scarcity: 0, keep: CashCount::EMPTY };
    prop_oneof![2 => any, 1 => Just(fewest()), 1 => Just(indifferent)]
}

/// A stock and an amount near one that it can pay: sums drawn blindly are almost never payable.
fn stocks_and_amounts() -> impl Strategy<Value = (Pieces, i64)> {
    let near = prop_oneof![3 => Just(0_i64), 1 => -12_i64..12, 1 => -3_000_i64..3_000];
    (few_pieces(), proptest::array::uniform10(0_u32..=6), near).prop_map(|(there, wanted, near)| {
        let taken = std::array::from_fn(|kind| wanted[kind].min(there[kind]));
        (there, value_of(&taken) + near)
    })
}

proptest! {
    #[test]
    fn a_plan_is_the_best_of_all_ways((there, amount) in stocks_and_amounts(), policy in policies()) {
        let planned = plan(Yen::new(amount), &stock(there), &policy).ok();
        let expected = cheapest_by_trying(amount, &there, &policy);
        prop_assert_eq!(planned.map(|count| pieces_of(&count)), expected);
        prop_assert_eq!(can_pay(Yen::new(amount), &stock(there)), expected.is_some());
    }

    #[test]
    fn a_shortage_names_the_largest_sum_that_can_be_paid((there, amount) in stocks_and_amounts()) {
        let amount = amount.max(0);
        let largest = all_ways(&there).iter().map(value_of).filter(|sum| *sum <= amount).max().unwrap();
        let payable = match plan(Yen::new(amount), &stock(there), &fewest()) {
            Ok(_) => amount,
            Err(shortage) => shortage.payable.amount(),
        };
        prop_assert_eq!(payable, largest);

        let (paid, owed) = plan_up_to(Yen::new(amount), &stock(there), &fewest());
        prop_assert_eq!(paid.total(), Ok(Yen::new(largest)));
        prop_assert_eq!(owed, Yen::new(amount - largest));
    }

    #[test]
    fn more_stock_never_makes_a_sum_unpayable(
        (there, amount) in stocks_and_amounts(),
        more in proptest::array::uniform10(0_u32..2_000),
    ) {
        let less = stock(there);
        let all = Stock::from(less.pieces().plus(stock(more).pieces()).unwrap());
        let amount = Yen::new(amount);
        prop_assert!(!can_pay(amount, &less) || can_pay(amount, &all));
        prop_assert!(plan_up_to(amount, &all, &fewest()).1 <= plan_up_to(amount, &less, &fewest()).1);
    }

    #[test]
    fn the_same_question_has_the_same_answer((there, amount) in stocks_and_amounts(), policy in policies()) {
        let answer = || plan(Yen::new(amount), &stock(there), &policy);
        prop_assert_eq!(answer(), answer());
    }
}

proptest! {
    // A case asks for 2,501 plans, so a few cases see enough.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_sum_costs_what_the_textbook_finds(
        there in proptest::array::uniform10(0_u32..30),
        policy in policies(),
    ) {
        let table = cost_of_every_sum(2_500, &there, &policy);
        for (amount, cost) in (0..).zip(&table) {
            let planned = plan(Yen::new(amount), &stock(there), &policy).ok();
            prop_assert_eq!(planned.map(|count| cost_of(&pieces_of(&count), &there, &policy)), *cost);
        }
    }
}

/// The textbook's bounded knapsack: the least cost of every sum up to `sum_max`, kind by kind, yen by yen.
fn cost_of_every_sum(sum_max: usize, there: &Pieces, policy: &Policy) -> Vec<Option<u64>> {
    let mut table = vec![None; sum_max + 1];
    table[0] = Some(0);
    for (kind, value) in Denomination::ALL.into_iter().map(|kind| i64::from(kind) as usize).enumerate() {
        let cost_of_taking = |n: u32| {
            let mut taken = [0; 10];
            taken[kind] = n;
            cost_of(&taken, there, policy)
        };
        let costs = (0..=there[kind]).map(cost_of_taking).collect::<Vec<_>>();
        let best = |sum: usize| {
            let ways = (0..=sum / value).zip(&costs);
            ways.filter_map(|(n, cost)| Some(table[sum - n * value]? + cost)).min()
        };
        table = (0..=sum_max).map(best).collect();
    }
    table
}

/// `expected` as pairs of denomination and pieces, or the largest payable part.
fn check(amount: i64, there: &[(i64, u32)], policy: &Policy, expected: Result<&[(i64, u32)], i64>) {
    let stock_of = |pairs: &[(i64, u32)]| {
        Stock::of(pairs.iter().map(|(kind, n)| (Denomination::try_from(*kind).unwrap(), *n))).unwrap()
    };
    let amount = Yen::new(amount);
    let expected = expected
        .map(|pairs| *stock_of(pairs).pieces())
        .map_err(|payable| Shortage { amount, payable: Yen::new(payable) });
    assert_eq!(plan(amount, &stock_of(there), policy), expected, "{amount} from {there:?}");
    assert_eq!(can_pay(amount, &stock_of(there)), expected.is_ok(), "{amount} from {there:?}");
}

#[test]
fn change_is_paid_with_what_is_there() {
    let few = &fewest();
    check(0, &[], few, Ok(&[]));
    check(1, &[], few, Err(0));
    check(8_770, &FULL, few, Ok(&[(5_000, 1), (1_000, 3), (500, 1), (100, 2), (50, 1), (10, 2)]));
    // No 5,000, but 1,000s suffice; no 500, but 100s do; 50s stand in for a 100.
    check(8_000, &[(1_000, 20), (500, 9)], few, Ok(&[(1_000, 8)]));
    check(600, &[(1_000, 5), (100, 8), (50, 9)], few, Ok(&[(100, 6)]));
    check(600, &[(100, 5), (50, 2)], few, Ok(&[(100, 5), (50, 2)]));
    check(600, &[(500, 3), (100, 0), (50, 1)], few, Err(550));
}

#[test]
fn largest_first_would_fail_or_take_too_many() {
    let few = &fewest();
    check(6_000, &[(5_000, 1), (2_000, 3)], few, Ok(&[(2_000, 3)]));
    check(6_000, &[(5_000, 1), (2_000, 3), (100, 10)], few, Ok(&[(2_000, 3)]));
    // Three pieces either way: then those with the larger ones.
    check(6_000, &[(5_000, 1), (2_000, 3), (500, 2)], few, Ok(&[(5_000, 1), (500, 2)]));
    check(11_000, &[(10_000, 1), (5_000, 1), (2_000, 3)], few, Ok(&[(5_000, 1), (2_000, 3)]));
    check(16_000, &[(10_000, 1), (5_000, 2), (2_000, 3)], few, Ok(&[(10_000, 1), (2_000, 3)]));
    check(7_000, &[(5_000, 1), (2_000, 3)], few, Ok(&[(5_000, 1), (2_000, 1)]));
    check(8_000, &[(5_000, 1), (2_000, 3)], few, Err(7_000));
    check(8_000, &[(5_000, 2), (2_000, 9)], few, Ok(&[(2_000, 4)]));
}

#[test]
fn without_1_and_5_yen_odd_sums_are_refused() {
    let vending = [(10, 80), (50, 40), (100, 80), (500, 40), (1_000, 30)];
    check(1_237, &vending, &fewest(), Err(1_230));
    check(1_235, &[&vending[..], &[(1, 4)]].concat(), &fewest(), Err(1_234));
    check(
        1_237,
        &[&vending[..], &[(1, 7)]].concat(),
        &fewest(),
        Ok(&[(1_000, 1), (100, 2), (10, 3), (1, 7)]),
    );
    check(-10, &vending, &fewest(), Err(0));
}

/// A machine of the `full` profile on an ordinary morning.
const FULL: [(i64, u32); 8] =
    [(1, 200), (5, 100), (10, 200), (50, 100), (100, 200), (500, 100), (1_000, 60), (5_000, 30)];

/// What a receptionist would sign: as few pieces as possible, and only the last ones of each kind stay, if a few smaller
/// ones can stand in.
#[test]
fn nobody_gets_coins_while_there_are_notes_to_spare() {
    let policy = &Policy::default();
    let drum = |notes| [(1_000, notes), (500, 40), (100, 80)];
    // What is to be paid, notes of 1,000 in the drum; notes and coins of 500 that come out.
    for (amount, there, notes, coins) in [
        (4_000, 60, 4, 0),
        (4_000, 9, 4, 0),
        (4_000, 8, 4, 0),
        (4_000, 6, 4, 0),
        (4_000, 5, 3, 2),
        (4_000, 4, 2, 4),
        (4_000, 2, 0, 8),
        (2_000, 4, 2, 0),
        (2_000, 3, 1, 2),
        (1_000, 3, 1, 0),
        (1_000, 2, 0, 2),
        (1_000, 1, 0, 2),
        (1_000, 0, 0, 2),
    ] {
        let pairs: Vec<_> = [(1_000, notes), (500, coins)].into_iter().filter(|(_, n)| *n > 0).collect();
        check(amount, &drum(there), policy, Ok(&pairs));
    }
    let usual: &[(i64, u32)] = &[(5_000, 1), (1_000, 3), (500, 1), (100, 2), (50, 1), (10, 4)];
    let everything = |notes| [(5_000, 5), (1_000, notes), (500, 40), (100, 80), (50, 40), (10, 80)];
    check(8_790, &everything(15), policy, Ok(usual));
    check(8_790, &everything(5), policy, Ok(usual));
}

#[test]
fn the_last_pieces_are_left_where_others_are_plenty() {
    let policy = &Policy::default();
    check(500, &[(500, 40), (100, 200)], policy, Ok(&[(500, 1)]));
    check(500, &[(500, 2), (100, 200)], policy, Ok(&[(500, 1)]));
    check(500, &[(500, 1), (100, 200)], policy, Ok(&[(100, 5)]));
    check(500, &[(500, 1), (100, 200)], &fewest(), Ok(&[(500, 1)]));
    check(5_000, &[(5_000, 1), (1_000, 20)], policy, Ok(&[(1_000, 5)]));
    check(5_000, &[(5_000, 2), (1_000, 20)], policy, Ok(&[(5_000, 1)]));
    // The last of a kind go before the last of another, and before ten pieces of any.
    check(500, &[(500, 1), (100, 6)], policy, Ok(&[(500, 1)]));
    check(500, &[(500, 1), (50, 200)], policy, Ok(&[(500, 1)]));
    // Scarce or not: what must be paid is paid.
    check(500, &[(500, 1)], policy, Ok(&[(500, 1)]));
    check(4_000, &[(1_000, 4), (100, 80)], policy, Ok(&[(1_000, 4)]));
}

#[test]
fn no_more_than_so_many_pieces_of_a_kind_are_planned() {
    let max = PIECES_OF_A_KIND_MAX;
    check(i64::from(max), &[(1, u32::MAX)], &fewest(), Ok(&[(1, max)]));
    check(i64::from(max) + 1, &[(1, u32::MAX)], &fewest(), Err(i64::from(max)));
    check(i64::MAX, &[(10_000, u32::MAX)], &fewest(), Err(i64::from(max) * 10_000));
}

#[test]
fn the_dearest_policy_does_not_wrap() {
    let all = stock([u32::MAX; 10]);
    let policy = Policy { piece: u32::MAX, scarcity: u32::MAX, keep: *all.pieces() };
    let (paid, owed) = plan_up_to(Yen::new(i64::MAX), &all, &policy);
    assert_eq!(pieces_of(&paid), [PIECES_OF_A_KIND_MAX; 10]);
    assert_eq!(paid.total().unwrap().plus(owed), Ok(Yen::new(i64::MAX)));
}

#[test]
fn a_shortage_is_a_sentence() {
    let shortage = Shortage { amount: Yen::new(1_237), payable: Yen::new(1_230) };
    let sentence = "1,237 yen cannot be paid exactly from the stock, at most 1,230 yen of it";
    assert_eq!(shortage.to_string(), sentence);
}
