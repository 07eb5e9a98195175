//! Owns how wide words are in a terminal, and tables and lines made of them.
//! May import nothing of rolebook.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The space between two columns.
const GAP: usize = 2;

/// The width below which a column of names is left out rather than cut further.
pub(super) const NARROWEST: usize = 12;

/// The columns that a text takes in a terminal: two for a Chinese character.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A text with spaces after it, up to a width.
pub(super) fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// Lines of aligned columns, without spaces at the end.
pub(super) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    lines(rows, &widths(rows))
}

/// The same for a terminal of `limit` columns, if it is one: the last column goes on below
/// itself where it has no room.
pub(super) fn told(rows: &[Vec<String>], limit: Option<usize>) -> Vec<String> {
    let mut widths = widths(rows);
    let (Some(limit), Some(last)) = (limit, widths.pop()) else { return aligned(rows) };
    let start: usize = widths.iter().map(|width| width + GAP).sum();
    let room = limit.saturating_sub(start);
    if last <= room || room < NARROWEST {
        return aligned(rows);
    }
    let mut told = Vec::new();
    for row in rows {
        let (before, last) = row.split_at(row.len().min(widths.len()));
        let mut before: String =
            before.iter().zip(&widths).map(|(cell, width)| padded(cell, width + GAP)).collect();
        for line in wrapped(last.first().map_or("", String::as_str), room) {
            told.push(format!("{}{line}", padded(&before, start)).trim_end().to_string());
            before.clear();
        }
    }
    told
}

/// The same for a terminal of `limit` columns. Cells of the columns `cut` are cut, with
/// `…`, down to the width beside each; where that is not enough, columns are left out in
/// the order of `spare`. The columns left out come along.
pub(super) fn fitted(
    rows: &[Vec<String>],
    limit: usize,
    cut: &[(usize, usize)],
    spare: &[usize],
) -> (Vec<String>, Vec<usize>) {
    let mut widths = widths(rows);
    let mut left_out = Vec::new();
    let total = |widths: &[usize]| {
        let there = widths.iter().filter(|&&width| width > 0);
        there.clone().sum::<usize>() + GAP * there.count().saturating_sub(1)
    };
    let least = |widths: &[usize]| {
        let mut least = widths.to_vec();
        cut.iter().for_each(|&(at, narrowest)| least[at] = least[at].min(narrowest));
        total(&least)
    };
    for &column in spare {
        if least(&widths) > limit {
            widths[column] = 0;
            left_out.push(column);
        }
    }
    while total(&widths) > limit {
        let widest = cut.iter().filter(|&&(at, narrowest)| widths[at] > narrowest);
        let Some(&(widest, _)) = widest.max_by_key(|&&(at, _)| widths[at]) else { break };
        widths[widest] -= 1;
    }
    left_out.sort_unstable();
    (lines(rows, &widths), left_out)
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    (0..count).map(|column| widest(column).unwrap_or_default()).collect()
}

/// The rows, each column as wide as it says; none of a width of 0.
fn lines(rows: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(widths).filter(|&(_, &to)| to > 0);
            let cells = cells.map(|(cell, &to)| padded(&cut(cell, to), to + GAP));
            cells.collect::<String>().trim_end().to_string()
        })
        .collect()
}

/// A text in at most so many columns; what is cut off is shown by `…`.
pub(super) fn cut(text: &str, limit: usize) -> String {
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
/// characters with the closing marks after them, and in square brackets
/// everything between two spaces.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut bracketed = false;
    for (at, c) in text.char_indices() {
        let wide = |c: char| c.width() == Some(2);
        let closing = "，。、；：！？）》”’」』】".contains(c);
        let opening = |c: char| "（《“‘「『【".contains(c);
        let breaks = before.is_some_and(|before| {
            let between = !bracketed && !closing && !opening(before) && (wide(before) || wide(c));
            c != ' ' && (before == ' ' || between)
        });
        bracketed = c == '[' || (bracketed && c != ']');
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
        assert_eq!(aligned(&table), ["id  title     x", "a   客户经理  1", "b   Clerk     2"]);
    }

    #[test]
    fn the_last_column_goes_on_below_itself() {
        let table = rows(&[&["a", "客户", "one two three four five"], &["bc", "x", "six"], &["d"]]);
        assert_eq!(
            told(&table, Some(24)),
            ["a   客户  one two three", "          four five", "bc  x     six", "d"]
        );
        assert_eq!(told(&table, None), aligned(&table));
        assert_eq!(told(&table, Some(80)), aligned(&table));
        assert_eq!(told(&table, Some(15)), aligned(&table), "too narrow to be read");
    }

    #[test]
    fn a_table_fits_the_terminal() {
        let table = rows(&[&["a-very-long-id", "大客户经理（装备制造事业部）", "总经理", "2.0"]]);
        let (lines, left_out) = fitted(&table, 45, &[(1, 12)], &[3, 2]);
        assert_eq!((lines, left_out), (vec!["a-very-long-id  大客户经理（装…   总经理  2.0".into()], vec![]));
        let (lines, left_out) = fitted(&table, 36, &[(1, 12)], &[3, 2]);
        assert_eq!((lines, left_out), (vec!["a-very-long-id  大客户经理…   总经理".into()], vec![3]));
        let (lines, left_out) = fitted(&table, 10, &[(1, 12)], &[3, 2]);
        assert_eq!((lines, left_out), (vec!["a-very-long-id  大客户经理…".into()], vec![2, 3]));
    }

    #[test]
    fn lines_break_between_words_and_characters_but_not_before_a_full_stop() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("生成全部文档。", 12), ["生成全部文", "档。"]);
        assert_eq!(wrapped("写入 dist/ 文件夹", 10), ["写入 dist/", "文件夹"]);
        assert_eq!(wrapped("输出文件夹 [默认：当前]", 18), ["输出文件夹", "[默认：当前]"]);
        assert_eq!(wrapped("", 10), [""]);
    }
}
