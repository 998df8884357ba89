//! The unmodified programs, with models of the devices on pseudo-terminals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use api::{Button, DeskAnswer, DeskRequest, Hello, KioskView, Lines, MachineStatus, Touch, to_line};
use devices::Clock;
use devices::port::LineSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Machine, MachineError};
use crate::cabinet::{Cabinet, ConfigFolder};
use crate::carrier::{Asked, Player, Pty};
use crate::model::Model;
use crate::scenario::Device;

/// How long a program may take to begin, to answer or to stop, on a busy computer.
const PROGRAM_PATIENCE: Duration = Duration::from_secs(20);

/// How often a socket is tried that is not there yet.
const CONNECT_EVERY: Duration = Duration::from_millis(20);

/// Commands of people to one device; they wait for each answer, so one would do.
const ASKED_MAX: usize = 4;

/// A daemon, a bridge and four devices. All of it ends when this is dropped.
pub struct OnPtys {
    runtime: Runtime,
    programs: PathBuf,
    folder: TempDir,
    /// In the order of [`Device`].
    devices: [mpsc::Sender<Asked>; 4],
    happenings: mpsc::UnboundedReceiver<Value>,
    happened: Vec<Value>,
    daemon: Option<Child>,
    _bridge: Child,
    screen: Connection,
    view: KioskView,
}

struct Connection {
    stream: UnixStream,
    lines: Lines,
}

impl OnPtys {
    /// Starts the programs that lie in the folder `programs`, on a new machine with an empty journal.
    pub fn start(programs: &Path, cabinet: Cabinet) -> Result<OnPtys, MachineError> {
        // A thread of its own, so that the devices go on while the story looks at something else.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = io("the runtime", runtime)?;
        let folder = io("a temporary folder", TempDir::with_prefix("seisanki-"))?;
        let config = io("the configuration", ConfigFolder::write(folder.path(), cabinet.profile))?;
        let (happened, happenings) = mpsc::unbounded_channel();
        let devices = runtime.block_on(async { plug_in(cabinet, &config, &happened) })?;
        let (daemon, bridge, screen) = runtime.block_on(async {
            provision(programs, &config).await?;
            let daemon = spawn(programs, "seisankid", &config)?;
            let bridge = spawn(programs, "seisanki-bridge", &config)?;
            Ok::<_, MachineError>((
                daemon,
                bridge,
                Connection::open(&config.run.join("kiosk.sock"), "kiosk").await?,
            ))
        })?;
        let mut machine = OnPtys {
            runtime,
            programs: programs.to_owned(),
            folder,
            devices,
            happenings,
            happened: Vec::new(),
            daemon: Some(daemon),
            _bridge: bridge,
            screen,
            view: starting(),
        };
        machine.wait_until(|status| status.page != "closed" && status.billing_connected)?;
        Ok(machine)
    }

    fn wait_until(&mut self, well: impl Fn(&MachineStatus) -> bool) -> Result<(), MachineError> {
        let mut waited = Duration::ZERO;
        loop {
            if matches!(self.desk(DeskRequest::Status)?, DeskAnswer::Status(status) if well(&status)) {
                return Ok(());
            }
            if waited > PROGRAM_PATIENCE {
                return Err(MachineError::Late("the machine's start"));
            }
            self.wait(CONNECT_EVERY)?;
            waited += CONNECT_EVERY;
        }
    }

    fn config(&self) -> ConfigFolder {
        ConfigFolder::at(self.folder.path())
    }
}

impl Machine for OnPtys {
    fn put_bill(&mut self, name: &str, text: &str) -> Result<(), MachineError> {
        let bills = self.config().billing.join("bills");
        io("the folder of bills", fs::create_dir_all(&bills))?;
        let half = bills.join(format!("{name}.part"));
        io("a bill", fs::write(&half, text).and_then(|()| fs::rename(&half, bills.join(name))))
    }

    fn act(&mut self, device: Device, command: &str) -> Result<(), MachineError> {
        let sender = &self.devices[device as usize];
        let (answer, answered) = oneshot::channel();
        let result = self.runtime.block_on(async {
            let asked = Asked { command: command.to_owned(), answer };
            sender.send(asked).await.ok()?;
            answered.await.ok()
        });
        result.ok_or(MachineError::Late("a device's answer"))?.map_err(MachineError::Refused)
    }

    fn touch(&mut self, button: Button) -> Result<(), MachineError> {
        let touch = Touch { seq: self.view.seq, button };
        io("a touch", self.runtime.block_on(self.screen.stream.write_all(&to_line(&touch))))
    }

    fn desk(&mut self, request: DeskRequest) -> Result<DeskAnswer, MachineError> {
        let socket = self.config().run.join("diag.sock");
        self.runtime.block_on(async {
            let mut desk = Connection::open(&socket, "story").await?;
            io("a question", desk.stream.write_all(&to_line(&request)).await)?;
            desk.next(Instant::now() + PROGRAM_PATIENCE).await?.ok_or(MachineError::Late("an answer"))
        })
    }

    /// With SIGKILL, as a power cut would: nothing is tidied up.
    fn restart(&mut self) -> Result<(), MachineError> {
        let config = self.config();
        let killed = self.daemon.take();
        let (daemon, screen) = self.runtime.block_on(async {
            if let Some(mut daemon) = killed {
                io("killing seisankid", daemon.kill().await)?;
            }
            let daemon = spawn(&self.programs, "seisankid", &config)?;
            Ok::<_, MachineError>((daemon, Connection::open(&config.run.join("kiosk.sock"), "kiosk").await?))
        })?;
        self.daemon = Some(daemon);
        self.screen = screen;
        self.view = starting();
        self.wait_until(|status| status.billing_connected)
    }

    fn wait(&mut self, time: Duration) -> Result<(), MachineError> {
        let (screen, view) = (&mut self.screen, &mut self.view);
        self.runtime.block_on(async {
            let until = Instant::now() + time;
            while let Some(newer) = screen.next(until).await? {
                *view = newer;
            }
            Ok::<_, MachineError>(())
        })?;
        while let Ok(value) = self.happenings.try_recv() {
            self.happened.push(value);
        }
        Ok(())
    }

    fn view(&self) -> KioskView {
        self.view.clone()
    }

    fn happened(&self) -> &[Value] {
        &self.happened
    }

    fn papers(&self) -> Vec<String> {
        paper_texts(&self.happened)
    }
}

impl Connection {
    /// Connects as soon as the program listens.
    async fn open(socket: &Path, role: &str) -> Result<Connection, MachineError> {
        let until = Instant::now() + PROGRAM_PATIENCE;
        let mut stream = loop {
            match UnixStream::connect(socket).await {
                Ok(stream) => break stream,
                Err(error) if Instant::now() > until => {
                    return Err(MachineError::Io { what: socket.display().to_string(), error });
                }
                Err(_not_yet) => sleep(CONNECT_EVERY).await,
            }
        };
        let hello = Hello { hello: api::VERSION, role: role.to_owned() };
        io("a hello", stream.write_all(&to_line(&hello)).await)?;
        Ok(Connection { stream, lines: Lines::default() })
    }

    /// The next message; `None` if none comes until then.
    async fn next<T: DeserializeOwned>(&mut self, until: Instant) -> Result<Option<T>, MachineError> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(message) = self.lines.next_message() {
                return message.map(Some).map_err(|error| MachineError::Refused(error.to_string()));
            }
            match timeout_at(until, self.stream.read(&mut buffer)).await {
                Err(_elapsed) => return Ok(None),
                Ok(read) => match io("a socket", read)? {
                    0 => return Err(MachineError::Refused("the program closed the connection".to_owned())),
                    count => self.lines.push(&buffer[..count]),
                },
            }
        }
    }
}

/// Puts a model on a pseudo-terminal under the name of the port that the configuration gives the device.
fn play<M: Model + Send + 'static, P>(
    model: M,
    device: &settings::Device<P>,
    clock: Clock,
    happened: &mpsc::UnboundedSender<Value>,
) -> Result<mpsc::Sender<Asked>, MachineError>
where
    for<'a> LineSettings: From<&'a P>,
{
    let pty = io("a pseudo-terminal", Pty::open(&device.port))?;
    let baud = LineSettings::from(&device.profile).baud;
    let (asked_tx, mut asked) = mpsc::channel(ASKED_MAX);
    let mut player = Player::new(model, baud, clock, happened.clone());
    player.start();
    tokio::task::spawn(async move {
        // The line ends with the story; an error is seen there, because the device falls silent.
        drop(player.play(pty, &mut asked).await);
    });
    Ok(asked_tx)
}

/// The text of every piece of paper among the happenings.
fn paper_texts(happened: &[Value]) -> Vec<String> {
    let cut = happened.iter().filter(|one| one["happened"] == "cut").filter_map(|one| one["text"].as_array());
    cut.map(|lines| lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")).collect()
}

fn plug_in(
    cabinet: Cabinet,
    config: &ConfigFolder,
    happened: &mpsc::UnboundedSender<Value>,
) -> Result<[mpsc::Sender<Asked>; 4], MachineError> {
    let settings = settings::Machine::load(&config.machine);
    let ports = settings.map_err(|error| MachineError::Refused(error.to_string()))?.devices;
    let coin_unit =
        ports.coin_unit.ok_or_else(|| MachineError::Refused("no coin unit is set up".to_owned()))?;
    let clock = Clock::start();
    Ok([
        play(cabinet.note_unit(&ports.note_unit.profile), &ports.note_unit, clock, happened)?,
        play(cabinet.coin_unit(&coin_unit.profile), &coin_unit, clock, happened)?,
        play(Cabinet::printer(&ports.printer.profile), &ports.printer, clock, happened)?,
        play(Cabinet::scanner(&ports.scanner.profile), &ports.scanner, clock, happened)?,
    ])
}

async fn provision(programs: &Path, config: &ConfigFolder) -> Result<(), MachineError> {
    let status = program(programs, "seisankid", config).arg("--provision").status().await;
    match io("seisankid --provision", status)?.success() {
        true => Ok(()),
        false => Err(MachineError::Refused("seisankid --provision failed".to_owned())),
    }
}

fn spawn(programs: &Path, name: &str, config: &ConfigFolder) -> Result<Child, MachineError> {
    io(name, program(programs, name, config).spawn())
}

fn program(programs: &Path, name: &str, config: &ConfigFolder) -> Command {
    let mut command = Command::new(programs.join(name));
    command
        .arg("--config")
        .arg(&config.machine)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

fn starting() -> KioskView {
    let page = api::Page::Closed { reason: api::ClosedReason::Starting };
    KioskView { seq: 0, page, call: api::CallProgress::None }
}

fn io<T>(what: &str, result: std::io::Result<T>) -> Result<T, MachineError> {
    result.map_err(|error| MachineError::Io { what: what.to_owned(), error })
}
