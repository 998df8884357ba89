use engine::{Input, Output, Step};

/// What passes between the parts inside, for a simulation that watches it or, to see that its checkers are not blind,
/// alters it. A machine that holds money has none: [`Seamless`].
pub trait Seams {
    /// A driver or the bridge tells something.
    fn told(&mut self, event: Input) -> Turned {
        Turned { told: vec![event], ordered: Vec::new() }
    }

    /// The engine has decided something. What is returned is written and carried out.
    fn decided(&mut self, step: Step) -> Step {
        step
    }

    /// An output of the engine leaves it, now that its entries are durable. What is returned is heard after all that
    /// waits already.
    fn leaves(&mut self, _output: &Output) -> Option<Input> {
        None
    }
}

/// What becomes of something that is told.
#[derive(Debug, Default)]
pub struct Turned {
    /// What the engine is told.
    pub told: Vec<Input>,
    /// What the units are told at once, by nobody's order.
    pub ordered: Vec<Output>,
}

/// Nothing is altered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seamless;

impl Seams for Seamless {}
