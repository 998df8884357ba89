//! Checks the journal while nobody pays, piece by piece and from the first entry on: a start reads only what came after the
//! books that were carried forward last.

use std::time::Duration;

use api::{JournalChecked, KioskView};
use journal::{ReadError, Reader, Verifying};
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::feed::{Feed, FeedError};
use crate::sockets::FromSocket;

/// Between two pieces, each of which takes some milliseconds: of the disk's time the devices' and the patients' share is by
/// far the greater, and a million entries are checked within twenty minutes.
pub(crate) const PAUSE: Duration = Duration::from_millis(250);

/// After a disk that could not be read.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// What it takes to check the journal.
pub(crate) struct Leisure {
    pub(crate) journal: Feed,
    /// What is on screen says whether somebody is there.
    pub(crate) views: watch::Receiver<KioskView>,
    /// From one piece to the next.
    pub(crate) pause: Duration,
}

impl Leisure {
    /// Begins, and tells how far it is. Where the journal does not hold, it ends.
    pub(crate) fn begin(self, to_loop: mpsc::Sender<FromSocket>) -> watch::Receiver<Option<JournalChecked>> {
        let (checked, checked_rx) = watch::channel(None);
        tokio::spawn(async move {
            let mut at_leisure = self;
            let mut verifying = Verifying::begin();
            while let Err(error) = at_leisure.go_on(&mut verifying, &checked).await {
                let broken = match &error {
                    FeedError::Read(error) => error.chain_break(),
                    FeedError::Open(_) | FeedError::Thread(_) => None,
                };
                let Some(broken) = broken else {
                    warn!("the journal cannot be checked for now: {error}");
                    sleep(AGAIN_AFTER).await;
                    continue;
                };
                error!("{error}");
                let (seq, at) = verifying.reached().unwrap_or_default();
                checked.send_replace(Some(JournalChecked { seq, at, broken: Some(broken) }));
                // If the loop is gone, there is nobody left to tell.
                drop(to_loop.send(FromSocket::JournalBroken(broken)).await);
                // Somebody may ask for as long as the program runs.
                checked.closed().await;
                return;
            }
        });
        checked_rx
    }

    /// Checks as long as there is somebody who may ask.
    async fn go_on(
        &mut self,
        verifying: &mut Verifying,
        checked: &watch::Sender<Option<JournalChecked>>,
    ) -> Result<(), FeedError> {
        let (path, machine) = (self.journal.journal.clone(), self.journal.machine.clone());
        let mut reader = spawn_blocking(move || Reader::open(&path, &machine)).await??;
        let mut is_told = false;
        while !checked.is_closed() {
            if self.views.wait_for(|view| view.page.is_start()).await.is_err() {
                return Ok(());
            }
            let state = std::mem::replace(verifying, Verifying::begin());
            let (back, state, is_end) = spawn_blocking(move || check_piece(reader, state)).await?;
            (reader, *verifying) = (back, state);
            let is_end = is_end?;
            let reached = verifying.reached();
            checked.send_replace(reached.map(|(seq, at)| JournalChecked { seq, at, broken: None }));
            match (is_end, reached) {
                (true, Some((seq, _))) => {
                    if !std::mem::replace(&mut is_told, true) {
                        info!("the journal holds up to entry {seq}");
                    }
                    self.wait_for_more(seq, checked).await;
                }
                _ => sleep(self.pause).await,
            }
        }
        Ok(())
    }

    async fn wait_for_more(&mut self, seq: u64, checked: &watch::Sender<Option<JournalChecked>>) {
        tokio::select! {
            newest = self.journal.newest.wait_for(|newest| *newest > seq) => drop(newest),
            () = checked.closed() => {}
        }
        sleep(self.pause).await;
    }
}

fn check_piece(reader: Reader, mut verifying: Verifying) -> (Reader, Verifying, Result<bool, ReadError>) {
    let is_end = reader.verify_on(&mut verifying);
    (reader, verifying, is_end)
}

#[cfg(test)]
mod tests {
    use api::{CallProgress, MachineId, Page, WallTime};
    use engine::{CallEntry, CallReason, Draft};
    use journal::{Journal, Record};
    use tempfile::TempDir;

    use super::*;

    const CLOSED: Page = Page::Closed { reason: api::ClosedReason::Scanner };

    struct Bench {
        _folder: TempDir,
        journal: Journal,
        views: watch::Sender<KioskView>,
        newest: watch::Sender<u64>,
        at_leisure: Leisure,
    }

    impl Bench {
        fn new(page: Page) -> Bench {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("journal.sqlite");
            let machine = MachineId("m-1".to_owned());
            journal::provision(&path, &machine, WallTime(0)).unwrap();
            let journal = Journal::open(&path, &machine).unwrap();
            let (views, views_rx) = watch::channel(KioskView::new(1, page, CallProgress::None));
            let (newest, newest_rx) = watch::channel(1);
            let feed = Feed { journal: path, machine, newest: newest_rx };
            let at_leisure = Leisure { journal: feed, views: views_rx, pause: Duration::from_millis(1) };
            Bench { _folder: folder, journal, views, newest, at_leisure }
        }
    }

    fn write(journal: &mut Journal, newest: &watch::Sender<u64>) {
        let called = CallEntry::StaffCalled { reason: CallReason::Patient };
        journal.append(WallTime(1_800_000_000), &[Draft { entry: called.into(), private: None }]).unwrap();
        newest.send_replace(journal.head().seq());
    }

    #[tokio::test]
    async fn it_is_checked_while_nobody_is_there_and_as_it_grows() {
        let Bench { mut journal, views, newest, at_leisure, _folder } = Bench::new(Page::Counting);
        write(&mut journal, &newest);
        let path = at_leisure.journal.journal.clone();
        let (to_loop, _from_leisure) = mpsc::channel(1);
        let mut checked = at_leisure.begin(to_loop);
        for _ in 0..20 {
            // As long as it would take to check the first piece, and much longer.
            let (path, machine) = (path.clone(), MachineId("m-1".to_owned()));
            let verified = spawn_blocking(move || Reader::open(&path, &machine).unwrap().verify().unwrap());
            assert_eq!(verified.await.unwrap().entries, 2);
        }
        assert_eq!(*checked.borrow(), None, "somebody pays");
        views.send_modify(|view| view.page = CLOSED);
        let whole = JournalChecked { seq: 2, at: WallTime(1_800_000_000), broken: None };
        checked.wait_for(|checked| *checked == Some(whole)).await.unwrap();
        write(&mut journal, &newest);
        checked.wait_for(|checked| checked.is_some_and(|checked| checked.seq == 3)).await.unwrap();
    }

    /// In one of the entries, as they lie in the file.
    fn change_one_letter(file: &std::path::Path) {
        let mut bytes = std::fs::read(file).unwrap();
        let text = b"\"reason\":\"patient\"";
        let at = bytes.windows(text.len()).position(|found| found == text).unwrap();
        bytes[at + text.len() - 2] = b'x';
        std::fs::write(file, bytes).unwrap();
    }

    #[tokio::test]
    async fn where_it_does_not_hold_is_told_once_and_stays_known() {
        let Bench { mut journal, views: _views, newest, at_leisure, _folder } = Bench::new(CLOSED);
        for _ in 0..3 {
            write(&mut journal, &newest);
        }
        assert!(journal.empty_log().unwrap());
        change_one_letter(&at_leisure.journal.journal);
        let (to_loop, mut from_leisure) = mpsc::channel(1);
        let checked = at_leisure.begin(to_loop);
        let Some(FromSocket::JournalBroken(found)) = from_leisure.recv().await else { panic!() };
        assert!(found.flaw == api::ChainFlaw::Changed && (2..=4).contains(&found.seq), "{found:?}");
        assert_eq!(checked.borrow().and_then(|checked| checked.broken), Some(found));
    }
}
