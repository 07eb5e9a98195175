//! Owns where a word that is longer than a narrow cell may break: addresses,
//! part numbers, what has no spaces. May import `markdown`.

use crate::markdown::is_cjk;

/// The longest word that is left whole: `internationalization` has 20 letters, and
/// the columns of tables are made wide enough for it.
const WHOLE: usize = 20;

/// A long word and the pieces between which it breaks before it breaks anywhere
/// else.
pub(super) struct LongWord<'a> {
    /// Where it begins in its text.
    pub(super) start: usize,
    /// All of it, in order.
    pub(super) pieces: Vec<&'a str>,
}

/// The words of a text that are not left to the usual rules of breaking lines.
pub(super) fn long_words(text: &str) -> Vec<LongWord<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !is_in_word(c)) {
        let bare = word.trim_end_matches(|c: char| !is_in_word(c));
        if bare.len() > WHOLE && bare.chars().count() > WHOLE {
            let pieces = pieces(bare);
            let is_compound = bare.chars().all(|c| c.is_alphabetic() || c == '-');
            if pieces.iter().any(|piece| breaks_anywhere(piece)) || (pieces.len() > 1 && !is_compound) {
                found.push(LongWord { start, pieces });
            }
        }
        start += word.len();
    }
    found
}

/// A piece as it breaks when there is nothing better: after any character if it
/// is too long for a word.
pub(super) fn last_resort(piece: &str) -> Vec<&str> {
    if breaks_anywhere(piece) { piece.split_inclusive(|_| true).collect() } else { vec![piece] }
}

/// A text cut wherever a long word in it may break.
pub(super) fn breakable(text: &str) -> Vec<&str> {
    let mut cut = Vec::new();
    let mut start = 0;
    for word in long_words(text) {
        let mut at = word.start;
        for piece in word.pieces.into_iter().flat_map(last_resort) {
            if at > word.start {
                cut.push(&text[start..at]);
                start = at;
            }
            at += piece.len();
        }
    }
    cut.push(&text[start..]);
    cut
}

fn breaks_anywhere(piece: &str) -> bool {
    piece.chars().count() > WHOLE
}

/// A word in pieces that end in the marks by which addresses and part numbers are
/// read. Numbers are whole.
fn pieces(word: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    if word.contains(char::is_alphabetic) {
        let mut after_mark = false;
        for (at, c) in word.char_indices() {
            if c.is_alphanumeric() && after_mark && word[start..at].contains(char::is_alphanumeric) {
                pieces.push(&word[start..at]);
                start = at;
            }
            after_mark = "/.-_@&=?:+#~,;|".contains(c);
        }
    }
    pieces.push(&word[start..]);
    pieces
}

fn is_in_word(c: char) -> bool {
    c.is_ascii_graphic() || (c.is_alphanumeric() && !is_cjk(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> Vec<Vec<&str>> {
        long_words(text).into_iter().map(|word| word.pieces).collect()
    }

    #[test]
    fn addresses_break_after_their_marks() {
        assert_eq!(
            broken("见https://example.com/a?b=c。"),
            [["https://", "example.", "com/", "a?", "b=", "c"]]
        );
        assert_eq!(
            broken("write to key.accounts@example.com, please"),
            [["key.", "accounts@", "example.", "com,"]]
        );
        assert_eq!(broken("KX-20260815-0001_A.4/9"), [["KX-", "20260815-", "0001_", "A.", "4/", "9"]]);
    }

    #[test]
    fn usual_words_and_numbers_are_left_alone() {
        for text in [
            "internationalization",
            "hr@example.com",
            "customer-relationship",
            "12,000,000,000.00",
            "e.g./i.e.",
            "客户经理负责",
        ] {
            assert!(long_words(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_no_word_of_any_language_breaks_anywhere() {
        assert_eq!(broken(&"x".repeat(21)).len(), 1);
        assert_eq!(broken("KX20260815ZZPLMNOQ4471").len(), 1);
        assert_eq!(broken(&"_".repeat(40)).len(), 1);
        assert_eq!(broken(&format!("customer-{}", "x".repeat(30)))[0].len(), 2);
        assert_eq!(last_resort("KX20260815ZZPLMNOQ4471").len(), 22);
        assert_eq!(
            breakable("see key.accounts@example.com now"),
            ["see key.", "accounts@", "example.", "com now"]
        );
        assert_eq!(last_resort("responsibilities"), ["responsibilities"]);
    }
}
