use api::{Answer, MachineView, PaymentId};

/// What is said to a question of the desk.
#[derive(Debug)]
pub enum Reply {
    /// This.
    Now(Answer),
    /// What is found in the journal. To read it may take seconds.
    Look(Look),
}

/// What only the journal knows.
#[derive(Debug)]
pub enum Look {
    /// Whether its postings sum to zero, which is still unknown in this view.
    Status(Box<MachineView>),
    /// Whether its hash chain holds.
    Verify,
    /// Its newest entries.
    Show {
        /// At most so many.
        last: u32,
    },
    /// What became of a payment of earlier days.
    Payment(PaymentId),
}
