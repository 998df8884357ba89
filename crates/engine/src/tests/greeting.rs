//! What a scan is answered, and the birthday (K1, K5, K7).

use std::time::Duration;

use api::{Birthday, Button, ClinicTime, KeyedDigits, Method, Notice, Page, QuoteOutcome};
use device_api::{Place, ScannedCode, ScannerEvent, Stated, StoreId, UnitEvent};
use money::{Denomination, DenominationSet, Yen};
use settings::Times;

use super::Machine;
use super::inputs::{
    COINS, NOTES, alike, bills, coins, notes, policy, quoted, store as a_store, touch, units_ready,
    well_behaved_payment,
};
use crate::books::Books;
use crate::cash::Till;
use crate::health::Health;
use crate::{Input, Policy};

const SOON: Duration = Duration::from_millis(500);

/// The page after a scan to which the billing system says this.
#[track_caller]
fn scanned(machine: &mut Machine, request: u64, outcome: QuoteOutcome) -> Page {
    machine.handle(Input::Scanner(ScannerEvent::Scanned(ScannedCode::new("0042".into()))), SOON);
    assert_eq!(machine.engine.view().page, Page::LookingUp);
    machine.handle(quoted(request, outcome), SOON);
    machine.engine.view().page.clone()
}

#[test]
fn each_scan_has_its_own_answer() {
    let cases = [
        (bills(-500), Notice::RefundAtDesk),
        (bills(1_237), Notice::NeedsSmallCoins),
        (QuoteOutcome::EstimateOnly, Notice::EstimateOnly),
        (QuoteOutcome::Bills(Vec::new()), Notice::NothingToPay),
        (QuoteOutcome::UnknownPatient, Notice::UnknownPatient),
        (QuoteOutcome::Unavailable, Notice::BillingUnavailable),
        (QuoteOutcome::AskAtDesk, Notice::AskAtDesk),
        (alike(1_000, None), Notice::AskAtDesk),
        (alike(1_237, None), Notice::NeedsSmallCoins),
        (QuoteOutcome::Bills(twice(bills(1_000))), Notice::AskAtDesk),
    ];
    for (outcome, notice) in cases {
        let page = scanned(&mut Machine::new(), 1, outcome.clone());
        assert_eq!(page, Page::Notice { notice }, "{outcome:?}");
    }
}

/// The same bill two times in one answer.
fn twice(outcome: QuoteOutcome) -> Vec<api::Bill> {
    let QuoteOutcome::Bills(bills) = outcome else { panic!("bills") };
    [bills.clone(), bills].concat()
}

/// K5: whether the billing system has forgotten the bill or still offers it, and after a restart too.
#[test]
fn who_has_paid_reads_when_and_how() {
    let mut machine = Machine::new();
    for input in well_behaved_payment() {
        machine.handle(input, Duration::from_millis(100));
    }
    machine.handle(Input::Tick, Times::default().take_coins());
    machine.handle(Input::Tick, Times::default().thanks());
    // The clocks of these tests begin here.
    let at = ClinicTime { year: 2026, month: 11, day: 22, hour: 10, minute: 0 };
    let paid = Page::AlreadyPaid { at, method: Method::Cash };
    assert_eq!(scanned(&mut machine, 4, QuoteOutcome::UnknownPatient), paid);
    assert_eq!(scanned(&mut machine, 5, bills(2_700)), paid);
    machine.restart();
    for input in units_ready() {
        machine.handle(input, SOON);
    }
    assert_eq!(scanned(&mut machine, 1, bills(2_700)), paid);
    machine.handle(Input::Tick, Duration::from_secs(13 * 60 * 60));
    let forgotten = Page::Notice { notice: Notice::UnknownPatient };
    assert_eq!(scanned(&mut machine, 2, QuoteOutcome::UnknownPatient), forgotten);
    assert_eq!(scanned(&mut machine, 3, bills(2_700)), paid, "a bill is collected once for ever");
}

/// K7: the sentence about coins of 1 and 5 yen is said exactly when it is true.
#[test]
fn a_machine_says_what_it_lacks_only_if_it_lacks_it() {
    let check = |more: &[Denomination], store: Option<Denomination>, due, expected| {
        let more_stores =
            store.map(|coin| a_store(StoreId { unit: COINS, place: Place::Hopper(9) }, coin, None));
        let policy = Policy { stores: policy().stores.into_iter().chain(more_stores).collect(), ..policy() };
        let mut health = Health::new(&policy);
        let all_coins = coins().union(more.iter().copied().collect::<DenominationSet>());
        for (unit, accepts) in [(NOTES, notes()), (COINS, all_coins)] {
            let model = "any".to_owned();
            let identified = Stated::Identified { model, accepts, pays: DenominationSet::EMPTY };
            health.unit_said(unit, &UnitEvent::State(identified));
        }
        let books = Books::new(policy.machine.clone());
        let till = Till { policy: &policy, books: &books, health: &health, takes: api::Takes::NotesAndCoins };
        assert_eq!(till.lacks_small_coins_for(Yen::new(due)), expected, "{more:?} {store:?} {due}");
    };
    check(&[], None, 1_237, true);
    check(&[], None, 1_235, true);
    check(&[], None, 1_230, false);
    check(&[Denomination::Yen5], None, 1_237, false);
    check(&[Denomination::Yen1, Denomination::Yen5], None, 1_237, false);
    check(&[], Some(Denomination::Yen1), 1_237, false);
}

#[test]
fn the_birthday_is_keyed_before_a_sum_is_shown() {
    let (mut machine, birthday) = (Machine::new(), Birthday { month: 1, day: 5 });
    let written = machine.records.len();
    let asked = scanned(&mut machine, 1, alike(1_000, Some(birthday)));
    assert!(matches!(asked, Page::ConfirmPayer { .. }), "{asked:?}");
    let asks = |keyed: &str, again| Page::KeyBirthday { keyed: KeyedDigits(keyed.into()), again };
    assert_eq!(press(&mut machine, &[Button::Yes]), asks("", false));
    assert_eq!(press(&mut machine, &[Button::Confirm]), asks("", false), "nothing is keyed");
    let too_many = [0, 1, 0, 6, 9].map(Button::Digit);
    assert_eq!(press(&mut machine, &too_many), asks("0106", false));
    assert_eq!(press(&mut machine, &[Button::Digit(200), Button::Delete]), asks("010", false));
    assert_eq!(press(&mut machine, &[Button::Digit(7), Button::Confirm]), asks("", true));
    let right = [0, 1, 0, 5].map(Button::Digit);
    assert_eq!(press(&mut machine, &right), asks("0105", false));
    let due = Yen::new(1_000);
    assert_eq!(
        press(&mut machine, &[Button::Confirm]),
        Page::ChooseMethod {
            due,
            bills: Vec::new(),
            takes: api::Takes::NotesAndCoins,
            exact_money_only: false,
        }
    );
    assert_eq!(machine.records.len(), written, "nothing of it is written down");
}

#[test]
fn three_wrong_birthdays_lead_to_the_desk() {
    let (mut machine, birthday) = (Machine::new(), Birthday { month: 1, day: 5 });
    scanned(&mut machine, 1, alike(1_000, Some(birthday)));
    press(&mut machine, &[Button::Yes]);
    let wrong = [[1, 2, 2, 4].map(Button::Digit).as_slice(), &[Button::Confirm]].concat();
    for _ in 0..2 {
        assert!(matches!(press(&mut machine, &wrong), Page::KeyBirthday { again: true, .. }));
    }
    assert_eq!(press(&mut machine, &wrong), Page::Notice { notice: Notice::AskAtDesk });
}

/// Nobody answers: the page goes, and with it what was keyed.
#[test]
fn a_birthday_that_is_left_is_forgotten() {
    let (mut machine, birthday) = (Machine::new(), Birthday { month: 1, day: 5 });
    scanned(&mut machine, 1, alike(1_000, Some(birthday)));
    press(&mut machine, &[Button::Yes, Button::Digit(0)]);
    machine.handle(Input::Tick, Times::default().walked_away());
    assert!(matches!(machine.engine.view().page, Page::Idle { .. }));
}

fn press(machine: &mut Machine, buttons: &[Button]) -> Page {
    for button in buttons {
        machine.handle(touch(*button), SOON);
    }
    machine.engine.view().page.clone()
}
