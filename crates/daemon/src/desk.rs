//! `diag.sock`: one question, one answer, as often as the client likes.

use api::{DeskAnswer, DeskRequest, PaymentId, to_line};
use engine::{DeskAction, Engine};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};

use crate::records::{Records, RecordsError};
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

/// Answers a question that only looks.
pub(crate) async fn look(look: Look, engine: &Engine, records: &Records) -> Result<DeskAnswer, RecordsError> {
    match look {
        Look::Status => Ok(DeskAnswer::Status(Box::new(engine.status(records.is_balanced().await?)))),
        Look::Calls => Ok(DeskAnswer::Calls(engine.calls())),
        Look::Papers => Ok(DeskAnswer::Prints(engine.papers_in_doubt())),
        Look::Doubts => Ok(DeskAnswer::Doubts(engine.doubts())),
        Look::JournalShow { last } => records.show(last).await,
        Look::JournalVerify if engine.is_taking_money() => Ok(busy()),
        Look::JournalVerify => records.verify().await,
        Look::Payment(id) => match engine.payment(id) {
            Some(payment) => Ok(DeskAnswer::Payment(Box::new(payment.clone()))),
            None if engine.is_taking_money() => Ok(busy()),
            None => records.payment(id).await,
        },
    }
}

/// Reading a journal of years takes seconds, in which no piece of money could be credited.
fn busy() -> DeskAnswer {
    DeskAnswer::Refused("A payment is under way. Ask again when it has ended.".to_owned())
}
