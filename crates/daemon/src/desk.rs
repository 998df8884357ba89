//! `diag.sock`: one question or order, one answer, as often as the client likes.

use api::{Answer, FromDesk, JournalChecked, Refusal, ToDesk, to_line};
use engine::Look;
use tokio::io::AsyncWriteExt;
use tokio::sync::{mpsc, oneshot};

use crate::records::{Records, RecordsError};
use crate::shell::reply;
use crate::sockets::{FromSocket, Greeted};

/// What a client says, with the way back.
pub(crate) struct DeskCall {
    pub(crate) said: FromDesk,
    pub(crate) answer: oneshot::Sender<ToDesk>,
}

/// Serves one client.
pub(crate) async fn serve(greeted: Greeted, to_loop: mpsc::Sender<FromSocket>) {
    let Greeted { mut client, mut writer, .. } = greeted;
    while let Some(said) = client.next().await {
        let (answer, answered) = oneshot::channel();
        if to_loop.send(FromSocket::Desk(DeskCall { said, answer })).await.is_err() {
            return;
        }
        let Ok(answer) = answered.await else { return };
        if writer.write_all(&to_line(&answer)).await.is_err() {
            return;
        }
    }
}

/// Answers a question that needs the journal. It is read on the side: that may take seconds, in which devices have to be
/// polled.
pub(crate) fn look(
    question: Look,
    records: Records,
    checked: Option<JournalChecked>,
    to: oneshot::Sender<ToDesk>,
) {
    tokio::spawn(async move {
        let unreadable = |error: RecordsError| Err(Refusal::JournalUnreadable { said: error.to_string() });
        let found = find(question, &records, checked).await.unwrap_or_else(unreadable);
        reply(to, said(found));
    });
}

async fn find(
    question: Look,
    records: &Records,
    checked: Option<JournalChecked>,
) -> Result<Result<Answer, Refusal>, RecordsError> {
    match question {
        Look::Status(mut status) => {
            status.ledger_balanced = Some(records.is_balanced().await?);
            status.journal_checked = checked;
            Ok(Ok(Answer::Status(status)))
        }
        Look::Verify => records.verify().await,
        Look::Show { last } => records.show(last).await.map(Ok),
        Look::Payment(payment) => records.payment(payment).await,
    }
}

fn said(answer: Result<Answer, Refusal>) -> ToDesk {
    answer.map_or_else(ToDesk::Refused, ToDesk::Answer)
}
