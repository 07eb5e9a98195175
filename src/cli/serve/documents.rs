//! Owns the documents in memory: each is made when it is asked for, once for all who ask,
//! and kept by what it is made of; of one that cannot be made, the last that could. May
//! import everything but the commands.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use lru::LruCache;

use super::finding::Finding;
use super::library::{Snapshot, World};
use crate::cli::build::view;
use crate::cli::crew::Crew;
use crate::cli::press::Printer;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Edition, Language};
use crate::render::{Enclosed, Target};
use crate::resolve::ResolvedRole;
use crate::site::digest;
use crate::view::{CarriedRole, DocumentView};

/// So many documents are kept: some 150 KB for each PDF.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).expect("it is not zero");

/// A document, whatever it says now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) edition: Edition,
    /// The theme that was asked for; the role's or the library's if none.
    pub(super) theme: Option<String>,
    pub(super) target: Target,
}

/// What there is to show of a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// Tells what is shown from what was shown before; none if there is nothing to show.
    pub(super) version: Option<String>,
    /// None as long as nobody had to make it.
    pub(super) bytes: Option<Bytes>,
    /// Whether what is shown is of an earlier moment.
    pub(super) stale: bool,
    /// What is wrong with it beyond what the checks find.
    pub(super) findings: Vec<Finding>,
}

/// What came of making a document.
#[derive(Debug, Clone)]
struct Made {
    document: Option<Good>,
    findings: Vec<Finding>,
}

#[derive(Debug, Clone)]
struct Good {
    version: String,
    bytes: Bytes,
}

#[derive(Default)]
struct Slot {
    /// What it is made of now, and what came of it.
    latest: Option<(String, Arc<OnceLock<Made>>)>,
    good: Option<Good>,
}

/// The documents.
pub(super) struct Documents {
    slots: Mutex<LruCache<Key, Slot>>,
    /// What typesets, one PDF at a time: its pages are laid out beside each other.
    crew: Crew,
}

/// Everything that a document is made of.
struct Draft {
    world: Arc<World>,
    resolved: ResolvedRole,
    printer: Arc<Printer>,
    view: DocumentView,
    carried: Option<Vec<u8>>,
    /// Tells all of it from anything else.
    input: String,
}

impl Documents {
    pub(super) fn new(crew: Crew) -> Self {
        Self { slots: Mutex::new(LruCache::new(KEPT)), crew }
    }

    /// What would be shown of a document; a PDF is not made for that.
    pub(super) fn look(&self, snapshot: &Snapshot, key: &Key) -> Shown {
        if key.target != Target::Pdf {
            return self.make(snapshot, key);
        }
        let (draft, stale) = match draft(snapshot, key) {
            Ok(found) => found,
            Err(findings) => return self.last_good(key, findings),
        };
        let made = self.cell(key, &draft.input).get().cloned();
        match made {
            None => Shown { version: Some(draft.input), stale, ..Shown::default() },
            Some(made) => self.shown(key, made, stale),
        }
    }

    /// A document: made now, or when it was last made of the same.
    pub(super) fn make(&self, snapshot: &Snapshot, key: &Key) -> Shown {
        let (draft, stale) = match draft(snapshot, key) {
            Ok(found) => found,
            Err(findings) => return self.last_good(key, findings),
        };
        let cell = self.cell(key, &draft.input);
        let made = cell.get_or_init(|| match key.target {
            Target::Pdf => self.crew.together(|| draft.make(key.target)),
            _ => draft.make(key.target),
        });
        if let Some(good) = &made.document {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.get_or_insert_mut(key.clone(), Slot::default).good = Some(good.clone());
        }
        self.shown(key, made.clone(), stale)
    }

    fn cell(&self, key: &Key, input: &str) -> Arc<OnceLock<Made>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.get_or_insert_mut(key.clone(), Slot::default);
        match &slot.latest {
            Some((known, cell)) if known == input => Arc::clone(cell),
            _ => {
                let cell = Arc::default();
                slot.latest = Some((input.to_string(), Arc::clone(&cell)));
                cell
            }
        }
    }

    fn shown(&self, key: &Key, made: Made, stale: bool) -> Shown {
        match made.document {
            Some(good) => {
                Shown { version: Some(good.version), bytes: Some(good.bytes), stale, findings: made.findings }
            }
            None => self.last_good(key, made.findings),
        }
    }

    /// The last of a document that could be made.
    fn last_good(&self, key: &Key, findings: Vec<Finding>) -> Shown {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let good = slots.get(key).and_then(|slot| slot.good.clone());
        let (version, bytes) = good.map(|good| (good.version, good.bytes)).unzip();
        Shown { version, bytes, stale: true, findings }
    }
}

/// What a document is made of, of the library as it is, or as it was when the role had no
/// errors; then that is said.
fn draft(snapshot: &Snapshot, key: &Key) -> Result<(Draft, bool), Vec<Finding>> {
    let (Some(world), Some(cell)) = (&snapshot.world, snapshot.roles.get(&key.id)) else {
        return Err(Vec::new());
    };
    if !cell.entry(world, &key.id).stops {
        return Draft::of(world, key).map(|draft| (draft, false));
    }
    let before = cell.before(world, &key.id).ok_or_else(Vec::new)?;
    Draft::of(&before, key).map(|draft| (draft, true))
}

impl Draft {
    fn of(world: &Arc<World>, key: &Key) -> Result<Self, Vec<Finding>> {
        let resolved = world.role(&key.id).ok_or_else(Vec::new)?;
        let kit = &world.kit;
        let printer = kit.press.printer_in(key.theme.as_deref(), &resolved);
        let printer = printer.map_err(|found| findings(&found, world))?;
        let document = view(&resolved, &world.names, &kit.locales, key.edition, &printer.theme);
        let made = kit.press.own_look.made(&printer.theme, key.edition, false);
        // It says what a PDF is made with.
        let carried =
            (key.target == Target::Pdf).then(|| CarriedRole::write(&resolved, &world.names, Some(&made)));
        let mut input = serde_json::to_vec(&document).expect("a view is plain data");
        match &carried {
            Some(carried) => input.extend_from_slice(carried),
            None => input.extend_from_slice(&kit.number.to_be_bytes()),
        }
        let input = digest(&input);
        Ok(Self { world: Arc::clone(world), resolved, printer, view: document, carried, input })
    }

    fn make(&self, target: Target) -> Made {
        let enclosed = Enclosed { carried: self.carried.as_deref(), esign: None };
        let (files, found) = self.printer.renderer.render(&self.view, target, enclosed);
        let press = &self.world.kit.press;
        let sources = &self.world.catalog.sources;
        let located = |it| press.locate(it, &self.resolved, &self.printer.theme, sources);
        let found: Vec<Diagnostic> = found.into_iter().map(located).collect();
        let fails = found.iter().any(|finding| finding.severity == Severity::Error);
        let file = files.into_iter().next().filter(|_| !fails);
        let document = file.map(|file| {
            let version = if target == Target::Pdf { self.input.clone() } else { digest(&file.bytes) };
            Good { version, bytes: file.bytes.into() }
        });
        Made { document, findings: findings(&found, &self.world) }
    }
}

fn findings(found: &[Diagnostic], world: &World) -> Vec<Finding> {
    let catalog = &world.catalog;
    found.iter().map(|it| Finding::of(it, &catalog.sources, &catalog.root)).collect()
}

/// The editions of a role: each language that it is written in, and both beside each other.
pub(super) fn editions(languages: &[Language]) -> Vec<Edition> {
    let mut editions: Vec<Edition> = languages.iter().copied().map(Edition::from).collect();
    if let [first, second] = languages {
        editions.push(Edition { first: *first, second: Some(*second) });
    }
    editions
}
