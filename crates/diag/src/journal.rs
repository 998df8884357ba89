//! The machine's record: asked for, followed and copied.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use api::{FeedEntry, FromFollower, Hello, Lines, MachineId, Question, ToFollower, to_line};
use clap::Subcommand;
use journal::{Reader, Verified};
use settings::Machine;

use crate::desk::{Desk, next};

/// As many as a technician reads.
const ENTRIES_SHOWN: u32 = 50;

#[derive(Subcommand)]
pub(crate) enum JournalCommand {
    /// Check every byte: hash chain, postings and private parts.
    Verify,
    /// Show the newest entries.
    Show {
        /// How many.
        #[arg(long, value_name = "N", default_value_t = ENTRIES_SHOWN)]
        last: u32,
    },
    /// Write each entry as soon as it is there, one JSON object a line, without names.
    Follow {
        /// Begin behind this entry; 0 for the whole journal.
        #[arg(long, value_name = "SEQ", default_value_t = 0)]
        after: u64,
        /// The hash of that entry: a journal that does not hold it is not followed.
        #[arg(long, value_name = "HASH")]
        hash: Option<String>,
        /// End with the newest entry that there is now.
        #[arg(long)]
        to_newest: bool,
    },
    /// Copy the journal as it is now, also while the machine works, and check every byte of the copy. For the user of
    /// seisankid: it reads the file itself.
    Backup {
        /// The copy. A file that is there is not overwritten.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The machine's configuration.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

pub(crate) fn run(desk: &Desk<'_>, command: JournalCommand) -> Result<(), String> {
    match command {
        JournalCommand::Verify => desk.ask(Question::JournalVerify),
        JournalCommand::Show { last } => desk.ask(Question::JournalShow { last }),
        JournalCommand::Follow { after, hash, to_newest } => follow(desk, after, hash, to_newest),
        JournalCommand::Backup { file, config } => back_up(desk, &file, &config),
    }
}

fn back_up(desk: &Desk<'_>, to: &Path, config: &Path) -> Result<(), String> {
    let machine = Machine::load(config).map_err(|error| error.to_string())?;
    let id = MachineId(machine.id);
    let reader = Reader::open(&machine.journal, &id).map_err(|error| error.to_string())?;
    let Verified { entries, head_hex } = reader.back_up(to).map_err(|error| error.to_string())?;
    desk.reader.copied(to, entries, &head_hex);
    Ok(())
}

fn follow(desk: &Desk<'_>, after: u64, hash: Option<String>, to_newest: bool) -> Result<(), String> {
    let socket = desk.socket.with_file_name("feed.sock");
    let ended = |error: std::io::Error| format!("{}: {error}. Is seisankid running?", socket.display());
    let mut feed = Feed::open(&socket, after, hash).map_err(ended)?;
    let mut last = u64::MAX;
    let mut has = after;
    while has < last {
        match feed.next().map_err(ended)? {
            ToFollower::Feed { newest, .. } if to_newest => last = newest,
            ToFollower::Feed { .. } => {}
            ToFollower::Refused(refusal) => return Err(desk.reader.words().feed_refusal(&refusal)),
            ToFollower::Entries(entries) => {
                let seq = entries.last().map_or(has, |entry| entry.seq);
                if !write(&entries) {
                    return Ok(());
                }
                feed.acknowledge(seq).map_err(ended)?;
                has = seq;
            }
        }
    }
    Ok(())
}

/// False if nobody reads any more.
fn write(entries: &[FeedEntry]) -> bool {
    let mut out = std::io::stdout().lock();
    let mut line = |entry: &FeedEntry| {
        let text = serde_json::to_string(entry).map_err(std::io::Error::other)?;
        writeln!(out, "{text}")
    };
    let written = entries.iter().try_for_each(&mut line);
    written.and_then(|()| out.flush()).is_ok()
}

/// A connection to `feed.sock`.
struct Feed {
    stream: UnixStream,
    lines: Lines,
}

impl Feed {
    fn open(socket: &Path, after: u64, hash: Option<String>) -> std::io::Result<Feed> {
        let mut stream = UnixStream::connect(socket)?;
        stream.write_all(&to_line(&Hello { hello: api::VERSION, role: "diag".to_owned() }))?;
        stream.write_all(&to_line(&FromFollower::Follow { after, hash, epoch: None }))?;
        Ok(Feed { stream, lines: Lines::default() })
    }

    fn next(&mut self) -> std::io::Result<ToFollower> {
        next(&mut self.stream, &mut self.lines)
    }

    /// What was written is the reader's.
    fn acknowledge(&mut self, seq: u64) -> std::io::Result<()> {
        self.stream.write_all(&to_line(&FromFollower::Acknowledge { seq }))
    }
}
