//! Owns the way from a part of a string back to how it was written in JSON. May import
//! nothing of rolebook.

use std::ops::Range;

/// The bytes of `written`, a JSON string with its quotes, that say `part` of what it
/// stands for; none if it stands for something else than `value`.
pub fn written_range(written: &str, value: &str, part: Range<usize>) -> Option<Range<usize>> {
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    if inner == value {
        // Nothing is escaped.
        return value.get(part.clone()).map(|_| part.start + 1..part.end + 1);
    }
    let (mut start, mut end) = (None, None);
    let mut at = 0;
    let mut rest = value.chars();
    while at < inner.len() {
        let reached = value.len() - rest.as_str().len();
        if reached == part.start {
            start = Some(at + 1);
        }
        if reached == part.end {
            end = Some(at + 1);
        }
        let (c, length) = character(&inner[at..])?;
        if rest.next() != Some(c) {
            return None;
        }
        at += length;
    }
    if !rest.as_str().is_empty() {
        return None;
    }
    let end = end.or((part.end == value.len()).then_some(at + 1))?;
    Some(start?..end)
}

/// The first character that a text with escapes stands for, and the bytes that say it.
fn character(text: &str) -> Option<(char, usize)> {
    let Some(escaped) = text.strip_prefix('\\') else {
        let c = text.chars().next()?;
        return Some((c, c.len_utf8()));
    };
    let c = match escaped.chars().next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => return unicode(text),
        other => other,
    };
    Some((c, 2))
}

/// The character of `\u5c97`, or of the two escapes of a surrogate pair.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let units = [unit(0)?, unit(6).unwrap_or_default()];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((c, 6 * c.len_utf16()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_string_is_found_among_escapes() {
        let written = r#""a\n\"限\u7537\uD83D\uDE00\"b""#;
        let value: String = serde_json::from_str(written).unwrap();
        let part = |words: &str| {
            let start = value.find(words).unwrap();
            written_range(written, &value, start..start + words.len()).map(|range| &written[range])
        };
        assert_eq!(part("限男"), Some(r"限\u7537"));
        assert_eq!(part("😀\"b"), Some(r#"\uD83D\uDE00\"b"#));
        assert_eq!(part("a"), Some("a"));
        assert_eq!(written_range(written, "another", 0..3), None);
        assert_eq!(written_range(written, "a", 0..1), None);
    }
}
