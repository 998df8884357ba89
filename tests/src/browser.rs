//! The cabinet page as people meet it: in Chromium, at the size of a small laptop.
//!
//! Pictures of what it looked like lie in `target/debug/cabinet-page/` afterwards.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::demo::{Demo, now};
use crate::programs;

/// The smallest screen at which everything can be used without scrolling.
const SIZE: (u32, u32) = (1366, 768);

/// The smallest button that a finger or an unsteady hand meets.
const BUTTON_PX_MIN: u64 = 32;

/// How long something may take on a busy computer.
const PATIENCE: Duration = Duration::from_secs(30);

const LOOK_EVERY: Duration = Duration::from_millis(60);

const INSTALL: &str = "Chromium or its driver is missing; install them with: ./run setup";

/// chromedriver and the browser that it runs.
struct Driver {
    child: Child,
    url: String,
    profile: TempDir,
}

impl Driver {
    fn start() -> Driver {
        let spawned =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = spawned.expect(INSTALL);
        let stdout = BufReader::new(child.stdout.take().expect("it was asked for"));
        // It first says that it starts on port 0.
        let port = stdout.lines().map_while(Result::ok).find_map(|line| {
            line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        let url = format!("http://127.0.0.1:{}", port.expect(INSTALL));
        Driver { child, url, profile: TempDir::new().expect("a temporary folder") }
    }

    async fn browser(&self) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments =
            json!(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", profile]);
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&self.url).await;
        client.expect("chromedriver starts Chromium; both come with: ./run setup")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A page in the browser.
struct Visit {
    client: Client,
    pictures: PathBuf,
}

impl Visit {
    async fn open(client: Client, demo: &Demo) -> Visit {
        let pictures = programs::folder().join("cabinet-page");
        std::fs::create_dir_all(&pictures).expect("a folder for the pictures");
        client.goto(&demo.url()).await.expect("the page opens");
        let visit = Visit { client, pictures };
        visit.resize().await;
        visit
    }

    /// A window is larger than what is seen of its page.
    async fn resize(&self) {
        let border = self.ask("return [outerWidth - innerWidth, outerHeight - innerHeight]").await;
        let border =
            |index: usize| border[index].as_u64().and_then(|border| u32::try_from(border).ok()).unwrap_or(0);
        let resized = self.client.set_window_size(SIZE.0 + border(0), SIZE.1 + border(1)).await;
        resized.expect("a window has a size");
        let fits = format!("return innerWidth === {} && innerHeight === {}", SIZE.0, SIZE.1);
        self.wait_for("the size of the page", &fits).await;
    }

    async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Clicks the button of this name as soon as it is there and can be pressed.
    async fn click(&self, key: &str) {
        let selector = format!("[data-key=\"{key}\"]:not(:disabled), [id=\"{key}\"]:not([data-key])");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(&selector)).await;
        found.unwrap_or_else(|error| panic!("{key}: {error}"));
        // Panels are drawn anew while one looks at them, so that the element is found and clicked in one step.
        let click = format!(
            "const one = document.querySelector('{}'); one?.click(); return Boolean(one)",
            selector.replace('\'', "")
        );
        self.wait_for(key, &click).await;
    }

    async fn wait_for_page(&self, name: &str) {
        self.wait_for(name, &format!("return document.body.dataset.page === '{name}'")).await;
    }

    async fn wait_for(&self, what: &str, script: &str) {
        let until = now() + PATIENCE;
        while self.ask(script).await != json!(true) {
            if now() > until {
                self.picture("failed").await;
                panic!("{what} did not come about; see failed.png in {}", self.pictures.display());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Until nothing slides any more, and a picture of the screen that is to be seen is there.
    async fn wait_until_still(&self) {
        let still = "const picture = document.getElementById('picture');
            return document.getAnimations().every((one) => one.playState !== 'running')
                && (picture.hidden || picture.naturalWidth > 0);";
        self.wait_for("a page at rest", still).await;
    }

    /// Takes a picture, and checks that nothing is cut off or too small to press.
    async fn picture(&self, name: &str) {
        let png = self.client.screenshot().await.expect("a picture is taken");
        std::fs::write(self.pictures.join(format!("{name}.png")), png).expect("a picture is kept");
    }

    async fn check_size(&self) {
        let page = "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]";
        assert_eq!(self.ask(page).await, json!([SIZE.0, SIZE.1]), "the page scrolls");
        let small = format!(
            "return [...document.querySelectorAll('button')].filter((one) => one.offsetHeight > 0 && \
             one.offsetHeight < {BUTTON_PX_MIN}).map((one) => one.dataset.key ?? one.id)"
        );
        assert_eq!(self.ask(&small).await, json!([]), "buttons are too small");
        let nameless = "return [...document.querySelectorAll('button')].filter((one) => \
                        !(one.getAttribute('aria-label') ?? one.textContent).trim()).map((one) => one.dataset.key ?? one.id)";
        assert_eq!(self.ask(nameless).await, json!([]), "buttons have no name");
    }

    /// Touches the picture of the screen, in hundredths of its width and height.
    async fn touch_screen(&self, across: u32, down: u32) {
        let touch = format!(
            "const box = document.getElementById('picture').getBoundingClientRect(); \
             document.getElementById('picture').dispatchEvent(new MouseEvent('click', {{ bubbles: true, \
             clientX: box.left + box.width * {across} / 100, clientY: box.top + box.height * {down} / 100 }}))"
        );
        self.ask(&touch).await;
    }
}

/// Where 「はい」 and 「係員を呼ぶ」 are on the real screen, in hundredths.
const YES_ON_SCREEN: (u32, u32) = (50, 60);

#[tokio::test]
async fn a_newcomer_pays_and_looks_around() {
    let demo = Demo::start(&programs::folder());
    let driver = Driver::start();
    let visit = Visit::open(driver.browser().await, &demo).await;
    visit.wait_for_page("idle").await;
    let has_screen = has_screen(&demo);
    if has_screen {
        let loaded = "return document.getElementById('picture').naturalWidth > 0";
        visit.wait_for("the picture of the screen", loaded).await;
    }
    let caption =
        "return document.getElementById('spoken-words').textContent === '診察券をかざしてください。'";
    visit.wait_for("a caption of what is said aloud", caption).await;
    visit.picture("idle-ja").await;
    visit.check_size().await;

    pay(&visit, has_screen).await;
    take_everything(&visit).await;
    call_staff(&visit).await;
    free_the_cutter(&visit).await;
    make_trouble(&visit).await;

    visit.click("language-button").await;
    visit.wait_for("English", "return document.documentElement.lang === 'en'").await;
    visit.wait_for("a closed drawer", "return document.getElementById('trouble').hidden").await;
    visit.picture("idle-en").await;
    visit.check_size().await;
    visit.client.clone().close().await.expect("the browser closes");
}

/// Whether the screen's program lies beside the others; if so, its picture has to come.
fn has_screen(demo: &Demo) -> bool {
    let state = demo.state();
    if state["screen_program"] == "missing" {
        return false;
    }
    demo.wait_for("a picture of the screen", |state| !state["picture"].is_null());
    true
}

/// 1,230 yen with a note and a coin; 270 yen come back.
async fn pay(visit: &Visit, has_screen: bool) {
    visit.click("card-0123").await;
    visit.wait_for_page("confirm_payer").await;
    if has_screen {
        let newest = "return !document.getElementById('picture').hidden && document.getElementById('picture').complete";
        visit.wait_for("the newest picture", newest).await;
        visit.touch_screen(YES_ON_SCREEN.0, YES_ON_SCREEN.1).await;
        visit.wait_for_page("choose_method").await;
        visit.click("text-button").await;
    } else {
        visit.click("press-yes").await;
    }
    visit.click("press-pay_cash").await;
    visit.wait_for_page("insert_cash").await;
    // The slot opens a moment after the page says so; people push again.
    insert(visit, "note-1000", "あと230円").await;
    visit.picture("in-payment-as-text-ja").await;
    if has_screen {
        visit.click("text-button").await;
        visit.wait_until_still().await;
        visit.picture("in-payment-ja").await;
        visit.check_size().await;
        visit.click("text-button").await;
    }
    insert(visit, "coin-500", "支払いを確定する").await;
    visit.click("press-confirm").await;
    if has_screen {
        visit.click("text-button").await;
    }
}

/// Inserts a piece until the hint says `then`.
async fn insert(visit: &Visit, key: &str, then: &str) {
    let hint = format!("return document.getElementById('hint').textContent.includes('{then}')");
    let until = now() + PATIENCE;
    while visit.ask(&hint).await != json!(true) {
        assert!(now() < until, "{key} was not taken");
        visit.click(key).await;
        for _ in 0..60 {
            if visit.ask(&hint).await == json!(true) || visit.ask(REFUSED).await == json!(true) {
                break;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// The newest happening is that a slot was closed.
const REFUSED: &str =
    "return /入口で入らなかった|受け付けず/.test(document.querySelector('.log li')?.textContent ?? '')";

async fn take_everything(visit: &Visit) {
    visit
        .wait_for(
            "270 yen in the tray",
            "return document.getElementById('coins').textContent.includes('270円')",
        )
        .await;
    visit.picture("change-ja").await;
    visit.click("take-coins").await;
    let paper = "return (document.querySelector('.paper img')?.naturalWidth ?? 0) > 400";
    visit.wait_for("the picture of the receipt", paper).await;
    visit.wait_for_page("thanks").await;
    visit.wait_until_still().await;
    visit.picture("receipt-ja").await;
    visit.check_size().await;
    visit.click("paper-1").await;
    visit.wait_for("an enlarged receipt", "return document.getElementById('paper').open").await;
    visit.picture("receipt-enlarged-ja").await;
    visit.click("close-paper").await;
    visit.click("take-paper").await;
    visit.wait_for_page("idle").await;
    let agrees = "return document.querySelectorAll('#cash tr.differs, #cash tr.moves').length === 0 && \
                  document.querySelectorAll('#cash tbody tr').length >= 8 && \
                  document.querySelector('#cash .lamp').classList.contains('good')";
    visit.wait_for("a table in which belief and truth agree", agrees).await;
}

/// Presses a button of the screen where it stands as text.
async fn press_as_text(visit: &Visit, button: &str) {
    let has_picture = visit.ask("return document.getElementById('as-text').hidden").await == json!(true);
    if has_picture {
        visit.click("text-button").await;
    }
    visit.click(button).await;
    if has_picture {
        visit.click("text-button").await;
    }
}

async fn call_staff(visit: &Visit) {
    press_as_text(visit, "press-call_staff").await;
    visit.wait_for("a call", "return document.querySelector('#desk.ringing') !== null").await;
    visit.picture("call-ja").await;
    visit.check_size().await;
    visit.click("answer-call").await;
    visit.wait_for("silence", "return document.querySelector('#desk.ringing') === null").await;
}

/// A cutter that has jammed in a receipt is freed from the drawer, and the machine goes on.
async fn free_the_cutter(visit: &Visit) {
    visit.click("trouble-button").await;
    visit.click("act-printer.cutter_jam").await;
    let will_jam = "return document.querySelector('[data-trouble=will_jam]') !== null";
    visit.wait_for("a cutter that will jam", will_jam).await;
    visit.click("close-trouble").await;
    visit.click("card-0418").await;
    visit.wait_for_page("confirm_payer").await;
    press_as_text(visit, "press-yes").await;
    visit.wait_for_page("nothing_due").await;
    press_as_text(visit, "press-confirm").await;
    visit.click("trouble-button").await;
    let undo = "return document.querySelector('[data-key=\"act-printer.cutter_clear\"][data-trouble=jammed]') !== null";
    visit.wait_for("a cutter that has jammed, and what undoes it", undo).await;
    visit.picture("cutter-jammed-ja").await;
    visit.click("act-printer.cutter_clear").await;
    let free = "return document.querySelector('[data-trouble=jammed], [data-trouble=will_jam]') === null";
    visit.wait_for("a free cutter", free).await;
    visit.click("close-trouble").await;
    // What hung in the cutter only a person has seen.
    visit.click("paper-receipt-2-complete").await;
    visit.click("answer-call").await;
    visit.wait_for_page("idle").await;
}

async fn make_trouble(visit: &Visit) {
    visit.click("trouble-button").await;
    visit.click("act-printer.cover_open").await;
    visit.click("act-hopper.empty.50").await;
    visit
        .wait_for("an open cover", "return document.querySelector('[data-trouble=cover_open]') !== null")
        .await;
    for jam in ["hopper.jam.1", "hopper.jam.5", "hopper.jam.10", "hopper.jam.100", "printer.cutter_jam"] {
        visit.click(&format!("act-{jam}")).await;
    }
    let jammed = "return document.querySelector('[data-trouble=will_jam]') !== null";
    visit.wait_for("a cutter that will jam, and what undoes it", jammed).await;
    // Nothing that the units say, and no drawer, keeps anybody from money, paper or desk.
    let out_of_reach = "return [...document.querySelectorAll(
            '.piece, .card, [data-key=take-note], [data-key=take-coins], [data-key=take-paper], #desk h2')]
        .filter((one) => {
            const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return !top || !(one.contains(top) || top.contains(one));
        }).map((one) => one.dataset.key ?? one.textContent)";
    assert_eq!(visit.ask(out_of_reach).await, json!([]), "these cannot be clicked");
    visit.picture("trouble-ja").await;
    visit.check_size().await;
    visit.click("act-printer.cutter_clear").await;
    visit.click("act-printer.cover_close").await;
    visit.click("close-trouble").await;
    visit.wait_for("a difference", "return document.querySelector('#cash tr.differs') !== null").await;
    visit.picture("difference-ja").await;
    visit.click("count").await;
    visit.wait_for("no difference", "return document.querySelector('#cash tr.differs') === null").await;
}
