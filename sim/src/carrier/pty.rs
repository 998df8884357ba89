use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The device's end of a pseudo-terminal, with a symlink to the host's end under a name of our choice.
#[derive(Debug)]
pub struct Pty {
    master: AsyncFd<OwnedFd>,
    /// Kept open, so that a host that goes and comes again finds the line as it was.
    _slave: OwnedFd,
    link: PathBuf,
}

impl Pty {
    /// Opens a pseudo-terminal and makes `link` a symlink to it, replacing an older symlink.
    pub fn open(link: &Path) -> io::Result<Pty> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let slave = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        // Without raw mode the kernel would echo, and turn carriage returns into line feeds.
        let mut raw = tcgetattr(&slave)?;
        raw.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &raw)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        replace_link(link, Path::new(&*name.to_string_lossy()))?;
        Ok(Pty { master: watch(master)?, _slave: slave, link: link.to_owned() })
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe; an OwnedFd stays the same descriptor while it is watched"
)]
fn watch(master: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(master)
}

impl Drop for Pty {
    fn drop(&mut self) {
        // A link that is gone already is as good as removed.
        drop(std::fs::remove_file(&self.link));
    }
}

impl AsyncRead for Pty {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut ready = ready!(self.master.poll_read_ready(cx))?;
            let mut buffer = [0; 512];
            let room = out.remaining().min(buffer.len());
            match ready.try_io(|fd| Ok(rustix::io::read(fd.get_ref(), &mut buffer[..room])?)) {
                Ok(read) => return Poll::Ready(read.map(|count| out.put_slice(&buffer[..count]))),
                Err(_would_block) => {}
            }
        }
    }
}

impl AsyncWrite for Pty {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut ready = ready!(self.master.poll_write_ready(cx))?;
            match ready.try_io(|fd| Ok(rustix::io::write(fd.get_ref(), bytes)?)) {
                Ok(written) => return Poll::Ready(written),
                Err(_would_block) => {}
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Only a symlink is ever replaced, so that a mistyped path costs nobody a file.
fn replace_link(link: &Path, target: &Path) -> io::Result<()> {
    if link.is_symlink() {
        std::fs::remove_file(link)?;
    }
    std::os::unix::fs::symlink(target, link)
}
