use device_api::{Driver, DriverOutput};
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

/// A driver and a model on one virtual line.
pub(super) struct Station<D: Driver, M> {
    driver: D,
    pub(super) model: M,
    to_model: VirtualLine,
    to_driver: VirtualLine,
    /// The cable is in.
    plugged: bool,
    /// Which of the driver's messages must rest on what is written.
    is_weighty: fn(&[u8]) -> bool,
    /// Those that it has sent since they were last asked for.
    said: Vec<Vec<u8>>,
    /// A bug that was put in on purpose.
    tampering: Option<Box<dyn Tampering>>,
    /// When driver and model want to be called, if nothing comes before. Asking them is dear, and the world asks after
    /// everything that happens anywhere.
    driver_due: Option<Moment>,
    model_due: Option<Moment>,
    /// When something happens here, if nobody touches it before.
    next: Option<Moment>,
}

impl<D: Driver, M: Model> Station<D, M> {
    pub(super) fn new(driver: D, model: M, baud: u32) -> Station<D, M> {
        let line = || VirtualLine::new(baud, 11);
        Station {
            driver,
            model,
            to_model: line(),
            to_driver: line(),
            plugged: true,
            is_weighty: |_| false,
            said: Vec::new(),
            tampering: None,
            driver_due: AT_ONCE,
            model_due: AT_ONCE,
            next: AT_ONCE,
        }
    }

    /// What the driver says is kept if it is of this kind, until it is asked for.
    pub(super) fn overheard(self, is_weighty: fn(&[u8]) -> bool) -> Station<D, M> {
        Station { is_weighty, ..self }
    }

    /// What was overheard since this was last called.
    #[inline]
    pub(super) fn take_said(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.said)
    }

    /// The driver hears and says something else than it should.
    pub(super) fn tampered_with(self, tampering: Option<Box<dyn Tampering>>) -> Station<D, M> {
        Station { tampering, ..self }
    }

    /// Power on.
    pub(super) fn start(&mut self, now: Moment) {
        self.model.start(now);
        self.driver.line_opened(now);
        (self.driver_due, self.model_due, self.next) = (AT_ONCE, AT_ONCE, AT_ONCE);
    }

    /// Somebody does something with the device.
    pub(super) fn act(&mut self, now: Moment, command: &str) -> Result<(), String> {
        (self.model_due, self.next) = (AT_ONCE, AT_ONCE);
        match command {
            "unplug" => self.unplug(now),
            "plug" => self.plug(now),
            _ => return self.model.act(now, command),
        }
        Ok(())
    }

    /// The cable comes out; what was under way is gone.
    fn unplug(&mut self, now: Moment) {
        if std::mem::take(&mut self.plugged) {
            self.to_model.clear();
            self.to_driver.clear();
            self.driver.line_lost(now);
            self.driver_due = AT_ONCE;
        }
    }

    fn plug(&mut self, now: Moment) {
        if !std::mem::replace(&mut self.plugged, true) {
            self.driver.line_opened(now);
            self.driver_due = AT_ONCE;
        }
    }

    /// Something goes wrong with what is sent next.
    pub(super) fn disturb(&mut self, towards: Towards, fault: LineFault) {
        match towards {
            Towards::Device => self.to_model.disturb(fault),
            Towards::Machine => self.to_driver.disturb(fault),
        }
    }

    /// What befell messages so far, in either direction.
    pub(super) fn befallen(&self) -> Vec<Damage> {
        self.to_model.befallen().chain(self.to_driver.befallen()).collect()
    }

    /// The program began anew; the device did not.
    pub(super) fn restart_driver(&mut self, now: Moment, driver: D) {
        self.driver = driver;
        self.to_driver.clear();
        match self.plugged {
            true => self.driver.line_opened(now),
            false => self.driver.line_lost(now),
        }
        (self.driver_due, self.next) = (AT_ONCE, AT_ONCE);
    }

    /// The program is gone: what is due by `now` happens to the device alone. What it says is heard by nobody, and
    /// forgotten when a new driver comes. Tells when more happens.
    pub(super) fn run_alone(&mut self, now: Moment, happened: &mut Vec<Value>) -> Option<Moment> {
        self.run_model(now, happened);
        self.next_of_model()
    }

    /// The machine wants something done.
    pub(super) fn command(&mut self, now: Moment, command: D::Command) {
        self.driver.command(now, command);
        (self.driver_due, self.next) = (AT_ONCE, AT_ONCE);
    }

    /// When something happens here.
    #[inline]
    pub(super) fn next(&self) -> Option<Moment> {
        self.next
    }

    fn next_of_model(&self) -> Option<Moment> {
        earlier(self.model_due, self.to_model.next_arrival())
    }

    fn next_of_driver(&self) -> Option<Moment> {
        earlier(self.driver_due, self.to_driver.next_arrival())
    }

    /// Lets everything that is due by `now` happen; hands over what comes out.
    #[inline]
    pub(super) fn run(&mut self, now: Moment, tell: impl FnMut(D::Event), happened: &mut Vec<Value>) {
        if self.next.is_some_and(|at| at <= now) {
            self.run_due(now, tell, happened);
        }
    }

    fn run_due(&mut self, now: Moment, tell: impl FnMut(D::Event), happened: &mut Vec<Value>) {
        if self.next_of_model().is_some_and(|at| at <= now) {
            self.run_model(now, happened);
        }
        if self.next_of_driver().is_some_and(|at| at <= now) {
            self.run_driver(now, tell);
        }
        self.next = earlier(self.next_of_model(), self.next_of_driver());
    }

    fn run_model(&mut self, now: Moment, happened: &mut Vec<Value>) {
        while let Some(bytes) = self.to_model.receive(now) {
            self.model.handle_bytes(now, &bytes);
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
                        self.to_driver.send(now, bytes);
                        continue;
                    };
                    self.to_driver.send(now, tampering.hear(bytes));
                    if let Some(blurted) = tampering.blurt() {
                        self.transmit(now, blurted);
                    }
                }
                ModelOutput::Happened(value) => happened.push(value),
            }
        }
    }

    fn run_driver(&mut self, now: Moment, mut tell: impl FnMut(D::Event)) {
        while let Some(bytes) = self.to_driver.receive(now) {
            self.driver.handle_bytes(now, &bytes);
        }
        self.driver_due = self.driver.deadline();
        if self.driver_due.is_some_and(|at| at <= now) {
            self.driver.handle_timeout(now);
            self.driver_due = self.driver.deadline();
        }
        while let Some(output) = self.driver.poll() {
            match output {
                DriverOutput::Transmit(_) if !self.plugged => {}
                DriverOutput::Transmit(bytes) => match &mut self.tampering {
                    Some(tampering) => {
                        tampering.say(bytes).into_iter().for_each(|said| self.transmit(now, said));
                    }
                    None => self.transmit(now, bytes),
                },
                DriverOutput::Event(event) => tell(event),
            }
        }
    }

    fn transmit(&mut self, now: Moment, bytes: Vec<u8>) {
        if (self.is_weighty)(&bytes) {
            self.said.push(bytes.clone());
        }
        self.to_model.send(now, bytes);
    }
}

/// The earlier of two times, of which either may never come.
#[inline]
pub(super) fn earlier(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, None) => one,
        (None, other) => other,
    }
}
