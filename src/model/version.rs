//! Owns version numbers as people write them: which of two is the later one, and which
//! comes next. May import nothing of rolebook.

use std::cmp::Ordering;

/// Which of two versions is the later one: `1.10` comes after `1.9`, `B/0` after `A/3`,
/// `V2` after `1.9`. None where they are not written alike.
pub fn compare_versions(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (parts(one), parts(other));
    for (one, other) in one.iter().zip(&other) {
        let order = match (number(one), number(other)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then(a.cmp(b)),
            (None, None) => one.to_lowercase().cmp(&other.to_lowercase()),
            _ => return None,
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(one.len().cmp(&other.len()))
}

/// The version after this one: the last number in it counts up, so that `1.0` becomes
/// `1.1`, `V2.09` becomes `V2.10` and `A/0` becomes `A/1`. None for one that does not
/// end in a number, or looks like a date.
pub fn next_version(version: &str) -> Option<String> {
    let version = version.trim();
    let digits = version.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, last) = version.split_at(version.len() - digits);
    // A year, whatever follows it.
    let is_year = |part: &&str| part.len() >= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if version.split(|c: char| !c.is_ascii_digit()).any(|part| is_year(&part)) {
        return None;
    }
    let next = last.parse::<u64>().ok()?.checked_add(1)?;
    Some(format!("{head}{next:0digits$}"))
}

/// Numbers, and what stands between them; a `V` before the first number and dots say
/// nothing.
fn parts(version: &str) -> Vec<String> {
    let version = version.trim();
    let version = version.strip_prefix(['v', 'V']).filter(|rest| starts_with_digit(rest)).unwrap_or(version);
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for c in version.chars() {
        let kind = c.is_ascii_digit();
        match parts.last_mut().filter(|_| last == Some(kind)) {
            Some(part) => part.push(c),
            None => parts.push(c.to_string()),
        }
        last = Some(kind);
    }
    parts
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The digits of a number without leading zeros.
fn number(part: &str) -> Option<&str> {
    starts_with_digit(part).then(|| part.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_people_count() {
        for (one, other) in [
            ("1.9", "1.10"),
            ("1.0", "1.0.1"),
            ("A/3", "B/0"),
            ("A/9", "A/10"),
            ("1.9", "V2"),
            ("v1.0", "1.01"),
        ] {
            assert_eq!(compare_versions(one, other), Some(Ordering::Less), "{one} {other}");
            assert_eq!(compare_versions(other, one), Some(Ordering::Greater), "{other} {one}");
        }
        assert_eq!(compare_versions("V1.0", " 1.00"), Some(Ordering::Equal));
        assert_eq!(compare_versions("1.0", "A/0"), None);
    }

    #[test]
    fn the_next_version_counts_the_last_number_up() {
        let cases =
            [("1.0", "1.1"), ("1.9", "1.10"), ("V2.09", "V2.10"), ("A/0", "A/1"), ("7", "8"), ("第3", "第4")];
        for (version, next) in cases {
            assert_eq!(next_version(version).as_deref(), Some(next));
            assert_eq!(compare_versions(version, next), Some(Ordering::Less));
        }
        for version in ["", "final", "1.0b", "2026-07", "20260701", "99999999999999999999"] {
            assert_eq!(next_version(version), None, "{version}");
        }
    }
}
