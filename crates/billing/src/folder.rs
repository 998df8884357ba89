//! The file connector: what the files of a folder mean together. The bridge lists the folder and reads what it is asked
//! for; what comes back is what to say and what to write.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use api::{BillId, PatientNumber};

use crate::answer::{ErrorAnswer, FolderError, shown};
use crate::bill_file::is_about_no_bill;
use crate::reading::{Doubt, Reading, UnderstoodFile};
use crate::traces::Traces;
use crate::{BillFile, parse_bill_file};

/// How long a file that ends in the middle or cannot be opened may stay as it is before somebody is told. Copying a bill
/// over a clinic's network takes a second.
pub const HALF_WRITTEN_PATIENCE: Duration = Duration::from_secs(10);

/// A clinic has a few hundred visits a day; more files are something else, or years of bills. What is over it is not read,
/// so that a question is answered in time.
pub const FILES_MAX: usize = 2_000;

/// One file of `bills/`, as it was found.
pub enum Content {
    /// All of it, or as much as shows that it is too long.
    Bytes(Vec<u8>),
    /// It is there and cannot be read; what the system says.
    Unreadable(String),
    /// It is a folder or something like it, which holds no bill.
    NoFile,
    /// It was taken away since it was listed.
    Gone,
}

/// What is known of each file, so that what stays as it is is judged and told once.
#[derive(Default)]
pub struct Folder {
    known: BTreeMap<OsString, Known>,
}

/// What one file was when it was read last.
struct Known {
    /// Of its content.
    fingerprint: u64,
    /// Since when the content is this.
    since: Duration,
    /// Whose it was when it was last understood.
    was_of: Option<PatientNumber>,
    wrong: Option<Wrong>,
    /// What its writer was told of this content.
    told: Option<FolderError>,
}

/// A file that is not understood by itself.
struct Wrong {
    error: FolderError,
    /// What tells whose it is; `None` if it is nobody's bill.
    traces: Option<Traces>,
}

/// Whether a file of this name is for us. Others are being written, or belong to somebody else.
pub fn is_bill_file(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let ending = name.last_chunk::<5>().is_some_and(|ending| ending.eq_ignore_ascii_case(b".json"));
    ending && !name.starts_with(b".")
}

impl Folder {
    /// What the files mean. `now` counts from the start of the program; `read` is asked for each file that counts.
    pub fn read(
        &mut self,
        now: Duration,
        names: Vec<OsString>,
        mut read: impl FnMut(&OsStr) -> Content,
    ) -> Reading {
        let (names, left_out) = self.within_the_limit(now, names);
        let mut reading = Reading { left_out: left_out.len(), ..Reading::default() };
        let mut by_bill: BTreeMap<BillId, Vec<(OsString, BillFile)>> = BTreeMap::new();
        for name in names {
            let content = read(&name);
            if let Some(found) = self.judge(now, &name, content) {
                by_bill.entry(found.bill.id.clone()).or_default().push((name, found));
            }
        }
        for versions in by_bill.into_values() {
            self.take_newest(versions, &mut reading);
        }
        self.look_at_wrong_files(now, &mut reading);
        reading.doubts.extend(left_out.into_iter().map(|name| Doubt::about(shown(&name), now)));
        reading
    }

    /// The answer has been written: it is not given again while the file stays as it is.
    pub fn answered(&mut self, answer: &ErrorAnswer) {
        if let Some(known) = self.known.get_mut(&answer.about) {
            known.told = Some(answer.error.clone());
        }
    }

    /// Files that were there before keep their places, so that a flood costs only itself.
    fn within_the_limit(
        &mut self,
        now: Duration,
        mut names: Vec<OsString>,
    ) -> (Vec<OsString>, Vec<OsString>) {
        let listed: BTreeSet<&OsString> = names.iter().collect();
        self.known.retain(|name, _| listed.contains(name));
        names
            .sort_by_cached_key(|name| (self.known.get(name).map_or(now, |known| known.since), name.clone()));
        let left_out = names.split_off(FILES_MAX.min(names.len()));
        for name in &left_out {
            self.known.remove(name);
        }
        (names, left_out)
    }

    /// Understands a file, or notes what is wrong with it. What is known to be wrong is not looked at again.
    fn judge(&mut self, now: Duration, name: &OsStr, content: Content) -> Option<BillFile> {
        let fingerprint = fingerprint(&content);
        let before = self.known.remove(name);
        let (same, was_of) = match before {
            Some(known) if known.fingerprint == fingerprint => (Some(known), None),
            Some(known) => (None, known.was_of),
            None => (None, None),
        };
        if same.as_ref().is_some_and(|known| known.wrong.is_some()) {
            self.known.insert(name.to_owned(), same?);
            return None;
        }
        let understood = understand(content)?;
        let mut known = same.unwrap_or(Known { fingerprint, since: now, was_of, wrong: None, told: None });
        let found = match understood {
            Ok(found) => {
                known.was_of = Some(found.bill.patient.number.clone());
                Some(found)
            }
            Err(wrong) => {
                known.wrong = Some(wrong);
                None
            }
        };
        self.known.insert(name.to_owned(), known);
        found
    }

    /// The highest revision wins (K6). Copies of it are harmless as long as they say the same.
    fn take_newest(&self, mut versions: Vec<(OsString, BillFile)>, reading: &mut Reading) {
        versions.sort_by(|(name, found), (other_name, other)| {
            let revisions = (Reverse(found.bill.revision), Reverse(other.bill.revision));
            (revisions.0, name).cmp(&(revisions.1, other_name))
        });
        reading.files.extend(versions.iter().map(|(name, found)| UnderstoodFile {
            since: self.known.get(name).map_or(Duration::ZERO, |known| known.since),
            name: name.clone(),
            bill: found.bill.id.clone(),
            revision: found.bill.revision,
            patient: found.bill.patient.number.clone(),
        }));
        let mut versions = versions.into_iter();
        let Some((newest_name, newest)) = versions.next() else { return };
        for (name, found) in versions.take_while(|(_, found)| found.bill.revision == newest.bill.revision) {
            if found != newest {
                reading.contradicted.extend([found.bill.patient.number, newest.bill.patient.number.clone()]);
                self.report(name, FolderError::Contradiction { other: shown(&newest_name) }, reading);
            }
        }
        reading.bills.insert(newest.bill.id.clone(), newest);
    }

    /// Each wrong file stops whom it may concern at once; its writer is told when it has had time to be finished.
    fn look_at_wrong_files(&self, now: Duration, reading: &mut Reading) {
        for (name, known) in &self.known {
            let Some(wrong) = &known.wrong else { continue };
            let waited = now.saturating_sub(known.since);
            let is_being_written = wrong.error.may_pass() && waited < HALF_WRITTEN_PATIENCE;
            if let Some(traces) = &wrong.traces {
                reading.doubts.push(Doubt {
                    name: shown(name),
                    since: known.since,
                    was_of: known.was_of.clone(),
                    traces: traces.clone(),
                    is_being_written,
                });
            }
            if !is_being_written {
                self.report(name.clone(), wrong.error.clone(), reading);
            }
        }
    }

    fn report(&self, name: OsString, error: FolderError, reading: &mut Reading) {
        let answer = ErrorAnswer { about: name, error };
        if self.known.get(&answer.about).and_then(|known| known.told.as_ref()) != Some(&answer.error) {
            reading.answers.push(answer.clone());
        }
        reading.wrong.push(answer);
    }
}

/// `None` if there is nothing any more.
fn understand(content: Content) -> Option<Result<BillFile, Wrong>> {
    let bytes = match content {
        Content::Gone => return None,
        Content::NoFile => return Some(Err(Wrong { error: FolderError::NoFile, traces: None })),
        Content::Unreadable(why) => {
            let traces = Some(Traces::default());
            return Some(Err(Wrong { error: FolderError::Unreadable { why }, traces }));
        }
        Content::Bytes(bytes) => bytes,
    };
    Some(parse_bill_file(&bytes).map_err(|error| Wrong {
        error: error.into(),
        traces: (!is_about_no_bill(&bytes)).then(|| Traces::of(&bytes)),
    }))
}

/// Tells one content from another. It need not be hard to forge: who writes bills can as well write wrong ones.
fn fingerprint(content: &Content) -> u64 {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    match content {
        Content::Bytes(bytes) => hasher.hash_one((0, bytes)),
        Content::Unreadable(why) => hasher.hash_one((1, why)),
        Content::NoFile => hasher.hash_one(2),
        Content::Gone => hasher.hash_one(3),
    }
}

#[cfg(test)]
mod tests;
