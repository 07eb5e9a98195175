//! Owns what a list says of a role, at a fraction of the cost of the whole role. May
//! import everything but the commands.

use crate::catalog::{Catalog, read_model};
use crate::json::{Member, Node, Value, conform};
use crate::markdown;
use crate::model::{Language, RoleDefinition, Term, Text, UnitReference, role_shape};
use crate::resolve;

/// The fields of a role that it is made of.
const FIELDS: [&str; 5] = ["title", "alternate_titles", "code", "document", "organization"];

/// What a list says of a role.
#[derive(Debug, Clone)]
pub(super) struct Row {
    title: Text,
    pub(super) code: String,
    /// Where it belongs.
    pub(super) unit: Option<UnitReference>,
    /// The term of its status.
    pub(super) status: Option<&'static str>,
    pub(super) version: String,
    pub(super) languages: Vec<Language>,
    /// The role that it is a variant of.
    pub(super) base: Option<String>,
    /// Every word that a search finds it by.
    pub(super) words: String,
}

impl Row {
    /// The row of a role; what cannot be told is empty.
    pub(super) fn of(catalog: &Catalog, id: &str) -> Self {
        let known = catalog.roles.get(id).or_else(|| catalog.faulty.get(id));
        let part = catalog.roles.get(id).and_then(|_| resolve::part(catalog, id, &FIELDS));
        let part = part.or_else(|| Some(Node::clone(known?)));
        let mut role = RoleDefinition::default();
        if let Some(mut part) = part {
            if let Value::Object(members) = &mut part.value {
                // Placeholders may have made of it what the model does not admit, and in a role
                // with errors anything may be.
                let shape = role_shape();
                let is_sound = |member: &Member| {
                    let shape = shape.property(&member.key);
                    shape.is_some_and(|shape| conform(&member.value, shape).is_empty())
                };
                members.retain(|member| FIELDS.contains(&&*member.key) && is_sound(member));
            }
            role = read_model(&part);
        }
        let document = role.document.unwrap_or_default();
        let title = role.title.unwrap_or_else(|| Text::Plain(id.to_string()));
        let code = role.code.unwrap_or_default();
        let mut words = vec![id.to_string(), code.clone()];
        for text in std::iter::once(&title).chain(&role.alternate_titles) {
            words.extend(Language::ALL.into_iter().filter_map(|it| text.get(it).map(markdown::plain)));
        }
        words.dedup();
        let library = catalog.settings.document_languages();
        let languages = match &title {
            Text::Plain(_) => library.iter().copied().take(1).collect(),
            text => library.iter().copied().filter(|&language| text.get(language).is_some()).collect(),
        };
        Self {
            title,
            code,
            unit: role.organization.and_then(|organization| organization.unit),
            status: document.status.map(Term::key),
            version: document.version.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
            languages,
            base: known.and_then(|node| node.get("extends")?.as_str().map(str::to_string)),
            words: words.join("\n"),
        }
    }

    /// The title in a language, or else in any.
    pub(super) fn title(&self, language: Language) -> String {
        self.title.get_or_any(language).map(|(words, _)| markdown::plain(words)).unwrap_or_default()
    }
}
