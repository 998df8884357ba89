//! `diag.sock`: one question, one answer, as often as the client likes.

use api::{DeskAnswer, DeskRequest, JournalTrouble, MachineStatus, PaymentId, to_line};
use engine::{DeskAction, Engine, HALTED, Service};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};

use crate::records::{Records, RecordsError};
use crate::shell::reply;
use crate::sockets::{Client, FromSocket};

/// A question with the way back.
pub(crate) struct DeskCall {
    pub(crate) request: DeskRequest,
    pub(crate) answer: oneshot::Sender<DeskAnswer>,
}

/// What a question needs.
pub(crate) enum Route {
    /// A decision of the machine.
    Act(DeskAction),
    /// Only a look.
    Look(Look),
}

/// What can be looked at without changing anything.
pub(crate) enum Look {
    Status,
    Calls,
    JournalVerify,
    JournalShow { last: u32 },
    Payment(PaymentId),
    Papers,
    Doubts,
}

/// Serves one client.
pub(crate) async fn serve(stream: UnixStream, to_loop: mpsc::Sender<FromSocket>) {
    let Some((mut client, mut writer)) = Client::greet(stream).await else { return };
    while let Some(request) = client.next().await {
        let (answer, answered) = oneshot::channel();
        if to_loop.send(FromSocket::Desk(DeskCall { request, answer })).await.is_err() {
            return;
        }
        let Ok(answer) = answered.await else { return };
        if writer.write_all(&to_line(&answer)).await.is_err() {
            return;
        }
    }
}

/// Tells the questions that change something from those that only look.
pub(crate) fn route(request: DeskRequest) -> Route {
    match request {
        DeskRequest::AnswerCall { by } => Route::Act(DeskAction::AnswerCall { by }),
        DeskRequest::TakeOver { id, by, reason } => {
            Route::Act(DeskAction::TakeOver { payment: id, by, reason })
        }
        DeskRequest::Decide { id, decision, by } => {
            Route::Act(DeskAction::Decide { payment: id, decision, by })
        }
        DeskRequest::SetStock { denomination, pieces, by } => {
            Route::Act(DeskAction::SetStock { denomination, pieces, by })
        }
        DeskRequest::SettleDoubt { doubt, said, newest_receipt, newest_payment, by } => {
            Route::Act(DeskAction::SettleDoubt { doubt, said, newest_receipt, newest_payment, by })
        }
        DeskRequest::PrintAnswer { paper, answer, by } => {
            Route::Act(DeskAction::PrintAnswer { paper, answer, by })
        }
        DeskRequest::Status => Route::Look(Look::Status),
        DeskRequest::Calls => Route::Look(Look::Calls),
        DeskRequest::JournalVerify => Route::Look(Look::JournalVerify),
        DeskRequest::JournalShow { last } => Route::Look(Look::JournalShow { last }),
        DeskRequest::Payment { id } => Route::Look(Look::Payment(id)),
        DeskRequest::DoubtList => Route::Look(Look::Doubts),
        DeskRequest::PrintList => Route::Look(Look::Papers),
    }
}

/// Answers a question that only looks. The journal is read on the side: it may take seconds, in which devices have to be
/// polled.
pub(crate) fn look(look: Look, engine: &Engine, records: Records, answer: oneshot::Sender<DeskAnswer>) {
    let now = match look {
        Look::Calls => DeskAnswer::Calls(engine.calls()),
        Look::Papers => DeskAnswer::Prints(engine.papers_in_doubt()),
        Look::Doubts => DeskAnswer::Doubts(engine.doubts()),
        Look::JournalVerify if engine.is_taking_money() => busy(),
        Look::Status => return read(answer, status(engine.status(None), records)),
        Look::JournalShow { last } => return read(answer, async move { records.show(last).await }),
        Look::JournalVerify => return read(answer, async move { records.verify().await }),
        Look::Payment(id) => match engine.payment(id) {
            Some(payment) => DeskAnswer::Payment(Box::new(payment.clone())),
            None if engine.is_taking_money() => busy(),
            None => return read(answer, async move { records.payment(id).await }),
        },
    };
    reply(answer, now);
}

/// What can be said without the journal.
pub(crate) fn look_while_halted(
    question: &Look,
    service: &Service,
    trouble: Option<&JournalTrouble>,
) -> DeskAnswer {
    match (question, service, trouble) {
        (Look::Status, Service::Halted(halt), Some(trouble)) => {
            DeskAnswer::Status(Box::new(halt.status(trouble.clone())))
        }
        (Look::Calls, service, _) => DeskAnswer::Calls(service.calls()),
        (
            Look::Status
            | Look::JournalVerify
            | Look::JournalShow { .. }
            | Look::Payment(_)
            | Look::Papers
            | Look::Doubts,
            _,
            _,
        ) => DeskAnswer::Refused(HALTED.to_owned()),
    }
}

async fn status(mut status: MachineStatus, records: Records) -> Result<DeskAnswer, RecordsError> {
    status.ledger_balanced = Some(records.is_balanced().await?);
    Ok(DeskAnswer::Status(Box::new(status)))
}

fn read(
    answer: oneshot::Sender<DeskAnswer>,
    found: impl Future<Output = Result<DeskAnswer, RecordsError>> + Send + 'static,
) {
    tokio::spawn(async move {
        reply(answer, found.await.unwrap_or_else(|error| DeskAnswer::Refused(error.to_string())));
    });
}

/// Reading a journal of years takes seconds, in which no piece of money could be credited.
fn busy() -> DeskAnswer {
    DeskAnswer::Refused("A payment is under way. Ask again when it has ended.".to_owned())
}
