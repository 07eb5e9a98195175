//! Owns the three escapes: what makes any text appear literally in Markdown, in
//! HTML and in Typst. May import nothing of rolebook.

use std::fmt::Write as _;

/// Adds a text as it must be written in Markdown to be read back unchanged by a
/// CommonMark parser, in running text and in the cells of a GFM table alike.
///
/// Only what would mean something is escaped, so that the source reads well.
/// `at_start` says whether the text begins a line, where more has a meaning.
/// What stands in `out` counts as the line's beginning.
pub fn markdown(text: &str, at_start: bool, out: &mut String) {
    let chars: Vec<char> = text.chars().collect();
    // Number signs at the end of a heading, after a space, are dropped.
    let unsigned = text.trim_end_matches('#');
    let signs_start =
        if unsigned.is_empty() || unsigned.ends_with(' ') { unsigned.chars().count() } else { chars.len() };
    // Where an address that goes on here can have begun.
    let mut word = out.rfind(|c: char| c.is_ascii_whitespace()).map_or(0, |space| space + 1);
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1).copied();
        let line_start = at_start && index == 0;
        let needs_backslash = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => true,
            // Between letters and digits an underscore is only itself.
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            // What follows the last one is not known.
            '&' => after.is_none_or(|after| after.is_ascii_alphanumeric() || after == '#'),
            '!' => after == Some('['),
            '#' => line_start || index >= signs_start,
            '=' | '-' | '+' => line_start,
            // `1.` and `1)` begin a list if nothing but digits stands before.
            '.' | ')' => {
                let line = out.trim_end_matches(|c: char| c.is_ascii_digit());
                after.is_none_or(char::is_whitespace)
                    && line.len() < out.len()
                    && (line.is_empty() || line.ends_with('\n'))
            }
            _ => false,
        };
        let edge = index == 0 || index + 1 == chars.len();
        let needs_entity = match c {
            // White space at the edge of a paragraph is dropped, and a line end
            // is not text.
            '\n' | '\r' | '\t' => true,
            ' ' => edge,
            // Unseen, and read as white space by some parsers and not by others.
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => true,
            _ => false,
        };
        if needs_entity || needs_backslash {
            break_addresses(word, out);
        }
        if needs_entity {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.extend(needs_backslash.then_some('\\'));
            out.push(c);
        }
        if needs_entity || needs_backslash || c == ' ' {
            word = out.len();
        }
    }
}

/// Makes bare addresses from `start` on be none: GFM shows an address as it is
/// written, escapes and all, up to a space (GFM 6.9).
fn break_addresses(start: usize, out: &mut String) {
    for (mark, offset) in [("://", 0), ("www.", 3)] {
        let places: Vec<usize> =
            out[start..].match_indices(mark).map(|(at, _)| start + at + offset).collect();
        for at in places.into_iter().rev() {
            if !out[..at].ends_with('\\') {
                out.insert(at, '\\');
            }
        }
    }
}

/// Adds a text as it must be written in HTML, in an element's text and in a
/// quoted attribute alike.
pub fn html(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A parser turns a plain one into a line feed.
            '\r' => out.push_str("&#13;"),
            _ => out.push(c),
        }
    }
}

/// Adds a text as it must be written in Typst, in markup and in a string
/// literal alike. Every ASCII punctuation mark and control character becomes
/// `\u{…}`, so that no text can run as code, whatever Typst makes of it.
pub fn typst(text: &str, out: &mut String) {
    // A carriage return is a line end like any other; Typst finds no glyph for a
    // tab after one.
    for c in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        if c.is_ascii_punctuation() || (c.is_control() && c != '\t') {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_escapes_only_what_would_mean_something() {
        let escaped = |text, at_start| {
            let mut out = String::new();
            markdown(text, at_start, &mut out);
            out
        };
        assert_eq!(escaped("a - b + c = d", true), "a - b + c = d");
        assert_eq!(escaped("- a", true), "\\- a");
        assert_eq!(escaped("- a", false), "- a");
        assert_eq!(escaped("2026. x", true), "2026\\. x");
        assert_eq!(escaped("KA_1 & B", true), "KA_1 & B");
        assert_eq!(escaped("a|b", false), "a\\|b");
    }

    #[test]
    fn typst_leaves_nothing_that_could_run() {
        let mut out = String::new();
        typst("#panic() 客户", &mut out);
        assert_eq!(out, "\\u{23}panic\\u{28}\\u{29} 客户");
    }
}
