use api::{Answer, Question, UnitState};
use device_api::UnitId;
use engine::{Input, Look, Output, Reply, Step};
use machine::{Seams, Turned};

use super::agenda::Kills;
use super::{KilledAt, World};
use crate::planted::AtWork;

/// What a world knows of the inside of its machine, and does there.
#[derive(Debug, Default)]
pub(super) struct Inside {
    pub(super) planted: AtWork,
    pub(super) kills: Kills,
    /// The program is killed in the step that was decided last.
    pub(super) killed: Option<KilledAt>,
    /// What drivers and billing system have told since this was last asked for.
    pub(super) told: Vec<Input>,
    /// Of that, what the engine was told: less, or something else, if a bug is planted there.
    pub(super) heard: Vec<Input>,
    /// What has left the engine since this was last asked for.
    pub(super) left: Vec<Output>,
}

impl Inside {
    pub(super) fn with(planted: AtWork) -> Inside {
        Inside { planted, ..Inside::default() }
    }
}

impl World {
    /// What staff are told of a unit.
    pub(super) fn said_of_unit(&self, id: UnitId) -> UnitState {
        let trouble = self.disk_trouble();
        match self.engine().answer(Question::Status, Some(&trouble)) {
            Ok(Reply::Now(Answer::Status(said)) | Reply::Look(Look::Status(said))) => {
                let unit = said.units.cash.into_iter().find(|view| view.unit.id == id);
                unit.map_or(UnitState::Starting, |view| view.acceptor)
            }
            Ok(Reply::Now(_) | Reply::Look(_)) | Err(_) => UnitState::Starting,
        }
    }
}

impl Seams for Inside {
    fn told(&mut self, event: Input) -> Turned {
        self.told.push(event.clone());
        let turned = self.planted.told(event);
        self.heard.extend(turned.told.iter().cloned());
        turned
    }

    fn decided(&mut self, step: Step) -> Step {
        let mut step = self.planted.step(step);
        self.killed = self.kills.strike(&step.entries);
        match self.killed {
            Some(KilledAt::BeforeAppend | KilledAt::AfterAppend) => step.outputs.clear(),
            Some(KilledAt::AfterOutput) => step.outputs.truncate(1),
            None => {}
        }
        step
    }

    fn leaves(&mut self, output: &Output) -> Option<Input> {
        self.left.push(output.clone());
        self.planted.ordered(output)
    }
}
