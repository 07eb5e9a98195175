//! Owns the turning of rich text into a target's own markup: what the template
//! filters `inline` and `blocks` do. May import `markdown`, `escape`, `language` and
//! `words`.

use std::fmt::Write as _;

use super::escape;
use super::language::Foreign;
use super::words::{breakable, last_resort, long_words};
use crate::markdown::{self, Block, Inline};

/// A markup language that templates write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Markup {
    /// CommonMark with GFM tables.
    Markdown,
    /// HTML.
    Html,
    /// Typst.
    Typst,
}

/// A run of words as a template has it: the words, whether they are Markdown,
/// and where they came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    pub(super) markdown: bool,
    pub(super) at: &'a str,
    /// The language of words that are not in that of the document.
    pub(super) foreign: Option<Foreign>,
}

/// How words are written: in which markup, and which of them are in another language
/// than the document.
#[derive(Debug, Clone, Copy)]
struct Writing {
    markup: Markup,
    foreign: Option<Foreign>,
}

/// The runs as one line of markup.
pub(super) fn inline(markup: Markup, runs: &[Run<'_>]) -> String {
    let mut out = String::new();
    let mut at = "";
    for run in runs {
        if run.at != at {
            mark_place(markup, run.at, &mut out);
            at = run.at;
        }
        let to = Writing { markup, foreign: run.foreign };
        if run.markdown {
            push_inlines(to, &markdown::parse_inline(run.text), &mut out);
        } else {
            push_text(to, run.text, &mut out);
        }
    }
    // What follows is not of this field.
    if !at.is_empty() {
        mark_place(markup, "", &mut out);
    }
    out.replace(BREAK, " ")
}

/// Stands for a line break in Markdown until it is known whether the line can
/// have one: a paragraph can, a heading or the cell of a table cannot. A
/// noncharacter, which `json` keeps out of every text.
const BREAK: char = '\u{fdd1}';

/// The runs as paragraphs, lists and quotations.
pub(super) fn blocks(markup: Markup, runs: &[Run<'_>]) -> String {
    let [Run { text, markdown: true, at, foreign }] = runs else {
        return paragraph(markup, &inline(markup, runs));
    };
    let mut out = String::new();
    mark_place(markup, at, &mut out);
    push_blocks(Writing { markup, foreign: *foreign }, &markdown::parse_blocks(text), &mut out);
    out.trim_end().to_string()
}

/// In Typst, a comment says which field the words after it came from, so that
/// whatever is found in the typeset page can be traced to it.
fn mark_place(markup: Markup, at: &str, out: &mut String) {
    let is_pointer = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-');
    if markup == Markup::Typst && at.chars().all(is_pointer) && !at.contains("//") {
        let _ = write!(out, "/*@{at}*/");
    }
}

/// The pointer that the last mark before `offset` names.
pub(super) fn marked_place(source: &str, offset: usize) -> Option<&str> {
    let before = source.get(..offset)?;
    let start = before.rfind("/*@")? + 3;
    let length = source[start..].find("*/")?;
    Some(&source[start..start + length])
}

/// Whether a marker stands at the start of a line as far as Markdown goes.
fn at_line_start(out: &str) -> bool {
    out.is_empty() || out.ends_with('\n')
}

fn push_text(to: Writing, text: &str, out: &mut String) {
    match to.markup {
        Markup::Markdown => push_markdown_text(text, out),
        Markup::Html => push_html_text(to.foreign, text, out),
        Markup::Typst => push_typst_text(to.foreign, text, out),
    }
}

/// Text without long words; that in another language says so.
fn push_words(foreign: Option<Foreign>, text: &str, markup: Markup, out: &mut String) {
    let push = |text: &str, out: &mut String| match markup {
        Markup::Html => escape::html(text, out),
        Markup::Markdown | Markup::Typst => escape::typst(text, out),
    };
    let mut done = 0;
    for (foreign, words) in
        foreign.into_iter().flat_map(|it| it.words(text).into_iter().map(move |words| (it, words)))
    {
        push(&text[done..words.start], out);
        done = words.end;
        let (start, end) = foreign.marks(markup);
        out.push_str(start);
        push(&text[words], out);
        out.push_str(end);
    }
    push(&text[done..], out);
}

/// A long address breaks after its marks; the style sheets let anything else
/// break where it must.
fn push_html_text(foreign: Option<Foreign>, text: &str, out: &mut String) {
    let mut done = 0;
    for word in long_words(text) {
        push_words(foreign, &text[done..word.start], Markup::Html, out);
        done = word.start;
        for (index, piece) in word.pieces.into_iter().enumerate() {
            out.push_str(if index > 0 { "<wbr>" } else { "" });
            escape::html(piece, out);
            done += piece.len();
        }
    }
    push_words(foreign, &text[done..], Markup::Html, out);
}

/// A line can end at a space, and this one cannot be seen; Typst passes over one of
/// 0pt. Unlike U+200B it is not in the text
/// that a reader copies from the PDF. The look knows it by its width, in
/// `modules/base.typ`.
const MAY_BREAK: &str = "#h(.001pt)";

fn push_typst_text(foreign: Option<Foreign>, text: &str, out: &mut String) {
    let mut done = 0;
    for word in long_words(text) {
        push_words(foreign, &text[done..word.start], Markup::Typst, out);
        done = word.start;
        // A hyphen at the end of a line would be read as part of an address.
        out.push_str("#text(hyphenate: false)[");
        for (index, piece) in word.pieces.into_iter().flat_map(last_resort).enumerate() {
            out.push_str(if index > 0 { MAY_BREAK } else { "" });
            escape::typst(piece, out);
            done += piece.len();
        }
        out.push(']');
    }
    push_words(foreign, &text[done..], Markup::Typst, out);
}

/// A space that was written as an entity at the end of a run is not at the edge
/// of the line once something follows.
fn bring_in_space(out: &mut String) {
    if let Some(before) = out.strip_suffix("&#32;") {
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        // After an odd backslash it is not an entity but the author's own words.
        if backslashes.is_multiple_of(2) && !before.is_empty() {
            out.truncate(before.len());
            out.push(' ');
        }
    }
}

/// A run after another one: the spaces between them are not at an edge, where
/// they would have to be written as entities.
fn push_markdown_text(text: &str, out: &mut String) {
    if text.is_empty() {
        return;
    }
    bring_in_space(out);
    let at_start = at_line_start(out);
    let rest = if at_start { text } else { text.trim_start_matches(' ') };
    out.extend(std::iter::repeat_n(' ', text.len() - rest.len()));
    escape::markdown(rest, at_start, out);
}

fn paragraph(markup: Markup, content: &str) -> String {
    match markup {
        Markup::Html => format!("<p>{content}</p>"),
        Markup::Markdown | Markup::Typst => content.to_string(),
    }
}

fn push_inlines(to: Writing, inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        if to.markup == Markup::Markdown {
            bring_in_space(out);
        }
        match inline {
            Inline::Text(text) => push_text(to, text, out),
            Inline::Strong(content) => push_emphasis(to, content, ("**", "strong"), out),
            Inline::Emphasis(content) => push_emphasis(to, content, ("*", "emph"), out),
            Inline::Code(code) => push_code(to, code, out),
            Inline::Link { url, content } => push_link(to, url, content, out),
            Inline::Break => out.push_str(match to.markup {
                Markup::Markdown => "\u{fdd1}",
                Markup::Html => "<br>",
                Markup::Typst => "#linebreak()",
            }),
        }
    }
}

fn push_emphasis(to: Writing, content: &[Inline], (delimiter, name): (&str, &str), out: &mut String) {
    match to.markup {
        Markup::Html => {
            let tag = if name == "strong" { "strong" } else { "em" };
            let _ = write!(out, "<{tag}>");
            push_inlines(to, content, out);
            let _ = write!(out, "</{tag}>");
        }
        Markup::Typst => {
            let _ = write!(out, "#{name}[");
            push_inlines(to, content, out);
            out.push(']');
        }
        Markup::Markdown => push_markdown_emphasis(content, delimiter, out),
    }
}

/// Emphasis that every CommonMark parser sees: punctuation and spaces at its
/// edges stand outside the asterisks, where the flanking rule needs letters.
fn push_markdown_emphasis(content: &[Inline], delimiter: &str, out: &mut String) {
    let to = Writing { markup: Markup::Markdown, foreign: None };
    let mut content = content.to_vec();
    let is_word = |c: char| c.is_alphanumeric();
    let (mut before, mut after) = (String::new(), String::new());
    if let Some(Inline::Text(first)) = content.first_mut() {
        let start = first.find(is_word).unwrap_or(first.len());
        before = first[..start].to_string();
        *first = first[start..].to_string();
    }
    if let Some(Inline::Text(last)) = content.last_mut() {
        let end = last.char_indices().rev().find(|&(_, c)| is_word(c)).map_or(0, |(at, c)| at + c.len_utf8());
        after = last[end..].to_string();
        last.truncate(end);
    }
    content.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    push_text(to, &before, out);
    // An asterisk against another one would be read as a longer run.
    let bounded =
        matches!(content.first(), Some(Inline::Text(_))) && matches!(content.last(), Some(Inline::Text(_)));
    if !bounded || out.ends_with('*') {
        push_inlines(to, &content, out);
    } else {
        out.push_str(delimiter);
        // The text is not at the start of the line: asterisks stand before it.
        push_inlines(to, &content, out);
        out.push_str(delimiter);
    }
    push_text(to, &after, out);
}

fn push_code(to: Writing, code: &str, out: &mut String) {
    match to.markup {
        Markup::Html => {
            out.push_str("<code>");
            escape::html(code, out);
            out.push_str("</code>");
        }
        Markup::Typst => {
            for (index, piece) in breakable(code).into_iter().enumerate() {
                out.push_str(if index > 0 { MAY_BREAK } else { "" });
                out.push_str("#raw(\"");
                escape::typst(piece, out);
                out.push_str("\")");
            }
        }
        Markup::Markdown => {
            let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
            let fence = "`".repeat(longest + 1);
            let pad = if code.starts_with('`') || code.ends_with('`') { " " } else { "" };
            // In the cell of a table a bar ends the cell, code or not.
            let _ = write!(out, "{fence}{pad}{}{pad}{fence}", code.replace('|', "\\|"));
        }
    }
}

fn push_link(to: Writing, url: &str, content: &[Inline], out: &mut String) {
    match to.markup {
        Markup::Html => {
            out.push_str("<a href=\"");
            escape::html(url, out);
            out.push_str("\">");
            push_inlines(to, content, out);
            out.push_str("</a>");
        }
        Markup::Typst => {
            out.push_str("#link(\"");
            escape::typst(url, out);
            out.push_str("\")[");
            push_inlines(to, content, out);
            out.push(']');
        }
        Markup::Markdown => {
            out.push('[');
            push_inlines(to, content, out);
            out.push_str("](<");
            for c in url.chars() {
                if matches!(c, '<' | '>' | '\\' | '|') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push_str(">)");
        }
    }
}

fn push_blocks(to: Writing, blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) => push_paragraph(to, inlines, out),
            Block::List { start, items } => push_list(to, *start, items, out),
            Block::Quote(content) => push_quote(to, content, out),
            Block::Code(code) => push_code_block(to, code, out),
        }
    }
}

fn push_paragraph(to: Writing, inlines: &[Inline], out: &mut String) {
    let mut content = String::new();
    push_inlines(to, inlines, &mut content);
    if to.markup == Markup::Html {
        out.push_str("<p>");
        out.push_str(&content);
        out.push_str("</p>\n");
    } else {
        out.push_str(&content.replace(BREAK, "\\\n"));
        out.push_str("\n\n");
    }
}

fn push_list(to: Writing, start: Option<u64>, items: &[Vec<Block>], out: &mut String) {
    match to.markup {
        Markup::Html => {
            let tag = if start.is_some() { "ol" } else { "ul" };
            match start.filter(|&start| start != 1) {
                Some(start) => {
                    let _ = writeln!(out, "<ol start=\"{start}\">");
                }
                None => {
                    let _ = writeln!(out, "<{tag}>");
                }
            }
            for item in items {
                out.push_str("<li>");
                // One paragraph alone needs no tags of its own.
                match item.split_first() {
                    Some((Block::Paragraph(inlines), rest)) => {
                        push_inlines(to, inlines, out);
                        push_blocks(to, rest, out);
                    }
                    _ => push_blocks(to, item, out),
                }
                out.push_str("</li>\n");
            }
            let _ = writeln!(out, "</{tag}>");
        }
        Markup::Typst => {
            match start {
                Some(start) => {
                    let _ = write!(out, "#enum(start: {start}");
                }
                None => out.push_str("#list("),
            }
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 && start.is_none() { "[" } else { ", [" });
                let mut content = String::new();
                push_blocks(to, item, &mut content);
                out.push_str(content.trim_end());
                out.push(']');
            }
            out.push_str(")\n\n");
        }
        Markup::Markdown => {
            for (index, item) in items.iter().enumerate() {
                let marker =
                    start.map_or_else(|| "- ".to_string(), |start| format!("{}. ", start + index as u64));
                let mut content = String::new();
                push_blocks(to, item, &mut content);
                push_indented(content.trim_end(), &marker, &" ".repeat(marker.len()), out);
            }
            out.push('\n');
        }
    }
}

fn push_quote(to: Writing, content: &[Block], out: &mut String) {
    match to.markup {
        Markup::Html => {
            out.push_str("<blockquote>\n");
            push_blocks(to, content, out);
            out.push_str("</blockquote>\n");
        }
        Markup::Typst => {
            out.push_str("#quote(block: true)[");
            let mut inner = String::new();
            push_blocks(to, content, &mut inner);
            out.push_str(inner.trim_end());
            out.push_str("]\n\n");
        }
        Markup::Markdown => {
            let mut inner = String::new();
            push_blocks(to, content, &mut inner);
            push_indented(inner.trim_end(), "> ", "> ", out);
            out.push('\n');
        }
    }
}

fn push_code_block(to: Writing, code: &str, out: &mut String) {
    match to.markup {
        Markup::Html => {
            out.push_str("<pre><code>");
            escape::html(code, out);
            out.push_str("</code></pre>\n");
        }
        Markup::Typst => {
            out.push_str("#raw(block: true, \"");
            escape::typst(code.trim_end(), out);
            out.push_str("\")\n\n");
        }
        Markup::Markdown => {
            push_indented(code.trim_end(), "    ", "    ", out);
            out.push('\n');
        }
    }
}

fn push_indented(content: &str, first: &str, others: &str, out: &mut String) {
    for (index, line) in content.lines().enumerate() {
        let prefix = if index == 0 { first } else { others };
        let line = format!("{prefix}{line}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(markup: Markup, text: &str) -> String {
        inline(markup, &[Run { text, markdown: true, at: "", foreign: None }])
    }

    #[test]
    fn emphasis_beside_chinese_punctuation_comes_out_in_every_target() {
        let text = "这是**重点职责，**负责";
        assert_eq!(lowered(Markup::Html, text), "这是<strong>重点职责，</strong>负责");
        assert_eq!(lowered(Markup::Markdown, text), "这是**重点职责**，负责");
        assert_eq!(lowered(Markup::Typst, text), "这是#strong[重点职责，]负责");
    }

    #[test]
    fn spaces_between_runs_are_plain_and_those_at_the_edges_are_kept() {
        let run = |text| Run { text, markdown: false, at: "", foreign: None };
        assert_eq!(inline(Markup::Markdown, &[run("CNY "), run("5"), run(" a year ")]), "CNY 5 a year&#32;");
        assert_eq!(inline(Markup::Markdown, &[run("a\\ "), run("b")]), "a\\\\ b");
        assert_eq!(
            lowered(Markup::Markdown, "a **b** `c` [d](https://e.f) g"),
            "a **b** `c` [d](<https://e.f>) g"
        );
    }

    #[test]
    fn a_place_is_found_again() {
        let typst = inline(
            Markup::Typst,
            &[Run { text: "a", markdown: false, at: "/duties/3/statement", foreign: None }],
        );
        let words = typst.find("*/a").unwrap() + 2;
        assert_eq!(marked_place(&typst, words), Some("/duties/3/statement"));
        assert_eq!(marked_place(&typst, typst.len()), Some(""));
        assert_eq!(marked_place("none", 2), None);
    }

    #[test]
    fn blocks_keep_lists() {
        let run = Run { text: "一\n\n1. 甲\n2. 乙", markdown: true, at: "", foreign: None };
        assert_eq!(blocks(Markup::Markdown, &[run]), "一\n\n1. 甲\n2. 乙");
        assert_eq!(blocks(Markup::Html, &[run]), "<p>一</p>\n<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>");
        assert_eq!(blocks(Markup::Typst, &[run]), "/*@*/一\n\n#enum(start: 1, [甲], [乙])");
    }
}
