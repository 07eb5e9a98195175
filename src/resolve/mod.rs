//! Owns what a role is after its bases were merged in and its placeholders
//! filled. May import `catalog` and everything below it.

mod merge;
mod placeholder;
mod public;
mod references;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use data_encoding::HEXLOWER;
use ecow::EcoString;
use rayon::prelude::*;

use crate::catalog::{Catalog, read_model};
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::fs;
use crate::json::{self, Member, Node, Pointer, Value, join_pointer};
use crate::model::{Language, Organization, RoleDefinition, SiteSettings, Text, is_id, role_shape};
use crate::source::Span;

pub use placeholder::Variables;
pub use public::{inert, public_fields};
pub use references::Reference;

/// A role as a document shows it, and where each value came from.
#[derive(Debug, Clone)]
pub struct ResolvedRole {
    /// The id.
    pub id: String,
    /// The role; `extends` and `variables` are used up.
    pub role: RoleDefinition,
    /// The same values, each with the place where it was written.
    pub tree: Node,
    /// The placeholders' values by name, each with the place where it was written; empty
    /// where that is not known.
    pub variables: Vec<(EcoString, Span)>,
}

impl ResolvedRole {
    /// A role of its values, if they conform to the model; what is wrong with them.
    pub fn of_tree(id: &str, tree: Node) -> (Option<Self>, Vec<Diagnostic>) {
        let mut findings = untitled(&tree);
        let misfits = crate::json::conform(&tree, crate::model::role_shape());
        if misfits.is_empty() {
            return (Some(Self::of_conforming(id, tree)), findings);
        }
        findings.extend(misfits);
        (None, findings)
    }

    /// A role of values that are known to conform to the model.
    fn of_conforming(id: &str, tree: Node) -> Self {
        let (role, variables) = (read_model(&tree), Vec::new());
        Self { id: id.to_string(), role, tree, variables }
    }

    /// The languages of the library that the role is written in: those of its
    /// title. A title without a language is in the library's first one.
    pub fn languages(&self, library: &[Language]) -> Vec<Language> {
        match &self.role.title {
            Some(Text::Plain(_)) => library.iter().copied().take(1).collect(),
            Some(title) => {
                library.iter().copied().filter(|&language| title.get(language).is_some()).collect()
            }
            None => Vec::new(),
        }
    }

    /// SHA-256 of the role's own content, in hexadecimal: its words and those that
    /// it takes over from its bases and from the library's defaults. It is the same
    /// for every way of writing the same role: keys are sorted, notes and theme left
    /// out. What the role names by an id is in it as that id, whatever it is called.
    pub fn content_hash(&self) -> String {
        content_hash(self.to_json())
    }

    /// The role as JSON: what the document shows and nothing of how it was
    /// written. The same for every way of writing the same role.
    pub fn to_json(&self) -> serde_json::Value {
        self.tree.to_json()
    }
}

/// An error if a role has no title.
fn untitled(tree: &Node) -> Vec<Diagnostic> {
    let title = tree.get("title");
    let words = |node: &Node| node.as_str().is_some_and(|text| !text.trim().is_empty());
    if title.is_some_and(|title| words(title) || title.members().iter().any(|it| words(&it.value))) {
        return Vec::new();
    }
    let message = Message::new("the role has no `title`", "岗位没有 `title`（岗位名称）");
    vec![
        Diagnostic::error(Code::MissingTitle, message)
            .at(title.map_or(tree.span, |title| title.span))
            .pointer("/title")
            .hint("add one: \"title\": \"…\"", "请补上：\"title\": \"…\""),
    ]
}

/// The same of a role's values as JSON.
pub fn content_hash(mut role: serde_json::Value) -> String {
    use sha2::Digest;
    if let Some(members) = role.as_object_mut() {
        members.remove("notes");
        members.remove("theme");
    }
    role.sort_all_objects();
    let digest = sha2::Sha256::digest(role.to_string().as_bytes());
    HEXLOWER.encode(&digest)
}

/// Resolves a role. Everything that is wrong is reported at once.
pub fn resolve(catalog: &Catalog, id: &str) -> Result<ResolvedRole, Vec<Diagnostic>> {
    match resolve_as_far_as_possible(catalog, id) {
        (Some(resolved), findings) if findings.is_empty() => Ok(resolved),
        (_, findings) => Err(findings),
    }
}

/// Resolves a role as far as it goes, so that more can be found in one that has
/// errors already; none if it cannot be read as a role at all.
pub fn resolve_as_far_as_possible(catalog: &Catalog, id: &str) -> (Option<ResolvedRole>, Vec<Diagnostic>) {
    let chain = match chain(catalog, id) {
        Ok(chain) => chain,
        Err(findings) => return (None, findings),
    };
    let mut findings = Vec::new();
    let mut tree: Option<Node> = None;
    for node in chain.iter().rev() {
        tree = Some(merge::merge(tree.as_ref(), node, &Pointer::Root, &mut findings));
    }
    let mut tree = tree.expect("a chain has its role");
    let variables = variables(catalog, &tree);
    let written = [&catalog.settings_node, &tree].into_iter().filter_map(|node| node.get("variables"));
    let written = written.flat_map(Node::members).map(|member| (member.key.clone(), member.value.span));
    let written: BTreeMap<EcoString, Span> = written.collect();
    for path in LIBRARY_DEFAULTS {
        // The nearest word on it counts, and `null` says that there is to be none.
        let own = chain.iter().find_map(|node| node.get(path[0]));
        if own.is_none_or(|own| own.value != Value::Null) {
            adopt(&mut tree, &catalog.settings_node, path);
        }
    }
    if let Value::Object(members) = &mut tree.value {
        members
            .retain(|member| !matches!(&*member.key, "extends" | "variables" | "$schema" | "schema_version"));
    }
    // Placeholders turn strings into texts per language; where the model has a plain
    // string, that does not fit. Nothing else here makes a misfit of what conformed.
    let (resolved, found) = if placeholder::fill(&mut tree, &variables, &catalog.sources, &mut findings) {
        ResolvedRole::of_tree(id, tree)
    } else {
        let found = untitled(&tree);
        (Some(ResolvedRole::of_conforming(id, tree)), found)
    };
    findings.extend(found);
    (resolved.map(|resolved| ResolvedRole { variables: written.into_iter().collect(), ..resolved }), findings)
}

/// A role with its bases merged in, before placeholders are filled and before it
/// takes anything from `rolebook.json`: the definition that it would be if it
/// extended nothing. `variables` are those of the whole chain; `null` stands for
/// `organization` and `sign_off` where the role is to take nothing from the settings.
pub fn definition(catalog: &Catalog, id: &str) -> Result<Node, Vec<Diagnostic>> {
    let chain = chain(catalog, id)?;
    let mut findings = Vec::new();
    let mut tree: Option<Node> = None;
    for node in chain.iter().rev() {
        tree = Some(merge::merge(tree.as_ref(), node, &Pointer::Root, &mut findings));
    }
    let mut tree = tree.expect("a chain has its role");
    if let Value::Object(members) = &mut tree.value {
        members.retain(|member| &*member.key != "extends");
        for [key, _] in LIBRARY_DEFAULTS {
            let own = chain.iter().find_map(|node| node.members().iter().find(|it| &*it.key == key));
            let is_null = own.is_some_and(|member| member.value.value == Value::Null);
            if is_null && members.iter().all(|member| &*member.key != key) {
                members.extend(own.cloned());
            }
        }
    }
    if findings.is_empty() { Ok(tree) } else { Err(findings) }
}

/// A role laid over a base, by the rules of `extends`. An overlay that refers to
/// what the base does not have is an error.
pub fn lay_over(base: &Node, overlay: &Node) -> Result<Node, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let merged = merge::merge(Some(base), overlay, &Pointer::Root, &mut findings);
    if findings.is_empty() { Ok(merged) } else { Err(findings) }
}

/// What a role that does not say it takes from `rolebook.json`.
pub const LIBRARY_DEFAULTS: [[&str; 2]; 3] =
    [["organization", "name"], ["sign_off", "statement"], ["sign_off", "blocks"]];

/// Takes over a value of the settings, unless the role has its own.
fn adopt(tree: &mut Node, settings: &Node, [outer, inner]: [&str; 2]) {
    let Some(value) = settings.get(outer).and_then(|node| node.get(inner)) else { return };
    let member = |key: &str, value: Node| Member { key: key.into(), key_span: value.span, value };
    let Value::Object(members) = &mut tree.value else { return };
    let at = members.iter().position(|known| &*known.key == outer).unwrap_or_else(|| {
        members.push(member(outer, Node { value: Value::Object(Vec::new()), span: value.span }));
        members.len() - 1
    });
    if let Value::Object(members) = &mut members[at].value.value
        && !members.iter().any(|known| &*known.key == inner)
    {
        members.push(member(inner, value.clone()));
    }
}

/// What the settings say of the organization and its site, placeholders filled by the
/// library's variables.
pub fn site_settings(catalog: &Catalog) -> (Organization, SiteSettings, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let empty = Node { value: Value::Object(Vec::new()), span: catalog.settings_node.span };
    let variables = variables(catalog, &empty);
    let mut filled = |key: &str| {
        let node = catalog.settings_node.get(key).filter(|node| node.value != Value::Null);
        let mut node = node.cloned().unwrap_or_else(|| empty.clone());
        placeholder::fill(&mut node, &variables, &catalog.sources, &mut findings);
        public::inert_node(&node)
    };
    let (organization, site) = (filled("organization"), filled("site"));
    (read_model(&organization), read_model(&site), findings)
}

/// Whether a role is an opening: it has a posting of its own or of its bases.
pub fn is_opening(catalog: &Catalog, id: &str) -> bool {
    let Ok(chain) = chain(catalog, id) else { return false };
    chain.iter().find_map(|node| node.get("posting")).is_some_and(|posting| posting.value != Value::Null)
}

/// The last of a role's bases, of which it and others are variants; itself if it
/// extends none.
pub fn origin<'a>(catalog: &'a Catalog, id: &'a str) -> &'a str {
    let mut origin = id;
    // A circle is an error elsewhere.
    for _ in 0..catalog.roles.len() {
        let base = catalog.roles.get(origin).and_then(|node| node.get("extends")).and_then(Node::as_str);
        let Some(base) = base else { break };
        origin = base;
    }
    origin
}

/// The title of a role. Of one with errors, that which its file gives if it is sound and
/// whole; none where that cannot be told.
pub fn title(catalog: &Catalog, id: &str) -> Option<Text> {
    let shape = role_shape().property("title").expect("a role has a title");
    if let Some(tree) = catalog.roles.get(id).and_then(|_| part(catalog, id, &["title"])) {
        return tree.get("title").map(read_model);
    }
    let title = catalog.roles.get(id).or_else(|| catalog.faulty.get(id))?.get("title")?;
    let is_whole = placeholder_names(title).is_empty();
    (is_whole && json::conform(title, shape).is_empty()).then(|| read_model(title))
}

/// The roles that a role names, that were read, and whose titles cannot be told, each where
/// it is named first: its documents would show ids instead.
pub fn unnamed<'a>(catalog: &Catalog, resolved: &'a ResolvedRole) -> Vec<Reference<'a>> {
    let mut seen = BTreeSet::new();
    let references = resolved.references().into_iter().filter(|reference| reference.to == "role");
    let was_read = |id: &str| catalog.roles.contains_key(id) || catalog.failed.contains(id);
    let first = references.filter(|reference| seen.insert(reference.id) && was_read(reference.id));
    first.filter(|reference| title(catalog, reference.id).is_none()).collect()
}

/// A few top-level values of a role, resolved as far as it goes and at a fraction
/// of the cost of the whole role; none for a role whose bases are not there.
pub fn part(catalog: &Catalog, id: &str, keys: &[&str]) -> Option<Node> {
    let mut tree: Option<Node> = None;
    for node in chain(catalog, id).ok()?.into_iter().rev() {
        let keep = |member: &&Member| keys.contains(&&*member.key) || &*member.key == "variables";
        let members = node.members().iter().filter(keep).cloned().collect();
        let node = Node { value: Value::Object(members), span: node.span };
        tree = Some(merge::merge(tree.as_ref(), &node, &Pointer::Root, &mut Vec::new()));
    }
    let mut tree = tree.expect("a chain has its role");
    let variables = variables(catalog, &tree);
    placeholder::fill(&mut tree, &variables, &catalog.sources, &mut Vec::new());
    Some(tree)
}

/// The bases of a role, the nearest first; none for a role without, or one
/// whose bases are not there.
pub fn bases<'a>(catalog: &'a Catalog, id: &str) -> Vec<&'a str> {
    let chain = chain(catalog, id).unwrap_or_default();
    chain.into_iter().filter_map(|node| node.get("extends")?.as_str()).collect()
}

/// The ids of all roles whose files have a part in what is made of a role and said of it:
/// itself, its bases, the roles that it names, and their bases; one that is not there among
/// them, since it may come.
pub fn reads(catalog: &Catalog, resolved: &ResolvedRole) -> BTreeSet<String> {
    let mut reads = BTreeSet::new();
    let references = resolved.references();
    let named = references.iter().filter(|reference| reference.to == "role").map(|reference| reference.id);
    for id in named.chain([resolved.id.as_str()]) {
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| reads.insert((*id).to_string())) {
            next = catalog.roles.get(id).and_then(|node| node.get("extends")).and_then(Node::as_str);
        }
    }
    reads
}

/// Loads of a library what the documents of these roles need.
pub fn load_for(root: &Path, ids: &[String]) -> Result<Catalog, fs::Error> {
    let mut catalog = Catalog::begin(root)?;
    add(&mut catalog, ids);
    Ok(catalog)
}

/// Adds to a library what the documents of these roles need. What they name is known only
/// once their placeholders are filled: the catalog itself reads what is written out.
pub fn add(catalog: &mut Catalog, ids: &[String]) {
    catalog.add(ids);
    let unread: BTreeSet<&str> = catalog.unread().map(|(id, _)| id).collect();
    let named = |id: &String| -> Vec<String> {
        let Some(resolved) = resolve_as_far_as_possible(catalog, id).0 else { return Vec::new() };
        reads(catalog, &resolved).into_iter().filter(|id| unread.contains(id.as_str())).collect()
    };
    let named: BTreeSet<String> =
        ids.par_iter().filter(|id| catalog.roles.contains_key(*id)).flat_map_iter(named).collect();
    if !named.is_empty() {
        catalog.add(&named.into_iter().collect::<Vec<_>>());
    }
}

/// What a variant of a role can fill.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    /// The placeholders that nothing fills, in the order of the role.
    pub open: Vec<String>,
    /// The variables of the role and of its bases, which a variant takes over.
    pub filled: Vec<String>,
}

/// The placeholders of a role; none for one that cannot be resolved.
pub fn placeholders(catalog: &Catalog, id: &str) -> Placeholders {
    let mut placeholders = Placeholders::default();
    let Ok(chain) = chain(catalog, id) else { return placeholders };
    let mut tree: Option<Node> = None;
    for node in chain.into_iter().rev() {
        tree = Some(merge::merge(tree.as_ref(), node, &Pointer::Root, &mut Vec::new()));
    }
    let tree = tree.expect("a chain has its role");
    let own = tree.get("variables").map(Node::members).unwrap_or_default();
    placeholders.filled = own.iter().map(|member| member.key.to_string()).collect();
    let values = variables(catalog, &tree);
    placeholder::visit_names(&tree, &mut |name| {
        if !values.contains_key(name) && !placeholders.open.iter().any(|known| known == name) {
            placeholders.open.push(name.to_string());
        }
    });
    placeholders
}

/// The names of the placeholders in a definition, in its order, each once.
pub fn placeholder_names(definition: &Node) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    placeholder::visit_names(definition, &mut |name| {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_string());
        }
    });
    names
}

/// The role and its bases, the role first.
fn chain<'a>(catalog: &'a Catalog, id: &str) -> Result<Vec<&'a Node>, Vec<Diagnostic>> {
    let mut ids = vec![id.to_string()];
    let mut nodes: Vec<&Node> = vec![&catalog.roles[id]];
    while let Some(base) =
        nodes.last().and_then(|node| node.get("extends")).filter(|base| base.as_str().is_some())
    {
        let base_id = base.as_str().unwrap_or_default();
        if let Some(at) = ids.iter().position(|known| known == base_id) {
            let mut circle = ids[at..].to_vec();
            circle.push(base_id.to_string());
            let circle = circle.join(" → ");
            let own = nodes[0].get("extends").map_or(base.span, |own| own.span);
            let finding = Diagnostic::error(
                Code::ExtendsCycle,
                Message::new(
                    format!("`extends` goes round in a circle: {circle}"),
                    format!("`extends` 形成循环：{circle}"),
                ),
            );
            return Err(vec![
                finding
                    .at(own)
                    .pointer("/extends")
                    .hint("remove `extends` from one of them", "请删除其中一个岗位的 `extends`"),
            ]);
        }
        let Some(node) = catalog.roles.get(base_id) else {
            return Err(vec![missing_base(catalog, base, base_id, &ids)]);
        };
        ids.push(base_id.to_string());
        nodes.push(node);
    }
    Ok(nodes)
}

/// A base that is not there, or has errors; `chain` are the ids of the role and of the
/// bases before, none of which can be meant.
fn missing_base(catalog: &Catalog, base: &Node, id: &str, chain: &[String]) -> Diagnostic {
    if catalog.failed.contains(id) {
        return Diagnostic::error(
            Code::BaseHasErrors,
            Message::new(
                format!("the base `{id}` has errors of its own"),
                format!("基准岗位 `{id}` 本身有错误"),
            ),
        )
        .at(base.span)
        .pointer("/extends")
        .hint(format!("correct roles/{id}.json first"), format!("请先改正 roles/{id}.json"));
    }
    let finding = Diagnostic::error(
        Code::BrokenReference,
        Message::new(format!("there is no role `{id}`"), format!("没有岗位 `{id}`")),
    )
    .at(base.span)
    .pointer("/extends");
    let others = catalog.ids().filter(|other| !chain.iter().any(|own| own == other));
    match did_you_mean(id, others) {
        Some(near) if !is_id(near) => finding.hint(
            format!("roles/{near}.json is there, but its name is no id: rename it to {id}.json"),
            format!("有文件 roles/{near}.json，但其文件名不能作为标识；请改名为 {id}.json"),
        ),
        Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        None => finding.hint(
            format!("add roles/{id}.json, or extend a role that is there"),
            format!("请新建 roles/{id}.json，或改为已有的岗位"),
        ),
    }
}

/// The placeholders' values: the role's and its bases', then the library's; and
/// `company`, the organization's name.
fn variables(catalog: &Catalog, tree: &Node) -> Variables {
    let mut variables = Variables::new();
    if let Some(name) =
        catalog.settings.organization.as_ref().and_then(|organization| organization.name.clone())
    {
        variables.insert("company".into(), name);
    }
    for (name, text) in &catalog.settings.variables {
        variables.extend(text.clone().map(|text| (name.clone(), text)));
    }
    for member in tree.get("variables").map(Node::members).unwrap_or_default() {
        variables.insert(member.key.to_string(), read_model(&member.value));
    }
    variables
}

/// Every value of a resolved role with the file, line and column it came from,
/// by pointer and in the order of the role.
pub fn provenance(catalog: &Catalog, resolved: &ResolvedRole) -> Vec<(String, Origin)> {
    let mut origins = Vec::new();
    collect_origins(catalog, &resolved.tree, "", &mut origins);
    origins
}

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Origin {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

fn collect_origins(catalog: &Catalog, node: &Node, pointer: &str, out: &mut Vec<(String, Origin)>) {
    match &node.value {
        Value::Object(members) => {
            for member in members {
                collect_origins(catalog, &member.value, &join_pointer(pointer, &member.key), out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                collect_origins(catalog, item, &join_pointer(pointer, index), out);
            }
        }
        _ => {
            let at = catalog.sources.position(node.span);
            let file = catalog.sources.path(node.span.source).display().to_string();
            out.push((pointer.to_string(), Origin { file, line: at.line, column: at.column }));
        }
    }
}
