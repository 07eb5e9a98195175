//! Holds the proposal of a common base by properties: whatever the roles, the
//! overlays laid over the base give exactly these roles.

use proptest::prelude::*;
use rolebook::catalog::Catalog;
use rolebook::check::check;
use rolebook::compare::base::{extract, propose_id, split};
use rolebook::diagnostic::Severity;
use rolebook::json::Node;
use rolebook::resolve::{lay_over, resolve};
use rolebook::source::{Sources, Span};
use serde_json::{Map, Value, json};

use crate::support::{Library, repository};

/// Small vocabularies, so that roles agree often and differ in every way.
fn words() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[甲乙]{1,2}".prop_map(Value::String),
        prop::collection::btree_map(prop_oneof![Just("zh-CN"), Just("en")], "[ab]", 1..3)
            .prop_map(|words| words.into_iter().map(|(key, text)| (key.to_string(), json!(text))).collect()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![words(), (0..3_u8).prop_map(|number| json!(number)), any::<bool>().prop_map(Value::Bool)]
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[p-s]", inner, 0..4).prop_map(|members| members.into_iter().collect())
}

/// A list of texts, or of objects all, none or some of which have an id, in any
/// order.
fn list() -> impl Strategy<Value = Value> {
    let item = (prop::option::weighted(0.8, 0..5_u8), object(value()));
    let items = prop::collection::vec(item, 0..5).prop_map(|items| {
        let mut seen = std::collections::BTreeSet::new();
        let mut list = Vec::new();
        for (id, mut item) in items {
            if let Some(id) = id {
                if !seen.insert(id) {
                    continue;
                }
                item["id"] = json!(format!("item-{id}"));
            }
            list.push(item);
        }
        Value::Array(list)
    });
    let with_ids = Just((0..5_u8).collect::<Vec<_>>()).prop_shuffle().prop_flat_map(|ids| {
        prop::collection::vec(object(value()), 0..5).prop_map(move |items| {
            let with_id = items.into_iter().zip(&ids).map(|(mut item, id)| {
                item["id"] = json!(format!("item-{id}"));
                item
            });
            with_id.collect()
        })
    });
    let texts = prop::collection::vec(words(), 0..3).prop_map(Value::Array);
    prop_oneof![1 => items, 3 => with_ids, 1 => texts]
}

fn role() -> impl Strategy<Value = Value> {
    let nested = object(prop_oneof![value(), object(value()), list()]);
    let member = prop_oneof![1 => value(), 2 => nested, 4 => list()];
    (
        words(),
        prop::collection::btree_map("duties|kpis|summary|organization|x|y", member, 0..5),
        any::<bool>(),
    )
        .prop_map(|(title, members, reversed)| {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.push(("title".into(), title));
            if reversed {
                members.reverse();
            }
            members.into_iter().collect()
        })
}

fn laid(base: &Value, overlay: &Value) -> Value {
    let nowhere = Span::new(Sources::default().add("", ""), 0..0);
    let node = |value: &Value| Node::from_json(value, nowhere);
    let mut laid = lay_over(&node(base), &node(overlay)).unwrap().to_json();
    laid.as_object_mut().unwrap().shift_remove("extends");
    laid
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overlays_over_the_base_give_the_roles_back(roles in prop::collection::vec(role(), 2..6)) {
        let roles: Vec<(String, Value)> =
            roles.into_iter().enumerate().map(|(at, role)| (format!("role-{at}"), role)).collect();
        let proposal = split("base", &roles);
        prop_assert!(proposal.base.definition.get("title").is_some());
        for ((_, role), overlay) in roles.iter().zip(&proposal.overlays) {
            prop_assert_eq!(&laid(&proposal.base.definition, &overlay.definition), role);
            prop_assert!(overlay.from_base <= overlay.values);
        }
    }

    #[test]
    fn copies_leave_nothing_to_the_overlays(role in role(), count in 2..4_usize) {
        let roles: Vec<(String, Value)> = (0..count).map(|at| (format!("role-{at}"), role.clone())).collect();
        let proposal = split("base", &roles);
        prop_assert_eq!(&proposal.base.definition, &role);
        for overlay in &proposal.overlays {
            prop_assert_eq!(&overlay.definition, &json!({ "extends": "base" }));
        }
    }
}

/// The account managers of the sample library: some extend others of them.
#[test]
fn the_account_managers_get_a_common_base_and_stay_what_they_are() {
    let sample = repository().join("data");
    let catalog = Catalog::load(&sample).unwrap();
    let ids: Vec<String> =
        catalog.roles.keys().filter(|id| id.contains("account-manager")).cloned().collect();
    assert_eq!(ids.len(), 9);
    let base_id = propose_id(&ids, |id| catalog.knows(id));
    assert_eq!(base_id, "account-manager-base");
    let proposal = extract(&catalog, &ids, &base_id).unwrap();

    let mut library = Library::copy_of(&sample);
    for role in std::iter::once(&proposal.base).chain(&proposal.overlays) {
        library = library.role(&role.id, format!("{:#}", role.definition));
    }
    let after = Catalog::load(library.path()).unwrap();
    assert!(after.findings.is_empty(), "{:?}", after.findings);
    for id in catalog.roles.keys() {
        let (before, after) = (resolve(&catalog, id).unwrap(), resolve(&after, id).unwrap());
        assert_eq!(before.to_json(), after.to_json(), "{id}");
        assert_eq!(before.content_hash(), after.content_hash(), "{id}");
    }
    let base = resolve(&after, &base_id).unwrap();
    let faults = check(&after, &base, &[]);
    assert!(faults.iter().all(|fault| fault.severity != Severity::Error), "{faults:?}");
    let moved: usize = proposal.overlays.iter().map(|overlay| overlay.from_base).sum();
    let values: usize = proposal.overlays.iter().map(|overlay| overlay.values).sum();
    assert!(moved * 3 > values, "{moved} of {values} values moved to the base");
    let keys = |value: &Value| value.as_object().map(Map::keys).unwrap().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&proposal.base.definition)[..3], ["$schema", "schema_version", "variables"]);
    assert_eq!(keys(&proposal.overlays[0].definition)[..3], ["$schema", "schema_version", "extends"]);
}

/// What a role takes from `rolebook.json` is neither added nor lost.
#[test]
fn a_role_that_takes_nothing_from_the_settings_still_takes_nothing() {
    let library = Library::new()
        .file(
            "rolebook.json",
            r#"{"languages": ["en"], "organization": {"name": "Example"}, "sign_off": {"statement": "Signed"}}"#,
        )
        .role("a", r#"{"title": "A", "organization": {"industry": "Power"}, "sign_off": null}"#)
        .role("b", r#"{"title": "B", "organization": {"industry": "Power"}, "sign_off": {"statement": "Own"}}"#)
        .role("c", r#"{"title": "C", "sign_off": {"statement": "Own"}}"#)
        .role("d", r#"{"extends": "b", "title": "D", "organization": null}"#);
    let ids = ["a", "b", "c", "d"].map(str::to_string);
    let catalog = Catalog::load(library.path()).unwrap();
    let proposal = extract(&catalog, &ids, "base").unwrap();
    let mut changed = library;
    for role in std::iter::once(&proposal.base).chain(&proposal.overlays) {
        changed = changed.role(&role.id, role.definition.to_string());
    }
    let after = Catalog::load(changed.path()).unwrap();
    for id in &ids {
        let of = |catalog| resolve(catalog, id).map(|it| it.to_json());
        assert_eq!(of(&catalog), of(&after), "{id}: {proposal:#?}");
    }
}
