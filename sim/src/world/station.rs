use serde_json::Value;
use wire::Moment;

use crate::carrier::{Damage, LineFault, VirtualLine};
use crate::model::{Model, ModelOutput};
use crate::planted::Tampering;

/// Somebody has just touched it: it is looked at before time goes on.
const AT_ONCE: Option<Moment> = Some(Moment::START);

/// A direction of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// What the machine says.
    Device,
    /// What the device says.
    Machine,
}

/// What somebody does to a cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cable {
    In,
    Out,
}

/// A model on its virtual line to the machine.
pub(super) struct Station<M> {
    pub(super) model: M,
    to_model: VirtualLine,
    to_machine: VirtualLine,
    /// The cable is in.
    plugged: bool,
    /// Which of the machine's messages must rest on what is written.
    is_weighty: fn(&[u8]) -> bool,
    /// Those that it has sent since they were last asked for.
    said: Vec<Vec<u8>>,
    /// A bug that was put in on purpose.
    tampering: Option<Box<dyn Tampering>>,
    /// When the model wants to be called, if nothing comes before. Asking it is dear, and the world asks after everything
    /// that happens anywhere.
    model_due: Option<Moment>,
    /// When something happens here, if nobody touches it before.
    next: Option<Moment>,
}

impl<M: Model> Station<M> {
    pub(super) fn new(model: M, baud: u32) -> Station<M> {
        let line = || VirtualLine::new(baud, 11);
        Station {
            model,
            to_model: line(),
            to_machine: line(),
            plugged: true,
            is_weighty: |_| false,
            said: Vec::new(),
            tampering: None,
            model_due: AT_ONCE,
            next: AT_ONCE,
        }
    }

    /// What the machine says is kept if it is of this kind, until it is asked for.
    pub(super) fn overheard(self, is_weighty: fn(&[u8]) -> bool) -> Station<M> {
        Station { is_weighty, ..self }
    }

    /// Whether something was overheard since it was last taken.
    #[inline]
    pub(super) fn has_said(&self) -> bool {
        !self.said.is_empty()
    }

    /// What was overheard since this was last called.
    #[inline]
    pub(super) fn take_said(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.said)
    }

    /// The machine hears and says something else than it should.
    pub(super) fn tampered_with(self, tampering: Option<Box<dyn Tampering>>) -> Station<M> {
        Station { tampering, ..self }
    }

    /// Power on.
    pub(super) fn start(&mut self, now: Moment) {
        self.model.start(now);
        (self.model_due, self.next) = (AT_ONCE, AT_ONCE);
    }

    /// Somebody does something with the device. Tells what becomes of the cable, if that is something else.
    pub(super) fn act(&mut self, now: Moment, command: &str) -> Result<Option<Cable>, String> {
        (self.model_due, self.next) = (AT_ONCE, AT_ONCE);
        match command {
            "unplug" => Ok(self.unplug()),
            "plug" => Ok(self.plug()),
            _ => self.model.act(now, command).map(|()| None),
        }
    }

    /// The cable comes out; what was under way is gone.
    fn unplug(&mut self) -> Option<Cable> {
        std::mem::take(&mut self.plugged).then(|| {
            self.to_model.clear();
            self.to_machine.clear();
            Cable::Out
        })
    }

    fn plug(&mut self) -> Option<Cable> {
        (!std::mem::replace(&mut self.plugged, true)).then_some(Cable::In)
    }

    /// Something goes wrong with what is sent next.
    pub(super) fn disturb(&mut self, towards: Towards, fault: LineFault) {
        match towards {
            Towards::Device => self.to_model.disturb(fault),
            Towards::Machine => self.to_machine.disturb(fault),
        }
    }

    /// Bytes arrive one by one from now on, in both directions.
    pub(super) fn hand_on_each_byte(&mut self) {
        self.to_model.hand_on_each_byte();
        self.to_machine.hand_on_each_byte();
    }

    /// What befell messages so far, in either direction.
    pub(super) fn befallen(&self) -> Vec<Damage> {
        self.to_model.befallen().chain(self.to_machine.befallen()).collect()
    }

    /// The program opens the line; the device goes on. What was under way to the program is for nobody. Tells whether
    /// there is a line.
    pub(super) fn open(&mut self) -> Cable {
        self.to_machine.clear();
        if self.plugged { Cable::In } else { Cable::Out }
    }

    /// The program is gone: what is due by `now` happens to the device alone. What it says is heard by nobody, and
    /// forgotten when the line is opened again. Tells when more happens.
    pub(super) fn run_alone(&mut self, now: Moment, happened: &mut Vec<Value>) -> Option<Moment> {
        self.run_model(now, happened);
        self.next_of_model()
    }

    /// When something happens here.
    #[inline]
    pub(super) fn next(&self) -> Option<Moment> {
        self.next
    }

    fn next_of_model(&self) -> Option<Moment> {
        Moment::earlier(self.model_due, self.to_model.next_arrival())
    }

    /// Lets everything that is due by `now` happen; hands over what arrives at the machine.
    #[inline]
    pub(super) fn run(&mut self, now: Moment, hear: impl FnMut(&[u8]), happened: &mut Vec<Value>) {
        if self.next.is_some_and(|at| at <= now) {
            self.run_due(now, hear, happened);
        }
    }

    fn run_due(&mut self, now: Moment, mut hear: impl FnMut(&[u8]), happened: &mut Vec<Value>) {
        if self.next_of_model().is_some_and(|at| at <= now) {
            self.run_model(now, happened);
        }
        while let Some(bytes) = self.to_machine.receive(now) {
            hear(bytes);
        }
        self.next = Moment::earlier(self.next_of_model(), self.to_machine.next_arrival());
    }

    fn run_model(&mut self, now: Moment, happened: &mut Vec<Value>) {
        while let Some(bytes) = self.to_model.receive(now) {
            self.model.handle_bytes(now, bytes);
        }
        self.model_due = self.model.deadline();
        if self.model_due.is_some_and(|at| at <= now) {
            self.model.handle_timeout(now);
            self.model_due = self.model.deadline();
        }
        while let Some(output) = self.model.poll() {
            match output {
                ModelOutput::Transmit(_) if !self.plugged => {}
                ModelOutput::Transmit(bytes) => {
                    let Some(tampering) = &mut self.tampering else {
                        self.to_machine.send(now, bytes);
                        continue;
                    };
                    self.to_machine.send(now, tampering.hear(bytes));
                    if let Some(blurted) = tampering.blurt() {
                        self.transmit(now, blurted);
                    }
                }
                ModelOutput::Happened(value) => happened.push(value),
            }
        }
    }

    /// The machine says something.
    pub(super) fn say(&mut self, now: Moment, bytes: Vec<u8>) {
        if !self.plugged {
            return;
        }
        match &mut self.tampering {
            Some(tampering) => tampering.say(bytes).into_iter().for_each(|said| self.transmit(now, said)),
            None => self.transmit(now, bytes),
        }
    }

    fn transmit(&mut self, now: Moment, bytes: Vec<u8>) {
        if (self.is_weighty)(&bytes) {
            self.said.push(bytes.clone());
        }
        self.to_model.send(now, bytes);
        self.next = Moment::earlier(self.next, self.to_model.next_arrival());
    }
}
