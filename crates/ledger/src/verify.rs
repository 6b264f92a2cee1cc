//! Checks a bundle with nothing but the bundle, and says what is wrong and where.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::io::{self, BufRead};

use lk_db::entry;
use lk_db::entry::payload;
use lk_tlog::{Checkpoint, Hash, Note, VerifyingKey, leaf_hash, proof};
use uuid::Uuid;

use crate::bundle::{FORMAT, Head, Line, hash};
use crate::key::endorsement;
use crate::line;
use crate::lines::Lines;
use crate::summary::Summary;

/// How many problems are listed; more say nothing new.
const MOST: usize = 100;
/// The action of the entry that ends a bundle.
const EXPORTED: &str = "audit.bundle_exported";

/// What is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A line is not of the form.
    Form(usize, String),
    /// The checkpoint is not signed by a key of this log that is trusted.
    Checkpoint(String),
    /// A summary of a month does not hold: which of them, counted from 1.
    Summary(usize, String),
    /// A payload is not the one that was entered.
    Payload(u64, Uuid),
    /// A fact of an entry, or its number, is not the one that was entered.
    Facts(u64, Uuid),
    /// Entries are missing: the first and the last of the numbers.
    Missing(u64, u64),
    /// An entry stands where another belongs.
    Order(u64, Uuid),
    /// The entries' leaves are not in the tree of the checkpoint.
    Tree,
    /// The bundle does not end with its own export: something may be missing there.
    End,
    /// More problems than are listed.
    More,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(line, why) => write!(out, "line {line} is not of a bundle: {why}"),
            Self::Checkpoint(why) => write!(out, "the checkpoint does not hold: {why}"),
            Self::Summary(at, why) => write!(out, "summary {at} does not hold: {why}"),
            Self::Payload(number, id) => {
                write!(out, "entry {number} ({id}): its payload was changed")
            }
            Self::Facts(number, id) => {
                write!(out, "entry {number} ({id}): who, what, when or its number was changed")
            }
            Self::Missing(from, to) if from == to => write!(out, "entry {from} is missing"),
            Self::Missing(from, to) => write!(out, "entries {from} to {to} are missing"),
            Self::Order(number, id) => {
                write!(out, "entry {number} ({id}) does not stand in its order")
            }
            Self::Tree => out.write_str(
                "the entries are not in the tree of the checkpoint: one of them was made up or \
                 changed together with its leaf, or the proof was",
            ),
            Self::End => out.write_str(
                "the bundle does not end with its own export: entries at the end may be missing",
            ),
            Self::More => out.write_str("there are more problems of the kind"),
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The name of the log, as far as it could be read.
    pub origin: String,
    /// Whose entries they are.
    pub workspace: Option<Uuid>,
    /// How many entries.
    pub entries: u64,
    /// How many more are only summarised.
    pub summarised: u64,
    /// How many of them no longer have a payload.
    pub destroyed: u64,
    /// How large the tree is.
    pub size: u64,
    /// The key that signed the checkpoint.
    pub signed_by: Option<String>,
    /// What is wrong; nothing when the bundle holds.
    pub problems: Vec<Problem>,
}

impl Report {
    fn add(&mut self, problem: Problem) {
        match self.problems.len() {
            0..MOST => self.problems.push(problem),
            MOST => self.problems.push(Problem::More),
            _ => {}
        }
    }
}

/// Checks a bundle, a line at a time. `trusted` are keys that are known from elsewhere; without any,
/// the bundle's own are taken, and whoever reads the report compares [`Report::signed_by`].
///
/// # Errors
/// Whatever reading the bundle fails with.
pub fn verify(bundle: impl BufRead, trusted: &[VerifyingKey]) -> io::Result<Report> {
    let mut report = Report::default();
    let mut lines = Lines::of(bundle);
    let Some(line) = lines.next()? else {
        report.add(Problem::Form(1, "it is empty".to_owned()));
        return Ok(report);
    };
    let head = match serde_json::from_slice::<Head>(line) {
        Ok(head) if head.format == FORMAT => head,
        Ok(head) => {
            report.add(Problem::Form(1, format!("its format is {:?}", head.format)));
            return Ok(report);
        }
        Err(error) => {
            report.add(Problem::Form(1, error.to_string()));
            return Ok(report);
        }
    };
    report.origin.clone_from(&head.origin);
    report.workspace = Some(head.workspace);
    let (keys, checkpoint) = match signed(&head, trusted, &mut report) {
        Ok((keys, checkpoint)) => (keys, Some(checkpoint)),
        Err(why) => {
            report.add(Problem::Checkpoint(why));
            (Vec::new(), None)
        }
    };
    let gone = summarised(&head, &keys, &mut report);
    let leaves = entries(&head, gone, lines, &mut report)?;
    if let Some(checkpoint) = checkpoint {
        report.size = checkpoint.size;
        let hashes: Option<Vec<Hash>> = head.proof.iter().map(|text| hash(text)).collect();
        let root =
            hashes.and_then(|proof| proof::batch_root(&leaves, checkpoint.size, &proof).ok());
        if root != Some(checkpoint.root) {
            report.add(Problem::Tree);
        }
    }
    Ok(report)
}

/// Checks each entry for itself and against its neighbours; the places and hashes of the leaves.
fn entries(
    head: &Head,
    mut gone: Gone,
    mut lines: Lines<impl BufRead>,
    report: &mut Report,
) -> io::Result<Vec<(u64, Hash)>> {
    let mut leaves: Vec<(u64, Hash)> = Vec::new();
    let mut expected = gone.after(1);
    let (mut ends, mut at) = (false, 1);
    let mut space = Vec::new();
    while let Some(text) = lines.next()? {
        at += 1;
        let line = match line::read(text, &mut space) {
            Some(line) => line,
            None => match serde_json::from_slice::<Line<'_>>(text) {
                Ok(line) => line,
                Err(error) => {
                    report.add(Problem::Form(at, error.to_string()));
                    continue;
                }
            },
        };
        report.entries += 1;
        if line.number > expected {
            report.add(Problem::Missing(expected, line.number - 1));
        }
        let is_later = leaves.last().is_none_or(|(before, _)| *before < line.index);
        if line.number < expected || !is_later {
            report.add(Problem::Order(line.number, line.entry));
        }
        expected = gone.after(line.number.saturating_add(1).max(expected));
        ends = line.action == EXPORTED;
        let Some(leaf) = checked(&line, head.workspace, report) else {
            report.add(Problem::Form(at, "a hash is none".to_owned()));
            continue;
        };
        if is_later {
            leaves.push((line.index, leaf));
        }
    }
    if let Some((from, _)) = gone.stretches.pop_front() {
        report.add(Problem::Missing(expected, from.saturating_sub(1)));
    }
    if !ends || report.entries != head.entries {
        report.add(Problem::End);
    }
    Ok(leaves)
}

/// The numbers that are only summarised, as stretches.
struct Gone {
    stretches: VecDeque<(u64, u64)>,
}

impl Gone {
    /// The first number from here on that is not summarised.
    fn after(&mut self, mut number: u64) -> u64 {
        while let Some((from, to)) = self.stretches.front().copied() {
            if from > number {
                break;
            }
            number = number.max(to.saturating_add(1));
            self.stretches.pop_front();
        }
        number
    }
}

/// What the summaries count, of those that hold.
fn summarised(head: &Head, keys: &[VerifyingKey], report: &mut Report) -> Gone {
    let mut stretches: Vec<(u64, u64)> = Vec::new();
    let mut months: HashSet<String> = HashSet::new();
    for (note, at) in head.summaries.iter().zip(1..) {
        let summary = match Summary::read(note, keys) {
            Ok(summary) => summary,
            Err(why) => {
                report.add(Problem::Summary(at, why));
                continue;
            }
        };
        if summary.origin != head.origin || summary.workspace != head.workspace {
            report.add(Problem::Summary(at, "it is of another log or workspace".to_owned()));
            continue;
        }
        if !months.insert(summary.month) {
            report.add(Problem::Summary(at, "its month has been".to_owned()));
            continue;
        }
        report.summarised += summary.entries;
        stretches.extend(summary.numbers);
    }
    stretches.sort_unstable();
    Gone { stretches: stretches.into() }
}

/// The leaf that the line says it is, after a look at whether it is.
fn checked(line: &Line<'_>, workspace: Uuid, report: &mut Report) -> Option<Hash> {
    let (commitment, leaf) = (hash(&line.commitment)?, hash(&line.leaf)?);
    match (&line.salt, &line.payload) {
        (Some(salt), Some(text)) => {
            if payload::commitment(&hash(salt)?, text) != commitment {
                report.add(Problem::Payload(line.number, line.entry));
            }
        }
        (None, None) => report.destroyed += 1,
        _ => report.add(Problem::Payload(line.number, line.entry)),
    }
    let digest = entry::digest(&line.facts(workspace), &commitment);
    if leaf_hash(&entry::leaf(workspace, line.number, &digest)) != leaf {
        report.add(Problem::Facts(line.number, line.entry));
    }
    Some(leaf)
}

/// The keys that are trusted, and the checkpoint, if one of them signed it.
fn signed(
    head: &Head,
    trusted: &[VerifyingKey],
    report: &mut Report,
) -> Result<(Vec<VerifyingKey>, Checkpoint), String> {
    let keys = chain(&head.origin, &head.keys, trusted)?;
    let note: Note = head.checkpoint.parse().map_err(|error| format!("{error}"))?;
    let signed = note.verify(&keys).map_err(|error| format!("{error}"))?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|error| format!("{error}"))?;
    if checkpoint.origin != head.origin {
        return Err(format!("it is of another log, {}", checkpoint.origin));
    }
    report.signed_by = signed.first().and_then(|one| keys.get(one.which)).map(ToString::to_string);
    Ok((keys, checkpoint))
}

/// The keys that are trusted: those that are known, and those that a trusted one endorses.
///
/// # Errors
/// A sentence, for keys that are none.
pub fn chain(
    origin: &str,
    published: &[crate::key::Published],
    trusted: &[VerifyingKey],
) -> Result<Vec<VerifyingKey>, String> {
    let mut keys: Vec<VerifyingKey> = trusted.to_vec();
    for published in published {
        let key: VerifyingKey = published.key.parse().map_err(|error| format!("{error}"))?;
        let is_endorsed = published.endorsement.as_ref().is_some_and(|note| {
            note.parse::<Note>().is_ok_and(|note| {
                note.text() == endorsement(origin, &published.key) && note.verify(&keys).is_ok()
            })
        });
        let is_first = trusted.is_empty() && keys.is_empty();
        if (is_endorsed || is_first) && !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}
