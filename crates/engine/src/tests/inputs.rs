//! Everything that could be said to the machine, and a payment in which only the right things are.

use api::{
    Act, Bill, BillDetail, BillId, BillingTrouble, Birthday, Button, Decision, DeliveryTrouble, DoubtId,
    DoubtSaid, FolderTrouble, FormKind, IncidentId, IncidentSaid, MachineId, NewestNumbers, Order,
    PaperAnswer, PaperName, Patient, PatientNumber, PaymentId, QuoteOutcome, ReceiptNumber, Touch, UnitKind,
    WallTime,
};
use device_api::{
    Capabilities, Counted, CountedBefore, Deposited, DeviceCounts, DispenseEnd, DispenseId, Moment, Paid,
    Paper, PartId, Place, PrintCause, PrintJobId, PrinterEvent, PrinterStatus, RejectCause, ScannedCode,
    ScannerEvent, ShortCause, Stated, StoreId, UnitCounts, UnitEvent, UnitId, UnitPart, UnitTrouble,
};
use money::{CashCount, Denomination, DenominationSet, Yen, change};
use proptest::prelude::*;
use settings::{CardFormat, StartStopLetters, Times};

use crate::{BillingEvent, CashUnit, Input, Now, Policy, Store};

pub(super) const NOTES: UnitId = UnitId::fixed("notes");
pub(super) const COINS: UnitId = UnitId::fixed("coins");

/// The hoppers for 100 and 500 yen.
pub(super) const HOPPER_100: StoreId = StoreId { unit: COINS, place: Place::Hopper(5) };
pub(super) const HOPPER_500: StoreId = StoreId { unit: COINS, place: Place::Hopper(6) };

pub(super) const DRUM: StoreId = StoreId { unit: NOTES, place: Place::Drum(1) };

/// What devices and bridge say after a start.
pub(super) fn units_ready() -> Vec<Input> {
    let hopper = |PartId { unit, part }| Input::Unit(unit, UnitEvent::State(Stated::Ready { part }));
    vec![
        Input::Unit(
            NOTES,
            UnitEvent::State(Stated::Identified { model: "any".into(), accepts: notes(), pays: notes() }),
        ),
        Input::Unit(NOTES, UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor })),
        Input::Unit(
            COINS,
            UnitEvent::State(Stated::Identified { model: "any".into(), accepts: coins(), pays: coins() }),
        ),
        Input::Unit(COINS, UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor })),
        hopper(HOPPER_500.part()),
        hopper(HOPPER_100.part()),
        Input::Printer(PrinterEvent::Status(ready_printer())),
        Input::Scanner(ScannerEvent::Connected(true)),
        Input::Billing(BillingEvent::Connected),
    ]
}

/// What a unit says after a start that is like one of the usual ones.
pub(super) fn units_ready_of(like: UnitId, unit: UnitId) -> Vec<Input> {
    let of_it = |input| match input {
        Input::Unit(known, event) if known == like => Some(Input::Unit(unit, event)),
        _ => None,
    };
    units_ready().into_iter().filter_map(of_it).collect()
}

/// The slots are closed, and the note unit has stacked so many notes in its life.
pub(super) fn units_at_rest(stacked: u32) -> [Input; 3] {
    let drums = CashCount::try_from(vec![(Denomination::Yen1000, 25)]).unwrap();
    let counts = DeviceCounts { drums, stacked_total: Some(stacked), paid_out_total: None };
    [
        Input::Unit(NOTES, UnitEvent::In(Deposited::Inhibited)),
        Input::Unit(COINS, UnitEvent::In(Deposited::Inhibited)),
        Input::Unit(NOTES, UnitEvent::Counts(counts.into())),
    ]
}

/// 2,700 yen with a note of 5,000 and two coins of 100: change of 2,500 from a drum and a hopper.
pub(super) fn well_behaved_payment() -> Vec<Input> {
    let counts = |total| {
        let drums = CashCount::try_from(vec![(Denomination::Yen1000, 25)]).unwrap();
        Input::Unit(
            NOTES,
            UnitEvent::Counts(
                DeviceCounts { drums, stacked_total: Some(total), paid_out_total: None }.into(),
            ),
        )
    };
    let note = Denomination::Yen5000;
    vec![
        Input::Scanner(ScannerEvent::Scanned(ScannedCode::new("0042".into()))),
        quoted(1, bills(2_700)),
        touch(Button::Yes),
        touch(Button::PayCash),
        quoted(2, bills(2_700)),
        counts(7),
        inserted(Denomination::Yen100, 1),
        inserted(Denomination::Yen100, 2),
        Input::Unit(NOTES, UnitEvent::In(Deposited::Arriving)),
        Input::Unit(NOTES, UnitEvent::In(Deposited::Escrowed { denomination: note })),
        // Nothing in the machine could pay the note back.
        touch(Button::Yes),
        Input::Unit(NOTES, UnitEvent::In(Deposited::Stacked { denomination: Some(note) })),
        Input::Unit(NOTES, UnitEvent::In(Deposited::Stored { place: Place::CashBox })),
        touch(Button::Confirm),
        quoted(3, bills(2_700)),
        Input::Unit(NOTES, UnitEvent::In(Deposited::Inhibited)),
        Input::Unit(COINS, UnitEvent::In(Deposited::Inhibited)),
        counts(8),
        Input::Unit(NOTES, UnitEvent::Out(Paid::Prepared { id: DispenseId(1), before: drums_counted() })),
        Input::Unit(NOTES, UnitEvent::Out(Paid::Presented)),
        Input::Unit(NOTES, UnitEvent::Out(Paid::Dispensed { id: DispenseId(1), end: DispenseEnd::Complete })),
        Input::Unit(COINS, UnitEvent::Out(Paid::Prepared { id: DispenseId(2), before: hopper_counted() })),
        Input::Unit(COINS, UnitEvent::Out(Paid::Dispensed { id: DispenseId(2), end: DispenseEnd::Complete })),
        Input::Printer(PrinterEvent::Printed { job: PrintJobId(1) }),
        Input::Tick,
    ]
}

pub(super) fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => cash().prop_map(|event| Input::Unit(NOTES, event)),
        3 => coin().prop_map(|event| Input::Unit(COINS, event)),
        2 => printer().prop_map(Input::Printer),
        3 => (0_u64..3, button()).prop_map(|(seq, button)| Input::Touch(Touch { seq, button })),
        1 => Just(Input::Scanner(ScannerEvent::Scanned(ScannedCode::new("0042".into())))),
        1 => Just(Input::Scanner(ScannerEvent::Unreadable)),
        3 => (1_u64..6, 0_i64..4).prop_map(|(request, hundreds)| quoted(request, bills(hundreds * 900))),
        1 => (1_u64..6).prop_map(|request| quoted(request, QuoteOutcome::Unavailable)),
        1 => (1_u64..6).prop_map(|request| quoted(request, alike(900, Some(Birthday { month: 1, day: 1 })))),
        1 => Just(Input::Billing(BillingEvent::Disconnected)),
        1 => Just(Input::Billing(BillingEvent::Connected)),
        1 => (1_u64..6).prop_map(|request| quoted(request, QuoteOutcome::AskAtDesk)),
        1 => (1_u64..4).prop_map(|id| not_delivered(id, DeliveryTrouble::CannotWrite)),
        1 => Just(Input::Billing(BillingEvent::Troubles(vec![BillingTrouble::Folder(FolderTrouble::NotSetUp)]))),
        1 => (1_u64..4).prop_map(|id| Input::Billing(BillingEvent::Delivered { payment: PaymentId(id) })),
        2 => desk().prop_map(ordered),
        1 => Just(Input::Tick),
    ]
}

pub(super) fn cash() -> impl Strategy<Value = UnitEvent> {
    let note =
        prop::sample::select(vec![Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000]);
    let place = prop::sample::select(vec![Place::Drum(1), Place::Drum(2), Place::CashBox]);
    prop_oneof![
        Just(UnitEvent::In(Deposited::Arriving)),
        note.clone().prop_map(|denomination| UnitEvent::In(Deposited::Escrowed { denomination })),
        prop::option::of(note).prop_map(|denomination| UnitEvent::In(Deposited::Stacked { denomination })),
        place.prop_map(|place| UnitEvent::In(Deposited::Stored { place })),
        Just(UnitEvent::In(Deposited::Returned)),
        Just(UnitEvent::In(Deposited::Rejected { cause: RejectCause::Unreadable })),
        Just(UnitEvent::In(Deposited::Inhibited)),
        prop::option::of(any::<u32>()).prop_map(|stacked_total| {
            UnitEvent::Counts(
                DeviceCounts { drums: CashCount::EMPTY, stacked_total, paid_out_total: None }.into(),
            )
        }),
        Just(UnitEvent::State(Stated::Trouble { part: UnitPart::Acceptor, trouble: UnitTrouble::Jam })),
        Just(UnitEvent::State(Stated::Ready { part: UnitPart::Acceptor })),
        Just(UnitEvent::Out(Paid::Presented)),
        Just(UnitEvent::Out(Paid::Taken)),
        (1_u64..4)
            .prop_map(|id| UnitEvent::Out(Paid::Prepared { id: DispenseId(id), before: drums_counted() })),
        (1_u64..4, end()).prop_map(|(id, end)| UnitEvent::Out(Paid::Dispensed { id: DispenseId(id), end })),
    ]
}

pub(super) fn coin() -> impl Strategy<Value = UnitEvent> {
    let kind = prop::sample::select(vec![Denomination::Yen10, Denomination::Yen100, Denomination::Yen500]);
    let place = prop::sample::select(vec![HOPPER_100.place, Place::CoinBox]);
    let device = prop::sample::select(vec![UnitPart::Acceptor, HOPPER_100.place.part()]);
    let rejected = RejectCause::Unreadable;
    let prepared = |id| Paid::Prepared { id: DispenseId(id), before: hopper_counted() };
    let inserted = |(denomination, place)| Deposited::Inserted { denomination, place, event_no: 1 };
    let counted = |(part, serial)| Counted {
        part,
        counts: UnitCounts { serial: Some(serial), ..UnitCounts::default() },
        stored: None,
    };
    prop_oneof![
        4 => (kind, place).prop_map(inserted).prop_map(UnitEvent::In),
        1 => Just(UnitEvent::In(Deposited::EventsLost { count: 3, event_no: 8 })),
        1 => Just(UnitEvent::In(Deposited::ToldUpTo { event_no: 0 })),
        1 => Just(UnitEvent::In(Deposited::Rejected { cause: rejected })),
        3 => Just(UnitEvent::In(Deposited::Inhibited)),
        1 => (device.clone(), 1_u32..3).prop_map(counted).prop_map(UnitEvent::Counts),
        2 => (1_u64..4).prop_map(prepared).prop_map(UnitEvent::Out),
        3 => (1_u64..4, end())
            .prop_map(|(id, end)| UnitEvent::Out(Paid::Dispensed { id: DispenseId(id), end })),
        1 => device.clone()
            .prop_map(|part| UnitEvent::State(Stated::Trouble { part, trouble: UnitTrouble::Jam })),
        2 => device.prop_map(|part| UnitEvent::State(Stated::Ready { part })),
    ]
}

fn drums_counted() -> CountedBefore {
    CountedBefore::Drums { notes: vec![25, 0], paid_out_total: Some(7) }
}

fn hopper_counted() -> CountedBefore {
    CountedBefore::Hopper { event: 3, paid_out_total: 70, powered_up: false }
}

pub(super) fn end() -> impl Strategy<Value = DispenseEnd> {
    let causes = vec![ShortCause::Empty, ShortCause::NotTaken, ShortCause::Jam, ShortCause::Refused];
    prop_oneof![
        Just(DispenseEnd::Complete),
        (0_u32..3, prop::sample::select(causes)).prop_map(|(paid, cause)| DispenseEnd::Short { paid, cause }),
        (0_u32..3).prop_map(|paid| DispenseEnd::Unknown { paid }),
    ]
}

pub(super) fn printer() -> impl Strategy<Value = PrinterEvent> {
    let cause = PrintCause::PaperEnd;
    prop_oneof![
        any::<bool>()
            .prop_map(|open| { PrinterEvent::Status(PrinterStatus { cover_open: open, ..ready_printer() }) }),
        (1_u32..4).prop_map(|job| PrinterEvent::Printed { job: PrintJobId(job) }),
        (1_u32..4).prop_map(move |job| PrinterEvent::NotStarted { job: PrintJobId(job), cause }),
        (1_u32..4).prop_map(move |job| PrinterEvent::Unknown { job: PrintJobId(job), cause }),
    ]
}

const INCIDENTS_SAID: [IncidentSaid; 5] = [
    IncidentSaid::ReturnedToPatient,
    IncidentSaid::HandedOver,
    IncidentSaid::LeftWithPatient,
    IncidentSaid::CountedInMachine,
    IncidentSaid::OverShort,
];

pub(super) fn desk() -> impl Strategy<Value = Act> {
    let answer =
        prop::sample::select(vec![PaperAnswer::Complete, PaperAnswer::Incomplete, PaperAnswer::Unknown]);
    prop_oneof![
        Just(Act::AnswerCalls { reason: None }),
        (1_u64..4, prop::sample::select(vec![Decision::Continue, Decision::Return]))
            .prop_map(|(id, decision)| Act::Decide { payment: PaymentId(id), decision }),
        (1_u64..4).prop_map(take_over),
        (0_u32..12)
            .prop_map(|pieces| Act::SetStock { store: None, counted: vec![(Denomination::Yen100, pieces)] }),
        (1_u32..4, 0_u32..4, 0_u64..4).prop_map(|(doubt, receipt, payment)| Act::SettleDoubt {
            doubt: DoubtId(doubt),
            said: DoubtSaid::Counted,
            newest: NewestNumbers { receipt: ReceiptNumber(receipt), payment: PaymentId(payment) },
        }),
        (1_u32..4, prop::sample::select(INCIDENTS_SAID.to_vec()))
            .prop_map(|(incident, said)| Act::SettleIncident { incident: IncidentId(incident), said }),
        (1_u32..4, answer).prop_map(|(number, answer)| Act::AnswerPaper {
            paper: PaperName::Receipt(ReceiptNumber(number)),
            answer,
        }),
    ]
}

pub(super) fn button() -> impl Strategy<Value = Button> {
    prop::sample::select(vec![
        Button::Yes,
        Button::No,
        Button::PayCash,
        Button::Confirm,
        Button::Cancel,
        Button::Digit(1),
        Button::Delete,
        Button::CallStaff,
    ])
}

pub(super) fn touch(button: Button) -> Input {
    Input::Touch(Touch { seq: 0, button })
}

pub(super) fn quoted(request: u64, outcome: QuoteOutcome) -> Input {
    Input::Billing(BillingEvent::Quoted { request, outcome })
}

pub(super) fn not_delivered(payment: u64, cause: DeliveryTrouble) -> Input {
    Input::Billing(BillingEvent::NotDelivered { payment: PaymentId(payment), cause })
}

pub(super) fn bills(due: i64) -> QuoteOutcome {
    QuoteOutcome::Bills(vec![Bill {
        id: BillId(format!("B-{due}")),
        revision: 1,
        visit_no: None,
        patient: Patient {
            number: PatientNumber("0042".into()),
            name: "見本 花子".into(),
            family_kana: "ミホン".into(),
            given_kana: "ハナコ".into(),
        },
        ready: true,
        due: Yen::new(due),
        detail: BillDetail {
            form: FormKind::Dental,
            treated_on: (2026, 11, 22),
            department: None,
            insurance: None,
            lines: Vec::new(),
        },
    }])
}

/// The same of a patient who looks like another one.
pub(super) fn alike(due: i64, birthday: Option<Birthday>) -> QuoteOutcome {
    match bills(due) {
        QuoteOutcome::Bills(bills) => QuoteOutcome::Alike { bills, birthday },
        other => other,
    }
}

pub(super) fn notes() -> DenominationSet {
    [Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000, Denomination::Yen10000]
        .into_iter()
        .collect()
}

pub(super) fn coins() -> DenominationSet {
    [Denomination::Yen10, Denomination::Yen50, Denomination::Yen100, Denomination::Yen500]
        .into_iter()
        .collect()
}

pub(super) fn inserted(denomination: Denomination, event_no: u8) -> Input {
    Input::Unit(COINS, UnitEvent::In(Deposited::Inserted { denomination, place: HOPPER_100.place, event_no }))
}

pub(super) fn stock(denomination: Denomination, pieces: u32) -> Input {
    ordered(Act::SetStock { store: None, counted: vec![(denomination, pieces)] })
}

pub(super) fn take_over(payment: u64) -> Act {
    Act::TakeOver { payment: PaymentId(payment), reason: "B".parse().unwrap() }
}

pub(super) fn ordered(act: Act) -> Input {
    Input::Desk(Order { staff: "A".parse().unwrap(), act })
}

pub(super) fn ready_printer() -> PrinterStatus {
    PrinterStatus { responding: true, cover_open: false, paper: Paper::Ok, error: false }
}

pub(super) fn store(id: StoreId, kind: Denomination, capacity: Option<u32>) -> Store {
    Store { id, holds: [kind].into_iter().collect(), capacity }
}

pub(super) fn policy() -> Policy {
    Policy {
        machine: MachineId("K1".into()),
        times: Times::default(),
        card: CardFormat {
            prefix: String::new(),
            length_min: 4,
            length_max: 4,
            digits_only: true,
            start_stop_letters: StartStopLetters::None,
        },
        units: vec![
            CashUnit { id: NOTES, kind: UnitKind::Notes, can: Capabilities::RECYCLER },
            CashUnit { id: COINS, kind: UnitKind::Coins, can: Capabilities::ACCEPTOR_WITH_HOPPERS },
        ],
        stores: vec![
            store(DRUM, Denomination::Yen1000, Some(30)),
            store(HOPPER_500, Denomination::Yen500, None),
            store(HOPPER_100, Denomination::Yen100, None),
        ],
        change: change::Policy::default(),
    }
}

pub(super) fn clocks(at: Moment) -> Now {
    let wall = WallTime(1_795_309_200 + i64::try_from(at.micros() / 1_000_000).unwrap());
    Now { at, wall, chance: at.micros() }
}
