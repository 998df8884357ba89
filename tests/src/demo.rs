use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long something may take on a busy computer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at something that is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A running `seisanki-sim demo` with its page.
pub(crate) struct Demo {
    child: Child,
    /// Where its page is, as `127.0.0.1:PORT`.
    pub(crate) host: String,
}

/// What the page's server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Demo {
    /// Starts the programs of the folder `programs`, and waits for the line with the address.
    pub(crate) fn start(programs: &Path) -> Demo {
        let mut child = Command::new(programs.join("seisanki-sim"))
            .args(["demo", "--bin-dir"])
            .arg(programs)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the demo starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("the demo prints its address");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("`{line}`: {error}"));
        let url = told["url"].as_str().expect("the line holds an address");
        let host = url.strip_prefix("http://").and_then(|host| host.strip_suffix('/'));
        let demo = Demo { child, host: host.expect("an address on this computer").to_owned() };
        // The page is there while the devices still come up.
        demo.wait_for_page("idle");
        demo
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.host)
    }

    /// Something that the page itself sends; panics if it is refused.
    pub(crate) fn send(&self, address: &str, content: &Value) {
        let answer = self.try_send(address, content);
        assert_eq!(answer.status, 204, "{address} {content}: {}", String::from_utf8_lossy(&answer.body));
    }

    pub(crate) fn try_send(&self, address: &str, content: &Value) -> Answer {
        let origin = format!("Origin: http://{}\r\nContent-Type: application/json\r\n", self.host);
        self.request("POST", address, &self.host, &origin, &content.to_string())
    }

    pub(crate) fn get(&self, address: &str) -> Answer {
        self.request("GET", address, &self.host, "", "")
    }

    pub(crate) fn request(&self, method: &str, address: &str, host: &str, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.host).expect("the page is served");
        let length = body.len();
        let request = format!(
            "{method} {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{head}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).expect("the server listens");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(answer[..end].to_vec()).expect("a head is text");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer { status: status.expect("an answer has a status"), body: answer.split_off(end + 4), head }
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::from_slice(&self.get("/state").body).expect("the state is JSON")
    }

    /// Waits until the state is as `well` wants it.
    pub(crate) fn wait_for(&self, what: &str, well: impl Fn(&Value) -> bool) -> Value {
        let until = now() + PATIENCE;
        loop {
            let state = self.state();
            if well(&state) {
                return state;
            }
            assert!(now() < until, "{what} did not come about; the state is\n{state:#}");
            std::thread::park_timeout(LOOK_EVERY);
        }
    }

    pub(crate) fn wait_for_page(&self, name: &str) -> Value {
        self.wait_for(&format!("the page {name}"), |state| state["view"]["page"]["name"] == name)
    }

    /// Ends it as a service manager would.
    pub(crate) fn end(mut self) -> ExitStatus {
        self.terminate()
    }

    fn terminate(&mut self) -> ExitStatus {
        // With SIGKILL the programs that it started would stay.
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()), "the demo can be told to end");
        self.child.wait().expect("the demo ends")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.terminate();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's patience is wall time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
