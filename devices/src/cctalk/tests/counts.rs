//! What devices have counted in their lives, between payouts.

use super::{check, start_up, twice};

#[test]
fn a_hopper_tells_its_number_and_what_it_has_paid_out() {
    let total = twice("> 3 168", "< 3 0 10 27 01");
    let told = "! Counts { device: Hopper(Yen100), counts: CoinCounts { serial: 197121, paid_out_total: Some(75536) } }";
    check(&[&start_up(), ". ReadCounts hopper", &total, told]);
}

/// One garbled reading, or one that got lost, is not believed.
#[test]
fn a_counter_is_believed_when_it_was_read_twice() {
    let told = "! Counts { device: Hopper(Yen100), counts: CoinCounts { serial: 197121, paid_out_total: Some(16) } }";
    let garbled = "> 3 168\n< 3 0 11 00 00";
    check(&[&start_up(), ". ReadCounts hopper", garbled, &twice("> 3 168", "< 3 0 10 00 00"), told]);
    let lost =
        format!("> 3 168\n< 3 0 10 00 00\n> 3 168\nwait\n{}", super::lost().trim_end_matches("\nwait"));
    check(&[&start_up(), ". ReadCounts hopper", &lost, &twice("> 3 168", "< 3 0 10 00 00"), told]);
}

#[test]
fn a_hopper_without_a_counter_says_only_who_it_is() {
    let told =
        "! Counts { device: Hopper(Yen100), counts: CoinCounts { serial: 197121, paid_out_total: None } }";
    check(&[&start_up(), ". ReadCounts hopper", "> 3 168\n< 3 5", told]);
}

#[test]
fn an_acceptor_says_at_once_who_it_is() {
    let told = "! Counts { device: Acceptor, counts: CoinCounts { serial: 12345678, paid_out_total: None } }";
    check(&[&start_up(), ". ReadCounts acceptor", told]);
}
