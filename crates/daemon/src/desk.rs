//! `diag.sock`: one question, one answer, as often as the client likes.

use api::{DeskAnswer, DeskRequest, to_line};
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
    Look(DeskRequest),
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
        DeskRequest::PrintAnswer { number, answer, by } => {
            Route::Act(DeskAction::PrintAnswer { number, answer, by })
        }
        DeskRequest::Status
        | DeskRequest::Calls
        | DeskRequest::JournalVerify
        | DeskRequest::JournalShow { .. }
        | DeskRequest::Payment { .. }
        | DeskRequest::PrintList => Route::Look(request),
    }
}

/// Answers a question that only looks.
pub(crate) async fn look(
    request: DeskRequest,
    engine: &Engine,
    records: &Records,
) -> Result<DeskAnswer, RecordsError> {
    if let DeskRequest::Payment { id } = request
        && let Some(payment) = engine.payment(id)
    {
        return Ok(DeskAnswer::Payment(Box::new(payment.clone())));
    }
    match request {
        DeskRequest::Status => Ok(DeskAnswer::Status(Box::new(engine.status(records.is_balanced().await?)))),
        DeskRequest::Calls => Ok(DeskAnswer::Calls(engine.calls())),
        DeskRequest::PrintList => Ok(DeskAnswer::Prints(engine.papers_in_doubt())),
        // Reading a journal of years takes seconds, in which no note could be credited.
        DeskRequest::JournalVerify | DeskRequest::Payment { .. } if engine.is_taking_money() => Ok(busy()),
        DeskRequest::JournalVerify => records.verify().await,
        DeskRequest::JournalShow { last } => records.show(last).await,
        DeskRequest::Payment { id } => records.payment(id).await,
        DeskRequest::AnswerCall { .. } | DeskRequest::TakeOver { .. } | DeskRequest::PrintAnswer { .. } => {
            Ok(DeskAnswer::Refused("This question is not one that only looks.".to_owned()))
        }
    }
}

fn busy() -> DeskAnswer {
    DeskAnswer::Refused("A payment is under way. Ask again when it has ended.".to_owned())
}
