use std::fmt;
use std::time::Duration;

use api::{Button, Notice, Page, PatientNumber};
use engine::{Entry, MachineEntry};
use fastrand::Rng;
use money::{Denomination, DenominationSet, Yen};

use super::attendant::{Attendant, attend, see_through, see_to_scanner, stored};
use super::lacking::{OUT_FOR_A_WHILE, lacking, small};
use super::trouble::Around;
use super::troubles::Troubles;
use super::{LOOK_EVERY, pass, wait_until};
use crate::examples::PlainBill;
use crate::surroundings::Device;
use crate::world::World;

/// One patient, and what goes wrong meanwhile.
pub(super) struct Visit<'a> {
    world: &'a mut World,
    rng: &'a mut Rng,
    number: u32,
    /// What each of the patient's bills comes to.
    due: Vec<Yen>,
    mind: Mind,
    /// The patient does not take what the machine pays out.
    forgetful: bool,
    /// The patient presses 「やめる」 also where there is no such button, and calls somebody.
    restless: bool,
    troubles: Troubles,
    attendant: Attendant,
    /// What has been out of order for a while, and nobody has come for it yet.
    lacking: Option<(Device, &'static str)>,
}

/// What a patient has in mind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mind {
    PayExactly,
    PayTooMuch,
    PayInCoins,
    TryTooMuchFirst,
    TurnBack { at: TurningPoint, walks: bool },
    CancelWithMoneyInside,
    CancelWhileNoteTravels,
    WalkAwayWithMoneyInside,
    WalkAwayWhileNoteTravels,
}

/// Where a patient turns back who has not inserted anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TurningPoint {
    Payer,
    Method,
    Cash,
}

/// A card that is not read, or not as it should be, is held to the scanner so often before the desk is asked.
const SCANS_MAX: u32 = 4;

/// Who looks for the card until then meets a scanner that something has befallen.
const CARD_SEARCHED: Duration = Duration::from_millis(2_500);

/// Between two tries with a card: the scanner takes it for the same before.
const SCAN_AGAIN: Duration = Duration::from_millis(2_500);

/// Who has held so many pieces to the slots has none left.
const PIECES_MAX: u32 = 120;

/// A note in escrow that nobody decides on is given back after ten seconds, and one that was held after ten more.
const NOTE_COMES_BACK: Duration = Duration::from_secs(25);

/// A note is drawn in, looked at and stacked in about this time.
const NOTE_TRAVELS_MS: u64 = 4_000;

/// A patient whose money goes nowhere looks for help after this.
const GIVE_UP_PIECE: Duration = Duration::from_secs(60);

/// A patient to whom nothing more is paid out looks for help after this: ten notes take one minute.
const GIVE_UP_PAYOUT: Duration = Duration::from_secs(120);

impl Mind {
    fn draw(rng: &mut Rng) -> Mind {
        match rng.u32(0..28) {
            0 | 1 => Mind::TurnBack { at: TurningPoint::Cash, walks: rng.bool() },
            2 => Mind::TurnBack { at: TurningPoint::Payer, walks: rng.bool() },
            3 => Mind::TurnBack { at: TurningPoint::Method, walks: rng.bool() },
            4 | 5 => Mind::CancelWithMoneyInside,
            6 => Mind::CancelWhileNoteTravels,
            7 => Mind::WalkAwayWithMoneyInside,
            8 => Mind::WalkAwayWhileNoteTravels,
            9 | 10 => Mind::TryTooMuchFirst,
            11..=14 => Mind::PayInCoins,
            15..=20 => Mind::PayTooMuch,
            _ => Mind::PayExactly,
        }
    }
}

impl<'a> Visit<'a> {
    pub(super) fn draw(world: &'a mut World, rng: &'a mut Rng, number: u32) -> Visit<'a> {
        let mind = Mind::draw(rng);
        let due = Yen::new(match (mind, rng.u32(0..10)) {
            (Mind::PayInCoins, _) => i64::from(rng.u32(1..=90)) * 10,
            (_, 0) => i64::from(rng.u32(0..=20_000)),
            (_, 1..=5) => i64::from(rng.u32(0..=2_000)) * 10,
            (_, _) => i64::from(rng.u32(0..=30)) * 1_000,
        });
        let due = with_another(rng, due);
        let forgetful = rng.u32(0..12) == 0;
        let restless = rng.u32(0..12) == 0;
        let troubles = Troubles::sometimes(rng, &around(world, number));
        let attendant = Attendant::draw(rng);
        let lacking = lacking(rng);
        let due = if lacking.is_some() { small(due) } else { due };
        Visit { world, rng, number, due, mind, forgetful, restless, troubles, attendant, lacking }
    }

    /// A short one, in which two things go wrong.
    pub(super) fn with_pair(world: &'a mut World, rng: &'a mut Rng) -> Visit<'a> {
        let due = Yen::new(match rng.u32(0..12) {
            0 => 0,
            1..=3 => i64::from(rng.u32(1..=60)) * 10,
            4 | 5 => i64::from(rng.u32(1..=300)) * 10,
            _ => i64::from(rng.u32(1..=4)) * 1_000,
        });
        let due = with_another(rng, due);
        let troubles = Troubles::pair(rng, &around(world, 1));
        Visit { due, troubles, ..Visit::draw(world, rng, 1) }
    }

    /// One in which nothing goes wrong.
    pub(super) fn undisturbed(world: &'a mut World, rng: &'a mut Rng, number: u32) -> Visit<'a> {
        Visit { troubles: Troubles::default(), ..Visit::draw(world, rng, number) }
    }

    /// From the scan until the machine is ready for the next patient.
    pub(super) fn run(&mut self) -> Result<(), String> {
        let patient = patient(self.number);
        for (index, due) in self.due.iter().enumerate() {
            let bill = PlainBill::ready(format!("B-{patient}-{index}"), patient.clone(), *due);
            self.world.put_bill(&bill.text())?;
        }
        if let Some((device, command)) = self.lacking {
            self.world.act(device, command)?;
            pass(self.world, OUT_FOR_A_WHILE)?;
        }
        if self.scan(&patient)? && !self.turns_back(TurningPoint::Payer, Button::No)? {
            self.touch(Button::Yes)?;
            self.see(|page| matches!(page, Page::ChooseMethod { .. }))?;
            if !self.turns_back(TurningPoint::Method, Button::Cancel)? {
                self.touch(Button::PayCash)?;
                self.pay_cash()?;
            }
        }
        self.troubles.after_visit(self.world);
        see_through(self.world, self.attendant)?;
        self.take_what_comes_back()
    }

    /// True if the machine asks whether it is this patient. What a bad line makes of a card may be another's.
    fn scan(&mut self, patient: &str) -> Result<bool, String> {
        if self.troubles.before_scan(self.world) {
            pass(self.world, CARD_SEARCHED)?;
        }
        for _ in 0..SCANS_MAX {
            self.world.act(Device::Scanner, &format!("scan {patient}"))?;
            self.see(|page| matches!(page, Page::ConfirmPayer { .. }))?;
            match &self.world.view().page {
                Page::ConfirmPayer { payer } if patient.ends_with(&payer.number_tail) => return Ok(true),
                Page::ConfirmPayer { .. } => self.touch(Button::No)?,
                Page::Idle { .. } | Page::AlreadyPaid { .. } => {}
                Page::Notice { notice: Notice::NotOurCard | Notice::UnknownPatient } => {}
                _ => return Ok(false),
            }
            pass(self.world, SCAN_AGAIN)?;
        }
        see_to_scanner(self.world);
        Ok(false)
    }

    /// A patient who walks away leaves the machine to find its way back.
    fn turns_back(&mut self, here: TurningPoint, button: Button) -> Result<bool, String> {
        match self.mind {
            Mind::TurnBack { at, walks: false } if at == here => self.touch(button).map(|()| true),
            Mind::TurnBack { at, walks: true } if at == here => self.see(|_| false).map(|_| true),
            _ => Ok(false),
        }
    }

    fn pay_cash(&mut self) -> Result<(), String> {
        let is_asked = self.see(|page| matches!(page, Page::InsertCash { .. }))?.is_some();
        if !is_asked || self.turns_back(TurningPoint::Cash, Button::Cancel)? {
            return Ok(());
        }
        self.pay()?;
        self.take_money()
    }

    fn pay(&mut self) -> Result<(), String> {
        match self.mind {
            Mind::PayExactly | Mind::PayTooMuch | Mind::PayInCoins => self.pay_rest(),
            Mind::TryTooMuchFirst => {
                self.insert(Denomination::Yen10000)?;
                self.pay_rest()
            }
            Mind::TurnBack { .. } => Ok(()),
            Mind::CancelWithMoneyInside => {
                self.insert_some()?;
                self.touch(Button::Cancel)
            }
            Mind::CancelWhileNoteTravels => {
                self.insert_some()?;
                self.let_go_of_one()?;
                self.touch(Button::Cancel)
            }
            Mind::WalkAwayWhileNoteTravels => {
                self.insert_some()?;
                self.let_go_of_one()?;
                self.is_left_alone()
            }
            Mind::WalkAwayWithMoneyInside => {
                self.insert_some()?;
                let (starts, before) = (starts_of(self.world), inserted(self.world));
                pass(self.world, Duration::from_secs(80))?;
                let is_left = inserted(self.world).is_some_and(|inserted| !inserted.is_zero());
                if is_left && self.world.engine().calls().is_empty() {
                    // A coin of which a slow unit tells late is a sign of life, as a start of the program is.
                    if starts == starts_of(self.world) && before == inserted(self.world) {
                        return Err("I10: nobody was called to a patient who walked away".to_owned());
                    }
                    self.is_left_alone()?;
                }
                // Somebody else sees the screen and presses the button.
                self.touch(Button::Cancel)
            }
        }
    }

    /// Inserts what is accepted, chosen at random, until nothing is missing; then confirms.
    fn pay_rest(&mut self) -> Result<(), String> {
        for _ in 0..PIECES_MAX {
            let Some(Page::InsertCash { missing, accepting, .. }) =
                self.see(|page| matches!(page, Page::InsertCash { .. }))?
            else {
                return Ok(());
            };
            if missing.is_zero() {
                self.touch(Button::Confirm)?;
            } else if let Some(piece) = self.choose(missing, accepting) {
                self.insert(piece)?;
            } else {
                break;
            }
        }
        self.touch(Button::Cancel)
    }

    fn insert_some(&mut self) -> Result<(), String> {
        for _ in 0..self.rng.u32(1..=4) {
            let page = self.see(|page| matches!(page, Page::InsertCash { .. }))?;
            let Some(Page::InsertCash { missing, accepting, .. }) = page else { break };
            let Some(piece) = self.choose(missing, accepting) else { break };
            self.insert(piece)?;
        }
        Ok(())
    }

    /// Holds a note or a coin to its slot and does not wait for what becomes of it.
    fn let_go_of_one(&mut self) -> Result<(), String> {
        let page = self.see(|page| matches!(page, Page::InsertCash { .. }))?;
        let Some(Page::InsertCash { missing, accepting, .. }) = page else { return Ok(()) };
        let notes = accepting.iter().filter(|piece| !piece.is_coin()).collect::<Vec<_>>();
        let Some(piece) = self.rng.choice(notes).or_else(|| self.choose(missing, accepting)) else {
            return Ok(());
        };
        self.hold_to_slot(piece);
        pass(self.world, Duration::from_millis(self.rng.u64(0..NOTE_TRAVELS_MS)))?;
        self.troubles.step(self.world);
        Ok(())
    }

    /// The machine gets back to the start by itself, or calls somebody.
    fn is_left_alone(&mut self) -> Result<(), String> {
        let is_known = |world: &World| {
            let is_over = is_beyond_the_patient(&world.view().page);
            (is_over || !world.engine().calls().is_empty()).then_some(())
        };
        wait_until(self.world, is_known)
    }

    /// A unit that is out of order takes nothing; the patient sees that.
    fn hold_to_slot(&mut self, piece: Denomination) {
        let device = match piece.is_coin() {
            true => self.world.coin_slot(self.rng),
            false => self.world.note_slot(self.rng),
        };
        drop(self.world.act(device, &format!("insert {}", i64::from(piece))));
    }

    /// What the patient takes out of the purse next.
    fn choose(&mut self, missing: Yen, accepting: DenominationSet) -> Option<Denomination> {
        let pieces: Vec<Denomination> = accepting.iter().collect();
        let of = |wanted: &dyn Fn(Denomination) -> bool| {
            pieces.iter().copied().filter(|piece| wanted(*piece)).collect::<Vec<_>>()
        };
        let fitting = of(&|piece| piece.value() <= missing);
        let liked = match self.mind {
            // Coins of one kind, as long as they are taken.
            Mind::PayInCoins => {
                of(&|piece| piece.is_coin() && piece.value() <= missing).into_iter().take(1).collect()
            }
            Mind::PayTooMuch => of(&|piece| piece.value() > missing),
            _ if self.rng.u32(0..3) > 0 => fitting.last().copied().into_iter().collect(),
            _ => fitting.clone(),
        };
        let choice = [liked, fitting, pieces].into_iter().find(|choice| !choice.is_empty())?;
        self.rng.choice(choice)
    }

    /// Holds a note or a coin to its slot, waits until it is in or back, and takes it if it is back.
    fn insert(&mut self, piece: Denomination) -> Result<(), String> {
        let longest = if piece.is_coin() { 600 } else { 3_000 };
        pass(self.world, Duration::from_millis(self.rng.u64(100..longest)))?;
        let before = self.world.happened().len();
        self.hold_to_slot(piece);
        self.troubles.step(self.world);
        if self.wait_for_end(before, piece, true)? {
            self.answer_question()?;
            self.wait_for_end(before, piece, false)?;
        }
        self.world.take_notes();
        Ok(())
    }

    /// True if the patient is asked about the note.
    fn wait_for_end(&mut self, before: usize, piece: Denomination, asked: bool) -> Result<bool, String> {
        let give_up = self.world.now().after(GIVE_UP_PIECE);
        wait_until(self.world, |world| {
            let ends = ["stacked", "credited", "returned", "rejected", "refused_at_entry"];
            let is_end = |one: &serde_json::Value| {
                one["value"] == i64::from(piece) && ends.iter().any(|end| one["happened"] == *end)
            };
            let ended = world.happened()[before..].iter().any(is_end) || world.now() > give_up;
            match world.view().page {
                Page::KeepNote { .. } if asked => Some(true),
                Page::InsertCash { .. } | Page::KeepNote { .. } | Page::Counting | Page::TakeNoteBack => {
                    ended.then_some(false)
                }
                _ => Some(false),
            }
        })
    }

    /// Some people do not answer; then the note comes back.
    fn answer_question(&mut self) -> Result<(), String> {
        match self.rng.u32(0..8) {
            0 => Ok(()),
            1 | 2 => self.touch(Button::No),
            3 => self.touch(Button::Cancel),
            _ => self.touch(Button::Yes),
        }
    }

    /// Takes notes as they are offered and coins out of the tray, until nothing more comes.
    fn take_money(&mut self) -> Result<(), String> {
        let give_up = self.world.now().after(GIVE_UP_PAYOUT);
        while self.world.now() < give_up {
            pass(self.world, LOOK_EVERY)?;
            self.troubles.at_work(self.world);
            if self.restless {
                self.world.touch(if self.rng.bool() { Button::Cancel } else { Button::CallStaff });
            }
            match self.world.view().page {
                Page::TakeNotes { presented: true, .. } if !self.forgetful => {
                    pass(self.world, Duration::from_millis(self.rng.u64(200..4_000)))?;
                    self.world.take_notes();
                }
                Page::TakeNoteBack | Page::TakeSecondNote => self.world.take_notes(),
                Page::TakeCoins { .. } if !self.forgetful => self.world.take_coins(),
                Page::TakeNotes { .. } | Page::TakeCoins { .. } | Page::Counting | Page::Printing => {}
                _ => return Ok(()),
            }
            self.troubles.step(self.world);
        }
        Ok(())
    }

    /// A note that was on its way when the payment ended comes back within the device's own time.
    fn take_what_comes_back(&mut self) -> Result<(), String> {
        if self.world.note_units().any(|(_, model)| model.truth().path.is_some()) {
            pass(self.world, NOTE_COMES_BACK)?;
        }
        self.world.take_notes();
        self.world.take_coins();
        attend(self.world, self.attendant)
    }

    fn touch(&mut self, button: Button) -> Result<(), String> {
        self.troubles.step(self.world);
        self.world.touch(button);
        pass(self.world, Duration::from_millis(300))
    }

    /// Waits for a page; `None` if the machine went somewhere from where only staff help, or back to the start.
    fn see(&mut self, wanted: impl Fn(&Page) -> bool) -> Result<Option<Page>, String> {
        self.troubles.step(self.world);
        if matches!(self.world.view().page, Page::TakeNoteBack | Page::TakeSecondNote) {
            self.world.take_notes();
        }
        let is_seen = |world: &World| {
            let page = &world.view().page;
            let is_for_staff = is_beyond_the_patient(page) || is_stuck_in_mouth(world);
            (wanted(page) || is_for_staff).then(|| page.clone())
        };
        let page = wait_until(self.world, is_seen)?;
        Ok(Some(page).filter(&wanted))
    }
}

/// A note is to be taken back and does not come out, and somebody was called for it.
fn is_stuck_in_mouth(world: &World) -> bool {
    matches!(world.view().page, Page::TakeNoteBack | Page::TakeSecondNote)
        && !world.engine().calls().is_empty()
}

/// What stands on the card.
fn patient(number: u32) -> String {
    format!("{number:04}")
}

fn around(world: &World, number: u32) -> Around {
    Around { stored: stored(world), patient: PatientNumber(patient(number)) }
}

/// What the page says is inside, while money is inserted.
fn inserted(world: &World) -> Option<Yen> {
    match world.view().page {
        Page::InsertCash { inserted, .. } => Some(inserted),
        _ => None,
    }
}

/// How often the program has begun; each time it begins to wait anew.
fn starts_of(world: &World) -> usize {
    world
        .written()
        .iter()
        .filter(|entry| matches!(entry, Entry::Machine(MachineEntry::MachineStarted)))
        .count()
}

/// One patient in six has a second bill.
fn with_another(rng: &mut Rng, due: Yen) -> Vec<Yen> {
    match rng.u32(0..6) {
        0 => vec![due, Yen::new(i64::from(rng.u32(1..=200)) * 10)],
        _ => vec![due],
    }
}

/// Whether the machine does not wait for this patient's money any more.
fn is_beyond_the_patient(page: &Page) -> bool {
    match page {
        Page::Idle { .. }
        | Page::Closed { .. }
        | Page::Notice { .. }
        | Page::AlreadyPaid { .. }
        | Page::NothingDue
        | Page::BillChanged { .. }
        | Page::TakeNotes { .. }
        | Page::TakeCoins { .. }
        | Page::Printing
        | Page::Owed { .. }
        | Page::PaperTrouble
        | Page::Thanks { .. }
        | Page::Suspended { .. } => true,
        Page::LookingUp
        | Page::ConfirmPayer { .. }
        | Page::KeyBirthday { .. }
        | Page::ChooseMethod { .. }
        | Page::InsertCash { .. }
        | Page::KeepNote { .. }
        | Page::TakeNoteBack
        | Page::TakeSecondNote
        | Page::Counting => false,
    }
}

impl fmt::Display for Visit<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lacking = self.lacking.map_or(String::new(), |(device, what)| format!(" {device:?} {what}"));
        let forgetful = if self.forgetful { " forgetful" } else { "" };
        let restless = if self.restless { " restless" } else { "" };
        write!(out, "{:?}{forgetful}{restless}{lacking} {:?}{}", self.mind, self.due, self.troubles)
    }
}
