//! Owns what a book shows beside the documents that it binds: its chapters by unit, its
//! cover and its contents. May import `build`, `locale`, `rich` and everything below
//! `view`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Theme;
use super::locale::Locale;
use super::pair::Both;
use super::rich::Rich;
use crate::catalog::Catalog;
use crate::markdown;
use crate::model::{Confidentiality, Edition, Language, Text, UnitReference};
use crate::organization::Units;
use crate::resolve::{self, ResolvedRole};

/// What a book must know of a role to give it its place.
#[derive(Debug, Clone)]
pub struct BookRole {
    /// The id.
    pub id: String,
    title: Text,
    code: String,
    unit: Option<UnitReference>,
    /// The id of the superior, if that is a role of the library.
    reports_to: Option<String>,
    confidentiality: Option<Confidentiality>,
}

impl BookRole {
    /// What a role says of itself.
    pub fn of(resolved: &ResolvedRole) -> Self {
        let role = &resolved.role;
        let reports_to = role.reporting.as_ref().and_then(|it| it.reports_to.as_ref());
        Self {
            id: resolved.id.clone(),
            title: role.title.clone().unwrap_or_else(|| Text::Plain(resolved.id.clone())),
            code: role.code.clone().unwrap_or_default(),
            unit: role.organization.as_ref().and_then(|it| it.unit.clone()),
            reports_to: reports_to.and_then(|it| it.id()).map(str::to_string),
            confidentiality: role.document.as_ref().and_then(|it| it.confidentiality),
        }
    }
}

/// A chapter: a unit with the units below it.
#[derive(Debug, Clone)]
pub struct Chapter {
    name: ChapterName,
    /// The role that heads the unit, if one does.
    head: Option<BookRole>,
    /// The unit's own roles, then those of the units below it.
    groups: Vec<Group>,
}

/// What a chapter is called.
#[derive(Debug, Clone)]
enum ChapterName {
    /// By its unit.
    Unit(Text),
    /// It has the roles of no unit.
    Others,
    /// It has all roles, none of which is of a unit.
    All,
}

impl ChapterName {
    fn unit(&self) -> Option<&Text> {
        if let Self::Unit(name) = self { Some(name) } else { None }
    }
}

/// The roles of one unit.
#[derive(Debug, Clone)]
struct Group {
    /// The unit's name; none for the chapter's own roles.
    name: Option<Text>,
    roles: Vec<BookRole>,
}

impl Chapter {
    /// The ids of its roles, in their order.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flat_map(|group| &group.roles).map(|role| role.id.as_str())
    }
}

/// The chapters of these roles: the units of the highest level of which there are
/// several, in the order of the settings, then units that the settings do not have, by
/// their names, and at last the roles of no unit.
pub fn chapters(units: &Units, roles: Vec<BookRole>) -> Vec<Chapter> {
    let mut by_unit: BTreeMap<usize, Vec<BookRole>> = BTreeMap::new();
    let mut others: BTreeMap<String, (Text, Vec<BookRole>)> = BTreeMap::new();
    let mut of_none = Vec::new();
    for role in roles {
        match &role.unit {
            None => of_none.push(role),
            Some(unit) => match unit.id().and_then(|id| units.at(id)) {
                Some(at) => by_unit.entry(at).or_default().push(role),
                None => {
                    let words = Language::ALL.map(|language| unit.0.get(language).unwrap_or_default());
                    let (_, of_unit) =
                        others.entry(words.join("\n")).or_insert_with(|| (unit.0.clone(), Vec::new()));
                    of_unit.push(role);
                }
            },
        }
    }
    let mut chapters = Vec::new();
    let mut starts: Vec<(usize, Vec<usize>)> = Vec::new();
    match units.children(None)[..] {
        // One unit above all others is a chapter for its own roles only.
        [all] => {
            starts.push((all, vec![all]));
            starts.extend(units.children(Some(all)).into_iter().map(|at| (at, units.below(at))));
        }
        ref several => starts.extend(several.iter().map(|&at| (at, units.below(at)))),
    }
    for (start, below) in starts {
        let of_unit = |at: usize| {
            let name = units.name(at).filter(|_| at != start).cloned();
            let roles = in_order(by_unit.get(&at)?.clone());
            Some(Group { name, roles })
        };
        let groups: Vec<Group> = below.into_iter().filter_map(of_unit).collect();
        if !groups.is_empty() {
            let name = units.name(start).cloned();
            let name = name.unwrap_or_else(|| Text::Plain(units.id(start).to_string()));
            let head = groups.iter().find(|group| group.name.is_none()).and_then(|group| head(&group.roles));
            chapters.push(Chapter { name: ChapterName::Unit(name), head: head.cloned(), groups });
        }
    }
    for (_, (name, roles)) in others {
        let roles = in_order(roles);
        let groups = vec![Group { name: None, roles }];
        chapters.push(Chapter { name: ChapterName::Unit(name), head: None, groups });
    }
    if !of_none.is_empty() {
        let groups = vec![Group { name: None, roles: in_order(of_none) }];
        let name = if chapters.is_empty() { ChapterName::All } else { ChapterName::Others };
        chapters.push(Chapter { name, head: None, groups });
    }
    chapters
}

/// The roles of a unit by their codes, after the one that heads it.
fn in_order(mut roles: Vec<BookRole>) -> Vec<BookRole> {
    let head = head(&roles).map(|role| role.id.clone());
    roles.sort_by(|a, b| {
        let key = |role: &BookRole| (head.as_ref() != Some(&role.id), role.code.is_empty());
        key(a).cmp(&key(b)).then_with(|| (&a.code, &a.id).cmp(&(&b.code, &b.id)))
    });
    roles
}

/// The role that others of the unit report to and that reports to none of them, if it is
/// the only one.
fn head(roles: &[BookRole]) -> Option<&BookRole> {
    let is_inside = |role: &BookRole| {
        role.reports_to.as_ref().is_some_and(|superior| roles.iter().any(|other| other.id == *superior))
    };
    let leads = |role: &BookRole| roles.iter().any(|other| other.reports_to.as_ref() == Some(&role.id));
    let mut heads = roles.iter().filter(|role| !is_inside(role) && (leads(role) || roles.len() == 1));
    let first = heads.next()?;
    heads.next().is_none().then_some(first)
}

/// What every page of a book shares.
#[derive(Debug, Clone, Serialize)]
pub struct BookHead {
    /// The built-in theme whose look the book has.
    pub style: String,
    /// The language's BCP 47 tag; of two languages, that of the first.
    pub lang: &'static str,
    /// The tags of both languages.
    pub langs: Both<&'static str>,
    /// The language or the two languages, such as `zh-CN+en`.
    pub edition: String,
    /// The book's title, such as `岗位说明书汇编`.
    pub title: Both<String>,
    /// The title with the organization, for programs.
    pub document_title: String,
    /// The organization's name.
    pub organization: Both<Rich>,
    /// The same in one line, for the header.
    pub organization_line: Rich,
    /// The library's own words in the footer; no parts if there are none.
    pub footer: Rich,
    /// Fixed words, from the locale's `labels`.
    pub labels: BTreeMap<String, String>,
    /// Whether any role has a code.
    pub coded: bool,
    /// The highest level of confidentiality of its roles: that of the book.
    #[serde(skip)]
    confidentiality: Option<Confidentiality>,
}

/// Cover and contents.
#[derive(Debug, Clone, Serialize)]
pub struct BookView {
    /// What every page shares.
    #[serde(flatten)]
    pub head: BookHead,
    /// What the cover says of the book: label and value.
    pub facts: Vec<BookFact>,
    /// The heading of the contents.
    pub contents: Both<String>,
    /// The chapters, with the numbers of their pages.
    pub chapters: Vec<ChapterView>,
}

/// A label and what belongs to it.
#[derive(Debug, Clone, Serialize)]
pub struct BookFact {
    /// The label.
    pub label: Both<String>,
    /// The value.
    pub value: Both<String>,
}

/// The page that opens a chapter.
#[derive(Debug, Clone, Serialize)]
pub struct OpenerView {
    /// What every page shares.
    #[serde(flatten)]
    pub head: BookHead,
    /// The chapter.
    pub chapter: ChapterView,
}

/// A chapter as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct ChapterView {
    /// What links lead to.
    pub anchor: String,
    /// Its number, such as `第一章`.
    pub number: Both<String>,
    /// The unit's name.
    pub name: Both<Rich>,
    /// How many roles there are in it.
    pub count: Both<String>,
    /// The number of its first page.
    pub page: String,
    /// Who heads the unit; none if nobody does.
    pub leader: Option<Leader>,
    /// The unit's own roles, then those of the units below it.
    pub groups: Vec<GroupView>,
}

/// Who heads a unit.
#[derive(Debug, Clone, Serialize)]
pub struct Leader {
    /// The label.
    pub label: Both<String>,
    /// The title of the role.
    pub title: Both<Rich>,
}

/// The roles of one unit, as they are shown.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// The unit's name; no parts for the chapter's own roles.
    pub name: Both<Rich>,
    /// The roles.
    pub roles: Vec<EntryView>,
}

/// A role in a list of them.
#[derive(Debug, Clone, Serialize)]
pub struct EntryView {
    /// What links lead to: the id.
    pub anchor: String,
    /// The title.
    pub title: Both<Rich>,
    /// The code; empty if it has none.
    pub code: String,
    /// What there is to say of a paper that is not in force; empty if it is.
    pub standing: String,
    /// The number of its first page.
    pub page: String,
}

/// What is known of a document once it is typeset.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// The number of its first page.
    pub page: usize,
    /// What there is to say of a paper that is not in force; empty if it is.
    pub standing: String,
    /// The date of its content, ISO 8601.
    pub date: String,
}

/// What links to a chapter lead to.
pub fn chapter_anchor(index: usize) -> String {
    format!("chapter/{index}")
}

/// What writes the pages of a book in one edition.
pub struct BookWords<'a> {
    catalog: &'a Catalog,
    edition: Edition,
    locales: &'a BTreeMap<Language, Locale>,
    theme: &'a Theme,
}

/// The bookmarks of a chapter: its own words, and for each group those of the group and of
/// its roles.
pub type ChapterOutline = (String, Vec<(String, Vec<(String, String)>)>);

impl<'a> BookWords<'a> {
    /// The words of an edition.
    pub fn new(
        catalog: &'a Catalog,
        edition: Edition,
        locales: &'a BTreeMap<Language, Locale>,
        theme: &'a Theme,
    ) -> Self {
        Self { catalog, edition, locales, theme }
    }

    /// Something in each language of the edition.
    fn both<T: Default>(&self, of: impl Fn(&Locale, Language) -> T) -> Both<T> {
        let in_language = |language| of(&self.locales[&language], language);
        let first = in_language(self.edition.first);
        Both { first, second: self.edition.second.map(in_language).unwrap_or_default() }
    }

    fn word(&self, name: &str) -> Both<String> {
        self.both(|locale, _| locale.book(name).to_string())
    }

    fn text(&self, text: Option<&Text>, at: &str) -> Both<Rich> {
        self.both(|_, language| {
            let words =
                text.and_then(|text| text.get_or_any(language)).map(|(words, _)| markdown::plain(words));
            words.map(|words| Rich::plain(words, at).in_document(language)).unwrap_or_default()
        })
    }

    /// What every page shares.
    pub fn head(&self, chapters: &[Chapter]) -> BookHead {
        let (organization, _, _) = resolve::site_settings(self.catalog);
        let organization = self.text(organization.name.as_ref(), "");
        let title = self.word("title");
        let header = self.theme.settings.header.clone().unwrap_or_default();
        let footer = self.theme.settings.footer.as_ref().and_then(|footer| footer.text.as_ref());
        let name = organization.first.to_plain();
        let locale = &self.locales[&self.edition.first];
        let document_title = if name.is_empty() {
            title.first.clone()
        } else {
            locale.fill_book("of_organization", &[("title", &title.first), ("organization", &name)])
        };
        let roles = || chapters.iter().flat_map(|chapter| &chapter.groups).flat_map(|group| &group.roles);
        let levels = roles().filter_map(|role| role.confidentiality);
        BookHead {
            style: self.theme.base.clone(),
            lang: self.edition.first.tag(),
            langs: Both {
                first: self.edition.first.tag(),
                second: self.edition.second.map(Language::tag).unwrap_or_default(),
            },
            edition: self.edition.to_string(),
            document_title,
            organization_line: one_line(&organization).shown_if(header.organization.unwrap_or(true)),
            organization,
            title,
            footer: one_line(&self.text(footer, "")),
            labels: locale.labels.clone(),
            coded: roles().any(|role| !role.code.is_empty()),
            confidentiality: levels.max_by_key(|level| *level as u8),
        }
    }

    /// What the running head of a role's pages says: the unit and the title, in the first
    /// language, since there is one line for it.
    pub fn running_head(&self, chapter: &Chapter, id: &str) -> Rich {
        let group = chapter.groups.iter().find(|group| group.roles.iter().any(|role| role.id == id));
        let unit = group.and_then(|group| group.name.as_ref()).or(chapter.name.unit());
        let role = group.and_then(|group| group.roles.iter().find(|role| role.id == id));
        let title = role.map(|role| &role.title);
        Rich::joined([self.text(unit, "").first, self.text(title, "/title").first], " · ")
    }

    /// A chapter; `placed` is what is known of its documents.
    pub fn chapter(
        &self,
        index: usize,
        chapter: &Chapter,
        page: usize,
        placed: &BTreeMap<String, Placed>,
    ) -> ChapterView {
        let count = chapter.roles().count();
        let entry = |role: &BookRole| {
            let known = placed.get(&role.id).cloned().unwrap_or_default();
            EntryView {
                anchor: role.id.clone(),
                title: self.text(Some(&role.title), ""),
                code: role.code.clone(),
                standing: known.standing,
                page: known.page.to_string(),
            }
        };
        let group = |group: &Group| GroupView {
            name: self.text(group.name.as_ref(), ""),
            roles: group.roles.iter().map(entry).collect(),
        };
        ChapterView {
            anchor: chapter_anchor(index),
            number: self.both(|locale, _| locale.fill_book("chapter", &[("n", &locale.numeral(index + 1))])),
            name: match &chapter.name {
                ChapterName::Unit(name) => self.text(Some(name), ""),
                ChapterName::Others => self.both(|locale, _| Rich::plain(locale.book("no_unit"), "")),
                ChapterName::All => self.both(|locale, _| Rich::plain(locale.book("all"), "")),
            },
            count: self.count(count),
            page: page.to_string(),
            leader: chapter
                .head
                .as_ref()
                .map(|head| Leader { label: self.word("leader"), title: self.text(Some(&head.title), "") }),
            groups: chapter.groups.iter().map(group).collect(),
        }
    }

    fn count(&self, count: usize) -> Both<String> {
        let pattern = if count == 1 { "role" } else { "roles" };
        self.both(|locale, _| locale.fill_book(pattern, &[("n", &count.to_string())]))
    }

    /// Cover and contents; `date` is ISO 8601, or empty if there is none to show.
    pub fn view(&self, head: BookHead, chapters: Vec<ChapterView>, date: &str) -> BookView {
        let roles = chapters.iter().flat_map(|chapter| &chapter.groups).map(|group| group.roles.len()).sum();
        let mut facts = vec![BookFact { label: self.word("contains"), value: self.count(roles) }];
        if !date.is_empty() {
            let value = self.both(|locale, _| locale.date(date));
            facts.push(BookFact { label: self.word("as_of"), value });
        }
        if let Some(level) = head.confidentiality {
            let label = self.both(|locale, _| locale.field("document.confidentiality").to_string());
            facts.push(BookFact { label, value: self.both(|locale, _| locale.term(level).to_string()) });
        }
        let language = |locale: &Locale, _| locale.labels.get("language").cloned().unwrap_or_default();
        facts.push(BookFact { label: self.word("language"), value: self.both(language) });
        BookView { head, facts, contents: self.word("contents"), chapters }
    }

    /// The heading of the contents, on one line.
    pub fn contents(&self) -> String {
        let Both { first, second } = self.word("contents");
        if second.is_empty() { first } else { format!("{first} / {second}") }
    }

    /// The outline's words for a chapter, for the groups below it, and for their roles.
    pub fn outline(&self, chapter: &ChapterView) -> ChapterOutline {
        let line = |number: &Both<String>, name: &Both<Rich>| {
            let name = one_line(name).to_plain();
            if number.first.is_empty() { name } else { format!("{} {name}", number.first) }
        };
        let groups = chapter.groups.iter().map(|group| {
            let of_role = |role: &EntryView| (role.anchor.clone(), one_line(&role.title).to_plain());
            (one_line(&group.name).to_plain(), group.roles.iter().map(of_role).collect())
        });
        (line(&chapter.number, &chapter.name), groups.collect())
    }
}

impl BookHead {
    /// Every text of the pages that share it, for the choice of fonts.
    pub fn characters(&self, chapters: &[ChapterView]) -> BTreeSet<char> {
        let mut words = vec![self.title.first.clone(), self.title.second.clone()];
        let mut texts = vec![&self.organization.first, &self.organization.second, &self.footer];
        for chapter in chapters {
            texts.extend([&chapter.name.first, &chapter.name.second]);
            for group in &chapter.groups {
                texts.extend([&group.name.first, &group.name.second]);
                for role in &group.roles {
                    texts.extend([&role.title.first, &role.title.second]);
                    words.push(role.code.clone());
                }
            }
        }
        words.extend(texts.into_iter().map(Rich::to_plain));
        words.iter().flat_map(|words| words.chars()).collect()
    }
}

/// A text in both languages on one line; once if it is the same.
fn one_line(text: &Both<Rich>) -> Rich {
    if text.second.is_empty() || text.first.to_plain() == text.second.to_plain() {
        return text.first.clone();
    }
    Rich::joined([text.first.clone(), text.second.clone()], " / ")
}
