//! Holds the matrix of roles: what is alike is found, in small libraries and large
//! ones, whatever the order of files.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rolebook::catalog::Catalog;
use rolebook::compare::matrix::{EXACT_LIMIT, NEAR_DUPLICATE, SimilarityMatrix, family, matrix};
use rolebook::model::Language;
use serde_json::{Value, json};

use crate::support::{Library, repository};

/// Numbers that are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % limit
    }

    /// A sentence of made-up words, the early ones more often.
    fn sentence(&mut self, zh: bool) -> String {
        let mut sentence = String::new();
        for _ in 0..12 {
            let word = self.below(3000) * self.below(3000) / 3000;
            if zh {
                for part in [word % 97, word / 97] {
                    let c = u32::try_from(0x4e00 + part * 7).unwrap();
                    sentence.push(char::from_u32(c).unwrap());
                }
            } else {
                let _ = write!(sentence, "word{word} ");
            }
        }
        sentence
    }
}

/// A library of so many roles, in Chinese and English in turn, of which every third is a copy of an earlier one
/// with up to a dozen of its twenty sentences written anew.
fn generated(count: usize) -> Library {
    let mut dice = Dice(7);
    let mut roles: Vec<Vec<String>> = Vec::new();
    let mut library = Library::new();
    for number in 0..count {
        let mut sentences: Vec<String> = (0..20).map(|_| dice.sentence(number % 2 == 0)).collect();
        if number % 3 == 2 {
            let earlier = usize::try_from(dice.below(number as u64)).unwrap();
            let anew = usize::try_from(dice.below(13)).unwrap();
            sentences[anew..].clone_from_slice(&roles[earlier][anew..]);
        }
        let duties: Vec<Value> = sentences
            .iter()
            .enumerate()
            .map(|(at, words)| json!({ "id": format!("duty-{at}"), "statement": words, "weight": 5 }))
            .collect();
        let role =
            json!({ "title": format!("Role {number}"), "purpose": "the same for all", "duties": duties });
        library = library.role(&format!("role-{number:04}"), role.to_string());
        roles.push(sentences);
    }
    library
}

fn pairs(matrix: &SimilarityMatrix) -> BTreeSet<(String, String)> {
    matrix.pairs.iter().map(|pair| (pair.first.clone(), pair.second.clone())).collect()
}

/// The pairs of a large library against those of all its parts that are small
/// enough to be compared exactly.
#[test]
fn nearly_all_near_duplicates_of_a_large_library_are_found() {
    let library = generated(3 * EXACT_LIMIT / 2);
    let catalog = Catalog::load(library.path()).unwrap();
    let found = matrix(&catalog, Language::ZhCn, None);
    assert!(!found.exact && found.similarities.is_none());
    assert_eq!(found, matrix(&catalog, Language::ZhCn, None));
    let found = pairs(&found);

    let ids: Vec<String> = catalog.roles.keys().cloned().collect();
    let third = EXACT_LIMIT / 2;
    let mut exact = BTreeSet::new();
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let part = [&ids[a * third..][..third], &ids[b * third..][..third]].concat();
        let part = matrix(&catalog, Language::ZhCn, Some(&part));
        assert!(part.exact);
        exact.extend(pairs(&part));
    }
    assert!(exact.len() > 50, "only {} pairs are near duplicates", exact.len());
    let recalled = exact.intersection(&found).count();
    assert!(recalled * 100 >= exact.len() * 99, "{recalled} of {}", exact.len());
    assert!(found.is_subset(&exact), "the similarity of a found pair is exact");
}

#[test]
fn the_matrix_is_symmetric_and_its_diagonal_is_one() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    for language in Language::ALL {
        let found = matrix(&catalog, language, None);
        let square = found.similarities.unwrap();
        assert_eq!((square.len(), found.roles.len(), found.left_out.len()), (23, 23, 0));
        for (a, row) in square.iter().enumerate() {
            assert!((row[a] - 1.0).abs() < f64::EPSILON);
            for (b, similarity) in row.iter().enumerate() {
                assert!((0.0..=1.0).contains(similarity));
                assert!((similarity - square[b][a]).abs() < f64::EPSILON);
            }
        }
        let largest = &found.clusters[0];
        assert!(largest.roles.iter().all(|id| id.contains("account-manager")), "{largest:?}");
        assert!(largest.roles.contains(&"key-account-manager".to_string()));
    }
}

#[test]
fn equal_roles_are_alike_by_one_and_a_changed_word_is_not() {
    let role = |words: &str| json!({ "title": "T", "summary": words }).to_string();
    let library = Library::new()
        .role("a", role("负责重点客户的维护与开发"))
        .role("b", role("负责重点客户的维护与开发"))
        .role("c", role("负责重点客户的维护与拓展"))
        .role("broken", r#"{"title": "{{ nothing }}"}"#);
    let catalog = Catalog::load(library.path()).unwrap();
    let found = matrix(&catalog, Language::ZhCn, None);
    let square = found.similarities.unwrap();
    assert!((square[0][1] - 1.0).abs() < f64::EPSILON);
    assert!(square[0][2] < 1.0 && square[0][2] > 0.5, "{square:?}");
    assert_eq!(found.left_out, ["broken"]);
    assert_eq!((found.pairs[0].first.as_str(), found.pairs[0].second.as_str()), ("a", "b"));
    assert!(found.pairs.iter().all(|pair| pair.similarity >= NEAR_DUPLICATE));
}

/// The figure of a pair is the same whether the whole library or a family is shown.
#[test]
fn a_family_is_chosen_by_its_name_or_by_its_base() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    assert_eq!(family(&catalog, "key-account-manager").len(), 5);
    assert_eq!(family(&catalog, "account-manager").len(), 9);
    let by_name = family(&catalog, " human RESOURCES ");
    assert_eq!(by_name, ["compensation-manager", "hr-director"]);
    assert_eq!(family(&catalog, "人力资源"), by_name);
    assert!(family(&catalog, "大客户管理").contains(&"key-account-manager-power".to_string()));
    assert!(family(&catalog, "nothing").is_empty());

    let all = matrix(&catalog, Language::En, None);
    let part = matrix(&catalog, Language::En, Some(&by_name));
    let at = |id: &str| all.roles.iter().position(|role| role.id == id).unwrap();
    let known = all.similarities.unwrap()[at("compensation-manager")][at("hr-director")];
    assert!((part.similarities.unwrap()[0][1] - known).abs() < f64::EPSILON);
}

#[test]
fn the_data_conforms_to_its_schema() {
    let catalog = Catalog::load(&repository().join("data")).unwrap();
    let schema = schemars::schema_for!(SimilarityMatrix).to_value();
    let found = serde_json::to_value(matrix(&catalog, Language::ZhCn, None)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&found));
}
