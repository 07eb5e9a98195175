//! Owns the lines of plain text and of Markdown. May import `line`.

use super::line::Line;

/// Each line of a text that begins at a byte of its file.
pub(super) fn lines(text: &str, begin: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, part) in parts(text) {
        let mut line = Line::default();
        line.push_part(part, begin + at);
        lines.push(line);
    }
    lines.retain(|line| !line.is_blank());
    lines
}

/// Each paragraph, list item and heading of Markdown. The marks stay: the rules read
/// over them.
pub(super) fn paragraphs(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut is_open = false;
    for (at, part) in parts(text) {
        let content = part.trim_start();
        if content.is_empty() {
            is_open = false;
            continue;
        }
        let indent = part.len() - content.len();
        match lines.last_mut().filter(|_| is_open && !begins_block(content)) {
            Some(line) => {
                // The line end and the indent are one space, which the rules drop
                // beside Chinese characters.
                line.push(' ', at.saturating_sub(1)..at + indent);
                line.push_part(content, at + indent);
            }
            None => {
                let mut line = Line::default();
                line.push_part(content, at + indent);
                lines.push(line);
            }
        }
        is_open = !content.starts_with('#');
    }
    lines
}

/// The lines of a text without their ends, and where each begins.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // A line that old systems end with `\r` alone has no `\n` anywhere.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let mut at = 0;
    text.split_inclusive(end).map(move |line| {
        let begin = at;
        at += line.len();
        (begin, line.trim_end_matches(['\n', '\r']))
    })
}

/// Whether a line of Markdown begins a block of its own.
fn begins_block(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = digits.len() < line.len() && digits.starts_with(['.', ')', '、', '．']);
    is_numbered
        || line.starts_with(['#', '>', '|'])
        || ["- ", "* ", "+ ", "```", "---"].iter().any(|mark| line.starts_with(mark))
}
