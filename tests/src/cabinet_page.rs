//! The cabinet page's server, without a browser.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::demo::Demo;
use crate::programs;

/// A folder with the programs but for the screen's, so that what is tested does not depend on it.
fn without_screen() -> TempDir {
    let folder = TempDir::new().unwrap();
    for program in ["seisankid", "seisanki-bridge", "seisanki-sim"] {
        symlink(programs::folder().join(program), folder.path().join(program)).unwrap();
    }
    folder
}

fn press(demo: &Demo, button: &str) {
    demo.send("/press", &json!({ "button": button }));
}

fn act(demo: &Demo, act: &str) {
    demo.send("/act", &json!({ "act": act }));
}

/// Pushes a note at the slot until it is taken: the slot opens a moment after the page says so.
fn insert(demo: &Demo, piece: &str, inserted: i64) {
    demo.wait_for_page("insert_cash");
    loop {
        let before = demo.state()["log"][0]["number"].as_u64();
        act(demo, piece);
        let state = demo.wait_for(piece, |state| {
            let newest = &state["log"][0];
            let refused =
                newest["what"]["happened"] == "refused_at_entry" && newest["number"].as_u64() > before;
            refused || state["view"]["page"]["inserted"] == inserted
        });
        if state["view"]["page"]["inserted"] == inserted {
            return;
        }
    }
}

/// Believed and true pieces, row by row.
fn differences(state: &Value) -> Vec<&Value> {
    let rows = state["cash"].as_array().expect("the state has rows");
    rows.iter().filter(|row| row["believed"] != row["is"]).collect()
}

#[test]
fn a_bill_is_paid_from_card_to_paper() {
    let programs = without_screen();
    let demo = Demo::start(programs.path());
    let state = demo.wait_for_page("idle");
    assert_eq!(state["screen_program"], "missing");
    assert_eq!(differences(&state), [&Value::Null; 0]);
    let stores = state["cash"].as_array().unwrap().iter().filter(|row| row["is"].as_u64() > Some(0));
    assert_eq!(stores.count(), 8, "two drums and six hoppers have a float");

    demo.send("/scan", &json!({ "card": "0123" }));
    demo.wait_for_page("confirm_payer");
    press(&demo, "yes");
    demo.wait_for_page("choose_method");
    press(&demo, "pay_cash");
    insert(&demo, "note.insert.2000", 2000);
    press(&demo, "confirm");
    let state = demo.wait_for("770 yen in the tray", |state| {
        let coins = state["tray"].as_array().unwrap();
        coins.iter().map(|coin| coin[0].as_i64().unwrap() * coin[1].as_i64().unwrap()).sum::<i64>() == 770
            && state["view"]["page"]["falling"] == false
    });
    assert!(state["view"]["page"]["amount"] == 770, "{}", state["view"]);
    assert_eq!(state["spoken"], json!({ "ja": "小銭をお取りください。", "en": "Please take your coins." }));
    assert_eq!(state["view"]["tone"], "take");
    act(&demo, "coin.take");
    let state = demo.wait_for("a receipt", |state| state["papers"][0]["complete"] == true);
    assert!(state["papers"][0]["text"].to_string().contains("領収証"), "{}", state["papers"]);
    let picture = demo.get("/papers/1.png");
    assert!(picture.body.starts_with(b"\x89PNG"), "{}", picture.head);
    act(&demo, "printer.tear");
    let state = demo.wait_for_page("idle");
    assert_eq!(state["papers"][0]["taken"], true);
    assert_eq!(differences(&state), [&Value::Null; 0], "{:#}", state["cash"]);

    demo.send("/bill", &json!({ "card": "0123" }));
    demo.wait_for("another bill", |state| state["cards"][1]["open"] == true);
    assert!(demo.end().success());
}

#[test]
fn what_people_do_is_told_apart_from_what_the_machine_believes() {
    let programs = without_screen();
    let demo = Demo::start(programs.path());
    act(&demo, "hopper.empty.100");
    let state = demo.wait_for("a difference", |state| !differences(state).is_empty());
    let expected = json!({
        "place": { "hopper": 100 },
        "name": { "ja": "100円ホッパー", "en": "hopper 100" },
        "kind": 100,
        "store": true,
        "believed": 50,
        "is": 0
    });
    assert_eq!(differences(&state), [&expected]);
    demo.send("/desk/count", &json!({}));
    demo.wait_for("the machine to know", |state| differences(state).is_empty());

    act(&demo, "printer.cover_open");
    demo.wait_for("an open cover", |state| {
        state["believed"]["status"]["units"]["printer"]["cover_open"] == true
    });
    act(&demo, "printer.cover_close");
    act(&demo, "note.unplug");
    demo.wait_for("a cable that is out", |state| {
        state["devices"][0]["unplugged"] == true
            && state["believed"]["status"]["units"]["cash"][0]["acceptor"] != "ready"
    });
    let refused = demo.try_send("/act", &json!({ "act": "note.insert.1000" }));
    assert_eq!(refused.status, 409);
    act(&demo, "note.plug");
    demo.wait_for("a note unit", |state| {
        state["believed"]["status"]["units"]["cash"][0]["acceptor"] == "ready"
    });

    press(&demo, "call_staff");
    demo.wait_for("a call", |state| {
        state["believed"]["calls"][0]["answered_by"].is_null() && has_call(state)
    });
    demo.send("/desk/answer-call", &json!({}));
    demo.wait_for("an answer", |state| {
        state["believed"]["calls"][0]["answered_by"].is_string() || !has_call(state)
    });
}

fn has_call(state: &Value) -> bool {
    state["believed"]["calls"].as_array().is_some_and(|calls| !calls.is_empty())
}

#[test]
fn a_killed_program_goes_on_and_a_jam_leaves_the_payment_to_the_desk() {
    let programs = without_screen();
    let demo = Demo::start(programs.path());
    demo.send("/scan", &json!({ "card": "0042" }));
    demo.wait_for_page("confirm_payer");
    press(&demo, "yes");
    demo.wait_for_page("choose_method");
    press(&demo, "pay_cash");
    demo.wait_for_page("insert_cash");
    insert(&demo, "note.insert.1000", 1000);
    demo.send("/restart", &json!({}));
    demo.wait_for_page("insert_cash");
    demo.send("/act", &json!({ "act": "note.jam_acceptor" }));
    demo.wait_for_page("suspended");
    let payment =
        demo.wait_for("the desk's view", |state| state["believed"]["payment"]["suspended"].is_object());
    demo.send("/desk/take-over", &json!({ "payment": payment["believed"]["payment"]["id"] }));
    demo.wait_for("nothing suspended", |state| state["believed"]["payment"].is_null());
}

#[test]
fn strangers_are_refused() {
    let programs = without_screen();
    let demo = Demo::start(programs.path());
    let body = json!({ "act": "hopper.empty.500" }).to_string();
    let json_head = "Content-Type: application/json\r\n";
    let of = |method: &str, host: &str, head: &str| {
        let address = if method == "GET" { "/state" } else { "/act" };
        demo.request(method, address, host, head, &body).status
    };
    assert_eq!(of("GET", &demo.host, ""), 200);
    assert_eq!(of("GET", "evil.example", ""), 403);
    assert_eq!(of("POST", &demo.host, json_head), 403);
    let foreign = format!("Origin: http://evil.example\r\n{json_head}");
    assert_eq!(of("POST", &demo.host, &foreign), 403);
    let rebound = format!("Origin: http://evil.example\r\n{json_head}");
    assert_eq!(of("POST", "evil.example", &rebound), 403);

    // What is no act of the list is refused, a device's own command line too.
    assert_eq!(demo.try_send("/act", &json!({ "act": "insert 10000" })).status, 409);
    assert_eq!(demo.try_send("/scan", &json!({ "card": "4711" })).status, 409);
    assert_eq!(demo.try_send("/touch", &json!({ "x": 1, "y": 1 })).status, 409);
    assert_eq!(demo.get("/papers/..%2Fmachine.toml").status, 404);
    let row = demo.state()["cash"].as_array().unwrap().iter().find(|row| row["kind"] == 500).cloned();
    assert_eq!(row.unwrap()["is"], 20, "no stranger emptied a hopper");

    let page = demo.get("/");
    assert_eq!(page.status, 200);
    assert!(
        page.head.to_lowercase().contains("content-security-policy: default-src 'self'"),
        "{}",
        page.head
    );
    let text = String::from_utf8(page.body).unwrap();
    assert!(
        !text.contains("http://") && !text.contains("https://"),
        "the page loads something from elsewhere"
    );
}
