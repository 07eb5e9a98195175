//! Owns how alike all roles of a library are: the pairs that are nearly the
//! same, the clusters, and the whole matrix of a small library. May import
//! `resolve` and everything below it.
//!
//! What a role says and how alike two roles are is told in `profile`. The figure
//! of a pair does not depend on which roles are shown: the weights are always
//! learned from the whole library.

use std::collections::BTreeSet;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::profile::{self, Profiles};
use super::{clusters, neighbors};
use crate::catalog::Catalog;
use crate::json::Node;
use crate::model::Language;
use crate::resolve::{self, resolve};

/// Up to so many roles, every pair is compared exactly and the matrix is given
/// as a whole: 80,000 pairs, a third of a second. Of more, the pairs that are
/// hardly alike are not looked at.
pub const EXACT_LIMIT: usize = 400;

/// From this similarity on, a pair is nearly the same: four fifths of what the
/// two say, both say. Of 80,000 pairs of roles made at random from one phrase
/// bank, none reaches 0.7 in Chinese and 0.75 in English; of the sample library,
/// the closest two (a base and its variant) come to 0.63.
pub const NEAR_DUPLICATE: f64 = 0.8;

/// From this similarity on, on the average of all pairs, roles belong to one
/// cluster. In the sample library it finds the account managers and nothing
/// else; at 0.3, two directors of different departments join in English, at 0.4
/// the account managers fall apart.
pub const SAME_CLUSTER: f64 = 0.35;

/// The same where not every pair was compared. It is higher because there are
/// more chance likenesses among more roles (of those from one phrase bank, pairs
/// are alike by 0.3 to 0.4 on average), and because hardly a pair above it is
/// passed over.
pub const SAME_CLUSTER_OF_MANY: f64 = 0.65;

/// How alike the roles of a library are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SimilarityMatrix {
    /// The language whose words were compared
    pub language: String,
    /// The roles, by id
    pub roles: Vec<MatrixRole>,
    /// Ids of the roles that have errors and were not compared
    pub left_out: Vec<String>,
    /// Whether every pair was compared; if not, pairs that are hardly alike were
    /// passed over by locality-sensitive hashing, and of more than 256 copies of a
    /// role only some pairs are given
    pub exact: bool,
    /// From this similarity on, a pair is in `pairs`
    pub near_duplicate: f64,
    /// From this similarity on, on the average of all their pairs, roles are in one
    /// cluster
    pub same_cluster: f64,
    /// The pairs that are nearly the same, the most alike first
    pub pairs: Vec<SimilarPair>,
    /// The clusters of two and more roles, the largest first
    pub clusters: Vec<Cluster>,
    /// The similarity of every role to every other, in the order of `roles`;
    /// `null` unless every pair was compared
    pub similarities: Option<Vec<Vec<f64>>>,
}

/// A role of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixRole {
    /// The id
    pub id: String,
    /// The title, in the language of the matrix as far as it has one
    pub title: String,
    /// The id of its base role; `null` for a role without
    pub extends: Option<String>,
}

/// Two roles and how alike they are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SimilarPair {
    /// The id of the first
    pub first: String,
    /// The id of the second
    pub second: String,
    /// From 0 to 1, cut after four decimals, so that 1 means the same words
    pub similarity: f64,
}

/// Roles that are alike on the average of their pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cluster {
    /// The id of the role that is most like the others
    pub medoid: String,
    /// The ids of all of them
    pub roles: Vec<String>,
}

/// The roles of a family, sorted: those whose `family` or `sub_family` reads so in
/// any language, whatever the case and the space around it; and if it is the id
/// of a role, that role and all that extend it, directly or over others.
pub fn family(catalog: &Catalog, name: &str) -> Vec<String> {
    let name = folded(name);
    let belongs = |id: &&String| {
        **id == name
            || resolve::bases(catalog, id).contains(&&*name)
            || family_names(catalog, id).iter().any(|own| folded(own) == name)
    };
    catalog.roles.keys().collect::<Vec<_>>().into_par_iter().filter(belongs).cloned().collect()
}

/// The names of every family and sub-family of the library, in every language.
pub fn families(catalog: &Catalog) -> BTreeSet<String> {
    catalog.roles.keys().flat_map(|id| family_names(catalog, id)).collect()
}

fn family_names(catalog: &Catalog, id: &str) -> Vec<String> {
    let keys = ["family", "sub_family"];
    let tree = resolve::part(catalog, id, &keys);
    let mut names = Vec::new();
    for node in keys.iter().filter_map(|key| tree.as_ref()?.get(key)) {
        node.visit_strings(&mut |name| names.push(name.trim().to_string()));
    }
    names
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Compares the roles of a library in a language: all of them, or those of these
/// ids. A role with errors is left out.
pub fn matrix(catalog: &Catalog, language: Language, chosen: Option<&[String]>) -> SimilarityMatrix {
    let read: Vec<(&str, Option<ReadRole>)> = catalog
        .ids()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|id| (id, read(catalog, id, language)))
        .collect();
    let chosen: Option<BTreeSet<&str>> = chosen.map(|ids| ids.iter().map(String::as_str).collect());
    let is_chosen = |id: &str| chosen.as_ref().is_none_or(|chosen| chosen.contains(id));
    let mut left_out = Vec::new();
    let (mut roles, mut features) = (Vec::new(), Vec::new());
    for (id, role) in read {
        match role {
            Some(read) => {
                roles.push(read.role);
                features.push(read.features);
            }
            None if is_chosen(id) => left_out.push(id.to_string()),
            None => {}
        }
    }
    let mut profiles = Profiles::new(features);
    if chosen.is_some() {
        let shown: Vec<bool> = roles.iter().map(|role| is_chosen(&role.id)).collect();
        profiles.keep(&shown);
        let mut shown = shown.into_iter();
        roles.retain(|_| shown.next().unwrap_or_default());
    }

    let exact = roles.len() <= EXACT_LIMIT;
    let same_cluster = if exact { SAME_CLUSTER } else { SAME_CLUSTER_OF_MANY };
    let pairs = if exact {
        let last = u32::try_from(roles.len()).expect("a few hundred");
        (0..last).flat_map(|a| (a + 1..last).map(move |b| (a, b))).collect()
    } else {
        neighbors::candidates(&profiles, same_cluster)
    };
    let pairs: Vec<Linked> = pairs
        .into_par_iter()
        .map(|(a, b)| Linked { a, b, similarity: profiles.similarity(a as usize, b as usize) })
        .collect();
    let similarities = exact.then(|| square(roles.len(), &pairs));
    let linked: Vec<Linked> = pairs.into_iter().filter(|pair| pair.similarity >= same_cluster).collect();
    let clusters = clusters::clusters(&profiles, &linked, same_cluster);
    let name = |role: usize| roles[role].id.clone();
    let clusters = clusters
        .into_iter()
        .map(|it| Cluster { medoid: name(it.medoid), roles: it.roles.into_iter().map(name).collect() })
        .collect();
    let mut near: Vec<&Linked> = linked.iter().filter(|pair| pair.similarity >= NEAR_DUPLICATE).collect();
    near.sort_by(|x, y| y.similarity.total_cmp(&x.similarity).then((x.a, x.b).cmp(&(y.a, y.b))));
    let pairs = near.into_iter().map(|pair| SimilarPair {
        first: name(pair.a as usize),
        second: name(pair.b as usize),
        similarity: cut(pair.similarity),
    });
    SimilarityMatrix {
        language: language.tag().to_string(),
        pairs: pairs.collect(),
        roles,
        left_out,
        exact,
        near_duplicate: NEAR_DUPLICATE,
        same_cluster,
        clusters,
        similarities,
    }
}

/// A pair by the numbers of its roles, the smaller one first.
pub(super) struct Linked {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) similarity: f64,
}

/// A role and the hashes of its features.
struct ReadRole {
    role: MatrixRole,
    features: Box<[u64]>,
}

fn read(catalog: &Catalog, id: &str, language: Language) -> Option<ReadRole> {
    let role = catalog.roles.contains_key(id).then(|| resolve(catalog, id).ok()).flatten()?;
    let features = profile::features(&role.tree, language, 1);
    let title = role.tree.get("title");
    let title = title.and_then(|title| title.as_str().or_else(|| profile::words(title, language)));
    let extends = catalog.roles[id].get("extends").and_then(Node::as_str).map(str::to_string);
    let role = MatrixRole { id: id.to_string(), title: title.unwrap_or(id).to_string(), extends };
    Some(ReadRole { role, features })
}

/// Four decimals, never rounded up.
fn cut(similarity: f64) -> f64 {
    (similarity * 1e4).floor() / 1e4
}

fn square(count: usize, pairs: &[Linked]) -> Vec<Vec<f64>> {
    let mut square = vec![vec![1.0; count]; count];
    for pair in pairs {
        let (a, b) = (pair.a as usize, pair.b as usize);
        square[a][b] = cut(pair.similarity);
        square[b][a] = square[a][b];
    }
    square
}
