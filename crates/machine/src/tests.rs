//! In which order things leave. What is decided is tested in the engine, and all of it together in the simulated world.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use api::{Act, BillId, Button, Order, PaymentId, TenderId, Touch, WallTime};
use device_api::{
    CountedBefore, DepositCommand, DeviceCounts, DispenseId, Moment, PayoutCommand, Place, StoreId,
    UnitCommand, UnitId,
};
use engine::{
    CashEntry, Entry, Line, MachineEntry, Means, Now, Output, PaymentEntry, PayoutEntry, Policy, Purpose,
    Recorded, Recovery, Step, TenderEntry, Whose,
};
use money::{CashCount, Denomination, Yen};

use crate::{Effect, LineId, Machine, Seams, Told, Wakeup};

const NOTES: UnitId = UnitId::fixed("notes");
const NOTES_LINE: LineId = LineId(0);
const SCANNER: LineId = LineId(3);

/// Keeps what leaves the engine, and adds what a test wants to see decided.
#[derive(Default)]
struct Left {
    outputs: Vec<Output>,
    decided_too: Option<Output>,
}

impl Seams for Left {
    fn decided(&mut self, mut step: Step) -> Step {
        step.outputs.extend(self.decided_too.take());
        step
    }

    fn leaves(&mut self, output: &Output) -> Option<engine::Input> {
        self.outputs.push(output.clone());
        None
    }
}

struct Carrier {
    now: Moment,
    machine: Machine<Left>,
}

impl Carrier {
    fn start(journal: Option<Vec<Recorded>>) -> Carrier {
        let settings = example();
        let journal = journal.map(|records| Recovery::of(&Policy::of(&settings), records));
        let now = Moment::START;
        Carrier { now, machine: Machine::start(&settings, journal, clocks(now), Left::default()) }
    }

    /// A machine at rest, of which no device has said anything.
    fn at_rest() -> Carrier {
        let mut carrier = Carrier::start(Some(Vec::new()));
        assert_eq!(carrier.effects(), "append");
        assert_eq!(carrier.say("appended"), "open-lines view");
        assert_eq!(carrier.say("open"), "to-note-unit");
        carrier
    }

    /// Something happens; what is asked for then.
    fn say(&mut self, what: &str) -> String {
        match what.split(' ').collect::<Vec<_>>().as_slice() {
            ["appended"] => self.tell(Wakeup::Appended),
            ["not-appended"] => self.tell(Wakeup::NotAppended),
            ["journal-opened"] => {
                self.tell(Wakeup::JournalOpened(Box::new(Recovery::begin(&Policy::of(&example())))))
            }
            ["journal-not-opened"] => self.tell(Wakeup::JournalNotOpened),
            ["stop"] => self.tell(Wakeup::Stop),
            ["open"] => self.tell(Wakeup::LineOpened(NOTES_LINE)),
            ["lost"] => self.tell(Wakeup::LineLost(NOTES_LINE)),
            ["bytes"] => self.tell(Wakeup::Bytes(NOTES_LINE, b"\xFC\x05\x11\x27\x56")),
            ["stock"] => {
                let act = Act::SetStock { store: None, counted: vec![(Denomination::Yen100, 5)] };
                let order = Order { staff: "staff".parse().unwrap(), act };
                self.tell(Wakeup::Told(Told::Desk(order)));
            }
            ["call"] => {
                let touch = Touch { seq: self.machine.view().seq, button: Button::CallStaff };
                self.tell(Wakeup::Told(Told::Touch(touch)));
            }
            ["wait", seconds] => return self.wait(seconds.parse().unwrap()),
            _ => panic!("nobody knows what `{what}` is"),
        }
        self.effects()
    }

    fn tell(&mut self, wakeup: Wakeup<'_>) {
        self.machine.handle(self.now, wakeup);
    }

    fn wait(&mut self, seconds: u64) -> String {
        let until = self.now.after(Duration::from_secs(seconds));
        let mut asked = vec![self.effects()];
        while let Some(at) = self.machine.deadline(self.now).filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.tell(Wakeup::Timeout);
            asked.push(self.effects());
        }
        self.now = until;
        asked.retain(|effects| !effects.is_empty());
        asked.dedup();
        asked.join(" ")
    }

    fn effects(&mut self) -> String {
        let mut names = Vec::new();
        loop {
            while let Some(effect) = self.machine.poll() {
                names.push(name_of(&effect));
            }
            if !self.machine.wants_turn() {
                return names.join(" ");
            }
            self.machine.turn(clocks(self.now));
        }
    }
}

fn clocks(at: Moment) -> Now {
    Now { at, wall: WallTime(1_795_309_200), chance: 0 }
}

fn name_of(effect: &Effect) -> String {
    match effect {
        Effect::Append { .. } => "append".to_owned(),
        Effect::OpenLines => "open-lines".to_owned(),
        Effect::Transmit(NOTES_LINE, _) => "to-note-unit".to_owned(),
        Effect::Transmit(LineId(line), _) => format!("to-line-{line}"),
        Effect::AnswerDesk(answer) => match answer.as_ref() {
            Err(refusal) => format!("refused-{refusal:?}").to_lowercase(),
            Ok(_) => "answer-done".to_owned(),
        },
        Effect::ToBridge(_) => "to-bridge".to_owned(),
        Effect::CutBridge => "cut-bridge".to_owned(),
        Effect::View(_) => "view".to_owned(),
        Effect::EmptyJournalLog => "empty-log".to_owned(),
        Effect::TryJournal => "try-journal".to_owned(),
        Effect::Log(_) => "log".to_owned(),
        Effect::Stopped(open) => format!("stopped-{}-open", open.len()),
    }
}

/// A line each: what happens `->` what is asked for then.
#[track_caller]
fn check(carrier: &mut Carrier, script: &str) {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (what, expected) = line.split_once("->").unwrap();
        assert_eq!(carrier.say(what.trim()), expected.trim(), "{line}\nof {script}");
    }
}

#[test]
fn no_driver_acts_before_the_first_step_is_durable() {
    let mut carrier = Carrier::start(Some(Vec::new()));
    assert_eq!(carrier.effects(), "append");
    check(
        &mut carrier,
        "
        wait 9   ->
        bytes    ->
        appended -> open-lines view
        open     -> to-note-unit
        ",
    );
}

/// A driver that does not know of it could reset the unit that it has to ask.
#[test]
fn a_payout_that_was_under_way_is_known_to_its_driver_before_the_line_is_open() {
    let mut carrier = Carrier::start(Some(interrupted_payout()));
    let recalls = |carrier: &Carrier| {
        let left = carrier.machine.seams().outputs.iter();
        left.filter(|output| {
            matches!(output, Output::Unit(NOTES, UnitCommand::Out(PayoutCommand::Recall { .. })))
        })
        .count()
    };
    assert_eq!(carrier.effects(), "append");
    assert_eq!(recalls(&carrier), 0, "it rests on what is not written");
    check(&mut carrier, "appended -> open-lines view");
    assert_eq!(recalls(&carrier), 1);
}

#[test]
fn while_entries_are_written_drivers_go_on_and_nothing_leaves() {
    check(
        &mut Carrier::at_rest(),
        "
        stock    -> append
        wait 2   -> to-note-unit
        lost     ->
        call     ->
        appended -> answer-done append
        appended -> view
        ",
    );
}

#[test]
fn what_is_not_written_does_not_happen() {
    check(
        &mut Carrier::at_rest(),
        "
        stock              -> append
        not-appended       -> refused-halted view
        stock              -> refused-halted
        wait 4             -> to-note-unit
        lost               ->
        wait 2             -> try-journal
        wait 30            ->
        journal-not-opened ->
        wait 5             -> try-journal
        journal-opened     -> cut-bridge append
        open               ->
        bytes              ->
        appended           -> open-lines view
        ",
    );
}

/// A disk that hangs: nobody knows whether the entries are there until it answers.
#[test]
fn an_append_that_does_not_end_is_given_up() {
    check(
        &mut Carrier::at_rest(),
        "
        stock          -> append
        lost           ->
        wait 9         ->
        wait 1         -> refused-halted view
        stock          -> refused-halted
        wait 60        -> view
        appended       ->
        wait 5         -> try-journal
        journal-opened -> cut-bridge append
        appended       -> open-lines view
        ",
    );
}

#[test]
fn a_machine_that_cannot_read_its_journal_opens_its_lines_to_close_the_slots() {
    let mut carrier = Carrier::start(None);
    assert_eq!(carrier.effects(), "open-lines view");
    check(
        &mut carrier,
        "
        wait 5         -> try-journal
        journal-opened -> cut-bridge append
        appended       -> open-lines view
        ",
    );
}

#[test]
fn a_program_that_is_to_end_waits_for_the_slots_and_not_for_ever() {
    check(
        &mut Carrier::at_rest(),
        "
        stock  -> append
        stop   ->
        wait 2 -> to-note-unit
        wait 1 -> to-note-unit stopped-2-open
        stock  ->
        ",
    );
}

/// What a unit tells late may be answered by opening the slots for the rest.
#[test]
fn a_slot_is_not_opened_again_by_a_program_that_is_to_end() {
    let coins_wanted = |is_to_end: bool| {
        let mut carrier = Carrier::at_rest();
        if is_to_end {
            carrier.tell(Wakeup::Stop);
        }
        let accept = DepositCommand::Accept([Denomination::Yen100].into_iter().collect());
        let opened = Output::Unit(UnitId::fixed("coins"), UnitCommand::In(accept));
        carrier.machine.seams_mut().decided_too = Some(opened);
        assert_eq!(carrier.say("stock"), "append");
        carrier.say("appended");
        carrier.machine.slots.wanted().count()
    };
    assert_eq!(coins_wanted(false), 1);
    assert_eq!(coins_wanted(true), 0);
}

/// Nothing is lost: the scanner's driver keeps what it cannot tell.
#[test]
fn drivers_pause_while_nothing_more_can_wait() {
    let mut carrier = Carrier::at_rest();
    check(&mut carrier, "stock -> append");
    carrier.tell(Wakeup::LineOpened(SCANNER));
    for card in 0..2 * crate::machine::INPUTS_MAX {
        carrier.tell(Wakeup::Bytes(SCANNER, format!("{:04}\r", card % 7).as_bytes()));
    }
    assert!(!carrier.machine.has_room());
    check(&mut carrier, "wait 9 ->");
    assert!(carrier.say("appended").starts_with("answer-done"));
    assert!(carrier.machine.has_room());
}

fn example() -> settings::Machine {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/machine.example.toml");
    settings::Machine::load(&file).unwrap()
}

/// One note of change was under way.
fn interrupted_payout() -> Vec<Recorded> {
    let (payment, dispense, denomination) = (PaymentId(1), DispenseId(1), Denomination::Yen1000);
    let store = StoreId { unit: NOTES, place: Place::Drum(1) };
    let drums = CashCount::try_from(vec![(denomination, 5)]).unwrap();
    let counts = DeviceCounts { drums, stacked_total: None, paid_out_total: None };
    let counts_before = BTreeMap::from([(NOTES, counts)]);
    let (bill, asked, tender) = (BillId("B-1".to_owned()), Yen::new(4_000), TenderId { payment, number: 1 });
    let lines = vec![Line { bill, revision: 1, due: asked, whose: Whose(1) }];
    let means = Means::Cash { takes: api::Takes::NotesAndCoins, counts_before };
    let purpose = Purpose::Tender(tender);
    let before = CountedBefore::Drums { notes: vec![5], paid_out_total: None };
    let entries = [
        Entry::Machine(MachineEntry::MachineStarted),
        Entry::Cash(CashEntry::StockSet {
            store,
            before: CashCount::EMPTY,
            counted: drums,
            by: "staff".parse().unwrap(),
        }),
        Entry::Payment(PaymentEntry::PaymentOpened { payment, lines }),
        Entry::Tender(TenderEntry::TenderIntended { tender, asked, means }),
        Entry::Payout(PayoutEntry::PayoutIntended { purpose, dispense, store, denomination, pieces: 1 }),
        Entry::Payout(PayoutEntry::PayoutPrepared { purpose, dispense, before }),
    ];
    let recorded = |(index, entry)| Recorded { seq: index, at: WallTime(0), entry, private: None };
    (1..).zip(entries).map(recorded).collect()
}
