//! Owns the grouping of roles that are alike. May import `matrix` and `profile`.
//!
//! Average linkage: the two groups whose pairs are the most alike on average are
//! joined, again and again, until no two reach the threshold. A chain of
//! likenesses therefore makes no group of roles that have nothing in common at
//! its ends. Of equal likenesses, the first roles win.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::matrix::{EXACT_LIMIT, Linked};
use super::profile::Profiles;

/// Roles that are alike, by their numbers.
pub(super) struct Group {
    /// The one that is most like the others.
    pub(super) medoid: usize,
    /// All of them, ascending.
    pub(super) roles: Vec<usize>,
}

/// The groups of two and more roles, the largest first, then by the first role.
/// Roles that no chain of `linked` pairs connects are never together; where more
/// than [`EXACT_LIMIT`] roles hang together, all of these are one group.
pub(super) fn clusters(profiles: &Profiles, linked: &[Linked], threshold: f64) -> Vec<Group> {
    let parts = connected(profiles.profiles.len(), linked);
    let (small, large): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.len() <= EXACT_LIMIT);
    let mut groups: Vec<Group> =
        small.par_iter().flat_map_iter(|part| average_linkage(profiles, part, threshold)).collect();
    if !large.is_empty() {
        let mut weights = vec![0.0; profiles.profiles.len()];
        for pair in linked {
            weights[pair.a as usize] += pair.similarity;
            weights[pair.b as usize] += pair.similarity;
        }
        groups.extend(
            large.into_iter().map(|roles| Group { medoid: heaviest(&roles, |role| weights[role]), roles }),
        );
    }
    groups.sort_by_key(|group| (Reverse(group.roles.len()), group.roles[0]));
    groups
}

/// The first of the roles that weigh the most.
fn heaviest(roles: &[usize], weight: impl Fn(usize) -> f64) -> usize {
    let heaviest = roles.iter().rev().max_by(|&&a, &&b| weight(a).total_cmp(&weight(b)));
    heaviest.copied().expect("a group has roles")
}

/// The sets of two and more roles that chains of pairs connect.
fn connected(count: usize, linked: &[Linked]) -> Vec<Vec<usize>> {
    fn root(above: &mut [usize], mut at: usize) -> usize {
        while above[at] != at {
            above[at] = above[above[at]];
            at = above[at];
        }
        at
    }
    let mut above: Vec<usize> = (0..count).collect();
    for pair in linked {
        let (a, b) = (root(&mut above, pair.a as usize), root(&mut above, pair.b as usize));
        above[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); count];
    for role in 0..count {
        parts[root(&mut above, role)].push(role);
    }
    parts.retain(|part| part.len() > 1);
    parts
}

fn average_linkage(profiles: &Profiles, part: &[usize], threshold: f64) -> Vec<Group> {
    let count = part.len();
    let mut similarity = vec![vec![0.0; count]; count];
    for a in 0..count {
        for b in a + 1..count {
            similarity[a][b] = profiles.similarity(part[a], part[b]);
            similarity[b][a] = similarity[a][b];
        }
    }
    let exact = similarity.clone();
    let mut groups: Vec<Vec<usize>> = (0..count).map(|role| vec![role]).collect();
    loop {
        let mut best: Option<(usize, usize)> = None;
        for a in 0..count {
            for b in a + 1..count {
                let there = !groups[a].is_empty() && !groups[b].is_empty();
                let known = best.map_or(threshold, |(a, b)| similarity[a][b]);
                let better = similarity[a][b] > known || (best.is_none() && similarity[a][b] >= known);
                if there && better {
                    best = Some((a, b));
                }
            }
        }
        let Some((a, b)) = best else { break };
        #[expect(clippy::cast_precision_loss, reason = "a few hundred roles")]
        let (of_a, of_b) = (groups[a].len() as f64, groups[b].len() as f64);
        let sides = similarity[a].iter().zip(&similarity[b]);
        let averages: Vec<f64> =
            sides.map(|(to_a, to_b)| (of_a * to_a + of_b * to_b) / (of_a + of_b)).collect();
        for (row, &average) in similarity.iter_mut().zip(&averages) {
            row[a] = average;
        }
        similarity[a] = averages;
        let joined = std::mem::take(&mut groups[b]);
        groups[a].extend(joined);
    }
    groups.retain(|group| group.len() > 1);
    let group = |mut members: Vec<usize>| {
        members.sort_unstable();
        let likeness = |role: usize| members.iter().map(|&other| exact[role][other]).sum();
        Group {
            medoid: part[heaviest(&members, likeness)],
            roles: members.iter().map(|&at| part[at]).collect(),
        }
    };
    groups.into_iter().map(group).collect()
}
