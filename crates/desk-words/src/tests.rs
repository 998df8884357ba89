mod faults;
mod incidents;
mod mismatches;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use api::{
    BillingTrouble, CallAbout, CallReason, CallView, CashOffer, ChainBreak, ChainFlaw, Change, ClockCause,
    ClockDoubt, ClosedReason, Decision, DeliveryTrouble, Discrepancy, DiskFault, Done, DoubtCause, DoubtId,
    DoubtReach, DoubtView, DoubtfulPrint, FileFault, FileName, FolderTrouble, HopperView, IncidentDoubt,
    IncidentId, IncidentSaid, JournalChecked, JournalTrouble, Lookup, MachineId, MachineView, NewestNumbers,
    Offer, OutOfOrder, Outcome, PageName, PaperDoubt, PaperName, PaperThen, PaymentId, PaymentSummary,
    PiecesView, ReceiptNumber, Refusal, RefusedCode, RefusedCodes, Standing, StoreView, Takes, UnitKind,
    UnitState, UnitView, UnitsView, WallTime, Way,
};
use device_api::{
    Accuracy, DeviceCounts, ExitBlock, Paper, Place, PrintCause, PrinterStatus, UnitCounts, UnitTrouble,
};
use money::{CashCount, Denomination, Yen};

use super::*;
use faults::{FAULTS, FLAWS, coin_troubles, feed_refusals, file_faults, note_troubles};
use incidents::{incident, incidents};
use names::{COINS, NOTES, SECOND, acceptor, hundreds, mixed, pieces, store};

const PAYMENT: PaymentId = PaymentId(12);
const NOW: WallTime = WallTime(1_000_000);
const RECEIPT: PaperName = PaperName::Receipt(ReceiptNumber(17));

/// Everything that can be said, so that a text that lacks a value is seen.
fn everything(words: &DeskWords) -> Vec<String> {
    [
        units(words),
        payments(words),
        papers(words),
        billing(words),
        refusals().iter().map(|refusal| words.refusal(refusal)).collect(),
        FLAWS.iter().map(|flaw| words.chain_break(broken(*flaw))).collect(),
        FAULTS.iter().map(|fault| words.disk_fault(*fault)).collect(),
        feed_refusals().iter().map(|refusal| words.feed_refusal(refusal)).collect(),
        done().iter().map(|done| words.done(done)).collect(),
        words.status(&machine(), NOW),
        words.status(&halted(), NOW),
        offers().iter().flat_map(|offer| words.offer(offer)).collect(),
        pages().map(|page| words.page(page)).to_vec(),
        lists(words),
    ]
    .concat()
}

fn offers() -> Vec<Offer> {
    use ClosedReason::{CoinUnit, Halted, NoteUnit, Printer, Records, Scanner, Starting};
    let limited = |takes, up_to| Way::Open(CashOffer { takes, up_to, change: Change::EveryAmount });
    let less = [limited(Takes::Notes, None), limited(Takes::Coins, Some(Yen::new(1_000)))];
    let open = |change| Way::Open(CashOffer { takes: Takes::NotesAndCoins, up_to: None, change });
    let changes = [Change::EveryAmount, Change::SomeAmounts, Change::None].map(open);
    let reasons = [Starting, NoteUnit, CoinUnit, Printer, Scanner, Records, Halted].map(Way::Closed);
    let lookups = [Lookup::NoReader, Lookup::NoBilling].map(|lookup| (lookup, open(Change::EveryAmount)));
    let by_card = changes.into_iter().chain(less).chain(reasons).map(|cash| (Lookup::ByCard, cash));
    by_card.chain(lookups).map(|(lookup, cash)| Offer { lookup, cash }).collect()
}

fn units(words: &DeskWords) -> Vec<String> {
    let notes = |place| store(NOTES, place, &[Denomination::Yen1000]);
    let boxes = [store(COINS, Place::CoinBox, &[]), store(COINS, Place::Hopper(9), &[])];
    let places = [notes(Place::Drum(1)), notes(Place::CashBox), hundreds(), notes(Place::Transport)];
    let places = places.into_iter().chain(boxes).chain([store(SECOND, Place::Drum(1), &[])]);
    let places = places.map(|place| words.store_name(&place)).collect::<Vec<_>>();
    let parts = [hundreds().into(), acceptor(NOTES), acceptor(COINS), acceptor(SECOND)];
    let named =
        parts.map(|part| words.part(&part)).into_iter().chain([words.unit(COINS), words.unit(SECOND)]);
    let reaches = |cause| [DoubtReach::Records, DoubtReach::PartAlone].map(|reach| words.doubt(cause, reach));
    let doubts = [DoubtCause::OtherUnit, DoubtCause::CountedMore, DoubtCause::CountedLess].map(reaches);
    let note_units = note_troubles().into_iter().map(UnitState::Trouble);
    let coin_devices = coin_troubles().into_iter().map(UnitState::Trouble);
    let ready = PrinterStatus { responding: true, cover_open: false, paper: Paper::Ok, error: false };
    let printers = [
        PrinterStatus::SILENT,
        PrinterStatus { cover_open: true, ..ready },
        PrinterStatus { error: true, ..ready },
        PrinterStatus { paper: Paper::End, ..ready },
        PrinterStatus { paper: Paper::NearEnd, ..ready },
        ready,
    ];
    places
        .into_iter()
        .chain(named)
        .chain(doubts.concat())
        .chain(
            note_units
                .chain([UnitState::Starting, UnitState::Ready])
                .map(|state| words.unit_state(UnitKind::Notes, &state)),
        )
        .chain(coin_devices.map(|state| words.unit_state(UnitKind::Coins, &state)))
        .chain(printers.map(|status| words.printer(status)))
        .chain([words.scanner(true), words.scanner(false), words.yen(Yen::new(1_230))])
        .collect()
}

fn discrepancies() -> Vec<Discrepancy> {
    let counts =
        Box::new(DeviceCounts { drums: CashCount::EMPTY, stacked_total: Some(7), paid_out_total: None });
    vec![
        Discrepancy::Interrupted,
        Discrepancy::UnitFailed { part: acceptor(NOTES), trouble: UnitTrouble::Jam },
        Discrepancy::UnitFailed { part: hundreds().into(), trouble: UnitTrouble::Jam },
        Discrepancy::BillChanged,
        Discrepancy::CoinsUnaccounted,
        Discrepancy::PayoutUnknown,
        Discrepancy::UnexpectedNote { reported: None },
        Discrepancy::UnexpectedNote { reported: Some(Denomination::Yen5000) },
        Discrepancy::UnitInDoubt,
        Discrepancy::BillsMissing,
        Discrepancy::CountsDiffer { unit: SECOND, expected: counts.clone(), reported: counts },
    ]
}

fn payments(words: &DeskWords) -> Vec<String> {
    let stopped = discrepancies();
    stopped
        .iter()
        .map(|one| words.discrepancy(one))
        .chain(CallReason::ALL.map(|call| words.call(call)))
        .collect()
}

fn papers(words: &DeskWords) -> Vec<String> {
    let causes = [
        PrintCause::NotResponding,
        PrintCause::CoverOpen,
        PrintCause::PaperEnd,
        PrintCause::Error,
        PrintCause::PowerLost,
        PrintCause::Interrupted,
        PrintCause::NotPrintable,
    ];
    let doubts = causes.map(PaperDoubt::Begun).into_iter().chain([
        PaperDoubt::Held,
        PaperDoubt::TriedTooOften,
        PaperDoubt::CodeGone,
    ]);
    let names = [RECEIPT, PaperName::Slip(PAYMENT)].map(|paper| words.paper(paper));
    doubts.map(|doubt| words.paper_doubt(doubt)).chain(names).collect()
}

fn billing(words: &DeskWords) -> Vec<String> {
    let file = FileName("a{fault}.json".to_owned());
    let folders = [
        FolderTrouble::NotSetUp,
        FolderTrouble::NotUsable,
        FolderTrouble::OfOtherMachine(MachineId("K2".to_owned())),
        FolderTrouble::InUse,
    ];
    let deliveries = [
        DeliveryTrouble::Folder,
        DeliveryTrouble::CannotWrite,
        DeliveryTrouble::SaysSomethingElse,
        DeliveryTrouble::BillStays,
        DeliveryTrouble::NoAnswer,
    ];
    let others = [
        BillingTrouble::BridgeAway,
        BillingTrouble::NoAnswer,
        BillingTrouble::TooManyFiles { over: 3, limit: 2_000 },
        BillingTrouble::MoreWrongFiles { more: 3 },
    ];
    let fault = FileFault::Field { field: "due".to_owned(), rule: "is missing".to_owned() };
    assert!(
        words.billing_trouble(&BillingTrouble::WrongFile { file, fault }).contains("bills/a{fault}.json: "),
        "a value is no text of ours"
    );
    let results = deliveries.map(|cause| BillingTrouble::Result { payment: PAYMENT, cause });
    let troubles = folders.map(BillingTrouble::Folder).into_iter().chain(results).chain(others);
    let faults = file_faults().into_iter().map(|fault| words.file_fault(&fault));
    troubles.map(|trouble| words.billing_trouble(&trouble)).chain(faults).collect()
}

fn machine() -> MachineView {
    let store = |accuracy, standing, capacity| StoreView {
        store: hundreds(),
        pieces: pieces(Denomination::Yen100, 20),
        capacity,
        accuracy,
        standing,
    };
    let mut notes = CashCount::EMPTY;
    notes.add(Denomination::Yen10000, 3).unwrap();
    MachineView {
        journal: None,
        page: PageName::Idle,
        offer: Offer {
            lookup: Lookup::ByCard,
            cash: Way::Open(CashOffer { takes: Takes::Notes, up_to: None, change: Change::SomeAmounts }),
        },
        units: UnitsView {
            cash: vec![UnitView {
                unit: COINS,
                acceptor: UnitState::Ready,
                hoppers: vec![HopperView {
                    part: hundreds().into(),
                    state: UnitState::Trouble(UnitTrouble::Empty),
                }],
            }],
            printer: PrinterStatus::SILENT,
            scanner_connected: true,
            clock: Some(clock(ClockCause::Jumped)),
        },
        billing_connected: true,
        billing_troubles: vec![BillingTrouble::BridgeAway],
        open_payment: Some(PAYMENT),
        last_payment: Some(PAYMENT),
        undelivered_results: Some(2),
        doubts: vec![doubt()],
        incidents: vec![incident(IncidentDoubt::PayoutUnknown, 1_000)],
        stores: vec![
            store(Accuracy::Measured, Standing::Certain, Some(30)),
            store(Accuracy::SetByStaff, Standing::Certain, None),
            store(Accuracy::Unknown, Standing::ToCount, None),
            store(Accuracy::Inferred, Standing::FoundEmpty, None),
            StoreView {
                store: mixed(),
                pieces: pieces(Denomination::Yen50, 3),
                ..store(Accuracy::Measured, Standing::Certain, Some(800))
            },
            StoreView {
                store: mixed(),
                pieces: CashCount::EMPTY,
                ..store(Accuracy::Measured, Standing::Certain, Some(800))
            },
        ],
        elsewhere: vec![
            PiecesView { store: self::store(NOTES, Place::CashBox, &[]), pieces: notes },
            PiecesView { store: self::store(COINS, Place::CoinBox, &[]), pieces: CashCount::EMPTY },
        ],
        ledger_balanced: Some(true),
        journal_checked: Some(JournalChecked { seq: 812, at: NOW, broken: Some(broken(ChainFlaw::Private)) }),
    }
}

fn halted() -> MachineView {
    let journal = JournalTrouble {
        since: WallTime(999_000),
        file: "j".to_owned(),
        fault: DiskFault::Full,
        said: "full".to_owned(),
    };
    MachineView { journal: Some(journal), open_payment: None, ledger_balanced: Some(false), ..machine() }
}

fn doubt() -> DoubtView {
    DoubtView {
        doubt: DoubtId(1),
        part: acceptor(NOTES),
        cause: DoubtCause::CountedMore,
        reach: DoubtReach::PartAlone,
        expected: UnitCounts { stacked_total: Some(7), ..UnitCounts::default() },
        reported: UnitCounts { stacked_total: Some(9), ..UnitCounts::default() },
        since_entry: 41,
        opened_at_entry: 42,
    }
}

fn pages() -> [PageName; 22] {
    [
        PageName::Idle,
        PageName::Closed,
        PageName::LookingUp,
        PageName::Notice,
        PageName::AlreadyPaid,
        PageName::ConfirmPayer,
        PageName::KeyBirthday,
        PageName::ChooseMethod,
        PageName::NothingDue,
        PageName::InsertCash,
        PageName::KeepNote,
        PageName::TakeNoteBack,
        PageName::TakeSecondNote,
        PageName::BillChanged,
        PageName::Counting,
        PageName::TakeNotes,
        PageName::TakeCoins,
        PageName::Printing,
        PageName::Owed,
        PageName::PaperTrouble,
        PageName::Thanks,
        PageName::Suspended,
    ]
}

fn lists(words: &DeskWords) -> Vec<String> {
    let print = |doubt| DoubtfulPrint { paper: RECEIPT, payment: PAYMENT, doubt };
    let prints = [print(PaperDoubt::Held), print(PaperDoubt::Begun(PrintCause::PaperEnd))];
    let about = vec![
        CallAbout::Payment { payment: PAYMENT, inserted: Yen::new(1_000) },
        CallAbout::Slip { payment: PAYMENT, amount: Yen::new(600) },
        CallAbout::Paper(prints[0].clone()),
        CallAbout::Store(machine().stores.remove(2)),
        CallAbout::Found { denomination: Some(Denomination::Yen500) },
        CallAbout::Found { denomination: None },
        CallAbout::Incident(incident(IncidentDoubt::MoneyFound, 500)),
        CallAbout::Unit(doubt()),
        CallAbout::Billing(BillingTrouble::NoAnswer),
        CallAbout::OutOfOrder(OutOfOrder::Unit { part: acceptor(NOTES), trouble: UnitTrouble::Jam }),
        CallAbout::OutOfOrder(OutOfOrder::Unit { part: hundreds().into(), trouble: UnitTrouble::Jam }),
        CallAbout::OutOfOrder(OutOfOrder::Exit { unit: NOTES, block: ExitBlock::GivenBack }),
        CallAbout::OutOfOrder(OutOfOrder::Exit { unit: SECOND, block: ExitBlock::SecondNote }),
        CallAbout::OutOfOrder(OutOfOrder::Printer(PrinterStatus::SILENT)),
        CallAbout::OutOfOrder(OutOfOrder::Scanner),
        CallAbout::OutOfOrder(OutOfOrder::Codes(RefusedCodes { how: RefusedCode::NotOurCard, count: 5 })),
        CallAbout::OutOfOrder(OutOfOrder::Codes(RefusedCodes { how: RefusedCode::UnknownPatient, count: 5 })),
        CallAbout::OutOfOrder(OutOfOrder::Journal(broken(ChainFlaw::Missing))),
        CallAbout::OutOfOrder(OutOfOrder::Clock(clock(ClockCause::NeverSet))),
        CallAbout::OutOfOrder(OutOfOrder::Clock(clock(ClockCause::BeforeLastEntry))),
        CallAbout::OutOfOrder(OutOfOrder::Clock(clock(ClockCause::FarAhead))),
    ];
    let call =
        |answered_by| CallView { reason: CallReason::Owed, since: NOW, about: about.clone(), answered_by };
    let calls = [call(None), call(Some("佐藤".parse().unwrap()))];
    let ages = [0, 5, 90, 7_200, 200_000].map(|seconds| words.age(WallTime(NOW.0 - seconds), NOW));
    let summary = |outcome, suspended: Option<Discrepancy>| PaymentSummary {
        outcome,
        decisions: suspended.iter().flat_map(|one| one.decisions().to_vec()).collect(),
        suspended,
        note_under_way: Some(Denomination::Yen1000),
        receipts: vec![ReceiptNumber(17)],
        ..payment()
    };
    let owed_to_patient = Yen::new(600);
    let by_staff = Outcome::TakenOverByStaff {
        by: "佐藤".parse().unwrap(),
        reason: "紙幣詰まり".parse().unwrap(),
    };
    let payments = [
        summary(None, None),
        summary(None, Some(Discrepancy::Interrupted)),
        summary(Some(Outcome::Paid), None),
        summary(Some(Outcome::PaidShort { owed_to_patient }), None),
        summary(Some(Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient: Yen::ZERO }), None),
        summary(Some(Outcome::Cancelled { returned: Yen::ZERO, owed_to_patient }), None),
        summary(Some(by_staff), None),
    ];
    [
        words.call_list(&calls, NOW),
        words.call_list(&[], NOW),
        words.paper_list(&prints),
        words.paper_list(&[]),
        words.doubt_list(&[doubt()]),
        words.doubt_list(&[]),
        words.incident_list(&incidents()),
        words.incident_list(&[]),
        incidents().iter().flat_map(|one| words.incident(one)).collect(),
        vec![words.journal_holds(3, "ab"), words.journal_copied("copy", 3, "ab"), words.no_entries()],
        ages.to_vec(),
        payments.iter().flat_map(|payment| words.payment(payment)).collect(),
    ]
    .concat()
}

fn broken(flaw: ChainFlaw) -> ChainBreak {
    ChainBreak { seq: 3, flaw }
}

fn clock(cause: ClockCause) -> ClockDoubt {
    ClockDoubt { cause, says: WallTime(41), counted_on: NOW }
}

fn refusals() -> Vec<Refusal> {
    let (payment, store) = (PAYMENT, hundreds());
    let newest = NewestNumbers { receipt: ReceiptNumber(9), payment };
    let cannot = |discrepancy| Refusal::CannotGoOn { payment, discrepancy: Box::new(discrepancy) };
    vec![
        Refusal::Halted,
        Refusal::Busy,
        Refusal::NobodyCalls,
        Refusal::NotOpen { payment },
        Refusal::UnderWay { payment },
        cannot(Discrepancy::PayoutUnknown),
        Refusal::PayoutUnderWay { payment },
        Refusal::UnitOutOfOrder,
        Refusal::PaymentOpen { payment },
        Refusal::NoSuchStore { kinds: [Denomination::Yen2000].into_iter().collect() },
        Refusal::OtherKinds { store: mixed() },
        Refusal::TooManyPieces { store, capacity: 30 },
        Refusal::ClockNotInDoubt,
        Refusal::ClockNeverSet,
        Refusal::NoSuchDoubt { doubt: DoubtId(1) },
        Refusal::NoSuchIncident { incident: IncidentId(3) },
        Refusal::CannotBeSaid { incident: IncidentId(3), said: IncidentSaid::HandedOver },
        Refusal::FarBeyond { newest, last: newest },
        Refusal::PaperNotInDoubt { paper: RECEIPT },
        Refusal::PaperTriedTooOften { paper: RECEIPT },
        Refusal::PaperCodeGone { paper: RECEIPT },
        Refusal::NoSuchPayment { payment },
        Refusal::JournalDoesNotHold { found: broken(ChainFlaw::Changed) },
        Refusal::JournalUnreadable { said: "disk I/O error".to_owned() },
        Refusal::OtherVersion { client: 1, daemon: 2 },
    ]
}

fn done() -> Vec<Done> {
    let (payment, store) = (PAYMENT, hundreds());
    let [before, counted] = [20, 17].map(|number| pieces(Denomination::Yen100, number));
    let answered = |then| Done::PaperAnswered { paper: RECEIPT, then };
    vec![
        Done::CallsAnswered,
        Done::TakenOver { payment: Box::new(self::payment()) },
        Done::Decided { payment, decision: Decision::Continue },
        Done::Decided { payment, decision: Decision::Return },
        Done::StockSet { store, before, counted },
        Done::DoubtSettled { to_count: Vec::new() },
        Done::DoubtSettled { to_count: vec![store, mixed()] },
        Done::IncidentSettled {
            incident: IncidentId(3),
            said: IncidentSaid::ReturnedToPatient,
            value: Yen::new(500),
        },
        Done::ClockConfirmed { says: NOW },
        answered(PaperThen::Settled),
        answered(PaperThen::Printing),
        answered(PaperThen::Waiting),
    ]
}

fn payment() -> PaymentSummary {
    PaymentSummary {
        id: PAYMENT,
        due: Yen::new(1_230),
        inserted: Yen::new(2_000),
        paid_out: Yen::new(500),
        outcome: None,
        note_under_way: None,
        suspended: None,
        decisions: Vec::new(),
        receipts: Vec::new(),
        tenders: Vec::new(),
    }
}

/// A text with a name in braces that nobody fills in would show the braces.
#[test]
fn everything_can_be_said_in_both_languages() {
    for words in [DeskWords::japanese(), DeskWords::english()] {
        let said = everything(words);
        assert!(said.len() > 150, "{}", said.len());
        for sentence in &said {
            assert!(!sentence.trim().is_empty() && !sentence.contains(['{', '}']), "{sentence}");
        }
    }
}

/// What one language tells, the other does not keep back.
#[test]
fn both_languages_tell_the_same() {
    let [japanese, english] = [
        include_str!("../../../config/languages/ja/desk.toml"),
        include_str!("../../../config/languages/en/desk.toml"),
    ];
    assert_eq!(names(japanese), names(english));
}

/// The names in braces of every text, by its key.
fn names(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text).unwrap();
    let in_braces = |text: &str| {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    sections
        .iter()
        .flat_map(|(section, words)| words.iter().map(move |(key, text)| (format!("{section}.{key}"), text)))
        .map(|(key, text)| (key, in_braces(text)))
        .collect()
}

#[test]
fn what_was_counted_is_told_with_its_difference() {
    let [before, counted] = [20, 17].map(|number| pieces(Denomination::Yen100, number));
    assert_eq!(
        DeskWords::japanese().done(&Done::StockSet { store: hundreds(), before, counted }),
        "100円ホッパー(100円): 記録 20枚 → 数えた枚数 17枚(差 -3枚)。"
    );
    let counted = pieces(Denomination::Yen50, 2);
    assert_eq!(
        DeskWords::japanese().done(&Done::StockSet { store: mixed(), before: CashCount::EMPTY, counted }),
        "ホッパー4(10円): 記録 0枚 → 数えた枚数 0枚(差 +0枚)。 ホッパー4(50円): 記録 0枚 → 数えた枚数 2枚(差 +2枚)。"
    );
}
