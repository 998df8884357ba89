//! What reaches the machine, and what leaves it.

use device_api::{PrintCause, PrinterCommand, PrinterEvent};
use engine::{BillingEvent, Input, Output, PrintRequest};

use super::{World, check};

impl World {
    /// What the drivers tell reaches the machine with its next turn.
    pub(super) fn tell(&mut self, told: Vec<Input>) {
        for event in told {
            self.observer.told(&event);
            self.hear(event);
        }
    }

    /// What the billing system says by now.
    pub(super) fn hear_billing(&mut self) {
        while let Some(event) = self.billing.said(self.now) {
            if let BillingEvent::Quoted { outcome, .. } = &event {
                self.watch.answered(outcome);
            }
            self.hear(Input::Billing(event));
        }
    }

    fn hear(&mut self, event: Input) {
        let turned = self.planted.told(event);
        self.pending.extend(turned.told);
        turned.ordered.into_iter().for_each(|output| self.let_go(output));
    }

    /// An output leaves the machine: it must rest on what is written.
    pub(super) fn send(&mut self, output: Output) {
        if !check::rests_on_what_is_written(&output, &self.written) {
            self.watch.note_unwritten(&output);
        }
        self.watch.asked(&output);
        self.pending.extend(self.planted.ordered(&output));
        self.let_go(output);
    }

    /// An output reaches whom it is for.
    fn let_go(&mut self, output: Output) {
        match output {
            Output::Cash(command) => self.notes.command(self.now, command),
            Output::Coin(command) => self.coins.command(self.now, command),
            Output::Print(request) => self.print(&request),
            Output::Quote { request, patient } => self.billing.quote(self.now, request, &patient),
            Output::Deliver(result) => {
                self.watch.delivered(&result, &self.settings.id);
                self.billing.deliver(self.now, *result);
            }
            Output::ErasePrivate(payment) => self.journal.erase_private(payment),
            Output::Answer(answer) => self.answer = Some(answer),
        }
    }

    fn print(&mut self, request: &PrintRequest) {
        let PrintRequest { job, attempt, .. } = *request;
        match document::page(request, &self.stationery) {
            Ok(page) => {
                self.printer.command(self.now, PrinterCommand::Print { job, attempt, page: page.bytes });
            }
            Err(_) => {
                let cause = PrintCause::NotPrintable;
                self.pending.push(Input::Printer(PrinterEvent::NotStarted { job, cause }));
            }
        }
    }
}
