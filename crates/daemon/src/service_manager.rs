//! What the service manager that started this program is told (sd_notify(3)): that it is ready, that it lives, and that it
//! ends. Started by hand, there is nobody to tell.

use std::ffi::OsString;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

/// The one that started this program, if there is one.
pub(crate) struct ServiceManager {
    socket: Option<UnixDatagram>,
    alive_every: Option<Duration>,
}

impl ServiceManager {
    /// As the environment says: this is no configuration, it is how a service manager speaks to what it starts.
    pub(crate) fn from_environment() -> ServiceManager {
        let usec = std::env::var_os("WATCHDOG_USEC");
        let is_other = std::env::var_os("WATCHDOG_PID").is_some_and(|pid| !is_ours(&pid));
        ServiceManager::at(std::env::var_os("NOTIFY_SOCKET"), usec.filter(|_| !is_other))
    }

    fn at(socket: Option<OsString>, watchdog_usec: Option<OsString>) -> ServiceManager {
        let socket = socket.and_then(connect);
        let usec = watchdog_usec.and_then(|usec| usec.to_str()?.parse().ok()).filter(|usec| *usec > 0);
        // Twice as often as it is waited for, as sd_watchdog_enabled(3) asks.
        let alive_every = usec.map(|usec| Duration::from_micros(usec) / 2).filter(|_| socket.is_some());
        ServiceManager { socket, alive_every }
    }

    /// How often it wants to hear that the loop goes round.
    pub(crate) fn alive_every(&self) -> Option<Duration> {
        self.alive_every
    }

    /// Devices and sockets are served.
    pub(crate) fn ready(&self) {
        self.tell("READY=1");
    }

    /// The loop has gone round.
    pub(crate) fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// The slots are being closed.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    fn tell(&self, what: &str) {
        // One that does not hear it acts by its own clock; there is nobody else to tell.
        drop(self.socket.as_ref().map(|socket| socket.send(what.as_bytes())));
    }
}

fn is_ours(pid: &OsString) -> bool {
    pid.to_str() == Some(std::process::id().to_string().as_str())
}

fn connect(name: OsString) -> Option<UnixDatagram> {
    let address = match name.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name).ok()?,
        _ => SocketAddr::from_pathname(&name).ok()?,
    };
    let socket = UnixDatagram::unbound().ok()?;
    // A service manager that reads nothing must not make the loop stand still.
    socket.set_nonblocking(true).ok()?;
    socket.connect_addr(&address).ok()?;
    Some(socket)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn it_is_told_over_its_socket() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let told = ServiceManager::at(Some(path.into()), Some("3000000".into()));
        assert_eq!(told.alive_every(), Some(Duration::from_millis(1500)));
        told.ready();
        told.alive();
        told.stopping();
        for expected in ["READY=1", "WATCHDOG=1", "STOPPING=1"] {
            let mut heard = [0; 64];
            let count = manager.recv(&mut heard).unwrap();
            assert_eq!(&heard[..count], expected.as_bytes());
        }
    }

    #[test]
    fn without_one_nothing_is_told() {
        for (socket, usec) in [(None, Some("3000000")), (Some("/nowhere/notify"), Some("3000000"))] {
            let nobody = ServiceManager::at(socket.map(OsString::from), usec.map(OsString::from));
            assert_eq!(nobody.alive_every(), None, "{socket:?}");
            nobody.ready();
        }
    }
}
