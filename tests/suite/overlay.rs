//! Holds the merging of overlays by properties: whatever the base and the
//! overlay, the result is what the rules of `extends` say.

use proptest::prelude::*;
use rolebook::catalog::Catalog;
use rolebook::resolve::resolve;
use serde_json::{Value, json};

use crate::support::Library;

/// What an overlay does with one id.
#[derive(Debug, Clone)]
enum Change {
    Reword(u8, String),
    Remove(u8),
    Place(u8, u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..8_u8, "[一-龥]{1,4}").prop_map(|(id, words)| Change::Reword(id, words)),
        (0..8_u8).prop_map(Change::Remove),
        (0..8_u8, 0..8_u8).prop_map(|(id, after)| Change::Place(id, after)),
    ]
}

fn name(id: u8) -> String {
    format!("duty-{id}")
}

/// The rules, written down a second time in the plainest way: a list of ids and
/// words. `None` if the overlay refers to what is not there.
fn expected(base: &[(u8, String)], changes: &[Change]) -> Option<Vec<(u8, String)>> {
    let mut list = base.to_vec();
    let at = |list: &[(u8, String)], id: u8| list.iter().position(|(known, _)| *known == id);
    for change in changes {
        match change {
            Change::Reword(id, words) => match at(&list, *id) {
                Some(at) => list[at].1.clone_from(words),
                None => list.push((*id, words.clone())),
            },
            Change::Remove(id) => {
                let at = at(&list, *id)?;
                list.remove(at);
            }
            Change::Place(id, after) => {
                let item = at(&list, *id).map_or_else(|| (*id, String::new()), |at| list.remove(at));
                let after = at(&list, *after)?;
                list.insert(after + 1, item);
            }
        }
    }
    Some(list)
}

fn overlay(changes: &[Change]) -> Value {
    let items = changes.iter().map(|change| match change {
        Change::Reword(id, words) => json!({ "id": name(*id), "statement": words }),
        Change::Remove(id) => json!({ "id": name(*id), "remove": true }),
        Change::Place(id, after) => json!({ "id": name(*id), "after": name(*after) }),
    });
    json!({ "extends": "base", "duties": items.collect::<Vec<_>>() })
}

#[test]
fn the_hash_is_of_the_roles_own_content_and_not_of_names_kept_elsewhere() {
    let hash = |unit: &str, boss: &str, company: &str, statement: &str, base: &str| {
        let settings = json!({
            "organization": { "name": company }, "units": [{ "id": "sales", "name": unit }],
            "sign_off": { "statement": statement },
        });
        let library = Library::new()
            .file("rolebook.json", settings.to_string())
            .role("boss", json!({ "title": boss }).to_string())
            .role("base", json!({ "title": "甲", "summary": base }).to_string())
            .role(
                "a",
                json!({ "extends": "base", "organization": { "unit": "sales" }, "reporting": { "reports_to": "boss" } })
                    .to_string(),
            );
        resolve(&Catalog::load(library.path()).unwrap(), "a").unwrap().content_hash()
    };
    let before = hash("销售部", "经理", "某公司", "本人确认。", "概述");
    assert_eq!(before, hash("市场部", "总监", "某公司", "本人确认。", "概述"));
    assert_ne!(before, hash("销售部", "经理", "别家", "本人确认。", "概述"));
    assert_ne!(before, hash("销售部", "经理", "某公司", "本人同意。", "概述"));
    assert_ne!(before, hash("销售部", "经理", "某公司", "本人确认。", "概要"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_merge_by_id_as_the_rules_say(
        base in prop::collection::btree_map(0..8_u8, "[一-龥]{1,4}", 0..6),
        // An overlay names an id once: twice is a duplicate.
        changes in prop::collection::vec(change(), 1..5).prop_map(|changes| {
            let mut seen = std::collections::BTreeSet::new();
            changes.into_iter().filter(|change| {
                let (Change::Reword(id, _) | Change::Remove(id) | Change::Place(id, _)) = change;
                seen.insert(*id)
            }).collect::<Vec<_>>()
        }),
    ) {
        let base: Vec<(u8, String)> = base.into_iter().collect();
        let duties: Vec<Value> = base.iter().map(|(id, words)| json!({ "id": name(*id), "statement": words })).collect();
        let library = Library::new()
            .role("base", json!({ "title": "基准", "duties": duties }).to_string())
            .role("variant", overlay(&changes).to_string());
        let catalog = Catalog::load(library.path()).unwrap();
        prop_assert!(catalog.findings.is_empty());
        match (resolve(&catalog, "variant"), expected(&base, &changes)) {
            (Ok(resolved), Some(expected)) => {
                let found: Vec<(String, String)> = resolved.role.duties.iter().map(|duty| {
                    let words = duty.statement.as_ref().and_then(|text| text.get(rolebook::model::Language::En));
                    (duty.id.as_ref().unwrap().as_str().to_string(), words.unwrap_or_default().to_string())
                }).collect();
                let expected: Vec<(String, String)> = expected.into_iter().map(|(id, words)| (name(id), words)).collect();
                prop_assert_eq!(found, expected);
            }
            (Err(_), None) => {}
            (found, expected) => prop_assert!(false, "found {:?}, expected {:?}", found.map(|it| it.role.duties), expected),
        }
    }

    #[test]
    fn an_empty_overlay_changes_nothing_and_the_hash_does_not_see_how_a_role_is_written(
        words in prop::collection::vec("[一-龥a-z]{1,6}", 1..5),
    ) {
        let role = json!({ "title": "甲", "code": words[0], "records": words, "summary": words.concat() });
        let reordered = json!({ "summary": words.concat(), "records": words, "code": words[0], "title": "甲" });
        let library = Library::new()
            .role("base", role.to_string())
            .role("variant", r#"{"extends": "base"}"#)
            .role("reordered", reordered.to_string());
        let catalog = Catalog::load(library.path()).unwrap();
        let hash = |id: &str| resolve(&catalog, id).map(|resolved| resolved.content_hash());
        prop_assert_eq!(hash("base"), hash("variant"));
        prop_assert_eq!(hash("base"), hash("reordered"));
    }
}
