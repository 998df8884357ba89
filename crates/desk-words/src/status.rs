//! How the machine is, line by line.

use api::{
    CashOffer, Change, ClosedReason, JournalChecked, JournalTrouble, Lookup, MachineView, Offer, PageName,
    PiecesView, Standing, StoreView, Takes, UnitKind, WallTime, Way,
};
use device_api::Accuracy;
use money::{CashCount, Denomination};

use crate::DeskWords;
use crate::text::section;

section!(Status {
    page,
    cash_open,
    cash_closed,
    takes_both,
    takes_notes,
    takes_coins,
    change_every,
    change_some,
    change_none,
    no_reader,
    no_billing,
    unit,
    printer,
    scanner,
    bridge,
    billing_trouble,
    open_payment,
    nothing_open,
    undelivered,
    doubt,
    incident,
    store,
    mixed_store,
    of_capacity,
    measured,
    set_by_staff,
    inferred,
    unknown,
    certain,
    to_count,
    found_empty,
    elsewhere,
    pieces,
    nothing_there,
    balanced,
    unbalanced,
    halted,
    clock,
    checked,
    broken,
});
section!(Closed { starting, note_unit, coin_unit, exit, printer, scanner, records, halted });
section!(Pages {
    idle,
    closed,
    looking_up,
    notice,
    already_paid,
    confirm_payer,
    key_birthday,
    choose_method,
    nothing_due,
    insert_cash,
    keep_note,
    take_note_back,
    take_second_note,
    bill_changed,
    counting,
    take_notes,
    take_coins,
    printing,
    owed,
    paper_trouble,
    thanks,
    suspended,
});

impl DeskWords {
    /// How the machine is: what needs somebody first, then everything else.
    pub fn status(&self, view: &MachineView, now: WallTime) -> Vec<String> {
        let words = &self.status;
        let halted = view.journal.iter().map(|trouble| self.halted(trouble, now));
        let troubles = view
            .billing_troubles
            .iter()
            .map(|trouble| words.billing_trouble.with(&[("trouble", &self.billing_trouble(trouble))]));
        let page = words.page.with(&[("page", &self.page(view.page))]);
        let doubts = view.doubts.iter().map(|doubt| {
            words
                .doubt
                .with(&[("unit", &self.part(&doubt.part)), ("cause", &self.doubt(doubt.cause, doubt.reach))])
        });
        let incidents = view.incidents.iter();
        let incidents = incidents.map(|one| words.incident.with(&[("incident", &self.incident_line(one))]));
        let stores = view.stores.iter().map(|store| self.store(store));
        let elsewhere = view.elsewhere.iter().map(|line| self.elsewhere(line));
        let clock = view.units.clock.iter().map(|doubt| words.clock.with(&[("trouble", &self.clock(doubt))]));
        let broken = view.journal_checked.iter().filter_map(|checked| checked.broken);
        let broken = broken.map(|found| words.broken.with(&[("found", &self.chain_break(found))]));
        halted
            .chain(broken)
            .chain(clock)
            .chain(troubles)
            .chain(doubts)
            .chain(incidents)
            .chain([page])
            .chain(self.offer(&view.offer))
            .chain(self.devices(view))
            .chain(self.payments(view))
            .chain(stores)
            .chain(elsewhere)
            .chain(view.ledger_balanced.map(|balanced| match balanced {
                true => words.balanced.say(),
                false => words.unbalanced.say(),
            }))
            .chain(view.journal_checked.iter().map(|checked| self.checked(checked)))
            .collect()
    }

    fn halted(&self, trouble: &JournalTrouble, now: WallTime) -> String {
        self.status.halted.with(&[
            ("since", &self.age(trouble.since, now)),
            ("file", &trouble.file),
            ("why", &self.disk_fault(trouble.fault)),
            ("said", &trouble.said),
        ])
    }

    /// What patients are offered, and why not the rest.
    pub fn offer(&self, offer: &Offer) -> Vec<String> {
        let words = &self.status;
        let lookup = match offer.lookup {
            Lookup::ByCard => None,
            Lookup::NoReader => Some(words.no_reader.say()),
            Lookup::NoBilling => Some(words.no_billing.say()),
        };
        let cash = match &offer.cash {
            Way::Open(CashOffer { takes, up_to, change }) => {
                let takes = match (takes, up_to) {
                    (Takes::NotesAndCoins, _) => words.takes_both.say(),
                    (Takes::Notes, _) => words.takes_notes.say(),
                    (Takes::Coins, amount) => {
                        words.takes_coins.with(&[("amount", &self.yen(amount.unwrap_or_default()))])
                    }
                };
                let change = match change {
                    Change::EveryAmount => words.change_every.say(),
                    Change::SomeAmounts => words.change_some.say(),
                    Change::None => words.change_none.say(),
                };
                words.cash_open.with(&[("takes", &takes), ("change", &change)])
            }
            Way::Closed(reason) => words.cash_closed.with(&[("reason", &self.closed(*reason))]),
        };
        lookup.into_iter().chain([cash]).collect()
    }

    fn closed(&self, reason: ClosedReason) -> String {
        let words = match reason {
            ClosedReason::Starting => &self.closed.starting,
            ClosedReason::NoteUnit => &self.closed.note_unit,
            ClosedReason::CoinUnit => &self.closed.coin_unit,
            ClosedReason::Exit => &self.closed.exit,
            ClosedReason::Printer => &self.closed.printer,
            ClosedReason::Scanner => &self.closed.scanner,
            ClosedReason::Records => &self.closed.records,
            ClosedReason::Halted => &self.closed.halted,
        };
        words.say()
    }

    fn checked(&self, checked: &JournalChecked) -> String {
        self.status.checked.with(&[("seq", &checked.seq), ("at", &self.date_time(checked.at))])
    }

    fn devices(&self, view: &MachineView) -> Vec<String> {
        let (words, units) = (&self.status, &view.units);
        let line = |text: &crate::text::Text, state: String| text.with(&[("state", &state)]);
        let unit = |unit: String, state: String| words.unit.with(&[("unit", &unit), ("state", &state)]);
        let cash = units.cash.iter().map(|view| unit(self.unit(view.unit), self.unit_view(view)));
        let is_absent = |kind: &UnitKind| units.cash.iter().all(|unit| unit.unit.kind != *kind);
        let absent = [UnitKind::Notes, UnitKind::Coins].into_iter().filter(is_absent);
        cash.chain(absent.map(|kind| unit(self.unit_of(kind), self.absent())))
            .chain([
                line(&words.printer, self.printer(units.printer)),
                line(&words.scanner, self.scanner(units.scanner_connected)),
                line(&words.bridge, self.scanner(view.billing_connected)),
            ])
            .collect()
    }

    fn payments(&self, view: &MachineView) -> Vec<String> {
        let words = &self.status;
        let open = match view.open_payment {
            Some(payment) => words.open_payment.with(&[("payment", &payment)]),
            None => words.nothing_open.say(),
        };
        let waiting = view.undelivered_results.filter(|count| *count > 0);
        let undelivered = waiting.map(|count| words.undelivered.with(&[("count", &count)]));
        std::iter::once(open).chain(undelivered).collect()
    }

    /// A drum or hopper, what the books say lies in it, and whether somebody has to come for it.
    pub fn store(&self, store: &StoreView) -> String {
        let words = &self.status;
        let standing = match store.standing {
            Standing::Certain => words.certain.say(),
            Standing::ToCount => words.to_count.say(),
            Standing::FoundEmpty => words.found_empty.say(),
        };
        let accuracy = match store.accuracy {
            Accuracy::Measured => words.measured.say(),
            Accuracy::SetByStaff => words.set_by_staff.say(),
            Accuracy::Inferred => words.inferred.say(),
            Accuracy::Unknown => words.unknown.say(),
        };
        let capacity = store
            .capacity
            .map_or_else(String::new, |capacity| words.of_capacity.with(&[("capacity", &capacity)]));
        let place = self.store_name(&store.store);
        let (text, value, pieces) = match store.store.holds.iter().collect::<Vec<_>>()[..] {
            [kind] => (&words.store, kind.to_string(), store.pieces.pieces(kind).to_string()),
            _ => (&words.mixed_store, String::new(), self.pieces(&store.pieces)),
        };
        text.with(&[
            ("place", &place),
            ("value", &value),
            ("pieces", &pieces),
            ("of_capacity", &capacity),
            ("accuracy", &accuracy),
            ("standing", &standing),
        ])
    }

    fn pieces(&self, pieces: &CashCount) -> String {
        let words = &self.status;
        let of_kind =
            |(kind, count): (Denomination, u32)| words.pieces.with(&[("value", &kind), ("pieces", &count)]);
        match pieces.is_empty() {
            true => words.nothing_there.say(),
            false => self.list(pieces.iter().map(of_kind)),
        }
    }

    fn elsewhere(&self, line: &PiecesView) -> String {
        let there = self.pieces(&line.pieces);
        self.status.elsewhere.with(&[("place", &self.store_name(&line.store)), ("there", &there)])
    }

    /// A page of the screen.
    pub fn page(&self, page: PageName) -> String {
        let words = match page {
            PageName::Idle => &self.pages.idle,
            PageName::Closed => &self.pages.closed,
            PageName::LookingUp => &self.pages.looking_up,
            PageName::Notice => &self.pages.notice,
            PageName::AlreadyPaid => &self.pages.already_paid,
            PageName::ConfirmPayer => &self.pages.confirm_payer,
            PageName::KeyBirthday => &self.pages.key_birthday,
            PageName::ChooseMethod => &self.pages.choose_method,
            PageName::NothingDue => &self.pages.nothing_due,
            PageName::InsertCash => &self.pages.insert_cash,
            PageName::KeepNote => &self.pages.keep_note,
            PageName::TakeNoteBack => &self.pages.take_note_back,
            PageName::TakeSecondNote => &self.pages.take_second_note,
            PageName::BillChanged => &self.pages.bill_changed,
            PageName::Counting => &self.pages.counting,
            PageName::TakeNotes => &self.pages.take_notes,
            PageName::TakeCoins => &self.pages.take_coins,
            PageName::Printing => &self.pages.printing,
            PageName::Owed => &self.pages.owed,
            PageName::PaperTrouble => &self.pages.paper_trouble,
            PageName::Thanks => &self.pages.thanks,
            PageName::Suspended => &self.pages.suspended,
        };
        words.say()
    }
}
