//! Holds the comparison of roles: which parts belong together, beside a truth that
//! was judged by hand; how words differ; what weighs; and the command itself.

use std::collections::BTreeMap;
use std::fs;

use rolebook::catalog::Catalog;
use rolebook::compare::{
    Comparison, Content, ContentField, ContentItem, ContentValue, FieldBody, ItemValue, Operand, compare,
};
use rolebook::model::Language;
use rolebook::resolve::resolve;
use rolebook::view::{Locale, Names, content};
use serde_json::Value;

use crate::support::repository;

/// The contents of the roles of a library.
struct Roles {
    catalog: Catalog,
    names: Names,
}

impl Roles {
    fn of(library: &std::path::Path) -> Self {
        let catalog = Catalog::load(library).unwrap();
        assert!(catalog.findings.is_empty(), "{:?}", catalog.findings);
        let names = Names::of(&catalog);
        Self { catalog, names }
    }

    fn content(&self, id: &str, language: Language) -> Content {
        let resolved = resolve(&self.catalog, id).unwrap();
        content(&resolved, &self.names, &Locale::built_in(language), language, &|_| id.to_string())
    }
}

fn compared(contents: &[Content], strict: bool) -> Comparison {
    let operands = contents.iter().map(|_| Operand::default()).collect();
    compare(contents, operands, "zh-CN", strict)
}

/// Takes the ids out, so that only words can match items; gives them, by pointer.
fn without_ids(content: &mut Content) -> BTreeMap<String, String> {
    fn walk(fields: &mut [ContentField], ids: &mut BTreeMap<String, String>) {
        for field in fields {
            if let ContentValue::List(items) = &mut field.value {
                for item in items {
                    if let Some(id) = item.id.take() {
                        ids.insert(item.pointer.clone(), id);
                    }
                    if let ItemValue::Fields(fields) = &mut item.value {
                        walk(fields, ids);
                    }
                }
            }
        }
    }
    let mut ids = BTreeMap::new();
    for section in &mut content.sections {
        walk(&mut section.fields, &mut ids);
    }
    ids
}

fn items<'a>(content: &'a Content, path: &str) -> &'a [ContentItem] {
    let fields = content.sections.iter().flat_map(|section| &section.fields);
    let found = fields.filter(|field| field.path == path).find_map(|field| match &field.value {
        ContentValue::List(items) => Some(items.as_slice()),
        ContentValue::One(_) => None,
    });
    found.unwrap_or_default()
}

/// The pairs of a list in a comparison of two, by the items' pointers.
fn pairs(comparison: &Comparison, path: &str) -> Vec<(Option<String>, Option<String>)> {
    fn find<'a>(
        fields: &'a [rolebook::compare::FieldComparison],
        path: &str,
        out: &mut Vec<(Option<String>, Option<String>)>,
    ) {
        for field in fields {
            if let FieldBody::Items(items) = &field.body {
                for item in items {
                    if field.path == path {
                        let place = |at: usize| item.places[at].as_ref().map(|place| place.pointer.clone());
                        out.push((place(0), place(1)));
                    }
                    find(&item.fields, path, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    for section in &comparison.sections {
        find(&section.fields, path, &mut out);
    }
    out
}

/// How many decisions about partners agree with the truth, of how many; and those
/// that do not.
#[derive(Default)]
struct Agreement {
    right: usize,
    all: usize,
    wrong: Vec<String>,
}

impl Agreement {
    fn count(&mut self, what: &str, expected: Option<&str>, found: Option<&str>) {
        self.all += 1;
        if expected == found {
            self.right += 1;
        } else {
            self.wrong.push(format!(
                "{what}: {} and not {}",
                found.unwrap_or("none"),
                expected.unwrap_or("none")
            ));
        }
    }

    /// Compares the pairs of two lists; `about` says what each item is about.
    fn list(
        &mut self,
        what: &str,
        pairs: &[(Option<String>, Option<String>)],
        about: [&BTreeMap<String, String>; 2],
    ) {
        let partner = |pointer: &str, from: usize| {
            pairs.iter().find_map(|(first, second)| {
                let (own, other) = if from == 0 { (first, second) } else { (second, first) };
                (own.as_deref() == Some(pointer)).then(|| other.clone()).flatten()
            })
        };
        for from in 0..2 {
            for (pointer, topic) in about[from] {
                let expected =
                    about[1 - from].iter().find(|(_, other)| *other == topic).map(|(at, _)| at.as_str());
                // A pair is one decision, and not two.
                if from == 1 && expected.is_some() {
                    continue;
                }
                let found = partner(pointer, from);
                self.count(&format!("{what} {topic}"), expected, found.as_deref());
            }
        }
    }
}

fn truth() -> Value {
    let text = fs::read_to_string(repository().join("tests/truth/alignment.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What each item of a list is about, by its pointer.
fn topics(
    content: &Content,
    ids: &BTreeMap<String, String>,
    path: &str,
    topics: &Value,
) -> BTreeMap<String, String> {
    items(content, path)
        .iter()
        .map(|item| {
            let id = item.id.as_ref().or_else(|| ids.get(&item.pointer)).unwrap();
            let topic =
                topics[id].as_str().unwrap_or_else(|| panic!("the truth says nothing of {path} {id}"));
            (item.pointer.clone(), topic.to_string())
        })
        .collect()
}

fn agreement(with_ids: bool) -> Agreement {
    let roles = Roles::of(&repository().join("data"));
    let truth = truth();
    let mut agreement = Agreement::default();
    let family: Vec<&String> = truth["lists"]["duties"].as_object().unwrap().keys().collect();
    for (at, first) in family.iter().enumerate() {
        for second in &family[at + 1..] {
            let mut contents = [first, second].map(|id| roles.content(id, Language::ZhCn));
            let ids = [0, 1].map(|at| {
                let mut copy = contents[at].clone();
                let ids = without_ids(&mut copy);
                if !with_ids {
                    contents[at] = copy;
                }
                ids
            });
            let comparison = compared(&contents, false);
            for (path, of_roles) in truth["lists"].as_object().unwrap() {
                let about = [0, 1].map(|at| {
                    let id = if at == 0 { first } else { second };
                    topics(&contents[at], &ids[at], path, &of_roles[id.as_str()])
                });
                let what = format!("{first} / {second}: {path}");
                agreement.list(&what, &pairs(&comparison, path), [&about[0], &about[1]]);
            }
        }
    }
    agreement
}

fn tasks() -> Agreement {
    let roles = Roles::of(&repository().join("data"));
    let truth = truth();
    let mut agreement = Agreement::default();
    for (duty, of_roles) in truth["tasks"].as_object().unwrap() {
        let of_roles: Vec<(&String, &Value)> = of_roles.as_object().unwrap().iter().collect();
        for (at, (first, first_topics)) in of_roles.iter().enumerate() {
            for (second, second_topics) in &of_roles[at + 1..] {
                let contents = [first, second].map(|id| roles.content(id, Language::ZhCn));
                let about =
                    [(&contents[0], first_topics), (&contents[1], second_topics)].map(|(content, topics)| {
                        let duties = items(content, "duties");
                        let duty = duties.iter().find(|item| item.id.as_ref() == Some(duty)).unwrap();
                        let topics = topics.as_array().unwrap().iter().enumerate();
                        topics
                            .map(|(at, topic)| {
                                (format!("{}/tasks/{at}", duty.pointer), topic.as_str().unwrap().to_string())
                            })
                            .collect::<BTreeMap<_, _>>()
                    });
                let comparison = compared(&contents, false);
                let what = format!("{first} / {second}: {duty}");
                agreement.list(&what, &pairs(&comparison, "duties.tasks"), [&about[0], &about[1]]);
            }
        }
    }
    agreement
}

#[test]
fn alignment_agrees_with_what_was_judged_by_hand() {
    // As the family is compared: by ids where it has them, tasks by words.
    let (lists, tasks) = (agreement(true), tasks());
    let (right, all) = (lists.right + tasks.right, lists.all + tasks.all);
    let wrong = [lists.wrong, tasks.wrong].concat().join("\n");
    assert!(all > 1000, "{all} decisions");
    assert!(right * 100 >= all * 95, "{right} of {all} decisions are right; wrong:\n{wrong}");
    // Without the ids, by words alone.
    let Agreement { right, all, wrong } = agreement(false);
    assert!(right * 100 >= all * 92, "{right} of {all} decisions are right; wrong:\n{}", wrong.join("\n"));
}
