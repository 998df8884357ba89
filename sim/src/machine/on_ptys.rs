//! A running machine for a story, which does one thing after the other.

use std::path::Path;
use std::time::Duration;

use api::{Answer, Button, Done, KioskView, Order, Question, Touch};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::connection::Connection;
use super::running::{Happening, Papers, RunningMachine};
use super::{Machine, MachineError, io};
use crate::cabinet::Cabinet;
use crate::surroundings::{BillingAct, ClockSays, Device, Disk};

/// The unmodified programs, with models of the devices on pseudo-terminals. All of it ends when this is dropped.
pub struct OnPtys {
    runtime: Runtime,
    machine: RunningMachine,
    happenings: mpsc::UnboundedReceiver<Happening>,
    happened: Vec<Value>,
    screen: Connection,
    view: KioskView,
}

impl OnPtys {
    /// Starts the programs that lie in the folder `programs`, on a new machine with an empty journal.
    pub fn start(programs: &Path, cabinet: Cabinet) -> Result<OnPtys, MachineError> {
        // A thread of its own, so that the devices go on while the story looks at something else.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = io("the runtime", runtime)?;
        let (machine, happenings, screen) = runtime.block_on(async {
            let (machine, happenings) = RunningMachine::start(programs, cabinet, Papers::TextOnly).await?;
            machine.opened().await?;
            let screen = machine.screen().await?;
            Ok::<_, MachineError>((machine, happenings, screen))
        })?;
        let mut story =
            OnPtys { runtime, machine, happenings, happened: Vec::new(), screen, view: starting() };
        story.look()?;
        Ok(story)
    }

    /// Waits for the first picture, which comes to every new screen at once.
    fn look(&mut self) -> Result<(), MachineError> {
        let until = Instant::now() + super::running::PROGRAM_PATIENCE;
        let view = self.runtime.block_on(self.screen.next(until))?;
        self.view = view.ok_or(MachineError::Late("the first picture"))?;
        Ok(())
    }
}

impl Machine for OnPtys {
    fn put_bill(&mut self, name: &str, text: &str) -> Result<(), MachineError> {
        self.machine.put_bill(name, text)
    }

    fn act_billing(&mut self, act: &BillingAct) -> Result<(), MachineError> {
        self.runtime.block_on(self.machine.act_billing(act))
    }

    fn act(&mut self, device: Device, command: &str) -> Result<(), MachineError> {
        self.runtime.block_on(self.machine.act(device, command))
    }

    fn touch(&mut self, button: Button) -> Result<(), MachineError> {
        let touch = Touch { seq: self.view.seq, button };
        self.runtime.block_on(self.screen.say(&touch))
    }

    fn ask(&mut self, question: Question) -> Result<Answer, MachineError> {
        self.runtime.block_on(self.machine.ask(question))
    }

    fn order(&mut self, order: Order) -> Result<Done, MachineError> {
        self.runtime.block_on(self.machine.order(order))
    }

    fn restart(&mut self, away: Duration) -> Result<(), MachineError> {
        self.screen = self.runtime.block_on(async {
            self.machine.restart(away).await?;
            let screen = self.machine.screen().await?;
            self.machine.wait_until(|status| status.billing_connected).await?;
            Ok::<_, MachineError>(screen)
        })?;
        self.look()
    }

    fn set_disk(&mut self, disk: Disk) -> Result<(), MachineError> {
        self.runtime.block_on(self.machine.set_disk(disk))
    }

    /// It is the clock of whoever runs this.
    fn set_clock(&mut self, _: ClockSays) -> Result<(), MachineError> {
        Err(MachineError::Refused("the computer's clock is wrong in the world only".to_owned()))
    }

    fn wait(&mut self, time: Duration) -> Result<(), MachineError> {
        let (screen, view) = (&mut self.screen, &mut self.view);
        self.runtime.block_on(async {
            let until = Instant::now() + time;
            while let Some(newer) = screen.next(until).await? {
                *view = newer;
            }
            Ok::<_, MachineError>(())
        })?;
        while let Ok(happening) = self.happenings.try_recv() {
            self.happened.push(happening.value);
        }
        Ok(())
    }

    fn view(&self) -> KioskView {
        self.view.clone()
    }

    fn happened(&self) -> &[Value] {
        &self.happened
    }

    fn papers(&self) -> Vec<String> {
        paper_texts(&self.happened)
    }
}

/// The text of every piece of paper among the happenings.
fn paper_texts(happened: &[Value]) -> Vec<String> {
    let cut = happened.iter().filter(|one| one["happened"] == "cut").filter_map(|one| one["text"].as_array());
    cut.map(|lines| lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")).collect()
}

fn starting() -> KioskView {
    let page = api::Page::Closed { reason: api::ClosedReason::Starting };
    KioskView::new(0, page, api::CallProgress::None)
}
