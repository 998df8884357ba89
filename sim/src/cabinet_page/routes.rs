//! The page's addresses. What does something answers 204, or 409 with a sentence.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use api::{Act, Button, Decision, PaperAnswer, PaperName, PaymentId};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use desk_words::DeskWords;
use futures_util::{Stream, stream};
use money::Denomination;
use serde::Deserialize;
use serde_json::json;

use super::guard::{self, Guard};
use super::said::InBoth;
use super::screen::Point;
use super::{Page, acts, desk};
use crate::machine::MachineError;

/// The files of the page: address, type, content.
const FILES: &[(&str, &str, &str)] = &[
    ("/", "text/html; charset=utf-8", include_str!("assets/page.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("/page.js", "text/javascript; charset=utf-8", include_str!("assets/page.js")),
    ("/parts.js", "text/javascript; charset=utf-8", include_str!("assets/parts.js")),
    ("/words.js", "text/javascript; charset=utf-8", include_str!("assets/words.js")),
    ("/words/ja.json", "application/json", include_str!("assets/words/ja.json")),
    ("/words/en.json", "application/json", include_str!("assets/words/en.json")),
];

/// Why a payment is taken over at the desk of a demo.
const REASON: &str = "demo";

/// All addresses.
pub(super) fn router(page: Arc<Page>, port: u16) -> Router {
    let mut router = Router::new();
    for (address, kind, content) in FILES {
        router = router.route(address, get(([(CONTENT_TYPE, *kind)], *content)));
    }
    router
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/screen.png", get(screen))
        .route("/papers/{number}", get(paper))
        .route("/touch", post(touch))
        .route("/press", post(press))
        .route("/act", post(act))
        .route("/scan", post(scan))
        .route("/bill", post(bill))
        .route("/restart", post(restart))
        .route("/desk/answer-call", post(answer_call))
        .route("/desk/decide", post(decide))
        .route("/desk/take-over", post(take_over))
        .route("/desk/paper", post(answer_paper))
        .route("/desk/count", post(count))
        .with_state(page)
        .layer(middleware::from_fn_with_state(Arc::new(Guard::new(port)), guard::check))
}

type Done = Result<StatusCode, Refusal>;

/// Why something was not done.
enum Refusal {
    /// A sentence of the simulator, by which the page finds its own words.
    Simulator(String),
    /// What the machine says, in words of the desk.
    Machine(api::Refusal),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let why = match self {
            Refusal::Simulator(sentence) => json!({ "error": sentence }),
            Refusal::Machine(refusal) => {
                json!({ "refused": InBoth::say(|words: &DeskWords| words.refusal(&refusal)) })
            }
        };
        (StatusCode::CONFLICT, Json(why)).into_response()
    }
}

impl From<MachineError> for Refusal {
    fn from(error: MachineError) -> Refusal {
        match error {
            MachineError::Desk(refusal) => Refusal::Machine(refusal),
            other @ (MachineError::Refused(_) | MachineError::Io { .. } | MachineError::Late(_)) => {
                Refusal::Simulator(other.to_string())
            }
        }
    }
}

async fn state(State(page): State<Arc<Page>>) -> Response {
    let newest = page.states.borrow().clone();
    ([(CONTENT_TYPE, "application/json")], newest.to_string()).into_response()
}

/// The whole state, now and after every change.
async fn events(State(page): State<Arc<Page>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut states = page.states.subscribe();
    states.mark_changed();
    let changes = stream::unfold(states, async |mut states| {
        states.changed().await.ok()?;
        let newest = states.borrow_and_update().to_string();
        Some((Ok(Event::default().data(newest)), states))
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

async fn screen(State(page): State<Arc<Page>>) -> Response {
    let picture = page.screen.picture.borrow().clone();
    picture.map_or(StatusCode::NOT_FOUND.into_response(), |picture| png(picture.png))
}

async fn paper(State(page): State<Arc<Page>>, Path(name): Path<String>) -> Response {
    let number = name.strip_suffix(".png").and_then(|number| number.parse::<u64>().ok());
    let Some(number) = number else { return StatusCode::NOT_FOUND.into_response() };
    let file = page.machine.papers().join(format!("{number:04}.png"));
    tokio::fs::read(file).await.map_or(StatusCode::NOT_FOUND.into_response(), |bytes| png(bytes.into()))
}

fn png(bytes: Bytes) -> Response {
    ([(CONTENT_TYPE, "image/png")], bytes).into_response()
}

async fn touch(State(page): State<Arc<Page>>, Json(point): Json<Point>) -> Done {
    done(page.screen.touch(point), "there is no screen to touch")
}

#[derive(Deserialize)]
struct Pressed {
    button: Button,
}

async fn press(State(page): State<Arc<Page>>, Json(Pressed { button }): Json<Pressed>) -> Done {
    done(page.screen.press(button), "the machine does not run")
}

#[derive(Deserialize)]
struct Acted {
    act: String,
}

async fn act(State(page): State<Arc<Page>>, Json(Acted { act }): Json<Acted>) -> Done {
    let (device, command) =
        acts::command(&act).ok_or_else(|| Refusal::Simulator(format!("there is no act `{act}`")))?;
    page.machine.act(device, command).await?;
    page.look_again();
    Ok(StatusCode::NO_CONTENT)
}

/// More than on any card; a scanner reads no more either.
const NUMBER_BYTES_MAX: usize = 120;

/// What is held to the scanner.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Held {
    Card(String),
    /// A card with any other number.
    Number(String),
    /// The QR code on this paper.
    Paper(u64),
}

async fn scan(State(page): State<Arc<Page>>, Json(held): Json<Held>) -> Done {
    let code = match held {
        Held::Card(code) => page.cards().find(&code).map(|card| card.code.clone()),
        Held::Number(number) => {
            Some(number).filter(|number| !number.is_empty() && number.len() <= NUMBER_BYTES_MAX)
        }
        Held::Paper(number) => {
            let papers = page.log().papers();
            papers.into_iter().find(|paper| paper.number == number).and_then(|paper| paper.qr)
        }
    };
    let code = code.ok_or_else(|| Refusal::Simulator("there is no such card or code here".to_owned()))?;
    page.scan(&code).await?;
    page.look_again();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Billed {
    card: String,
}

async fn bill(State(page): State<Arc<Page>>, Json(Billed { card }): Json<Billed>) -> Done {
    page.put_bill(&card)?;
    page.look_again();
    Ok(StatusCode::NO_CONTENT)
}

async fn restart(State(page): State<Arc<Page>>) -> Done {
    page.machine.restart(Duration::ZERO).await?;
    page.look_again();
    Ok(StatusCode::NO_CONTENT)
}

async fn answer_call(State(page): State<Arc<Page>>) -> Done {
    at_desk(&page, Act::AnswerCalls { reason: None }).await
}

#[derive(Deserialize)]
struct Decided {
    payment: PaymentId,
    decision: Decision,
}

async fn decide(State(page): State<Arc<Page>>, Json(Decided { payment, decision }): Json<Decided>) -> Done {
    at_desk(&page, Act::Decide { payment, decision }).await
}

#[derive(Deserialize)]
struct TakenOver {
    payment: PaymentId,
}

async fn take_over(State(page): State<Arc<Page>>, Json(TakenOver { payment }): Json<TakenOver>) -> Done {
    let reason = REASON.parse().map_err(|_| Refusal::Simulator("nobody can say so".to_owned()))?;
    at_desk(&page, Act::TakeOver { payment, reason }).await
}

#[derive(Deserialize)]
struct PaperAnswered {
    paper: PaperName,
    answer: PaperAnswer,
}

async fn answer_paper(State(page): State<Arc<Page>>, Json(answered): Json<PaperAnswered>) -> Done {
    let PaperAnswered { paper, answer } = answered;
    at_desk(&page, Act::AnswerPaper { paper, answer }).await
}

/// What somebody counts: one kind, or everything that can be paid out.
#[derive(Deserialize)]
struct Counted {
    kind: Option<Denomination>,
}

async fn count(State(page): State<Arc<Page>>, Json(Counted { kind }): Json<Counted>) -> Done {
    desk::count(&page, kind).await?;
    page.look_again();
    Ok(StatusCode::NO_CONTENT)
}

async fn at_desk(page: &Page, act: Act) -> Done {
    let ordered = desk::order(page, act).await;
    page.look_again();
    ordered?;
    Ok(StatusCode::NO_CONTENT)
}

fn done(done: bool, otherwise: &str) -> Done {
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::Simulator(otherwise.to_owned())) }
}
