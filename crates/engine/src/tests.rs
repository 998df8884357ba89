//! The machine against a world that says anything at any time. What devices and people really do is the world
//! simulation's matter; here it is enough that nothing they could say breaks a promise.

use std::time::Duration;

use api::{
    Bill, BillDetail, BillId, Button, FormKind, MachineId, Page, PaperAnswer, Patient, PatientNumber,
    PaymentId, QuoteOutcome, ReceiptNumber, Touch, WallTime,
};
use device_api::{
    CashCommand, CashEvent, CashTrouble, DeviceCounts, Moment, Paper, Place, PrintCause, PrintJobId,
    PrinterEvent, PrinterStatus, RejectCause, ScannedCode, ScannerEvent,
};
use money::{CashCount, Denomination, Yen};
use proptest::prelude::*;
use settings::{CardFormat, StartStopLetters, Times};

use crate::books::Books;
use crate::ledger::postings;
use crate::{BillingEvent, DeskAction, Draft, Engine, Entry, Input, Now, Output, Policy, Recorded, Step};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_breaks_a_promise(inputs in proptest::collection::vec((input(), 0_u64..90), 1..120)) {
        let mut machine = Machine::new();
        for (input, seconds) in inputs {
            machine.handle(input, Duration::from_secs(seconds));
        }
    }

    /// A kill at any point of a payment: the money is on record, and the machine does not stand still.
    #[test]
    fn a_restart_at_any_point_loses_nothing(
        at in 0_usize..14,
        afterwards in proptest::collection::vec(input(), 0..20),
    ) {
        let mut machine = Machine::new();
        for input in well_behaved_payment().into_iter().take(at) {
            machine.handle(input, Duration::from_millis(100));
        }
        machine.restart();
        for input in afterwards {
            machine.handle(input, Duration::from_secs(1));
        }
    }

    /// A patient who is led through a payment, with anything said in between.
    #[test]
    fn a_disturbed_payment_breaks_no_promise(
        noise in proptest::collection::vec((0_usize..14, input()), 0..6),
    ) {
        let mut machine = Machine::new();
        for (index, input) in well_behaved_payment().into_iter().enumerate() {
            for (_, disturbance) in noise.iter().filter(|(at, _)| *at == index) {
                machine.handle(disturbance.clone(), Duration::from_millis(100));
            }
            machine.handle(input, Duration::from_millis(100));
        }
    }
}

#[test]
fn an_undisturbed_payment_is_paid() {
    let mut machine = Machine::new();
    for input in well_behaved_payment() {
        machine.handle(input, Duration::from_millis(100));
    }
    assert_eq!(machine.engine.view().page, Page::Thanks { receipts: vec![ReceiptNumber(1)] });
}

#[test]
fn names_are_erased_a_week_after_the_billing_system_has_the_result() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let mut machine = Machine::new();
    for input in well_behaved_payment() {
        machine.handle(input, Duration::from_millis(100));
    }
    machine.handle(Input::Tick, 30 * DAY);
    assert!(machine.erased.is_empty(), "the billing system has no result yet");
    machine.handle(Input::Billing(BillingEvent::Delivered { payment: PaymentId(1) }), DAY);
    machine.handle(Input::Tick, 6 * DAY);
    assert!(machine.erased.is_empty(), "somebody may still ask");
    machine.handle(Input::Tick, DAY);
    assert_eq!(machine.erased, [PaymentId(1)]);
    machine.handle(Input::Tick, DAY);
    assert_eq!(machine.erased.len(), 1, "once is enough");
}

/// The engine with a journal, and everything checked after every step.
struct Machine {
    engine: Engine,
    now: Moment,
    records: Vec<Recorded>,
    /// A note was decided to be stacked, and its fate is not known yet.
    stack_intended: bool,
    erased: Vec<PaymentId>,
}

impl Machine {
    fn new() -> Machine {
        let (engine, step) = Engine::recover(policy(), Vec::new(), clocks(Moment::START));
        let mut machine = Machine {
            engine,
            now: Moment::START,
            records: Vec::new(),
            stack_intended: false,
            erased: Vec::new(),
        };
        machine.take(step);
        for input in [
            Input::Cash(CashEvent::Identified { model: "any".into(), values: notes() }),
            Input::Cash(CashEvent::Ready),
            Input::Printer(PrinterEvent::Status(ready_printer())),
            Input::Billing(BillingEvent::Connected),
        ] {
            machine.handle(input, Duration::ZERO);
        }
        machine
    }

    fn handle(&mut self, input: Input, later: Duration) {
        self.now = self.now.after(later);
        // A touch is meant for what is on screen, most of the time.
        let input = match input {
            Input::Touch(touch) => {
                Input::Touch(Touch { seq: self.engine.view().seq.saturating_sub(touch.seq), ..touch })
            }
            other => other,
        };
        let step = self.engine.handle(clocks(self.now), input);
        self.take(step);
        self.check();
    }

    /// Journals the entries, then looks at the outputs: each that moves money needs its entry before it (I9).
    fn take(&mut self, step: Step) {
        for draft in step.entries {
            self.stack_intended = match &draft.entry {
                Entry::StackIntended { .. } => true,
                Entry::NoteCredited { .. } | Entry::NoteReturned { .. } | Entry::PaymentClosed { .. } => {
                    false
                }
                _ => self.stack_intended,
            };
            let sum = Yen::sum(postings(&draft.entry).unwrap().into_iter().map(|posting| posting.amount));
            assert_eq!(sum, Ok(Yen::ZERO), "{:?}", draft.entry);
            let seq = self.records.len() as u64 + 1;
            let at = clocks(self.now).wall;
            self.records.push(Recorded { seq, at, entry: draft.entry, private: draft.private });
        }
        for output in step.outputs {
            if let Output::ErasePrivate(payment) = output {
                self.erased.push(payment);
            }
            if output == Output::Cash(CashCommand::Stack) {
                assert!(self.stack_intended, "a note is stacked without an entry that says so");
            }
        }
    }

    fn check(&self) {
        // The books that a restart would fold from the journal are the books that are kept now.
        let mut folded = Books::new(policy().machine);
        for Recorded { at, entry, private, .. } in self.records.clone() {
            folded.apply(at, &Draft { entry, private });
        }
        assert_eq!(format!("{folded:?}"), format!("{:?}", self.engine.books()));
        assert_eq!(self.credited(), self.closed_and_open(), "what was credited is not what payments hold");
        let mut numbers = self.records.iter().filter_map(|record| match &record.entry {
            Entry::PaymentClosed { receipts, .. } => Some(receipts.iter().map(|receipt| receipt.number.0)),
            _ => None,
        });
        assert!(numbers.by_ref().flatten().eq(1..=self.receipts()), "receipt numbers have gaps");
    }

    /// The program is killed and started again.
    fn restart(&mut self) {
        let (engine, step) = Engine::recover(policy(), self.records.clone(), clocks(self.now));
        self.engine = engine;
        self.take(step);
        self.check();
    }

    /// What all notes are worth that were ever credited to a payment.
    fn credited(&self) -> Yen {
        let notes = self.records.iter().filter_map(|record| match &record.entry {
            Entry::NoteCredited { denomination, .. } => Some(denomination.value()),
            _ => None,
        });
        Yen::sum(notes).unwrap()
    }

    /// What payments that have ended held, and what the open one holds.
    fn closed_and_open(&self) -> Yen {
        let closed = self.records.iter().filter_map(|record| match &record.entry {
            Entry::PaymentClosed { inserted, .. } => Some(inserted.total().unwrap()),
            _ => None,
        });
        let open = self.engine.books().open.as_ref().map(|open| open.inserted_yen());
        Yen::sum(closed.chain(open)).unwrap()
    }

    fn receipts(&self) -> u32 {
        let closed = self.records.iter().map(|record| match &record.entry {
            Entry::PaymentClosed { receipts, .. } => receipts.len(),
            _ => 0,
        });
        u32::try_from(closed.sum::<usize>()).unwrap()
    }
}

fn well_behaved_payment() -> Vec<Input> {
    let counts = |total| {
        let drums = CashCount::EMPTY;
        Input::Cash(CashEvent::Counts(DeviceCounts { drums, stacked_total: Some(total) }))
    };
    let note = Denomination::Yen2000;
    vec![
        Input::Scanner(ScannerEvent::Scanned(ScannedCode::new("0042".into()))),
        quoted(1, bills(2_000)),
        touch(Button::Yes),
        touch(Button::PayCash),
        quoted(2, bills(2_000)),
        counts(7),
        Input::Cash(CashEvent::NoteArriving),
        Input::Cash(CashEvent::Escrowed { denomination: note }),
        Input::Cash(CashEvent::Stacked { denomination: Some(note) }),
        Input::Cash(CashEvent::Stored { place: Place::CashBox }),
        touch(Button::Confirm),
        Input::Cash(CashEvent::Inhibited),
        counts(8),
        Input::Printer(PrinterEvent::Printed { job: PrintJobId(1) }),
    ]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => cash().prop_map(Input::Cash),
        2 => printer().prop_map(Input::Printer),
        3 => (0_u64..3, button()).prop_map(|(seq, button)| Input::Touch(Touch { seq, button })),
        1 => Just(Input::Scanner(ScannerEvent::Scanned(ScannedCode::new("0042".into())))),
        1 => Just(Input::Scanner(ScannerEvent::Unreadable)),
        3 => (1_u64..6, 0_i64..4).prop_map(|(request, thousands)| quoted(request, bills(thousands * 1_000))),
        1 => (1_u64..6).prop_map(|request| quoted(request, QuoteOutcome::Unavailable)),
        1 => Just(Input::Billing(BillingEvent::Disconnected)),
        1 => (1_u64..4).prop_map(|id| Input::Billing(BillingEvent::Delivered { payment: PaymentId(id) })),
        2 => desk().prop_map(Input::Desk),
        1 => Just(Input::Tick),
    ]
}

fn cash() -> impl Strategy<Value = CashEvent> {
    let note =
        prop::sample::select(vec![Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000]);
    let place = prop::sample::select(vec![Place::Drum(1), Place::Drum(2), Place::CashBox]);
    prop_oneof![
        Just(CashEvent::NoteArriving),
        note.clone().prop_map(|denomination| CashEvent::Escrowed { denomination }),
        prop::option::of(note).prop_map(|denomination| CashEvent::Stacked { denomination }),
        place.prop_map(|place| CashEvent::Stored { place }),
        Just(CashEvent::Returned),
        Just(CashEvent::Rejected { cause: RejectCause::Unreadable }),
        Just(CashEvent::Inhibited),
        prop::option::of(any::<u32>()).prop_map(|stacked_total| {
            CashEvent::Counts(DeviceCounts { drums: CashCount::EMPTY, stacked_total })
        }),
        Just(CashEvent::Trouble(CashTrouble::Jam)),
        Just(CashEvent::Ready),
    ]
}

fn printer() -> impl Strategy<Value = PrinterEvent> {
    let cause = PrintCause::PaperEnd;
    prop_oneof![
        any::<bool>()
            .prop_map(|open| { PrinterEvent::Status(PrinterStatus { cover_open: open, ..ready_printer() }) }),
        (1_u32..4).prop_map(|job| PrinterEvent::Printed { job: PrintJobId(job) }),
        (1_u32..4).prop_map(move |job| PrinterEvent::NotStarted { job: PrintJobId(job), cause }),
        (1_u32..4).prop_map(move |job| PrinterEvent::Unknown { job: PrintJobId(job), cause }),
    ]
}

fn desk() -> impl Strategy<Value = DeskAction> {
    let answer =
        prop::sample::select(vec![PaperAnswer::Complete, PaperAnswer::Incomplete, PaperAnswer::Unknown]);
    prop_oneof![
        Just(DeskAction::AnswerCall { by: "A".into() }),
        (1_u64..4).prop_map(|id| DeskAction::TakeOver {
            payment: PaymentId(id),
            by: "A".into(),
            reason: "B".into()
        }),
        (1_u32..4, answer).prop_map(|(number, answer)| DeskAction::PrintAnswer {
            number: ReceiptNumber(number),
            answer,
            by: "A".into()
        }),
    ]
}

fn button() -> impl Strategy<Value = Button> {
    prop::sample::select(vec![
        Button::Yes,
        Button::No,
        Button::PayCash,
        Button::Confirm,
        Button::Cancel,
        Button::CallStaff,
    ])
}

fn touch(button: Button) -> Input {
    Input::Touch(Touch { seq: 0, button })
}

fn quoted(request: u64, outcome: QuoteOutcome) -> Input {
    Input::Billing(BillingEvent::Quoted { request, outcome })
}

fn bills(due: i64) -> QuoteOutcome {
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

fn notes() -> money::DenominationSet {
    [Denomination::Yen1000, Denomination::Yen2000, Denomination::Yen5000, Denomination::Yen10000]
        .into_iter()
        .collect()
}

fn ready_printer() -> PrinterStatus {
    PrinterStatus { responding: true, cover_open: false, paper: Paper::Ok, error: false }
}

fn policy() -> Policy {
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
    }
}

fn clocks(at: Moment) -> Now {
    Now { at, wall: WallTime(1_795_309_200 + i64::try_from(at.micros() / 1_000_000).unwrap()) }
}
