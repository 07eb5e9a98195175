//! Owns the library in memory: as it is, what is found in it, and how it was before it had
//! errors. May import everything but the commands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::finding::Finding;
use super::row::Row;
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::check::{Checker, Facts};
use crate::cli::build::{Ground, ground};
use crate::cli::config::BuildConfig;
use crate::cli::press::{Press, Wanted};
use crate::cli::watching::Changes;
use crate::cli::{Failure, library, report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::json::Node;
use crate::model::{Id, Language, is_id};
use crate::render::FALLBACK;
use crate::resolve::{ResolvedRole, resolve_as_far_as_possible};
use crate::view::{Locale, Names};

/// What documents of a library are made with, and held against.
pub(super) struct Kit {
    /// Tells it from every other one of the run.
    pub(super) number: u64,
    pub(super) press: Press,
    pub(super) locales: BTreeMap<Language, Locale>,
    pub(super) themes: Vec<String>,
    pub(super) logo: Option<(&'static str, Vec<u8>)>,
    checker: Checker,
}

/// A library whose settings have no errors.
pub(super) struct World {
    pub(super) catalog: Catalog,
    pub(super) names: Names,
    pub(super) kit: Arc<Kit>,
}

/// What is known of a role.
#[derive(Default)]
pub(super) struct Cell {
    row: OnceLock<Row>,
    entry: OnceLock<Entry>,
    /// The library in which the role had no errors, if it has some now.
    before: Mutex<Option<Arc<World>>>,
}

/// What the checks found in a role.
pub(super) struct Entry {
    pub(super) findings: Vec<Finding>,
    pub(super) stops: bool,
    facts: Option<Facts>,
}

/// The library at a moment.
#[derive(Clone)]
pub(super) struct Snapshot {
    /// Goes up with every change that a page can show.
    pub(super) generation: u64,
    /// The library as it was when its settings had no errors; none if they always had.
    pub(super) world: Option<Arc<World>>,
    /// What is wrong with the settings and with files that are no role's.
    pub(super) faults: Arc<Vec<Finding>>,
    /// The roles, with errors or without.
    pub(super) roles: BTreeMap<String, Arc<Cell>>,
    /// What is wrong between roles, by the role that it is about.
    pub(super) between: Arc<BTreeMap<String, Vec<Finding>>>,
    /// Whether every rule was held against all of it.
    pub(super) checked: bool,
}

/// What could be read of a library.
struct Loaded {
    world: Option<World>,
    faults: Vec<Finding>,
}

impl Cell {
    /// What a list says of the role.
    pub(super) fn row(&self, world: &World, id: &str) -> &Row {
        self.row.get_or_init(|| Row::of(&world.catalog, id))
    }

    /// What the checks find in the role.
    pub(super) fn entry(&self, world: &World, id: &str) -> &Entry {
        let entry = self.entry.get_or_init(|| Entry::of(world, id));
        if !entry.stops {
            self.before.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        entry
    }

    /// The same, if it was looked for already.
    pub(super) fn known(&self) -> Option<&Entry> {
        self.entry.get()
    }

    /// The library in which the role had no errors.
    pub(super) fn before(&self) -> Option<Arc<World>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The cell of the same role after a change; `world` is the library before it.
    fn after(&self, world: &Arc<World>) -> Self {
        let before = if self.known().is_some_and(|entry| entry.stops) {
            self.before()
        } else {
            Some(Arc::clone(world))
        };
        Self { before: Mutex::new(before), ..Self::default() }
    }
}

impl Entry {
    fn of(world: &World, id: &str) -> Self {
        let World { catalog, kit, .. } = world;
        let checked = kit.checker.role(catalog, id);
        let mut findings = checked.findings;
        if catalog.failed.contains(id) {
            let of_file =
                catalog.findings.iter().filter(|finding| role_of(finding, catalog).as_deref() == Some(id));
            findings.extend(kit.checker.graded(of_file.cloned().collect()));
        }
        report::sort(&mut findings, &catalog.sources);
        let findings: Vec<Finding> =
            findings.iter().map(|it| Finding::of(it, &catalog.sources, &catalog.root)).collect();
        Self { stops: findings.iter().any(Finding::stops), findings, facts: checked.facts }
    }
}

impl World {
    /// The theme of the library.
    pub(super) fn theme(&self) -> &str {
        self.catalog.settings.theme.as_ref().map_or(FALLBACK, Id::as_str)
    }

    /// A role, as far as it can be read.
    pub(super) fn role(&self, id: &str) -> Option<ResolvedRole> {
        if !self.catalog.roles.contains_key(id) {
            return None;
        }
        resolve_as_far_as_possible(&self.catalog, id).0
    }
}

impl Snapshot {
    /// What there is before anything was read.
    pub(super) fn empty() -> Self {
        Self {
            generation: 0,
            world: None,
            faults: Arc::default(),
            roles: BTreeMap::new(),
            between: Arc::default(),
            checked: false,
        }
    }

    /// The library after some of its files changed; none if nothing is another now.
    pub(super) fn after(&self, changes: &Changes, config: &BuildConfig) -> Option<Self> {
        match &self.world {
            Some(world) if !changes.everything => self.patched(world, changes, config),
            _ => self.reloaded(config),
        }
    }

    /// The same library, of which something else is wrong now; none if it is not.
    fn with_faults(&self, faults: Vec<Finding>) -> Option<Self> {
        let same = *self.faults == faults && self.generation > 0;
        (!same).then(|| Self { generation: self.generation + 1, faults: Arc::new(faults), ..self.clone() })
    }

    /// Everything read anew. While the settings have errors, the library stays as it was.
    fn reloaded(&self, config: &BuildConfig) -> Option<Self> {
        let loaded = load(config);
        let loaded = loaded.unwrap_or_else(|it| Loaded { world: None, faults: vec![of_failure(it)] });
        match loaded.world {
            Some(world) => Some(self.anew(world, loaded.faults)),
            None => self.with_faults(loaded.faults),
        }
    }

    /// A library of which every role may be another one.
    fn anew(&self, world: World, faults: Vec<Finding>) -> Self {
        let cell = |id: &str| match (&self.world, self.roles.get(id)) {
            (Some(before), Some(cell)) => cell.after(before),
            _ => Cell::default(),
        };
        let ids = world.catalog.ids().filter(|id| is_id(id));
        Self {
            generation: self.generation + 1,
            roles: ids.map(|id| (id.to_string(), Arc::new(cell(id)))).collect(),
            world: Some(Arc::new(world)),
            faults: Arc::new(faults),
            between: Arc::clone(&self.between),
            checked: false,
        }
    }

    /// What changed read anew: roles, the settings, the look.
    fn patched(&self, world: &Arc<World>, changes: &Changes, config: &BuildConfig) -> Option<Self> {
        let mut catalog = world.catalog.clone();
        let changed = match catalog.refresh(&changes.roles, changes.list) {
            Ok(changed) => changed,
            Err(error) => return self.with_faults(vec![of_failure(error.into())]),
        };
        let (mut faults, mut made) = (Vec::new(), None);
        // A look that is sound now says nothing of settings that are not.
        let settings = changes.settings || changes.look && !self.faults.is_empty();
        if changes.look || settings {
            if settings {
                catalog.refresh_settings();
            } else {
                catalog.settings_failed = false;
            }
            match kit_of(config, &mut catalog) {
                Ok((kit, found)) => (made, faults) = (kit.map(Arc::new), found),
                Err(failure) => faults.push(of_failure(failure)),
            }
            if made.is_none() && settings {
                let rest = Changes { roles: changes.roles.clone(), list: changes.list, ..Changes::default() };
                let next = if rest.is_empty() { None } else { self.patched(world, &rest, config) };
                return next.unwrap_or_else(|| self.clone()).with_faults(faults);
            }
            catalog.settings_failed = false;
        } else {
            faults.extend(self.faults.iter().filter(|it| !it.is_of_list()).cloned());
        }
        faults.extend(of_list(&catalog));
        let kit = made.unwrap_or_else(|| Arc::clone(&world.kit));
        if settings {
            let names = Names::of(&catalog);
            return Some(self.anew(World { catalog, names, kit }, faults));
        }
        if changed.is_empty() && Arc::ptr_eq(&kit, &world.kit) {
            return self.with_faults(faults);
        }
        let dirty = self.dirty(world, &catalog, &changed);
        let mut names = world.names.clone();
        names.refresh(&catalog, &dirty);
        let mut roles = self.roles.clone();
        for id in &dirty {
            if !catalog.knows(id) {
                roles.remove(id);
                continue;
            }
            let cell = roles.get(id).map_or_else(Cell::default, |cell| cell.after(world));
            roles.insert(id.clone(), Arc::new(cell));
        }
        Some(Self {
            generation: self.generation + 1,
            world: Some(Arc::new(World { catalog, names, kit })),
            faults: Arc::new(faults),
            roles,
            between: Arc::clone(&self.between),
            checked: self.checked && changed.is_empty(),
        })
    }

    /// The roles of which anything may be another: those that changed, their variants, and
    /// those that name one that came, went, or can be read or not now.
    fn dirty(&self, world: &World, catalog: &Catalog, changed: &BTreeSet<String>) -> BTreeSet<String> {
        let mut dirty = changed.clone();
        let stands = |catalog: &Catalog, id: &String| catalog.roles.contains_key(id);
        let turned: BTreeSet<&String> =
            changed.iter().filter(|id| stands(catalog, id) != stands(&world.catalog, id)).collect();
        if !turned.is_empty() {
            for (id, node) in &catalog.roles {
                let mut names = false;
                node.visit_strings(&mut |text| names |= turned.iter().any(|it| *it == text));
                if names {
                    dirty.insert(id.clone());
                }
            }
        }
        let mut variants: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for (id, node) in catalog.roles.iter().chain(&world.catalog.roles) {
            if let Some(base) = node.get("extends").and_then(Node::as_str) {
                variants.entry(base).or_default().push(id);
            }
        }
        let mut open: Vec<String> = dirty.iter().cloned().collect();
        while let Some(id) = open.pop() {
            for variant in variants.get(&*id).into_iter().flatten() {
                if dirty.insert((*variant).clone()) {
                    open.push((*variant).clone());
                }
            }
        }
        dirty
    }

    /// The roles that were not looked at yet.
    pub(super) fn unchecked(&self) -> Vec<(&String, &Arc<Cell>)> {
        self.roles.iter().filter(|(_, cell)| cell.known().is_none()).collect()
    }

    /// What the rules of the library find between its roles; all of them were looked at.
    pub(super) fn compare_roles(&self) -> BTreeMap<String, Vec<Finding>> {
        let Some(world) = &self.world else { return BTreeMap::new() };
        let World { catalog, kit, .. } = &**world;
        let facts: Vec<Facts> =
            self.roles.iter().filter_map(|(id, cell)| cell.entry(world, id).facts.clone()).collect();
        let mut between: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for (id, finding) in kit.checker.library(&facts) {
            between.entry(id).or_default().push(finding);
        }
        let sorted = between.into_iter().map(|(id, mut found)| {
            report::sort(&mut found, &catalog.sources);
            let found = found.iter().map(|it| Finding::of(it, &catalog.sources, &catalog.root));
            (id, found.collect())
        });
        sorted.collect()
    }

    /// The same library, in which what is wrong between its roles is known.
    pub(super) fn with_between(&self, between: BTreeMap<String, Vec<Finding>>) -> Self {
        Self { generation: self.generation + 1, between: Arc::new(between), checked: true, ..self.clone() }
    }

    /// Everything that is known to be wrong with a role.
    pub(super) fn findings(&self, id: &str) -> impl Iterator<Item = &Finding> {
        let own = self.roles.get(id).and_then(|cell| cell.known());
        let own = own.into_iter().flat_map(|entry| &entry.findings);
        own.chain(self.between.get(id).into_iter().flatten())
    }
}

/// Reads a library.
fn load(config: &BuildConfig) -> Result<Loaded, Failure> {
    library::must_be_one(&config.library)?;
    let mut catalog = Catalog::load(&config.library)?;
    let (kit, mut faults) = kit_of(config, &mut catalog)?;
    faults.extend(of_list(&catalog));
    let world = kit.map(|kit| World { names: Names::of(&catalog), kit: Arc::new(kit), catalog });
    Ok(Loaded { world, faults })
}

/// What documents are made with, and what is wrong with that; none if it has errors.
fn kit_of(config: &BuildConfig, catalog: &mut Catalog) -> Result<(Option<Kit>, Vec<Finding>), Failure> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let in_settings = |finding: &&Diagnostic| {
        finding.span.is_some_and(|span| catalog.sources.path(span.source).ends_with(SETTINGS_FILE))
            || finding.subject.as_deref().is_some_and(|subject| subject.contains(SETTINGS_FILE))
    };
    let mut findings: Vec<Diagnostic> = catalog.findings.iter().filter(in_settings).cloned().collect();
    let ground = ground(config, catalog, &mut findings)?;
    let kit = ground.map(|ground| {
        let Ground { templates, themes, locales, fonts, logo, checker } = ground;
        let wanted = Wanted {
            theme: None,
            prints: true,
            fields: config.fields,
            bound: false,
            system_fonts: config.system_fonts,
        };
        let names = themes.names();
        let picture = logo.as_ref().map(|logo| (logo.media_type(), logo.bytes.clone()));
        let press = Press::new(catalog, themes, templates, fonts, logo.map(Arc::new), &locales, wanted);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Kit { number, press, locales, themes: names, logo: picture, checker }
    });
    report::sort(&mut findings, &catalog.sources);
    let faults = findings.iter().map(|it| Finding::of(it, &catalog.sources, &catalog.root)).collect();
    Ok((kit, faults))
}

/// What is wrong with files in the folder of roles that are no role's.
fn of_list(catalog: &Catalog) -> Vec<Finding> {
    let found = catalog.findings.iter().filter(|finding| finding.span.is_none());
    let found = found.filter(|finding| role_of(finding, catalog).is_none());
    let found = found.map(|it| Finding::of(it, &catalog.sources, &catalog.root));
    found.filter(Finding::is_of_list).collect()
}

/// The role in whose file a finding is.
fn role_of(finding: &Diagnostic, catalog: &Catalog) -> Option<String> {
    let place = Finding::of(finding, &catalog.sources, &catalog.root);
    let id = place.file().strip_prefix("roles/")?.strip_suffix(".json")?;
    is_id(id).then(|| id.to_string())
}

fn of_failure(failure: Failure) -> Finding {
    match failure {
        Failure::Environment(message) => Finding::failure(message, Vec::new()),
        Failure::Usage { message, hints } => Finding::failure(message, hints),
        Failure::BrokenPipe => Finding::failure(crate::diagnostic::Message::same(""), Vec::new()),
    }
}

/// How many findings of each weight there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Counts {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
}

impl Counts {
    /// The number of each among these.
    pub(super) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            *match finding.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Info => &mut counts.notes,
            } += 1;
        }
        counts
    }
}
