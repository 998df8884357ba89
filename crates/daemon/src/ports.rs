//! The devices: one task a port, which carries its bytes.

use std::collections::BTreeMap;

use devices::Clock;
use devices::port::{self, Happened, Line, Sender};
use machine::{LineId, Wiring, wiring};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Bytes and news of all lines that wait for the loop. A burst is a handful; when it is full, they wait in the kernel.
const NEWS_MAX: usize = 64;

/// All ports.
pub(crate) struct Ports {
    /// A port's task that ends before the program does has a bug, and the machine must stop.
    pub(crate) tasks: JoinSet<()>,
    pub(crate) news: mpsc::Receiver<(LineId, Happened)>,
    /// The lines that are open.
    open: BTreeMap<LineId, Sender>,
}

impl Ports {
    /// Opens every port. What happens on them arrives as news.
    pub(crate) fn open(devices: &settings::Devices, clock: Clock) -> Ports {
        let (sender, news) = mpsc::channel(NEWS_MAX);
        let mut tasks = JoinSet::new();
        for (id, Wiring { port, settings }) in wiring(devices) {
            let line = Line::Serial { path: port, settings };
            tasks.spawn(port::carry(line, clock, move |happened| (id, happened), sender.clone()));
        }
        Ports { tasks, news, open: BTreeMap::new() }
    }

    /// No port yet.
    pub(crate) fn closed() -> Ports {
        let (_sender, news) = mpsc::channel(NEWS_MAX);
        Ports { tasks: JoinSet::new(), news, open: BTreeMap::new() }
    }

    pub(crate) fn opened(&mut self, line: LineId, sender: Sender) {
        self.open.insert(line, sender);
    }

    pub(crate) fn lost(&mut self, line: LineId) {
        self.open.remove(&line);
    }

    /// What is sent while a line is gone is lost, as it would be on a wire; the machine was told.
    pub(crate) fn transmit(&self, line: LineId, bytes: Vec<u8>) {
        if let Some(sender) = self.open.get(&line) {
            sender.send(bytes);
        }
    }
}
