//! `feed.sock`: the journal, entry by entry, for whoever follows it. It is read beside the one that writes it, and never makes
//! that one wait.

use std::path::PathBuf;

use api::{FeedRefusal, FromFollower, MachineId, ToFollower, to_line};
use journal::{OpenError, ReadError, Reader, Slice};
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};
use tracing::{info, warn};

use crate::sockets::{Client, Greeted};

/// Where the journal is, and how far it goes.
#[derive(Clone)]
pub(crate) struct Feed {
    pub(crate) journal: PathBuf,
    pub(crate) machine: MachineId,
    /// The newest entry that is known to be on the disk.
    pub(crate) newest: watch::Receiver<u64>,
}

/// Why the journal cannot be read beside the one that writes it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("a thread that reads the journal ended: {0}")]
    Thread(#[from] JoinError),
}

/// A client asks for entries, and says that it has them, before there are more.
struct Follower {
    reader: Reader,
    newest: watch::Receiver<u64>,
}

/// What a follower says that it has.
struct Begin {
    after: u64,
    hash: Option<String>,
    epoch: Option<api::JournalEpoch>,
}

/// Serves one client.
pub(crate) async fn serve(greeted: Greeted, feed: Feed) {
    let Greeted { mut client, mut writer, .. } = greeted;
    let Some(FromFollower::Follow { after, hash, epoch }) = client.next().await else { return };
    let begin = Begin { after, hash, epoch };
    match follow(&mut client, &mut writer, feed, begin).await {
        Ok(None) => {}
        Ok(Some(refusal)) => {
            info!("a follower of the journal is refused");
            drop(writer.write_all(&to_line(&ToFollower::Refused(refusal))).await);
        }
        Err(error) => {
            warn!("the journal cannot be handed on: {error}");
            drop(writer.write_all(&to_line(&ToFollower::Refused(FeedRefusal::Unreadable))).await);
        }
    }
}

/// Hands entries on until the client is gone, or may not follow.
async fn follow(
    client: &mut Client,
    writer: &mut (impl AsyncWriteExt + Unpin),
    feed: Feed,
    begin: Begin,
) -> Result<Option<FeedRefusal>, FeedError> {
    let Feed { journal, machine, newest } = feed;
    let whose = machine.clone();
    let open = move || -> Result<_, FeedError> {
        let reader = Reader::open(&journal, &whose)?;
        let epoch = reader.epoch()?;
        Ok((reader, epoch))
    };
    let (reader, epoch) = spawn_blocking(open).await??;
    let (mut follower, mut slice) = Follower { reader, newest }.after(begin.after).await?;
    let is_same = slice.after.is_some()
        && begin.epoch.is_none_or(|followed| followed == epoch)
        && begin.hash.is_none_or(|hash| slice.after.as_ref() == Some(&hash));
    if !is_same {
        return Ok(Some(FeedRefusal::OtherJournal { epoch, newest: slice.newest }));
    }
    let hello = ToFollower::Feed { machine, epoch, newest: slice.newest };
    if writer.write_all(&to_line(&hello)).await.is_err() {
        return Ok(None);
    }
    let mut has = begin.after;
    loop {
        let has_more = match slice.entries.last() {
            Some(last) => {
                let last = last.seq;
                let sent = writer.write_all(&to_line(&ToFollower::Entries(slice.entries))).await;
                sent.is_ok() && acknowledged(client, &mut has, last).await
            }
            None => follower.waits_for_more(client, has).await,
        };
        if !has_more {
            return Ok(None);
        }
        (follower, slice) = follower.after(has).await?;
    }
}

/// Whether the follower says what it has of the entries up to `last`. Less than all is possible, too: the rest comes again.
async fn acknowledged(client: &mut Client, has: &mut u64, last: u64) -> bool {
    match client.next().await {
        Some(FromFollower::Acknowledge { seq }) if (*has..=last).contains(&seq) => {
            *has = seq;
            true
        }
        Some(FromFollower::Acknowledge { .. } | FromFollower::Follow { .. }) | None => false,
    }
}

impl Follower {
    /// Whether there is more. Whoever is gone is noticed meanwhile, and whoever speaks out of turn is no follower.
    async fn waits_for_more(&mut self, client: &mut Client, has: u64) -> bool {
        tokio::select! {
            changed = self.newest.wait_for(|newest| *newest > has) => changed.is_ok(),
            _ = client.next::<FromFollower>() => false,
        }
    }

    /// On a thread of its own: the disk may hang.
    async fn after(self, seq: u64) -> Result<(Follower, Slice), FeedError> {
        spawn_blocking(move || {
            let slice = self.reader.after(seq)?;
            Ok((self, slice))
        })
        .await?
    }
}

#[cfg(test)]
mod tests {
    use api::{FeedEntry, JournalEpoch, WallTime};
    use engine::{CallEntry, CallReason, Draft};
    use journal::{Journal, Record};
    use tempfile::TempDir;
    use tokio::net::UnixStream;

    use super::*;
    use crate::visitor::Visitor;

    struct Bench {
        folder: TempDir,
        journal: Journal,
        newest: watch::Sender<u64>,
        feed: Feed,
    }

    impl Bench {
        fn new() -> Bench {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("journal.sqlite");
            let machine = MachineId("m-1".to_owned());
            journal::provision(&path, &machine, WallTime(0)).unwrap();
            let journal = Journal::open(&path, &machine).unwrap();
            let (newest, newest_rx) = watch::channel(1);
            Bench { folder, journal, newest, feed: Feed { journal: path, machine, newest: newest_rx } }
        }

        fn write(&mut self, entries: u64) {
            let called = CallEntry::StaffCalled { reason: CallReason::Patient };
            for _ in 0..entries {
                let draft = Draft { entry: called.clone().into(), private: None };
                self.journal.append(WallTime(1_800_000_000), &[draft]).unwrap();
            }
            let (seq, _) = all(&self.feed);
            self.newest.send_replace(seq);
        }

        async fn client(&self) -> Visitor {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let feed = self.feed.clone();
            tokio::spawn(async move { serve(Greeted::greet(theirs).await.unwrap(), feed).await });
            let mut visitor = Visitor::at(ours);
            visitor.says_hello("follower").await;
            visitor
        }
    }

    fn all(feed: &Feed) -> (u64, Vec<FeedEntry>) {
        let reader = Reader::open(&feed.journal, &feed.machine).unwrap();
        let slice = reader.after(0).unwrap();
        (slice.newest, slice.entries)
    }

    /// The numbers of the entries that come next.
    async fn seqs(follower: &mut Visitor) -> Vec<u64> {
        match follower.hears().await {
            Some(ToFollower::Entries(entries)) => entries.iter().map(|entry| entry.seq).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn begin(after: u64) -> FromFollower {
        FromFollower::Follow { after, hash: None, epoch: None }
    }

    #[tokio::test]
    async fn entries_come_in_slices_in_order_and_each_until_it_is_acknowledged() {
        let mut bench = Bench::new();
        bench.write(599);
        let mut follower = bench.client().await;
        follower.says(&begin(0)).await;
        assert!(matches!(follower.hears().await, Some(ToFollower::Feed { newest: 600, .. })));
        assert_eq!(seqs(&mut follower).await, (1..=256).collect::<Vec<_>>());
        follower.says(&FromFollower::Acknowledge { seq: 100 }).await;
        assert_eq!(seqs(&mut follower).await, (101..=356).collect::<Vec<_>>());
        drop(follower);

        // Whoever was killed goes on after what it had for good.
        let mut follower = bench.client().await;
        follower.says(&begin(356)).await;
        follower.hears::<ToFollower>().await.unwrap();
        assert_eq!(seqs(&mut follower).await, (357..=600).collect::<Vec<_>>());
        follower.says(&FromFollower::Acknowledge { seq: 600 }).await;
        bench.write(1);
        assert_eq!(seqs(&mut follower).await, [601], "what is written later comes by itself");
        follower.says(&FromFollower::Acknowledge { seq: 700 }).await;
        assert_eq!(follower.hears::<ToFollower>().await, None, "nobody has what was not sent");
    }

    #[tokio::test]
    async fn another_journal_or_an_older_copy_is_not_followed() {
        let mut bench = Bench::new();
        bench.write(9);
        let (_, entries) = all(&bench.feed);
        let hash = |seq: usize| Some(entries[seq - 1].hash.clone());
        let other = Some(JournalEpoch("0".repeat(32)));
        let cases = [
            (FromFollower::Follow { after: 5, hash: hash(5), epoch: None }, true),
            (FromFollower::Follow { after: 5, hash: hash(6), epoch: None }, false),
            (FromFollower::Follow { after: 5, hash: None, epoch: other }, false),
            (begin(10), true),
            (begin(11), false),
        ];
        for (says, is_followed) in cases {
            let mut follower = bench.client().await;
            follower.says(&says).await;
            match follower.hears().await {
                Some(ToFollower::Feed { .. }) => assert!(is_followed, "{says:?}"),
                Some(ToFollower::Refused(FeedRefusal::OtherJournal { newest: 10, .. })) => {
                    assert!(!is_followed, "{says:?}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(bench.folder.path().exists());
    }
}
