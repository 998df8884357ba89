//! The program as it is started, before a daemon that is played here: view in, picture out, touch in, touch out.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use api::{Button, CallProgress, Hello, KioskView, Page, Touch, to_line};
use tempfile::TempDir;

use crate::pages::{self, view};
use crate::stage::CONFIG;

/// Long enough for a loaded machine; nothing waits that long if all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// The middle of 係員を呼ぶ.
const CALL_STAFF: &str = "{\"x\":300,\"y\":1800}\n";

struct Kiosk {
    program: Child,
    folder: TempDir,
    listener: UnixListener,
}

impl Drop for Kiosk {
    fn drop(&mut self) {
        // It may have ended by itself, and the test has failed then.
        let _ended = self.program.kill();
        let _reaped = self.program.wait();
    }
}

impl Kiosk {
    fn start(more: &[&str]) -> Kiosk {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("kiosk.sock")).unwrap();
        let config = machine_file(folder.path());
        let program = Command::new(env!("CARGO_BIN_EXE_seisanki-kiosk"))
            .args(["--config".as_ref(), config.as_os_str(), "--headless".as_ref(), "--mirror".as_ref()])
            .arg(folder.path().join("mirror.sock"))
            .args(more)
            .env_remove("DISPLAY")
            .spawn()
            .unwrap();
        Kiosk { program, folder, listener }
    }

    /// The kiosk's next connection, after its hello.
    fn daemon(&mut self) -> BufReader<UnixStream> {
        self.listener.set_nonblocking(true).unwrap();
        let stream = loop {
            match self.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let ended = self.program.try_wait().unwrap();
                    assert!(ended.is_none(), "the program has ended: {ended:?}");
                    std::thread::park_timeout(Duration::from_millis(10));
                }
                Err(error) => panic!("{error}"),
            }
        };
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut daemon = BufReader::new(stream);
        let hello: Hello = read_line(&mut daemon);
        assert_eq!(hello, Hello { hello: api::VERSION, role: "kiosk".into() });
        daemon
    }

    /// The mirror is made before the connection to the daemon, so that it is there now.
    fn mirror(&self) -> Mirror {
        let stream = UnixStream::connect(self.folder.path().join("mirror.sock")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Mirror { stream: BufReader::new(stream), last: 0 }
    }
}

struct Mirror {
    stream: BufReader<UnixStream>,
    last: u64,
}

impl Mirror {
    /// The next picture, as the bytes of its PNG.
    fn frame(&mut self) -> Vec<u8> {
        let head: serde_json::Value = read_line(&mut self.stream);
        assert_eq!((head["w"].as_u64(), head["h"].as_u64()), (Some(1080), Some(1920)));
        let seq = head["seq"].as_u64().unwrap();
        assert!(seq > self.last);
        self.last = seq;
        let mut png = vec![0; usize::try_from(head["len"].as_u64().unwrap()).unwrap()];
        self.stream.read_exact(&mut png).unwrap();
        let info = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap().info().clone();
        assert_eq!((info.width, info.height), (1080, 1920));
        png
    }

    /// The picture that differs from `known`: others may still be on their way.
    fn frame_unlike(&mut self, known: &[u8]) -> Vec<u8> {
        loop {
            let frame = self.frame();
            if frame != known {
                return frame;
            }
        }
    }
}

#[test]
fn a_view_becomes_a_picture_and_a_touch_goes_back() {
    let mut kiosk = Kiosk::start(&["--mirror-touch"]);
    let mut daemon = kiosk.daemon();
    let mut mirror = kiosk.mirror();
    let waiting = mirror.frame();

    show(&mut daemon, &KioskView { seq: 41, ..view(pages::idle(), CallProgress::None) });
    let idle = mirror.frame_unlike(&waiting);
    mirror.stream.get_mut().write_all(CALL_STAFF.as_bytes()).unwrap();
    assert_eq!(read_line::<Touch>(&mut daemon), Touch { seq: 41, button: Button::CallStaff });

    // The daemon dies, and with it what the picture said.
    drop(daemon);
    let mut last = mirror.frame_unlike(&idle);
    while last != waiting {
        last = mirror.frame();
    }

    // It comes back, and with it the page.
    let mut daemon = kiosk.daemon();
    show(&mut daemon, &KioskView { seq: 42, ..view(pages::idle(), CallProgress::None) });
    let mut last = mirror.frame_unlike(&waiting);
    while last != idle {
        last = mirror.frame();
    }
}

#[test]
fn a_line_that_is_no_view_ends_the_connection() {
    let mut kiosk = Kiosk::start(&[]);
    let mut daemon = kiosk.daemon();
    daemon.get_mut().write_all(b"{\"refused\":\"Install both from one release.\"}\n").unwrap();
    let _again = kiosk.daemon();
}

#[test]
fn without_mirror_touch_nobody_touches() {
    let mut kiosk = Kiosk::start(&[]);
    let mut daemon = kiosk.daemon();
    let mut mirror = kiosk.mirror();
    let waiting = mirror.frame();
    show(&mut daemon, &view(pages::idle(), CallProgress::None));
    let idle = mirror.frame_unlike(&waiting);
    mirror.stream.get_mut().write_all(CALL_STAFF.as_bytes()).unwrap();
    // A pressed button would be seen before the next page, and a touch would be heard before the end.
    show(&mut daemon, &view(Page::PaperTrouble, CallProgress::None));
    mirror.frame_unlike(&idle);
    drop(kiosk);
    let mut rest = String::new();
    daemon.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn a_wrong_start_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let good = machine_file(folder.path());
    let bad = folder.path().join("bad.toml");
    std::fs::write(&bad, std::fs::read_to_string(&good).unwrap().replace("[machine]", "[maschine]")).unwrap();
    let cases: [(&Path, &[&str], &str); 4] = [
        (Path::new("nowhere.toml"), &["--headless"], "nowhere.toml: cannot be read"),
        (&bad, &["--headless"], "unknown field `maschine`"),
        (&good, &["--windowed"], "there is no display to draw on"),
        (&good, &["--headless", "--mirror", "/nowhere/mirror.sock"], "/nowhere/mirror.sock cannot be made"),
    ];
    for (config, arguments, sentence) in cases {
        let output = Command::new(env!("CARGO_BIN_EXE_seisanki-kiosk"))
            .arg("--config")
            .arg(config)
            .args(arguments)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(sentence), "{said}\ninstead of {sentence}");
    }
}

/// The shipped configuration with its sockets in `folder`.
fn machine_file(folder: &Path) -> PathBuf {
    for name in ["forms", "languages", "profiles"] {
        std::os::unix::fs::symlink(Path::new(CONFIG).join(name), folder.join(name)).unwrap();
    }
    let shipped = std::fs::read_to_string(Path::new(CONFIG).join("machine.example.toml")).unwrap();
    let file = folder.join("machine.toml");
    std::fs::write(&file, shipped.replacen("run = \"run\"", "run = \".\"", 1)).unwrap();
    file
}

fn show(daemon: &mut BufReader<UnixStream>, view: &KioskView) {
    daemon.get_mut().write_all(&to_line(view)).unwrap();
}

fn read_line<T: serde::de::DeserializeOwned>(stream: &mut BufReader<UnixStream>) -> T {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
}
