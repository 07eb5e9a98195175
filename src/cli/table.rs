//! Owns how wide words are in a terminal, and tables and lines made of them.
//! May import nothing of rolebook.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The space between two columns.
const GAP: usize = 2;

/// The least width to which a column is cut.
const NARROWEST: usize = 8;

/// The columns that a text takes in a terminal: two for a Chinese character.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text with spaces after it, up to a width.
pub(super) fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// Lines of aligned columns, the last one without spaces after it. In a terminal
/// of `limit` columns the widest cells are cut, with `…`; never the first column.
pub(super) fn aligned(rows: &[Vec<String>], limit: Option<usize>) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let mut widths: Vec<usize> = (0..count).map(|column| widest(column).unwrap_or_default()).collect();
    if let Some(limit) = limit {
        let gaps = GAP * count.saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > limit {
            let Some(widest) = (1..count).filter(|&at| widths[at] > NARROWEST).max_by_key(|&at| widths[at])
            else {
                break;
            };
            widths[widest] -= 1;
        }
    }
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, &to)| padded(&cut(cell, to), to + GAP));
            cells.collect::<String>().trim_end().to_string()
        })
        .collect()
}

/// A text in at most so many columns; what is cut off is shown by `…`.
fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_string();
    }
    let mut taken = 0;
    let kept = text.chars().take_while(|&c| {
        taken += c.width().unwrap_or_default();
        taken < limit
    });
    format!("{}…", kept.collect::<String>().trim_end())
}

/// A text in lines of at most so many columns, broken at spaces and between
/// Chinese characters, but not before a closing mark.
pub(super) fn wrapped(text: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&line) + width(piece.trim_end()) > limit {
            lines.push(line.trim_end().to_string());
            line.clear();
        }
        line.push_str(piece);
    }
    lines.push(line.trim_end().to_string());
    lines
}

/// What must not be broken: words with the spaces after them, single wide
/// characters with the closing marks after them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        let closing = "，。、；：！？）》”’」』】".contains(c);
        let opening = |c: char| "（《“‘「『【".contains(c);
        let breaks = before.is_some_and(|before| {
            !closing && !opening(before) && c != ' ' && (before == ' ' || wide(before) || wide(c))
        });
        if breaks && at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_string()).collect()).collect()
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let table = rows(&[&["id", "title", "x"], &["a", "客户经理", "1"], &["b", "Clerk", "2"]]);
        assert_eq!(aligned(&table, None), ["id  title     x", "a   客户经理  1", "b   Clerk     2"]);
    }

    #[test]
    fn a_table_fits_the_terminal_and_keeps_the_first_column() {
        let table = rows(&[&["a-very-long-id", "大客户经理（装备制造事业部）", "总经理"]]);
        let lines = aligned(&table, Some(36));
        assert_eq!(lines, ["a-very-long-id  大客户经理…   总经理"]);
        assert!(width(&lines[0]) <= 36);
        assert_eq!(aligned(&table, Some(10)), ["a-very-long-id  大客户…   总经理"]);
    }

    #[test]
    fn lines_break_between_words_and_characters_but_not_before_a_full_stop() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("生成全部文档。", 12), ["生成全部文", "档。"]);
        assert_eq!(wrapped("写入 dist/ 文件夹", 10), ["写入 dist/", "文件夹"]);
        assert_eq!(wrapped("", 10), [""]);
    }
}
