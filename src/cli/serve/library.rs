//! Owns the library in memory: as it is, what is found in it, and how it was before it had
//! errors. May import everything but the commands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::finding::Finding;
use super::row::Row;
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::check::{Checker, Facts, check_named};
use crate::cli::build::{Ground, ground};
use crate::cli::config::BuildConfig;
use crate::cli::press::{Press, Wanted};
use crate::cli::watching::Changes;
use crate::cli::{Failure, library, report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::json::Node;
use crate::model::{Id, Language, is_id};
use crate::render::FALLBACK;
use crate::resolve::{self, ResolvedRole, resolve_as_far_as_possible};
use crate::source::Sources;
use crate::view::{Locale, Names};

/// So many earlier versions of a role are kept while nobody looks at one of them: whoever
/// does finds the last one without errors, and keeps that alone.
const EARLIER: usize = 16;

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
    pub(super) names: Arc<Names>,
    pub(super) kit: Arc<Kit>,
    /// The texts of the catalog, for those who keep them.
    sources: OnceLock<Arc<Sources>>,
}

/// What is known of a role.
#[derive(Default)]
pub(super) struct Cell {
    row: OnceLock<Row>,
    entry: OnceLock<Entry>,
    /// The role before this change, as long as it may be the last one without errors.
    former: Mutex<Option<Former>>,
}

/// A role in a library of an earlier moment.
#[derive(Clone)]
struct Former {
    world: Arc<World>,
    cell: Arc<Cell>,
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
        self.row.get_or_init(|| {
            // What cannot be read is as it was when it could.
            let is_failed = world.catalog.failed.contains(id);
            let before = is_failed.then(|| self.before(world, id)).flatten();
            Row::of(before.as_ref().map_or(&world.catalog, |before| &before.catalog), id)
        })
    }

    /// What the checks find in the role.
    pub(super) fn entry(&self, world: &World, id: &str) -> &Entry {
        let entry = self.entry.get_or_init(|| Entry::of(world, id));
        let mut former = self.former();
        if !entry.stops {
            *former = None;
        }
        // Nobody may have looked at the role then, so that it had errors already.
        while let Some(it) = former.clone().filter(|it| it.cell.entry(&it.world, id).stops) {
            *former = it.cell.former().clone();
        }
        entry
    }

    /// The same, if it was looked for already.
    pub(super) fn known(&self) -> Option<&Entry> {
        self.entry.get()
    }

    /// The library in which the role had no errors, if it has some now.
    pub(super) fn before(&self, world: &World, id: &str) -> Option<Arc<World>> {
        self.entry(world, id);
        self.former().as_ref().map(|former| Arc::clone(&former.world))
    }

    fn former(&self) -> MutexGuard<'_, Option<Former>> {
        self.former.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cell of the same role after a change; `world` is the library before it.
    fn after(self: &Arc<Self>, world: &Arc<World>) -> Self {
        let former = if self.known().is_some_and(|entry| entry.stops) {
            self.former().clone()
        } else {
            Some(Former { world: Arc::clone(world), cell: Arc::clone(self) })
        };
        let mut oldest = former.clone();
        for _ in 1..EARLIER {
            oldest = oldest.and_then(|it| it.cell.former().clone());
        }
        if let Some(oldest) = oldest {
            *oldest.cell.former() = None;
        }
        Self { former: Mutex::new(former), ..Self::default() }
    }
}

impl Entry {
    fn of(world: &World, id: &str) -> Self {
        let World { catalog, kit, .. } = world;
        let checked = kit.checker.role(catalog, id);
        let mut findings = checked.findings;
        findings.extend(world.role(id).iter().flat_map(|role| check_named(catalog, role)));
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
    fn of(catalog: Catalog, names: Names, kit: Arc<Kit>) -> Self {
        Self { catalog, names: Arc::new(names), kit, sources: OnceLock::new() }
    }

    /// The texts of the library.
    pub(super) fn sources(&self) -> Arc<Sources> {
        Arc::clone(self.sources.get_or_init(|| Arc::new(self.catalog.sources.clone())))
    }

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
            // Nobody can tell what changed while something could not be read.
            Some(world) if !changes.everything && !self.faults.iter().any(Finding::is_failure) => {
                self.patched(world, changes, config)
            }
            _ => self.reloaded(config),
        }
    }

    /// The same library, of which something else is wrong now; none if it is not.
    fn with_faults(&self, faults: Vec<Finding>) -> Option<Self> {
        let same = *self.faults == faults && self.generation > 0;
        (!same).then(|| Self { generation: self.generation + 1, faults: Arc::new(faults), ..self.clone() })
    }

    /// Everything read anew.
    fn reloaded(&self, config: &BuildConfig) -> Option<Self> {
        let is_one = library::must_be_one(&config.library).is_ok();
        match (load(config), &self.world) {
            (Ok(Loaded { world: Some(world), faults }), _) => Some(self.anew(world, faults)),
            // While the settings have errors, they stay as they were; the roles do not.
            (_, Some(world)) if is_one => {
                let roles = self.roles.keys().cloned().collect();
                let all = Changes { roles, list: true, settings: true, ..Changes::default() };
                self.patched(world, &all, config)
            }
            (Ok(Loaded { faults, .. }), _) => self.with_faults(faults),
            (Err(failure), _) => self.with_faults(vec![of_failure(failure)]),
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

    /// What changed read anew: roles, the settings, the look. Settings or a look with errors
    /// stay as they were.
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
            let mut renewed = catalog.clone();
            if settings {
                renewed.refresh_settings();
            }
            match kit_of(config, &mut renewed) {
                Ok((kit, found)) => (made, faults) = (kit.map(Arc::new), found),
                Err(failure) => faults.push(of_failure(failure)),
            }
            if made.is_some() {
                catalog = renewed;
            }
        } else {
            faults.extend(self.faults.iter().filter(|it| !it.is_of_list()).cloned());
        }
        faults.extend(of_list(&catalog));
        let settled = settings && made.is_some();
        let kit = made.unwrap_or_else(|| Arc::clone(&world.kit));
        if settled {
            let names = Names::of(&catalog);
            return Some(self.anew(World::of(catalog, names, kit), faults));
        }
        if changed.is_empty() && Arc::ptr_eq(&kit, &world.kit) && faults == *self.faults {
            return None;
        }
        let dirty = self.dirty(world, &catalog, &changed);
        let mut names = Names::clone(&world.names);
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
            world: Some(Arc::new(World::of(catalog, names, kit))),
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
        let stands = |catalog: &Catalog, id: &String| {
            (catalog.roles.contains_key(id), resolve::title(catalog, id).is_some())
        };
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
    let world = kit.map(|kit| {
        let names = Names::of(&catalog);
        World::of(catalog, names, Arc::new(kit))
    });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::UiLanguage;
    use crate::fs;

    const SETTINGS: &str = r#"{ "languages": ["en"] }"#;
    const BROKEN: &str = r#"{ "languages": ["en"], "them": "form" }"#;

    /// A library on the disk, and as the preview has it.
    struct Watched {
        folder: tempfile::TempDir,
        config: BuildConfig,
        now: Snapshot,
    }

    impl Watched {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let config = BuildConfig {
                system_fonts: false,
                ..BuildConfig::pdfs_of(folder.path().to_owned(), UiLanguage::En)
            };
            let mut library = Self { folder, config, now: Snapshot::empty() };
            library.save(files, &Changes::all());
            library
        }

        /// Writes files, and takes up what changed thereby at once.
        fn save(&mut self, files: &[(&str, &str)], changes: &Changes) {
            for (name, text) in files {
                fs::write_whole(&self.folder.path().join(name), text.as_bytes()).unwrap();
            }
            if let Some(next) = self.now.after(changes, &self.config) {
                self.now = next;
            }
        }

        fn save_role(&mut self, text: &str) {
            self.save(&[("roles/clerk.json", text)], &of_role("clerk"));
        }

        fn world(&self) -> &Arc<World> {
            self.now.world.as_ref().unwrap()
        }

        fn stops(&self) -> bool {
            self.now.roles["clerk"].entry(self.world(), "clerk").stops
        }

        fn title(&self) -> String {
            Row::of(&self.world().catalog, "clerk").title(Language::En)
        }

        /// The title of the last version without errors.
        fn title_before(&self) -> Option<String> {
            let before = self.now.roles["clerk"].before(self.world(), "clerk")?;
            Some(Row::of(&before.catalog, "clerk").title(Language::En))
        }

        fn codes(&self) -> Vec<&'static str> {
            self.now.faults.iter().map(|it| it.code).collect()
        }
    }

    fn of_role(id: &str) -> Changes {
        Changes { roles: [id.to_string()].into(), ..Changes::default() }
    }

    fn clerk(title: &str) -> String {
        format!(r#"{{ "title": {{ "en": "{title}" }} }}"#)
    }

    #[test]
    fn roles_are_taken_up_while_the_settings_have_errors_whatever_else_changed() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", &clerk("Clerk"))]);
        library.save(&[("rolebook.json", BROKEN)], &Changes { settings: true, ..Changes::default() });
        assert_eq!(library.codes(), ["unknown_key"]);
        let changes = [
            Changes { settings: true, ..of_role("clerk") },
            Changes { look: true, ..of_role("clerk") },
            Changes::all(),
        ];
        for (at, changes) in changes.iter().enumerate() {
            let title = format!("Clerk {at}");
            library.save(&[("rolebook.json", BROKEN), ("roles/clerk.json", &clerk(&title))], changes);
            assert_eq!((library.title(), library.codes()), (title, vec!["unknown_key"]));
        }
        let generation = library.now.generation;
        library.save(&[("rolebook.json", BROKEN)], &Changes { settings: true, ..Changes::default() });
        assert_eq!(library.now.generation, generation, "nothing is another now");
        library.save(&[("rolebook.json", SETTINGS)], &Changes { settings: true, ..Changes::default() });
        assert_eq!((library.title(), library.codes()), ("Clerk 2".to_string(), vec![]));
    }

    #[test]
    fn a_file_that_is_no_role_is_told_while_the_settings_have_errors() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", &clerk("Clerk"))]);
        let changes = Changes { settings: true, list: true, ..Changes::default() };
        library.save(&[("rolebook.json", BROKEN), ("roles/Bad Name.json", "{}")], &changes);
        assert_eq!(library.codes(), ["unknown_key", "invalid_id"]);
        library.save(&[("rolebook.json", SETTINGS)], &Changes { settings: true, ..Changes::default() });
        assert_eq!(library.codes(), ["invalid_id"]);
        library.save_role(&clerk("Clerk 1"));
        assert_eq!(library.codes(), ["invalid_id"]);
    }

    #[test]
    fn the_last_version_without_errors_is_found_though_nobody_looked_at_any() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", &clerk("Clerk"))]);
        library.save_role(&clerk("Clerk 1"));
        library.save_role(&clerk("Clerk 2").replace("title", "titel"));
        library.save_role("{");
        assert!(library.stops());
        assert_eq!(library.title_before().as_deref(), Some("Clerk 1"));
        // What was looked at is looked at no more.
        library.save_role("[");
        library.save_role("");
        assert_eq!(library.title_before().as_deref(), Some("Clerk 1"));
        library.save_role(&clerk("Clerk 3"));
        assert!(!library.stops());
        assert_eq!(library.title_before(), None);
    }

    #[test]
    fn a_role_that_nobody_looks_at_keeps_few_of_its_versions() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", &clerk("Clerk"))]);
        let first = Arc::downgrade(library.world());
        for number in 0..EARLIER {
            library.save_role(&clerk(&format!("Clerk {number}")));
        }
        assert!(first.upgrade().is_some());
        library.save_role(&clerk("Another"));
        assert!(first.upgrade().is_none());
    }

    #[test]
    fn of_a_role_that_never_was_without_errors_there_is_no_earlier_version() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", "{")]);
        library.save_role("[");
        assert!(library.stops());
        assert_eq!(library.title_before(), None);
    }

    #[test]
    fn what_could_not_be_read_is_said_only_as_long_as_it_cannot() {
        let mut library = Watched::new(&[("rolebook.json", SETTINGS), ("roles/clerk.json", &clerk("Clerk"))]);
        let failure = Finding::failure(crate::diagnostic::Message::same("it is locked"), Vec::new());
        library.now = library.now.with_faults(vec![failure]).unwrap();
        library.save_role(&clerk("Clerk 1"));
        assert_eq!((library.title(), library.codes()), ("Clerk 1".to_string(), vec![]));
    }
}
