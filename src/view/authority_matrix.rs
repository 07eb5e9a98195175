//! Owns what an authority matrix shows: matters, who has which right over them up to what
//! limit, and what is amiss, with every word final. May import `organization`, `model` and
//! the rest of `view`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::build::limit_words;
use super::rich::Rich;
use super::sheet::{Sheet, SheetCell, SheetColumn};
use super::{Locale, Look, Names, Theme};
use crate::markdown;
use crate::model::{Language, RoleReference, Term, Text};
use crate::organization::{Fault, Holder, Matter, Part, ReportingLines};

/// The most columns beside each other on a page; what belongs together can be more.
const COLUMNS: usize = 6;

/// What stands in the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixColumns {
    /// Roles.
    Roles,
    /// Units.
    Units,
    /// Rights: who proposes, who reviews, who decides.
    Rights,
}

/// An authority matrix. Fields that a document has too have the same names, so that both
/// share a page.
#[derive(Debug, Clone, Serialize)]
pub struct AuthorityMatrixView {
    /// The language's BCP 47 tag.
    pub lang: &'static str,
    /// The name of its templates, `authority-matrix`.
    pub theme: &'static str,
    /// The heading.
    pub document_title: String,
    /// How many matters and roles there are.
    pub description: String,
    /// The organization; no parts if there is none.
    pub organization: Rich,
    /// Nothing: a matrix has no code.
    pub code: Rich,
    /// Nothing: a matrix has no words of the library's in its footer.
    pub footer: Rich,
    /// Nothing: a matrix has no version.
    pub version: String,
    /// Nothing: a matrix has no hash.
    pub hash: String,
    /// The date of the content, ISO 8601, for metadata.
    pub date: String,
    /// The fixed words of documents, from the locale's `labels`.
    pub labels: BTreeMap<String, String>,
    /// Those of charts, registers and matrices, from the locale's `organization`.
    pub words: BTreeMap<String, String>,
    /// The head above the matters.
    pub matter_label: String,
    /// What the library changes about the look.
    pub look: Look,
    /// What the marks of rights mean; only those that there are.
    pub legend: Vec<MarkView>,
    /// The domains.
    pub domains: Vec<DomainView>,
    /// What is amiss.
    pub notes: Vec<NoteView>,
}

/// A kind of right.
#[derive(Debug, Clone, Serialize)]
pub struct MarkView {
    /// Its name for style sheets.
    pub part: &'static str,
    /// What it means.
    pub label: String,
}

/// The matters of a domain.
#[derive(Debug, Clone, Serialize)]
pub struct DomainView {
    /// A unique anchor.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The tables; who has authority over the same matter stands in one.
    pub tables: Vec<MatrixTableView>,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixTableView {
    /// The columns beside that of the matters.
    pub columns: Vec<MatrixColumnView>,
    /// The rows.
    pub rows: Vec<MatterView>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatrixColumnView {
    /// The role, unit or kind of right.
    pub title: String,
    /// The unit of a role; may be empty.
    pub unit: String,
}

/// A matter.
#[derive(Debug, Clone, Serialize)]
pub struct MatterView {
    /// Its number.
    pub number: String,
    /// What it is.
    pub matter: String,
    /// The numbers of the notes on it.
    pub notes: Vec<usize>,
    /// A cell for each column.
    pub cells: Vec<Vec<GrantView>>,
}

/// What one role may do about a matter.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GrantView {
    /// The role, where the column does not say it; may be empty.
    pub holder: String,
    /// The rights, in the order of the work.
    pub rights: Vec<RightView>,
    /// The limit; may be empty.
    pub limit: String,
    /// The conditions; may be empty.
    pub conditions: String,
    /// Who decides beyond the limit; may be empty.
    pub escalates_to: String,
}

/// A right.
#[derive(Debug, Clone, Serialize)]
pub struct RightView {
    /// Its kind, for style sheets.
    pub part: &'static str,
    /// What it is called.
    pub label: String,
}

/// Something amiss.
#[derive(Debug, Clone, Serialize)]
pub struct NoteView {
    /// Its number.
    pub number: usize,
    /// Whether it is a gap, a conflict or a hint, for style sheets.
    pub kind: &'static str,
    /// The same in words.
    pub label: String,
    /// What is amiss.
    pub text: String,
}

/// What a matrix is made of.
pub struct MatrixSource<'a> {
    /// The matters, by domain.
    pub matters: &'a [Matter<'a>],
    /// What is amiss with them.
    pub faults: &'a [Fault<'a>],
    /// The reporting lines.
    pub lines: &'a ReportingLines<'a>,
    /// The names that ids stand for.
    pub names: &'a Names,
    /// The words.
    pub locale: &'a Locale,
    /// The language.
    pub language: Language,
    /// The look.
    pub theme: &'a Theme,
    /// The organization's name.
    pub organization: Option<&'a Text>,
}

/// The matrix with these columns.
pub fn authority_matrix(source: &MatrixSource<'_>, columns: MatrixColumns) -> AuthorityMatrixView {
    let MatrixSource { matters, locale, language, theme, organization, .. } = *source;
    let builder = Builder { source, columns, numbers: numbers(matters) };
    let holders = || matters.iter().flat_map(|matter| &matter.holders);
    let dates = holders().filter_map(|holder| holder.position.document.effective_date.as_deref());
    let present: BTreeSet<Part> = holders().flat_map(Holder::rights).map(|&right| Part::of(right)).collect();
    let mark = |part: Part| MarkView { part: name_of(part), label: builder.part(part) };
    AuthorityMatrixView {
        lang: language.tag(),
        theme: "authority-matrix",
        document_title: locale.organization("matrix").to_string(),
        description: builder.description(),
        organization: organization
            .and_then(|name| name.get_or_any(language))
            .map(|(name, _)| Rich::markdown(name, ""))
            .unwrap_or_default(),
        code: Rich::default(),
        footer: Rich::default(),
        version: String::new(),
        hash: String::new(),
        date: dates.max().unwrap_or("2000-01-01").to_string(),
        labels: locale.labels.clone(),
        words: locale.organization.clone(),
        matter_label: locale.field("authorities.matter").to_string(),
        look: Look::of(theme),
        legend: present.into_iter().map(mark).collect(),
        domains: builder.domains(),
        notes: builder.notes(),
    }
}

/// The same as one table for a spreadsheet.
pub fn authority_sheet(source: &MatrixSource<'_>, columns: MatrixColumns) -> Sheet {
    let MatrixSource { matters, locale, language, theme, organization, .. } = *source;
    let builder = Builder { source, columns, numbers: numbers(matters) };
    let view = authority_matrix(source, columns);
    let keys = builder.keys(&(0..matters.len()).collect::<Vec<_>>());
    let own = |id: &str| SheetColumn::new(locale.organization(id));
    let mut heads = vec![
        own("number"),
        SheetColumn::new(locale.field("authorities.domain")),
        SheetColumn::new(locale.field("authorities.matter")),
    ];
    heads.extend(keys.iter().map(|key| SheetColumn::new(builder.column(key).title)));
    heads.push(own("notes"));
    let rows = matters.iter().enumerate().map(|(at, matter)| {
        let mut cells = vec![
            SheetCell::text(builder.numbers[at].clone()),
            SheetCell::text(builder.domain(matter)),
            SheetCell::text(words(matter.words, language)),
        ];
        cells.extend(keys.iter().map(|key| SheetCell::text(builder.cell_text(matter, key))));
        let notes = source.faults.iter().zip(&view.notes).filter(|(fault, _)| fault.matters().contains(&at));
        let notes: Vec<&str> = notes.map(|(_, note)| note.text.as_str()).collect();
        cells.push(SheetCell::text(notes.join("\n")));
        cells
    });
    Sheet {
        lang: view.lang,
        title: view.document_title.clone(),
        description: view.description.clone(),
        organization: organization.map(|name| words(name, language)).unwrap_or_default(),
        date: view.date.clone(),
        accent: Look::of(theme).accent,
        printed: u16::try_from(heads.len()).unwrap_or(u16::MAX),
        columns: heads,
        fixed: 3,
        sum: String::new(),
        rows: rows.collect(),
    }
}

impl AuthorityMatrixView {
    /// Shows every text of the view to `visit`.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        visit(&self.document_title);
        visit(&self.description);
        self.organization.parts.iter().for_each(|part| visit(&part.text));
        self.words.values().for_each(|words| visit(words));
        self.notes.iter().for_each(|note| visit(&note.text));
        for table in self.domains.iter().flat_map(|domain| &domain.tables) {
            for column in &table.columns {
                visit(&column.title);
                visit(&column.unit);
            }
            for row in &table.rows {
                visit(&row.matter);
                for grant in row.cells.iter().flatten() {
                    for text in [&grant.holder, &grant.limit, &grant.conditions, &grant.escalates_to] {
                        visit(text);
                    }
                }
            }
        }
    }
}

fn words(text: &Text, language: Language) -> String {
    text.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default()
}

fn name_of(part: Part) -> &'static str {
    match part {
        Part::Propose => "propose",
        Part::Review => "review",
        Part::Decide => "decide",
        Part::Execute => "execute",
        Part::Supervise => "supervise",
        Part::Inform => "inform",
    }
}

/// Between two characters it says that no line ends there.
const JOINER: char = '\u{2060}';

/// An amount with its currency on one line, where the two touch.
fn unbroken(limit: &str) -> String {
    let mut ends = limit.char_indices().filter(|(at, c)| {
        c.is_ascii_digit() && limit[at + 1..].starts_with(|next: char| next.is_alphabetic())
    });
    let mut unbroken = limit.to_string();
    if let Some((at, _)) = ends.next_back() {
        unbroken.insert(at + 1, JOINER);
    }
    unbroken
}

/// The number of each matter: of its domain, and in it.
fn numbers(matters: &[Matter<'_>]) -> Vec<String> {
    let (mut domain, mut own, mut last) = (0, 0, None);
    let number = |matter: &Matter<'_>| {
        if last != Some(matter.domain) {
            (domain, own, last) = (domain + 1, 0, Some(matter.domain));
        }
        own += 1;
        format!("{domain}.{own}")
    };
    matters.iter().map(number).collect()
}

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A role, by its place in the reporting lines and its id.
    Role(usize, String),
    /// A unit, by the place of the first of its roles and its name.
    Unit(usize, String),
    /// A kind of right.
    Part(Part),
}

struct Builder<'a> {
    source: &'a MatrixSource<'a>,
    columns: MatrixColumns,
    numbers: Vec<String>,
}

impl Builder<'_> {
    fn description(&self) -> String {
        let MatrixSource { matters, locale, .. } = *self.source;
        let roles: BTreeSet<&str> =
            matters.iter().flat_map(|matter| &matter.holders).map(|it| it.position.id.as_str()).collect();
        let count = |number: usize, one: &str, many: &str| {
            let name = if number == 1 { one } else { many };
            locale.fill_organization(name, &[("n", &number.to_string())])
        };
        let (matters, roles) =
            (count(matters.len(), "matter", "matters"), count(roles.len(), "role", "roles"));
        locale.fill_organization("matters_and_roles", &[("matters", &matters), ("roles", &roles)])
    }

    fn part(&self, part: Part) -> String {
        self.source.locale.organization(&format!("part_{}", name_of(part))).to_string()
    }

    fn domain(&self, matter: &Matter<'_>) -> String {
        let locale = self.source.locale;
        matter
            .domain
            .map_or_else(|| locale.organization("no_domain"), |domain| locale.term(domain))
            .to_string()
    }

    fn domains(&self) -> Vec<DomainView> {
        let matters = self.source.matters;
        let mut domains: Vec<(Vec<usize>, DomainView)> = Vec::new();
        for (at, matter) in matters.iter().enumerate() {
            match domains.last_mut().filter(|(of, _)| matters[of[0]].domain == matter.domain) {
                Some((of, _)) => of.push(at),
                None => {
                    let id = matter.domain.map_or("other", Term::key).to_string();
                    domains
                        .push((vec![at], DomainView { id, title: self.domain(matter), tables: Vec::new() }));
                }
            }
        }
        let whole = |(of, mut domain): (Vec<usize>, DomainView)| {
            domain.tables = self.tables(&of);
            domain
        };
        domains.into_iter().map(whole).collect()
    }

    /// The columns that these matters need, in order.
    fn keys(&self, of: &[usize]) -> Vec<Key> {
        let holders = of.iter().flat_map(|&at| &self.source.matters[at].holders);
        let order = self.source.lines.in_order();
        let place =
            |holder: &Holder<'_>| order.iter().position(|&at| at == holder.place).unwrap_or(usize::MAX);
        let mut keys: Vec<Key> = Vec::new();
        let mut units: BTreeMap<String, usize> = BTreeMap::new();
        for holder in holders {
            match self.columns {
                MatrixColumns::Roles => keys.push(Key::Role(place(holder), holder.position.id.clone())),
                MatrixColumns::Units => {
                    let first = units.entry(self.unit(holder)).or_insert(usize::MAX);
                    *first = (*first).min(place(holder));
                }
                MatrixColumns::Rights => {
                    keys.extend(holder.rights().iter().map(|&right| Key::Part(Part::of(right))));
                }
            }
        }
        keys.extend(units.into_iter().map(|(unit, place)| Key::Unit(place, unit)));
        keys.sort();
        keys.dedup();
        keys
    }

    fn unit(&self, holder: &Holder<'_>) -> String {
        let MatrixSource { names, locale, language, .. } = *self.source;
        let unit = holder.position.unit.as_ref();
        let name =
            unit.map(|unit| words(unit.id().and_then(|id| names.unit(id)).unwrap_or(&unit.0), language));
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| locale.organization("no_unit").to_string())
    }

    fn column(&self, key: &Key) -> MatrixColumnView {
        match key {
            Key::Role(_, id) => {
                let holders = self.source.matters.iter().flat_map(|matter| &matter.holders);
                let holder = holders.into_iter().find(|holder| holder.position.id == *id);
                let unit =
                    holder.and_then(|holder| holder.position.unit.is_some().then(|| self.unit(holder)));
                MatrixColumnView { title: self.role(id), unit: unit.unwrap_or_default() }
            }
            Key::Unit(_, name) => MatrixColumnView { title: name.clone(), unit: String::new() },
            Key::Part(part) => MatrixColumnView { title: self.part(*part), unit: String::new() },
        }
    }

    fn role(&self, id: &str) -> String {
        let MatrixSource { names, language, .. } = *self.source;
        names.role(id).map_or_else(|| id.to_string(), |title| words(title, language))
    }

    /// Tables of no more columns than a page has room for; matters whose holders are the
    /// same stand in one.
    fn tables(&self, of: &[usize]) -> Vec<MatrixTableView> {
        if self.columns == MatrixColumns::Rights {
            return vec![self.table(of)];
        }
        // What shares a column belongs together.
        let mut groups: Vec<(BTreeSet<Key>, Vec<usize>)> = Vec::new();
        for &at in of {
            let mut keys: BTreeSet<Key> = self.keys(&[at]).into_iter().collect();
            let mut matters = vec![at];
            groups.retain(|(known, own)| {
                let apart = known.is_disjoint(&keys);
                if !apart {
                    keys.extend(known.iter().cloned());
                    matters.extend(own);
                }
                apart
            });
            matters.sort_unstable();
            groups.push((keys, matters));
        }
        groups.sort_by_key(|(_, matters)| matters[0]);
        let mut tables: Vec<(BTreeSet<Key>, Vec<usize>)> = Vec::new();
        for (keys, matters) in groups {
            let room = tables.iter_mut().find(|(known, _)| known.len() + keys.len() <= COLUMNS);
            match room {
                Some((known, own)) => {
                    known.extend(keys);
                    own.extend(matters);
                }
                None => tables.push((keys, matters)),
            }
        }
        for (_, matters) in &mut tables {
            matters.sort_unstable();
        }
        tables.iter().map(|(_, matters)| self.table(matters)).collect()
    }

    fn table(&self, of: &[usize]) -> MatrixTableView {
        let keys = self.keys(of);
        let row = |&at: &usize| {
            let matter = &self.source.matters[at];
            let notes = self.source.faults.iter().enumerate();
            let notes = notes.filter(|(_, fault)| fault.matters().contains(&at)).map(|(index, _)| index + 1);
            MatterView {
                number: self.numbers[at].clone(),
                matter: words(matter.words, self.source.language),
                notes: notes.collect(),
                cells: keys.iter().map(|key| self.grants(matter, key)).collect(),
            }
        };
        MatrixTableView {
            columns: keys.iter().map(|key| self.column(key)).collect(),
            rows: of.iter().map(row).collect(),
        }
    }

    /// What stands in a cell.
    fn grants(&self, matter: &Matter<'_>, key: &Key) -> Vec<GrantView> {
        let in_column = |holder: &&Holder<'_>| match key {
            Key::Role(_, id) => holder.position.id == *id,
            Key::Unit(_, unit) => self.unit(holder) == *unit,
            Key::Part(part) => holder.has(*part),
        };
        matter.holders.iter().filter(in_column).map(|holder| self.grant(holder, key)).collect()
    }

    fn grant(&self, holder: &Holder<'_>, key: &Key) -> GrantView {
        let MatrixSource { locale, language, .. } = *self.source;
        let authority = holder.authority;
        let of_key = |part: Part| match key {
            Key::Part(own) => *own == part,
            Key::Role(..) | Key::Unit(..) => true,
        };
        let rights = holder.rights().iter().filter(|&&right| of_key(Part::of(right)));
        let right =
            |&right| RightView { part: name_of(Part::of(right)), label: locale.term(right).to_string() };
        // A limit is one to what is decided, if anything is.
        let limited = match key {
            Key::Part(part) => *part == Part::Decide || !holder.has(Part::Decide),
            Key::Role(..) | Key::Unit(..) => true,
        };
        let limit = authority.limit.as_ref().filter(|_| limited);
        let superior = authority.escalates_to.as_ref().filter(|_| limited);
        GrantView {
            holder: if matches!(key, Key::Role(..)) { String::new() } else { self.role(&holder.position.id) },
            rights: rights.map(right).collect(),
            limit: limit.map(|limit| unbroken(&limit_words(locale, limit))).unwrap_or_default(),
            conditions: authority
                .conditions
                .as_ref()
                .filter(|_| limited)
                .map(|it| words(it, language))
                .unwrap_or_default(),
            escalates_to: superior.map(|superior| self.name(superior)).unwrap_or_default(),
        }
    }

    /// The title of a role of the library, or the words for somebody else.
    fn name(&self, reference: &RoleReference) -> String {
        reference.id().map_or_else(|| words(&reference.0, self.source.language), |id| self.role(id))
    }

    /// The same as one text.
    fn cell_text(&self, matter: &Matter<'_>, key: &Key) -> String {
        let locale = self.source.locale;
        let grants = self.grants(matter, key).into_iter().map(|grant| {
            let rights: Vec<String> = grant.rights.into_iter().map(|right| right.label).collect();
            let rights = rights.join(locale.pattern("list_separator"));
            let labelled = |id: &str, text: String| {
                if text.is_empty() { text } else { [locale.field(id), &text].join(locale.pattern("colon")) }
            };
            let parts = [
                grant.holder,
                rights,
                grant.limit.replace(JOINER, ""),
                labelled("authorities.conditions", grant.conditions),
                labelled("authorities.escalates_to", grant.escalates_to),
            ];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(locale.pattern("phrase_separator"))
        });
        grants.collect::<Vec<_>>().join("\n")
    }

    fn notes(&self) -> Vec<NoteView> {
        let MatrixSource { faults, locale, .. } = *self.source;
        let note = |(index, fault): (usize, &Fault<'_>)| {
            let kind = match fault {
                Fault::NobodyDecides(_) | Fault::DecidesNothingBeyond(..) => "gap",
                Fault::ProposesAndDecides(..) | Fault::SameLimit(..) | Fault::AboveSuperior(..) => "conflict",
                Fault::Domains(..) | Fault::Words(..) | Fault::Alike(..) => "hint",
            };
            let label = locale.organization(&format!("note_{kind}")).to_string();
            NoteView { number: index + 1, kind, label, text: self.note(fault) }
        };
        faults.iter().enumerate().map(note).collect()
    }

    fn note(&self, fault: &Fault<'_>) -> String {
        let MatrixSource { matters, locale, language, .. } = *self.source;
        let matter = |at: usize| {
            let (number, words) = (&self.numbers[at], words(matters[at].words, language));
            locale.fill_organization("numbered_matter", &[("number", number), ("matter", &words)])
        };
        let list = |items: Vec<String>| items.join(locale.pattern("list_separator"));
        let fill = |name: &str, values: &[(&str, &str)]| locale.fill_organization(name, values);
        match fault {
            Fault::NobodyDecides(at) => {
                let roles = matters[*at].holders.iter().map(|holder| self.role(&holder.position.id));
                fill("nobody_decides", &[("matter", &matter(*at)), ("roles", &list(roles.collect()))])
            }
            Fault::DecidesNothingBeyond(superior, at) => {
                let of = list(at.iter().map(|&at| matter(at)).collect());
                fill("decides_nothing_beyond", &[("superior", &self.role(superior)), ("matters", &of)])
            }
            Fault::AboveSuperior(at, role, superior) => {
                let (role, superior) = (self.role(role), self.role(superior));
                fill("above_superior", &[("matter", &matter(*at)), ("role", &role), ("superior", &superior)])
            }
            Fault::SameLimit(at, one, other) => {
                let roles = list(vec![self.role(one), self.role(other)]);
                fill("same_limit", &[("matter", &matter(*at)), ("roles", &roles)])
            }
            Fault::ProposesAndDecides(at, role) => {
                fill("proposes_and_decides", &[("matter", &matter(*at)), ("role", &self.role(role))])
            }
            Fault::Domains(at, domains) => {
                let domains = list(domains.iter().map(|&domain| locale.term(domain).to_string()).collect());
                fill("domains_differ", &[("matter", &matter(*at)), ("domains", &domains)])
            }
            Fault::Words(at, texts) => {
                let others = list(texts.iter().skip(1).map(|text| words(text, language)).collect());
                fill("words_differ", &[("matter", &matter(*at)), ("words", &others)])
            }
            Fault::Alike(one, other) => {
                fill("maybe_the_same", &[("matter", &matter(*one)), ("other", &matter(*other))])
            }
        }
    }
}
