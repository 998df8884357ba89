//! What the loop does while the disk does not answer.

use std::path::Path;
use std::sync::mpsc::channel;
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use super::*;

/// After this a machine gives up an append, and tries the journal again before long.
const OVERDUE: Duration = Duration::from_secs(11);

/// A disk that answers to nobody until it is told to.
struct Hanging {
    answers: std::sync::mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Hanging {
    fn begin(records: &Records) -> Hanging {
        let (begun, has_begun) = channel();
        let (answers, answers_now) = channel();
        let records = records.clone();
        let thread = spawn(move || {
            records.hold(|| {
                begun.send(()).unwrap();
                answers_now.recv().unwrap();
            });
        });
        has_begun.recv().unwrap();
        Hanging { answers, thread }
    }

    fn end(self) {
        self.answers.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

/// A machine whose journal is new, and whose first entry waits to be written.
async fn started(folder: &Path) -> Shell {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/machine.example.toml");
    let mut settings = settings::Machine::load(&example).unwrap();
    settings.journal = folder.join("journal.sqlite");
    let policy = Policy::of(&settings);
    journal::provision(&settings.journal, &policy.machine, WallTime(0)).unwrap();
    let (records, recovery) = Records::open_and_replay(&settings.journal, policy.clone()).await.unwrap();
    let clock = Clock::start();
    let machine = Machine::start(&settings, Some(*recovery), now(&clock).unwrap(), Seamless);
    Shell {
        clock,
        views: watch::channel(machine.view().clone()).0,
        machine,
        devices: settings.devices,
        ports: Ports::closed(),
        journal: settings.journal,
        policy,
        newest: watch::channel(records.head().seq()).0,
        records: Some(records),
        known: None,
        trouble: None,
        appending: None,
        trying: None,
        checked: watch::channel(None).1,
        bridge: None,
        asking: None,
        service_manager: ServiceManager::from_environment(),
        is_stopped: false,
    }
}

/// So much time passes, for the machine.
async fn pass(shell: &mut Shell, time: Duration) {
    let at = shell.clock.now().after(time);
    shell.machine.handle(at, Wakeup::Timeout);
    shell.wake(Woken::Deadline).unwrap();
    shell.carry_out().await;
}

/// It is said, nobody else touches the journal meanwhile, and what it wrote at last is found in it.
#[tokio::test]
async fn an_append_that_hangs_is_given_up_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut shell = started(folder.path()).await;
    let before = *shell.newest.borrow();
    let disk = Hanging::begin(shell.records.as_ref().unwrap());
    shell.carry_out().await;
    assert!(shell.trouble.is_none());
    pass(&mut shell, OVERDUE).await;
    let said = shell.trouble.as_ref().map(|trouble| trouble.said.clone());
    assert_eq!(said, Some(RecordsError::Overdue.to_string()));
    pass(&mut shell, OVERDUE * 10).await;
    assert!(shell.trying.is_none(), "it would wait behind the one that hangs");
    assert!(!shell.appending.as_ref().unwrap().is_finished());

    disk.end();
    let appended = ended(&mut shell.appending).await;
    shell.wake(Woken::Appended(appended)).unwrap();
    assert!(shell.trouble.is_some(), "where the journal ends is found out by opening it again");
    pass(&mut shell, OVERDUE * 20).await;
    assert!(shell.trying.is_some());
    let tried = ended(&mut shell.trying).await;
    shell.wake(Woken::JournalTried(tried)).unwrap();
    assert!(shell.trouble.is_none());
    assert!(*shell.newest.borrow() > before, "what it was told to write is there");
}
