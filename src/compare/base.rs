//! Owns the proposal of a common base for roles that grew apart, and of the
//! overlays that make these roles of it again. May import `resolve` and
//! everything below it.
//!
//! The base says what at least two of the roles, and at least half of them, say;
//! where two values are each said by half, the first one. Objects and texts are
//! taken key by key, lists of objects by `id`; inside an object or an item, it is
//! half of the roles that have the object or item. What the rules of `extends`
//! cannot express stays with the roles: the proposal is laid together again, and
//! what does not come out as it was leaves the base.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::json::Node;
use crate::model::role_schema;
use crate::resolve::{self, LIBRARY_DEFAULTS};
use crate::source::{Sources, Span};

/// What is one role's own, even if two agree on it: a position code names one
/// position, and an opening would put the base on the careers site.
const OWN: [&str; 2] = ["code", "posting"];

/// What every file says for itself.
const HEAD: [&str; 2] = ["$schema", "schema_version"];

/// A base and the overlays that make the roles of it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BaseProposal {
    /// The base; a role of its own, with the title that most roles have, or else
    /// that of the first
    pub base: ProposedRole,
    /// The roles as overlays of the base, in the order in which they were given
    pub overlays: Vec<ProposedRole>,
}

/// A role file to be written.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProposedRole {
    /// The id
    pub id: String,
    /// What the file says, in the order of the model
    pub definition: Json,
    /// How many values the role has: texts per language, numbers, terms; ids do
    /// not count
    pub values: usize,
    /// How many of these it takes from the base
    pub from_base: usize,
}

/// Proposes a base for roles that are there. The roles must have no errors in
/// their `extends`; they may extend each other.
pub fn extract(catalog: &Catalog, ids: &[String], base_id: &str) -> Result<BaseProposal, Vec<Diagnostic>> {
    let mut roles: Vec<(String, Json)> = Vec::new();
    let mut findings = Vec::new();
    for id in ids {
        if roles.iter().any(|(known, _)| known == id) {
            continue;
        }
        match resolve::definition(catalog, id) {
            Ok(tree) => roles.push((id.clone(), tree.to_json())),
            Err(errors) => findings.extend(errors),
        }
    }
    if findings.is_empty() { Ok(split(base_id, &roles)) } else { Err(findings) }
}

/// An id for the base of these roles that nothing has yet: the words that all ids
/// have in a row, and `base`.
pub fn propose_id(ids: &[String], is_taken: impl Fn(&str) -> bool) -> String {
    let words: Vec<Vec<&str>> = ids.iter().map(|id| id.split('-').collect()).collect();
    let first = words.first().map(Vec::as_slice).unwrap_or_default();
    let mut common: &[&str] = &[];
    for start in 0..first.len() {
        for end in start + 1..=first.len() {
            let run = &first[start..end];
            let everywhere = words.iter().all(|words| words.windows(run.len()).any(|there| there == run));
            if everywhere && run.len() > common.len() {
                common = run;
            }
        }
    }
    let name = common.iter().chain([&"base"]).copied().collect::<Vec<_>>().join("-");
    if !is_taken(&name) {
        return name;
    }
    (2..).map(|number| format!("{name}-{number}")).find(|name| !is_taken(name)).expect("ids do not end")
}

/// Splits roles without bases into a base and overlays of it. `null` at the top of
/// a role says that it is to take nothing from the library's settings there.
pub fn split(base_id: &str, roles: &[(String, Json)]) -> BaseProposal {
    let bodies: Vec<Map<String, Json>> = roles
        .iter()
        .map(|(_, role)| {
            let members = role.as_object().cloned().unwrap_or_default();
            members.into_iter().filter(|(key, _)| !HEAD.contains(&&**key)).collect()
        })
        .collect();
    let mut base = choose(&bodies);
    let overlays = loop {
        match bodies.iter().map(|body| overlay(&base, body)).collect::<Result<Vec<_>, _>>() {
            Ok(overlays) => break overlays,
            Err(keys) => base.retain(|key, _| !keys.contains(key)),
        }
    };
    let schema = role_schema();
    let file = |head: Map<String, Json>, body: Map<String, Json>| {
        let all: Map<String, Json> = head.into_iter().chain(body).collect();
        in_order(Json::Object(all), schema)
    };
    let head = |role: &Json| -> Map<String, Json> {
        HEAD.iter().filter_map(|&key| Some((key.to_string(), role.get(key)?.clone()))).collect()
    };
    let overlays = roles.iter().zip(&bodies).zip(overlays).map(|(((id, role), body), overlay)| {
        let values = members_count(body);
        let from_base = values - members_count(&overlay);
        let mut head = head(role);
        head.insert("extends".into(), json!(base_id));
        ProposedRole { id: id.clone(), definition: file(head, overlay), values, from_base }
    });
    let overlays = overlays.collect();
    let own_head = roles.iter().rev().fold(Map::new(), |mut all, (_, role)| {
        all.extend(head(role));
        all
    });
    let values = members_count(&base);
    let base =
        ProposedRole { id: base_id.to_string(), definition: file(own_head, base), values, from_base: 0 };
    BaseProposal { base, overlays }
}

/// What the base is to say.
fn choose(roles: &[Map<String, Json>]) -> Map<String, Json> {
    let mut base = Map::new();
    for key in keys(roles.iter()) {
        let takes_default = LIBRARY_DEFAULTS.iter().any(|[outer, _]| *outer == key);
        // Over a base that says it, an overlay can only say "nothing", and not
        // "what the library says".
        if OWN.contains(&key)
            || key == "extends"
            || (takes_default && !roles.iter().all(|role| role.contains_key(key)))
        {
            continue;
        }
        let values: Vec<&Json> =
            roles.iter().filter_map(|role| role.get(key)).filter(|value| !value.is_null()).collect();
        let agreed = match key {
            // A title half of one role and half of another is nobody's.
            "title" => most(&values, roles.len()).or_else(|| values.first().map(|&title| title.clone())),
            _ => agreed(&values, roles.len()),
        };
        base.extend(agreed.map(|value| (key.to_string(), value)));
    }
    drop_dangling(&mut base);
    fill_placeholders(&mut base, roles);
    base
}

/// Gives a placeholder on which the roles do not agree the first value that one of
/// them has for it, so that the base can be built.
fn fill_placeholders(base: &mut Map<String, Json>, roles: &[Map<String, Json>]) {
    let mut variables = base.get("variables").and_then(Json::as_object).cloned().unwrap_or_default();
    for name in resolve::placeholder_names(&node(base)) {
        let value = roles.iter().find_map(|role| role.get("variables")?.get(&name));
        if let Some(value) = value.filter(|_| !variables.contains_key(&name)) {
            variables.insert(name, value.clone());
        }
    }
    if !variables.is_empty() {
        base.insert("variables".into(), Json::Object(variables));
    }
}

/// An object as a definition that was written nowhere.
fn node(object: &Map<String, Json>) -> Node {
    let nowhere = Span::new(Sources::default().add("", ""), 0..0);
    Node::from_json(&Json::Object(object.clone()), nowhere)
}

/// Takes references to indicators that the base does not have out of its duties.
fn drop_dangling(base: &mut Map<String, Json>) {
    let items = |key: &str| base.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let kpis: Vec<Json> = items("kpis").iter().filter_map(|kpi| kpi.get("id").cloned()).collect();
    for duty in base.get_mut("duties").and_then(Json::as_array_mut).into_iter().flatten() {
        let refs = duty.get("kpi_refs").and_then(Json::as_array);
        let dangling = refs.is_some_and(|refs| !refs.iter().all(|id| kpis.contains(id)));
        if let Some(duty) = duty.as_object_mut().filter(|_| dangling) {
            duty.shift_remove("kpi_refs");
        }
    }
}

/// Whether so many of so many roles make a majority.
fn enough(count: usize, of: usize) -> bool {
    count >= 2 && count * 2 >= of
}

/// What a majority of `of` roles says, of which these say something.
fn agreed(values: &[&Json], of: usize) -> Option<Json> {
    let objects: Vec<&Map<String, Json>> = values.iter().filter_map(|value| value.as_object()).collect();
    if enough(objects.len(), of)
        && let Some(object) = agreed_object(&objects)
    {
        return Some(Json::Object(object));
    }
    if let Some(value) = most(values, of)
        && values.iter().all(|other| change(Some(&value), other).is_ok())
    {
        return Some(value);
    }
    let lists: Vec<&[Json]> = values.iter().filter_map(|value| value.as_array()).map(Vec::as_slice).collect();
    if enough(lists.len(), of) { agreed_list(&lists).map(Json::Array) } else { None }
}

/// The first value that a majority of `of` roles has.
fn most(values: &[&Json], of: usize) -> Option<Json> {
    let count = |value: &Json| values.iter().filter(|&&other| other == value).count();
    values.iter().find(|value| enough(count(value), of)).map(|&value| value.clone())
}

fn agreed_object(objects: &[&Map<String, Json>]) -> Option<Map<String, Json>> {
    let mut object = Map::new();
    for key in keys(objects.iter().copied()) {
        let values: Vec<&Json> = objects.iter().filter_map(|object| object.get(key)).collect();
        object.extend(agreed(&values, objects.len()).map(|value| (key.to_string(), value)));
    }
    (!object.is_empty()).then_some(object)
}

/// The items that a majority has under the same id, as far as they agree; none of
/// which half or more would be left to the roles, and none that a role has
/// behind an item without an id, where an overlay cannot place it.
fn agreed_list(lists: &[&[Json]]) -> Option<Vec<Json>> {
    if lists.iter().any(|list| has_twice(list)) {
        return None;
    }
    let leading = |list: &[Json]| list.iter().take_while(|item| name(item).is_some()).count();
    let behind =
        |id: &str| lists.iter().any(|list| list[leading(list)..].iter().any(|item| name(item) == Some(id)));
    let mut chosen: Vec<(&str, Json)> = Vec::new();
    for list in lists {
        let mut at = 0;
        for id in list[..leading(list)].iter().filter_map(name) {
            if let Some(known) = chosen.iter().position(|(known, _)| *known == id) {
                at = known + 1;
                continue;
            }
            let with_id = lists.iter().filter_map(|list| list.iter().find(|item| name(item) == Some(id)));
            let items: Vec<&Map<String, Json>> = with_id.filter_map(Json::as_object).collect();
            if !enough(items.len(), lists.len()) || behind(id) {
                continue;
            }
            let Some(item) =
                agreed_object(&items).filter(|item| 2 * members_count(item) > members_count(items[0]))
            else {
                continue;
            };
            chosen.insert(at, (id, Json::Object(item)));
            at += 1;
        }
    }
    (!chosen.is_empty()).then(|| chosen.into_iter().map(|(_, item)| item).collect())
}

/// Every key of some objects, in the order in which they first appear.
fn keys<'a>(objects: impl Iterator<Item = &'a Map<String, Json>>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in objects.flat_map(Map::keys) {
        if !keys.contains(&&**key) {
            keys.push(key);
        }
    }
    keys
}

/// The id by which an overlay finds an item.
fn name(item: &Json) -> Option<&str> {
    item.get("id").and_then(Json::as_str)
}

fn has_twice(list: &[Json]) -> bool {
    let names: Vec<&str> = list.iter().filter_map(name).collect();
    names.iter().enumerate().any(|(at, name)| names[..at].contains(name))
}

/// No overlay can make this of the base.
struct Inexpressible;

/// The overlay that makes a role of the base, checked by laying it over; else the
/// keys that the base must not have.
fn overlay(base: &Map<String, Json>, role: &Map<String, Json>) -> Result<Map<String, Json>, Vec<String>> {
    let mut overlay = Map::new();
    let mut faults = Vec::new();
    for (key, value) in role {
        match change(base.get(key), value) {
            Ok(change) => overlay.extend(change.map(|value| (key.clone(), value))),
            Err(Inexpressible) => faults.push(key.clone()),
        }
    }
    for key in base.keys().filter(|key| !role.contains_key(*key)) {
        overlay.insert(key.clone(), Json::Null);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let Ok(laid) = resolve::lay_over(&node(base), &node(&overlay)) else {
        return Err(base.keys().cloned().collect());
    };
    let differs = |key: &&String| {
        let laid = laid.get(key).map(Node::to_json);
        laid.as_ref() != role.get(*key).filter(|value| !value.is_null())
    };
    let faults: Vec<String> = base.keys().filter(differs).cloned().collect();
    if faults.is_empty() { Ok(overlay) } else { Err(faults) }
}

/// What an overlay writes to make `target` of the base's value; nothing if they
/// are equal.
fn change(base: Option<&Json>, target: &Json) -> Result<Option<Json>, Inexpressible> {
    match (base, target) {
        (Some(base), target) if base == target => Ok(None),
        (Some(Json::Object(base)), Json::Object(target)) => {
            let changes = object_change(base, target)?;
            Ok((!changes.is_empty()).then_some(Json::Object(changes)))
        }
        (Some(Json::Array(base)), Json::Array(target)) => list_change(base, target).map(Some),
        _ => Ok(Some(target.clone())),
    }
}

fn object_change(
    base: &Map<String, Json>,
    target: &Map<String, Json>,
) -> Result<Map<String, Json>, Inexpressible> {
    let mut changes = Map::new();
    for (key, value) in target {
        if let Some(value) = change(base.get(key), value)? {
            changes.insert(key.clone(), value);
        }
    }
    for key in base.keys().filter(|key| !target.contains_key(*key)) {
        changes.insert(key.clone(), Json::Null);
    }
    Ok(changes)
}

/// The items of an overlay that make `target` of another list: removals, then in
/// the order of the target what is changed, new or moved.
fn list_change(base: &[Json], target: &[Json]) -> Result<Json, Inexpressible> {
    let by_id = target.iter().any(|item| item.get("id").is_some());
    if !by_id || base.is_empty() {
        return Ok(Json::Array(target.to_vec()));
    }
    if base.iter().any(|item| name(item).is_none()) || has_twice(base) || has_twice(target) {
        return Err(Inexpressible);
    }
    let in_target = |item: &Json| target.iter().position(|other| name(other) == name(item));
    let in_base =
        |item: &Json| name(item).and_then(|id| base.iter().position(|other| name(other) == Some(id)));
    let mut entries: Vec<Json> = base
        .iter()
        .filter(|item| in_target(item).is_none())
        .map(|item| json!({ "id": item["id"], "remove": true }))
        .collect();
    // The list as it is while the overlay is laid over, by places in the target.
    let mut list: Vec<usize> = base.iter().filter_map(in_target).collect();
    let stays = staying(&target.iter().map(in_base).collect::<Vec<_>>());
    for (at, item) in target.iter().enumerate() {
        let before = at.checked_sub(1);
        let at_end = list.last().copied() == before;
        let Some(id) = name(item) else {
            if !at_end {
                return Err(Inexpressible);
            }
            entries.push(item.clone());
            list.push(at);
            continue;
        };
        let known = in_base(item);
        let changes = match (known.map(|known| &base[known]), item) {
            (Some(Json::Object(known)), Json::Object(item)) => object_change(known, item)?,
            (_, Json::Object(item)) => item.clone(),
            _ => return Err(Inexpressible),
        };
        let mut entry = Map::from_iter([("id".to_string(), json!(id))]);
        if stays.contains(&at) {
            if changes.is_empty() {
                continue;
            }
        } else {
            list.retain(|&other| other != at);
            if known.is_none() && (at_end || before.is_none()) {
                list.push(at);
            } else {
                // Nothing can be placed before the first item of a list.
                let before = before.ok_or(Inexpressible)?;
                let neighbor = name(&target[before]).ok_or(Inexpressible)?;
                entry.insert("after".into(), json!(neighbor));
                let place = list.iter().position(|&other| other == before).ok_or(Inexpressible)?;
                list.insert(place + 1, at);
            }
        }
        entry.extend(changes);
        entries.push(Json::Object(entry));
    }
    if !list.iter().copied().eq(0..target.len()) {
        return Err(Inexpressible);
    }
    // Without any id the list would replace the base's.
    if entries.iter().all(|entry| entry.get("id").is_none()) {
        entries.insert(0, json!({ "id": base[0]["id"] }));
    }
    Ok(Json::Array(entries))
}

/// The places of the target whose items keep their place among the base's, given
/// each one's place in the base: the first item, and the longest ascending run of
/// what stands behind it in both lists. None if the first item is new: it is
/// appended, and all others are moved behind it.
fn staying(places: &[Option<usize>]) -> Vec<usize> {
    let Some(first) = places.first().copied().flatten() else { return Vec::new() };
    let behind: Vec<(usize, usize)> = (0..)
        .zip(places)
        .filter_map(|(at, place)| Some((at, (*place)?)))
        .filter(|&(_, place)| place > first)
        .collect();
    let mut runs: Vec<Vec<usize>> = Vec::with_capacity(behind.len());
    for (index, &(at, place)) in behind.iter().enumerate() {
        let shorter = (0..index).filter(|&other| behind[other].1 < place).map(|other| &runs[other]);
        let mut run = shorter.rev().max_by_key(|run| run.len()).cloned().unwrap_or_default();
        run.push(at);
        runs.push(run);
    }
    let longest = runs.into_iter().rev().max_by_key(Vec::len).unwrap_or_default();
    std::iter::once(0).chain(longest).collect()
}

/// How many values there are: strings, numbers, booleans; but `null`, ids and the
/// keys of overlays do not count.
fn count(value: &Json) -> usize {
    match value {
        Json::Null => 0,
        Json::Object(members) => members_count(members),
        Json::Array(items) => items.iter().map(count).sum(),
        _ => 1,
    }
}

fn members_count(members: &Map<String, Json>) -> usize {
    let counted = members.iter().filter(|(key, _)| !matches!(&***key, "id" | "remove" | "after"));
    counted.map(|(_, value)| count(value)).sum()
}

/// The value with its keys in the order of the schema; `id` and the keys of
/// overlays come first in an item.
fn in_order(value: Json, schema: &'static Json) -> Json {
    let root = role_schema();
    let mut schema = schema;
    while let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
        schema = root.pointer(reference.trim_start_matches('#')).expect("the model's references resolve");
    }
    match value {
        Json::Array(items) => {
            let of_item = schema.get("items").unwrap_or(&Json::Null);
            items.into_iter().map(|item| in_order(item, of_item)).collect()
        }
        Json::Object(members) => {
            let properties = schema.get("properties").and_then(Json::as_object);
            let place = |key: &str| {
                let overlay = ["id", "remove", "after"].iter().position(|known| *known == key);
                let own = || properties?.keys().position(|known| known == key);
                overlay.or_else(|| Some(own()? + 3)).unwrap_or(usize::MAX)
            };
            let mut members: Vec<(String, Json)> = members.into_iter().collect();
            members.sort_by_key(|(key, _)| place(key));
            let of_member = |key: &str| {
                let own = properties.and_then(|properties| properties.get(key));
                own.or_else(|| schema.get("additionalProperties")).unwrap_or(&Json::Null)
            };
            let ordered = members.into_iter().map(|(key, value)| {
                let value = in_order(value, of_member(&key));
                (key, value)
            });
            ordered.collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(base: &Json, overlay: &Json) -> Json {
        let nowhere = Span::new(Sources::default().add("", ""), 0..0);
        let node = |value: &Json| Node::from_json(value, nowhere);
        let mut laid = resolve::lay_over(&node(base), &node(overlay)).ok().unwrap().to_json();
        laid.as_object_mut().unwrap().shift_remove("extends");
        laid
    }

    fn proposal(roles: &[Json]) -> BaseProposal {
        let roles: Vec<(String, Json)> =
            roles.iter().enumerate().map(|(at, role)| (format!("role-{at}"), role.clone())).collect();
        let proposal = split("base", &roles);
        for ((_, role), overlay) in roles.iter().zip(&proposal.overlays) {
            assert_eq!(laid(&proposal.base.definition, &overlay.definition), *role, "{proposal:#?}");
        }
        proposal
    }

    #[test]
    fn what_most_say_goes_to_the_base_and_the_rest_stays() {
        let role = |grade: &str, en: &str| {
            json!({
                "title": {"zh-CN": "客户经理", "en": en},
                "grade": grade,
                "records": ["a", "b"],
                "duties": [
                    {"id": "x", "statement": {"zh-CN": "甲", "en": "A"}, "weight": 10},
                    {"id": "y", "statement": {"zh-CN": "乙", "en": en}, "weight": 10},
                ],
            })
        };
        let found = proposal(&[role("P5", "One"), role("P5", "Two"), role("P6", "Three")]);
        assert_eq!(
            found.base.definition,
            json!({
                "title": {"zh-CN": "客户经理", "en": "One"},
                "grade": "P5",
                "duties": [
                    {"id": "x", "statement": {"zh-CN": "甲", "en": "A"}, "weight": 10},
                    {"id": "y", "statement": {"zh-CN": "乙"}, "weight": 10},
                ],
                "records": ["a", "b"],
            })
        );
        assert_eq!(
            found.overlays[2].definition,
            json!({
                "extends": "base",
                "title": {"en": "Three"},
                "grade": "P6",
                "duties": [{"id": "y", "statement": {"en": "Three"}}],
            })
        );
        assert_eq!((found.overlays[2].values, found.overlays[2].from_base), (11, 8));
    }

    #[test]
    fn items_are_removed_placed_and_added() {
        let of = |ids: &[&str]| {
            let duties: Vec<Json> =
                ids.iter().map(|id| json!({"id": id, "statement": format!("says {id}")})).collect();
            json!({"title": "t", "duties": duties})
        };
        let found = proposal(&[
            of(&["a", "b", "c"]),
            of(&["a", "b", "c"]),
            of(&["a", "c", "n", "b"]),
            of(&["c", "a", "b"]),
        ]);
        assert_eq!(
            found.overlays[2].definition["duties"],
            json!([{"id": "n", "statement": "says n"}, {"id": "b", "after": "n"}])
        );
        assert_eq!(
            found.overlays[3].definition["duties"],
            json!([{"id": "a", "after": "c"}, {"id": "b", "after": "a"}])
        );
    }

    #[test]
    fn a_base_keeps_no_reference_to_an_indicator_that_it_does_not_have() {
        let of = |kpi: &str| {
            json!({
                "title": "t",
                "duties": [{"id": "a", "statement": "s", "weight": 1, "kpi_refs": ["k"]}],
                "kpis": [{"id": "k", "name": kpi}],
            })
        };
        let found = proposal(&[of("one"), of("two")]);
        assert_eq!(found.base.definition.pointer("/duties/0/kpi_refs"), None);
    }

    #[test]
    fn the_id_is_what_the_ids_have_in_common() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_string()).collect::<Vec<_>>();
        let managers = ids(&["account-manager-finance", "key-account-manager", "account-manager"]);
        assert_eq!(propose_id(&managers, |_| false), "account-manager-base");
        assert_eq!(propose_id(&managers, |id| id == "account-manager-base"), "account-manager-base-2");
        assert_eq!(propose_id(&ids(&["clerk", "director"]), |_| false), "base");
    }
}
