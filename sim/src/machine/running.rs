//! The unmodified programs, with models of the devices on pseudo-terminals.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use api::{Answer, Done, FromDesk, MachineView, Order, PageName, PaymentId, Question, ToDesk};
use devices::Clock;
use devices::port::LineSettings;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::connection::{CONNECT_EVERY, Connection};
use super::shared_folder::SharedFolder;
use super::{MachineError, io};
use crate::cabinet::{Cabinet, ConfigFolder};
use crate::carrier::{Asked, Ended, Player, Pty};
use crate::model::{Inside, Model};
use crate::paper::PaperFont;
use crate::paper_tray::PaperTray;
use crate::surroundings::{BillingAct, Device, Disk};

/// How long a program may take to begin, to answer or to stop, on a busy computer.
pub(crate) const PROGRAM_PATIENCE: Duration = Duration::from_secs(20);

/// Commands of people to one device; they wait for each answer, so few would do.
const ASKED_MAX: usize = 4;

/// A daemon, a bridge and four devices. All of it ends when this is dropped.
pub struct RunningMachine {
    programs: PathBuf,
    /// What the cabinet has.
    devices: Vec<(Device, mpsc::Sender<Asked>)>,
    daemon: Mutex<Daemon>,
    bridge: Mutex<Option<Child>>,
    /// Goes last, when nobody reads in it any more.
    folder: TempDir,
}

/// seisankid, which can be killed, and the disk under it.
struct Daemon {
    child: Option<Child>,
    disk: Disk,
}

/// What people beside a device see.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// Where.
    pub device: Device,
    /// What: an object with a `happened` field.
    pub value: Value,
}

/// What becomes of the paper that the printer cuts.
pub enum Papers {
    /// Only its text is told.
    TextOnly,
    /// A picture of each lies in [`RunningMachine::papers`] too.
    Pictures(PaperFont),
}

impl RunningMachine {
    /// Starts the programs that lie in the folder `programs`, on a new machine with an empty journal. The desk answers
    /// when this returns; the devices come up after it ([`RunningMachine::opened`]).
    pub async fn start(
        programs: &Path,
        cabinet: Cabinet,
        papers: Papers,
    ) -> Result<(RunningMachine, mpsc::UnboundedReceiver<Happening>), MachineError> {
        let folder = io("a temporary folder", TempDir::with_prefix("seisanki-"))?;
        let config = io("the configuration", ConfigFolder::write(folder.path(), cabinet.profile))?;
        let (told, happenings) = mpsc::unbounded_channel();
        let devices = plug_in(cabinet, &config, papers, &told)?;
        prepare(programs, "seisankid", "--provision", &config).await?;
        prepare(programs, "seisanki-bridge", "--set-up", &config).await?;
        let machine = RunningMachine {
            programs: programs.to_owned(),
            devices,
            daemon: Mutex::new(Daemon {
                child: Some(spawn_daemon(programs, &config, Disk::Sound)?),
                disk: Disk::Sound,
            }),
            bridge: Mutex::new(Some(spawn(programs, "seisanki-bridge", &config)?)),
            folder,
        };
        machine.wait_until(|status| status.billing_connected).await?;
        Ok((machine, happenings))
    }

    /// Waits until the devices have come up and the machine takes patients.
    pub async fn opened(&self) -> Result<(), MachineError> {
        self.wait_until(|status| status.page != PageName::Closed).await
    }

    /// Its configuration.
    pub fn config(&self) -> ConfigFolder {
        ConfigFolder::at(self.folder.path())
    }

    /// The folder of the pictures of papers.
    pub fn papers(&self) -> PathBuf {
        papers_in(&self.config())
    }

    /// The billing system writes a file into the folder of bills.
    pub fn put_bill(&self, name: &str, text: &str) -> Result<(), MachineError> {
        let bills = self.config().billing.join("bills");
        io("the folder of bills", fs::create_dir_all(&bills))?;
        let half = bills.join(format!("{name}.part"));
        io("a bill", fs::write(&half, text).and_then(|()| fs::rename(&half, bills.join(name))))
    }

    /// Something goes wrong on the side of the billing system, or is over.
    pub async fn act_billing(&self, act: &BillingAct) -> Result<(), MachineError> {
        let folder = SharedFolder::of(&self.config());
        match act {
            BillingAct::BridgeAway => {
                let bridge = self.bridge.lock().await.take();
                let mut bridge = bridge.ok_or_else(|| refused("the bridge is away already"))?;
                io("killing seisanki-bridge", bridge.kill().await)
            }
            BillingAct::BridgeBack => {
                *self.bridge.lock().await = Some(spawn(&self.programs, "seisanki-bridge", &self.config())?);
                Ok(())
            }
            BillingAct::FolderAway => io("taking the folder away", folder.go_away()),
            BillingAct::FolderBack => io("bringing the folder back", folder.come_back()),
            BillingAct::RefuseNextResult => {
                let name = self.next_result().await?;
                io("a folder in the way of a result", folder.stand_in_the_way_of(&name))
            }
            BillingAct::TakeResults => io("clearing the way of results", folder.clear_the_way()),
            BillingAct::WrongFile { patient } => io("a wrong file", folder.put_wrong_file(&patient.0)),
            BillingAct::NoWrongFiles => io("taking wrong files away", folder.remove_wrong_files()),
            BillingAct::Silent | BillingAct::Speaking | BillingAct::Latency(_) => {
                Err(refused("a bridge that hangs is played in the world only"))
            }
        }
    }

    /// The name of the file with the result that comes next.
    async fn next_result(&self) -> Result<String, MachineError> {
        let settings = settings::Machine::load(&self.config().machine);
        let machine = settings.map_err(|error| refused(&error.to_string()))?.id;
        let status = self.status().await?;
        let after_last = PaymentId(status.last_payment.map_or(1, |last| last.0 + 1));
        Ok(format!("{machine}-{}.json", status.open_payment.unwrap_or(after_last)))
    }

    /// Somebody does something with a device: one line of its commands.
    pub async fn act(&self, device: Device, command: &str) -> Result<(), MachineError> {
        let command = command.to_owned();
        self.ask_device(device, |answer| Asked::Act { command, answer }).await?.map_err(MachineError::Refused)
    }

    /// What truly is inside a device.
    pub async fn look_inside(&self, device: Device) -> Result<Inside, MachineError> {
        self.ask_device(device, |answer| Asked::LookInside { answer }).await
    }

    async fn ask_device<T>(
        &self,
        device: Device,
        asked: impl FnOnce(oneshot::Sender<T>) -> Asked,
    ) -> Result<T, MachineError> {
        let (answer, answered) = oneshot::channel();
        let gone = MachineError::Late("a device's answer");
        let known = self.devices.iter().find(|(known, _)| *known == device);
        let (_, device) = known.ok_or_else(|| refused("the cabinet has no such device"))?;
        if device.send(asked(answer)).await.is_err() {
            return Err(gone);
        }
        answered.await.map_err(|_| gone)
    }

    /// Staff ask something.
    pub async fn ask(&self, question: Question) -> Result<Answer, MachineError> {
        self.go_to_desk(PROGRAM_PATIENCE).await?.ask(question).await
    }

    /// Staff do something.
    pub async fn order(&self, order: Order) -> Result<Done, MachineError> {
        self.go_to_desk(PROGRAM_PATIENCE).await?.order(order).await
    }

    /// How the machine is.
    pub(crate) async fn status(&self) -> Result<MachineView, MachineError> {
        super::status_in(self.ask(Question::Status).await?)
    }

    /// For several questions; fails if nothing listens for so long.
    pub(crate) async fn go_to_desk(&self, patience: Duration) -> Result<Desk, MachineError> {
        Connection::open(&self.config().run.join("diag.sock"), "desk", patience).await.map(Desk)
    }

    /// The screen's way to the daemon.
    pub(crate) async fn screen(&self) -> Result<Connection, MachineError> {
        Connection::open(&self.config().run.join("kiosk.sock"), "kiosk", PROGRAM_PATIENCE).await
    }

    /// The daemon is killed and started again after a while; with SIGKILL, as a power cut would: nothing is tidied up.
    pub async fn restart(&self, away: Duration) -> Result<(), MachineError> {
        let mut daemon = self.daemon.lock().await;
        if let Some(mut child) = daemon.child.take() {
            io("killing seisankid", child.kill().await)?;
        }
        sleep(away).await;
        daemon.child = Some(spawn_daemon(&self.programs, &self.config(), daemon.disk)?);
        Ok(())
    }

    /// A full disk without a disk of one's own: the system lets no file of seisankid grow, so that each write fails as it
    /// does for want of space. A disk that fails in other ways needs root, and is played in the world.
    pub(crate) async fn set_disk(&self, disk: Disk) -> Result<(), MachineError> {
        let bytes = file_size_max(disk)?;
        let mut daemon = self.daemon.lock().await;
        daemon.disk = disk;
        let pid = daemon.child.as_ref().and_then(Child::id).ok_or(MachineError::Late("seisankid"))?;
        // The soft limit alone can be raised again.
        let limit =
            Command::new("prlimit").arg(format!("--pid={pid}")).arg(format!("--fsize={bytes}:")).status();
        match io("prlimit (of util-linux)", limit.await)?.success() {
            true => Ok(()),
            false => Err(MachineError::Refused("prlimit could not set the limit".to_owned())),
        }
    }

    pub(crate) async fn wait_until(&self, well: impl Fn(&MachineView) -> bool) -> Result<(), MachineError> {
        let until = Instant::now() + PROGRAM_PATIENCE;
        while Instant::now() < until {
            if well(&self.status().await?) {
                return Ok(());
            }
            sleep(CONNECT_EVERY).await;
        }
        Err(MachineError::Late("the machine's start"))
    }
}

fn plug_in(
    cabinet: Cabinet,
    config: &ConfigFolder,
    papers: Papers,
    told: &mpsc::UnboundedSender<Happening>,
) -> Result<Vec<(Device, mpsc::Sender<Asked>)>, MachineError> {
    let settings = settings::Machine::load(&config.machine);
    let ports = settings.map_err(|error| MachineError::Refused(error.to_string()))?.devices;
    let clock = Clock::start();
    let play_printer = |printer| match papers {
        Papers::TextOnly => play(Device::Escpos, printer, &ports.printer, clock, told),
        Papers::Pictures(font) => {
            let tray = PaperTray::new(printer, papers_in(config), Some(font));
            play(Device::Escpos, io("the folder of papers", tray)?, &ports.printer, clock, told)
        }
    };
    let mut devices = Vec::new();
    for (device, unit) in Device::NOTE_UNITS.into_iter().zip(ports.note_units()) {
        devices.push((device, play(device, cabinet.note_unit(&unit.profile), unit, clock, told)?));
    }
    for (device, unit) in Device::COIN_UNITS.into_iter().zip(ports.coin_units()) {
        devices.push((device, play(device, cabinet.coin_unit(&unit.profile), unit, clock, told)?));
    }
    let scanner = Cabinet::scanner(&ports.scanner.profile);
    devices.push((Device::Escpos, play_printer(Cabinet::printer(&ports.printer.profile))?));
    devices.push((Device::Scanner, play(Device::Scanner, scanner, &ports.scanner, clock, told)?));
    Ok(devices)
}

/// Puts a model on a pseudo-terminal under the name of the port that the configuration gives the device.
fn play<M: Model + Send + 'static, P>(
    name: Device,
    model: M,
    device: &settings::Device<P>,
    clock: Clock,
    told: &mpsc::UnboundedSender<Happening>,
) -> Result<mpsc::Sender<Asked>, MachineError>
where
    for<'a> LineSettings: From<&'a P>,
{
    let pty = io("a pseudo-terminal", Pty::open(&device.port))?;
    let baud = LineSettings::from(&device.profile).baud;
    let (asked_tx, asked) = mpsc::channel(ASKED_MAX);
    let (happened, mut happenings) = mpsc::unbounded_channel();
    let told = told.clone();
    tokio::spawn(async move {
        while let Some(value) = happenings.recv().await {
            // Nobody looks any more: the machine is ending.
            drop(told.send(Happening { device: name, value }));
        }
    });
    let mut player = Player::new(model, baud, clock, happened);
    player.start();
    tokio::spawn(keep_playing(player, pty, device.port.clone(), asked));
    Ok(asked_tx)
}

/// Plays until the machine ends; pulled out and plugged in, a device comes back under the same name.
async fn keep_playing<M: Model>(
    mut player: Player<M>,
    pty: Pty,
    link: PathBuf,
    mut asked: mpsc::Receiver<Asked>,
) {
    let mut plugged = Some(pty);
    while let Some(pty) = plugged {
        // An error ends the line; the daemon and the story see it, because the device falls silent.
        let Ok(Ended::Unplugged) = player.play(pty, &mut asked).await else { return };
        if !player.plugged_in_again(&mut asked).await {
            return;
        }
        plugged = Pty::open(&link).ok();
    }
}

/// Somebody at the desk.
pub(crate) struct Desk(Connection);

impl Desk {
    pub(crate) async fn ask(&mut self, question: Question) -> Result<Answer, MachineError> {
        match self.say(FromDesk::Ask(question)).await? {
            ToDesk::Answer(answer) => Ok(answer),
            other @ (ToDesk::Done(_) | ToDesk::Refused(_)) => Err(no(other)),
        }
    }

    async fn order(&mut self, order: Order) -> Result<Done, MachineError> {
        match self.say(FromDesk::Order(order)).await? {
            ToDesk::Done(done) => Ok(done),
            other @ (ToDesk::Answer(_) | ToDesk::Refused(_)) => Err(no(other)),
        }
    }

    async fn say(&mut self, said: FromDesk) -> Result<ToDesk, MachineError> {
        self.0.say(&said).await?;
        self.0.next(Instant::now() + PROGRAM_PATIENCE).await?.ok_or(MachineError::Late("an answer"))
    }
}

fn no(said: ToDesk) -> MachineError {
    match said {
        ToDesk::Refused(refusal) => MachineError::Desk(refusal),
        ToDesk::Answer(_) | ToDesk::Done(_) => refused(&format!("seisankid says {said:?}")),
    }
}

fn refused(sentence: &str) -> MachineError {
    MachineError::Refused(sentence.to_owned())
}

/// What is done once, by hand, on a new machine.
async fn prepare(programs: &Path, name: &str, how: &str, config: &ConfigFolder) -> Result<(), MachineError> {
    let status = program(programs, name, config).arg(how).status().await;
    match io(name, status)?.success() {
        true => Ok(()),
        false => Err(refused(&format!("{name} {how} failed"))),
    }
}

fn spawn(programs: &Path, name: &str, config: &ConfigFolder) -> Result<Child, MachineError> {
    io(name, program(programs, name, config).spawn())
}

/// In the words of `prlimit` and of the shell's `ulimit`.
fn file_size_max(disk: Disk) -> Result<&'static str, MachineError> {
    match disk {
        Disk::Sound => Ok("unlimited"),
        Disk::Full => Ok("0"),
        Disk::ReadOnly | Disk::Denying => {
            Err(MachineError::Refused("such a disk is played in the world only".to_owned()))
        }
    }
}

/// seisankid under a shell's arrangement that a limit of file size is an error of writing and no signal that ends it
/// ([`RunningMachine::set_disk`]). The shell becomes the program, with the same process number.
fn spawn_daemon(programs: &Path, config: &ConfigFolder, disk: Disk) -> Result<Child, MachineError> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", r#"trap "" XFSZ; ulimit -S -f "$2"; exec "$0" --config "$1""#])
        .arg(programs.join("seisankid"))
        .arg(&config.machine)
        .arg(file_size_max(disk)?)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    io("seisankid", shell.spawn())
}

/// A program of the machine, ready for more arguments. It ends with its handle.
pub(crate) fn program(programs: &Path, name: &str, config: &ConfigFolder) -> Command {
    let mut command = Command::new(programs.join(name));
    command
        .arg("--config")
        .arg(&config.machine)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

fn papers_in(config: &ConfigFolder) -> PathBuf {
    config.machine.with_file_name("papers")
}
