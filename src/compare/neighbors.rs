//! Owns the finding of pairs that may be alike without comparing all pairs:
//! weighted MinHash and locality-sensitive hashing. May import `profile`.
//!
//! Each feature draws a number from the exponential distribution with its weight
//! as the rate; the least number among a role's features is one entry of its
//! signature. Two roles have an entry in common with the probability that is
//! their weighted Jaccard similarity (the draws are the features' own, the same
//! in all roles), J = s / (2 − s) of the similarity s. The draws come from hashes
//! with fixed seeds.

use rayon::prelude::*;

use super::profile::{Profiles, mix};

/// Entries of a band. Pairs that agree on a whole band are candidates.
const ROWS: usize = 4;

/// Bands of a signature. Pairs become candidates with the probability
/// 1 − (1 − J⁴)⁶⁴: of those with the similarity 0.8 (J = 0.67) all but one in a
/// million, with 0.65 97 %, with 0.3 6 %, with 0.2 1 %.
const BANDS: usize = 64;

/// Entries of a signature.
const ENTRIES: usize = ROWS * BANDS;

/// How far the share of equal entries may lie below the similarity sought for
/// a candidate to be compared exactly: three standard deviations, of at most
/// √(0.25 / 256) = 0.031.
const SLACK: f64 = 0.1;

/// In a band that more roles agree on than this, each role is a candidate only
/// with the next [`REACH`], so that ten thousand copies of a role do not make
/// fifty million pairs.
const CROWD: usize = 256;

/// See [`CROWD`].
const REACH: usize = 64;

/// Bands that are worked on at once: it bounds the memory, not the result.
const AT_ONCE: usize = 8;

/// The pairs that may be as alike as `least`, each once, in ascending order.
pub(super) fn candidates(profiles: &Profiles, least: f64) -> Vec<(u32, u32)> {
    let signatures = signatures(profiles);
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for first in (0..BANDS).step_by(AT_ONCE) {
        let bands = first..first + AT_ONCE;
        pairs.par_extend(bands.into_par_iter().flat_map_iter(|band| in_band(&signatures, band)));
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    pairs.retain(|&(a, b)| {
        let (a, b) = (&signatures[a as usize], &signatures[b as usize]);
        let equal = a.iter().zip(&**b).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        #[expect(clippy::cast_precision_loss, reason = "counts up to 256")]
        let estimate = equal as f64 / ENTRIES as f64;
        estimate >= least / (2.0 - least) - SLACK
    });
    pairs
}

/// The pairs of roles that agree on a band.
fn in_band(signatures: &[Box<[f32]>], band: usize) -> Vec<(u32, u32)> {
    let rows = band * ROWS..(band + 1) * ROWS;
    let mut keys: Vec<(u64, u32)> = signatures
        .iter()
        .zip(0..)
        .map(|(signature, role)| {
            let entries = signature[rows.clone()].iter();
            (entries.fold(0, |hash, entry| mix(hash ^ u64::from(entry.to_bits()))), role)
        })
        .collect();
    keys.sort_unstable();
    let mut pairs = Vec::new();
    for bucket in keys.chunk_by(|a, b| a.0 == b.0) {
        for (at, (_, role)) in bucket.iter().enumerate() {
            let reach = if bucket.len() > CROWD { REACH } else { CROWD };
            pairs.extend(bucket[at + 1..].iter().take(reach).map(|(_, other)| (*role, *other)));
        }
    }
    pairs
}

/// The signature of each role.
fn signatures(profiles: &Profiles) -> Vec<Box<[f32]>> {
    // What only one role has is drawn when it is needed, and then once.
    let mut rows = vec![u32::MAX; profiles.features.len()];
    let shared: Vec<u32> = (0..).zip(&profiles.counts).filter(|it| *it.1 > 1).map(|it| it.0).collect();
    for (row, &number) in (0..).zip(&shared) {
        rows[number as usize] = row;
    }
    let mut signatures = vec![vec![f32::INFINITY; ENTRIES].into_boxed_slice(); profiles.profiles.len()];
    let width = ROWS * AT_ONCE;
    let mut table = vec![0.0_f32; shared.len() * width];
    for start in (0..ENTRIES).step_by(width) {
        let draw_row = |number: u32, row: &mut [f32]| {
            let (feature, weight) = (profiles.features[number as usize], profiles.weights[number as usize]);
            for (seed, entry) in (start as u64..).zip(row) {
                *entry = draw(mix(feature ^ mix(seed)), weight);
            }
        };
        table.par_chunks_mut(width).zip(&shared).for_each(|(row, &number)| draw_row(number, row));
        signatures.par_iter_mut().zip(&profiles.profiles).for_each(|(signature, profile)| {
            let signature = &mut signature[start..start + width];
            let mut own = [0.0; ROWS * AT_ONCE];
            for &number in &**profile {
                let row = match rows[number as usize] {
                    u32::MAX => {
                        draw_row(number, &mut own);
                        &own[..]
                    }
                    row => &table[row as usize * width..][..width],
                };
                for (least, &drawn) in signature.iter_mut().zip(row) {
                    *least = if drawn < *least { drawn } else { *least };
                }
            }
        });
    }
    signatures
}

/// A number from the exponential distribution with this rate.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a draw may be inexact")]
fn draw(hash: u64, rate: f64) -> f32 {
    let uniform = ((hash >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-uniform.ln() / rate) as f32
}
