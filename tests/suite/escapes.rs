//! Holds the three escapes: any text that they write is read back unchanged, by
//! parsers that share no code with rolebook.
//!
//! The cases are the same in every run.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use rolebook::render::{Engine, escape_html, escape_markdown, escape_typst};
use scraper::{Html, Selector};

use crate::support::squeeze;

/// Texts that are easily written wrong.
const KNOWN: &[&str] = &[
    // What GFM takes for an address it shows as it is written, escapes and all.
    "http://a.cn/?a=1&b=2&amp;c",
    "<https://example.com>",
    "https://example.com/<b>",
    "www.example.com/_a_",
    "https://example.com ",
    // A heading drops them.
    "C #",
    "# ##",
    "1. a",
    "1) a",
    " 1. a",
    "R&D &",
    "\\|",
    "a\\",
    "![a](b)",
    "a\r\n\tb",
];

/// Pieces that mean something in Markdown, HTML or Typst, or that almost do.
const FRAGMENTS: &[&str] = &[
    "**",
    "__",
    "_a_",
    "*a*",
    "a_b",
    "~~a~~",
    "``",
    "```",
    "---",
    "- ",
    "+ ",
    "* ",
    "= ",
    "===",
    "# ",
    " #",
    " ##",
    "> ",
    "1. ",
    "12) ",
    "123456789.",
    "|",
    "\\|",
    "| --- |",
    ":-:",
    "\\",
    "\\\\",
    "\\*",
    "![a](b)",
    "[a](javascript:b)",
    "[a]: b",
    "[a][b]",
    "[ ] ",
    "[^1]",
    "&amp;",
    "&#1;",
    "&#x41;",
    "&lt",
    "&",
    ";",
    "<b>",
    "</p>",
    "<!-- a -->",
    "<script>",
    "]]>",
    "\"",
    "'",
    "=\"",
    "<https://example.com>",
    "https://example.com/a_b",
    "http://a.cn/?a=1&b=2&amp;c",
    "https://",
    "://",
    "ftp://a.b/*c*",
    "www.",
    "www.example.com/_a_",
    "www",
    "someone@example.com",
    "a_b@c.d_e",
    "mailto:a@b.cn",
    "#read(\"/etc/passwd\")",
    "#panic()",
    "#[",
    "]",
    "$x$",
    "@label",
    "<label>",
    "/* a */",
    "//",
    "*/",
    "\\u{41}",
    "--",
    "...",
    "~",
    "{{ a }}",
    "{% raw %}",
    "{",
    "}",
];

/// White space, also of the kinds that only some parsers take for it.
const SPACES: &[&str] = &[
    " ", "  ", "    ", "\t", "\n", "\r", "\r\n", "\n\n", "\u{a0}", "\u{3000}", "\u{2003}", "\u{2028}",
    "\u{2029}", "\u{feff}", "\u{200b}",
];

/// What `json` lets into a text: no control characters but tab and line ends,
/// and no noncharacters.
fn is_allowed(c: char) -> bool {
    let noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    !c.is_control() && !noncharacter
}

fn printable_ascii() -> impl Strategy<Value = char> {
    proptest::char::range(' ', '~')
}

fn ascii_punctuation() -> impl Strategy<Value = char> {
    select(('!'..='~').filter(char::is_ascii_punctuation).collect::<Vec<_>>())
}

fn chinese_punctuation() -> impl Strategy<Value = char> {
    select("，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕—…·～".chars().collect::<Vec<_>>())
}

/// Any text that a role can hold, and many that look like markup. Never empty.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        2 => proptest::char::any().prop_filter("a role can hold it", |&c| is_allowed(c)).prop_map(String::from),
        4 => ascii_punctuation().prop_map(String::from),
        6 => select(FRAGMENTS).prop_map(String::from),
        2 => select(SPACES).prop_map(String::from),
        2 => proptest::char::range('\u{4e00}', '\u{9fff}').prop_map(String::from),
        1 => chinese_punctuation().prop_map(String::from),
        2 => proptest::char::range('a', 'z').prop_map(String::from),
        1 => (0_u32..2_000_000_000).prop_map(|number| number.to_string()),
    ];
    let pieces = vec(piece, 1..10).prop_map(|pieces| pieces.concat());
    prop_oneof![1 => select(KNOWN).prop_map(String::from), 12 => pieces]
}

/// The same texts in every run, and nothing written beside the tests.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..Default::default() }
}

fn markdown(text: &str, at_start: bool) -> String {
    let mut out = String::new();
    escape_markdown(text, at_start, &mut out);
    out
}

fn html(text: &str) -> String {
    let mut out = String::new();
    escape_html(text, &mut out);
    out
}

fn typst(text: &str) -> String {
    let mut out = String::new();
    escape_typst(text, &mut out);
    out
}

/// The two readers of Markdown: CommonMark, and what GitHub makes of it.
pub(crate) fn readers() -> [Options<'static>; 2] {
    let mut github = Options::default();
    github.extension.table = true;
    github.extension.strikethrough = true;
    github.extension.autolink = true;
    [Options::default(), github]
}

/// What a block is, and the text in it.
type Block = (&'static str, String);

/// The blocks of a document. Anything inline that is neither text nor a link is
/// written with its name, so that it equals no text.
fn blocks(markdown: &str, options: &Options<'_>) -> Vec<Block> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, options);
    let mut out = Vec::new();
    push_blocks(root, &mut out);
    out
}

fn push_blocks<'a>(node: Node<'a>, out: &mut Vec<Block>) {
    for child in node.children() {
        let kind = match &child.data().value {
            NodeValue::Paragraph => "paragraph",
            NodeValue::Heading(_) => "heading",
            NodeValue::TableCell => "cell",
            NodeValue::List(_) | NodeValue::Item(_) | NodeValue::Table(_) | NodeValue::TableRow(_) => {
                push_blocks(child, out);
                continue;
            }
            _ => "something else",
        };
        let mut text = String::new();
        push_text(child, &mut text);
        out.push((kind, text));
    }
}

fn push_text<'a>(node: Node<'a>, out: &mut String) {
    for child in node.children() {
        match &child.data().value {
            NodeValue::Text(text) => out.push_str(text),
            // A bare address that became a link to itself shows all of its text;
            // a link that markup made shows less than was written.
            NodeValue::Link(_) => push_text(child, out),
            other => out.push_str(&format!("⟦{other:?}⟧")),
        }
    }
}

/// What is read of a line that is made of two runs, each escaped without sight
/// of the next, and what should be.
fn two_runs(one: &str, other: &str) -> [(Vec<Block>, Vec<Block>); 4] {
    let [plain, github] = readers();
    [
        ("", "paragraph", &plain),
        ("", "paragraph", &github),
        ("## ", "heading", &plain),
        ("## ", "heading", &github),
    ]
    .map(|(start, kind, options)| {
        let mut line = String::new();
        escape_markdown(one, true, &mut line);
        escape_markdown(other, false, &mut line);
        let source = format!("before\n\n{start}{line}\n");
        let expected = vec![("paragraph", "before".into()), (kind, format!("{one}{other}"))];
        (blocks(&source, options), expected)
    })
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn markdown_is_read_back_as_a_paragraph(text in text()) {
        let source = format!("before\n\n{}\n\nafter\n", markdown(&text, true));
        for options in readers() {
            let expected = [("paragraph", "before"), ("paragraph", &*text), ("paragraph", "after")];
            prop_assert_eq!(blocks(&source, &options), expected.map(|(kind, text)| (kind, text.into())));
        }
    }

    #[test]
    fn markdown_is_read_back_inside_a_line(text in text()) {
        let source = format!("x{}y\n", markdown(&text, false));
        for options in readers() {
            prop_assert_eq!(blocks(&source, &options), [("paragraph", format!("x{text}y"))]);
        }
    }

    #[test]
    fn markdown_is_read_back_at_the_end_of_a_line(text in text()) {
        let source = format!("x{}\n", markdown(&text, false));
        for options in readers() {
            prop_assert_eq!(blocks(&source, &options), [("paragraph", format!("x{text}"))]);
        }
    }

    #[test]
    fn markdown_is_read_back_as_a_heading(text in text()) {
        let source = format!("## {}\n", markdown(&text, true));
        for options in readers() {
            prop_assert_eq!(blocks(&source, &options), [("heading", text.clone())]);
        }
    }

    #[test]
    fn markdown_is_read_back_as_items_of_a_list(one in text(), other in text()) {
        let source = format!("- {}\n- {}\n\n1. {}\n", markdown(&one, true), markdown(&other, true), markdown(&one, true));
        for options in readers() {
            let expected = [&one, &other, &one].map(|text| ("paragraph", text.clone()));
            prop_assert_eq!(blocks(&source, &options), expected);
        }
    }

    #[test]
    fn markdown_is_read_back_as_cells_of_a_table(one in text(), other in text()) {
        let [_, github] = readers();
        let (first, second) = (markdown(&one, true), markdown(&other, true));
        let source = format!("| {first} | {second} |\n| --- | --- |\n| {second} | {first} |\n");
        let expected = [&one, &other, &other, &one].map(|text| ("cell", text.clone()));
        prop_assert_eq!(blocks(&source, &github), expected);
    }

    #[test]
    fn markdown_of_two_runs_is_read_back(one in text(), other in text()) {
        for (read, expected) in two_runs(&one, &other) {
            prop_assert_eq!(read, expected);
        }
    }

    #[test]
    fn html_is_read_back_in_elements_and_attributes(text in text()) {
        let escaped = html(&text);
        let source = format!(
            "<!DOCTYPE html><title>{escaped}</title><p title=\"{escaped}\" lang='{escaped}'>{escaped}</p><table><tr><td>{escaped}</td></tr></table>"
        );
        let document = Html::parse_document(&source);
        for name in ["title", "p", "td"] {
            let elements: Vec<_> = document.select(&Selector::parse(name).unwrap()).collect();
            prop_assert_eq!(elements.len(), 1, "{}", name);
            prop_assert_eq!(elements[0].children().count(), 1, "{}", name);
            prop_assert_eq!(elements[0].text().collect::<String>(), text.clone(), "{}", name);
        }
        let paragraph = document.select(&Selector::parse("p").unwrap()).next().unwrap();
        let attributes: Vec<_> = paragraph.value().attrs().collect();
        prop_assert_eq!(attributes, [("lang", &*text), ("title", &*text)]);
    }

    #[test]
    fn typst_is_left_with_nothing_that_could_run(text in text()) {
        let escaped = typst(&text);
        let mut rest = escaped.as_str();
        let mut read = String::new();
        while let Some(c) = rest.chars().next() {
            let (char, length) = match rest.strip_prefix("\\u{").and_then(|code| code.split_once('}')) {
                Some((code, _)) => {
                    let char = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                    (char.unwrap(), "\\u{}".len() + code.len())
                }
                None => {
                    prop_assert!(!c.is_ascii_punctuation() && (!c.is_control() || c == '\t'), "{:?}", c);
                    (c, c.len_utf8())
                }
            };
            read.push(char);
            rest = &rest[length..];
        }
        // Every line end is the same to Typst.
        prop_assert_eq!(read, text.replace("\r\n", "\n").replace('\r', "\n"));
    }
}

#[test]
fn markdown_that_only_two_runs_make_is_read_back() {
    let pairs = [
        ("1", ". a"),
        ("12", ") a"),
        ("&", "amp;"),
        ("&#", "49;"),
        ("!", "[a](b)"),
        ("C ", "#"),
        ("a_", "b_"),
        ("https:", "//a.b/*c*"),
        ("https://a.b", "*c*"),
        ("https://a.b", "; c"),
        ("ww", "w.a.b/*c*"),
        ("a ", " b"),
        ("\\", "|"),
    ];
    for (one, other) in pairs {
        for (read, expected) in two_runs(one, other) {
            assert_eq!(read, expected);
        }
    }
}

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Vec::new(), Vec::new(), false));

/// The Chinese characters of the built-in fonts: GB 2312 and the 通用规范汉字表.
static HAN: LazyLock<Vec<char>> =
    LazyLock::new(|| ('\u{4e00}'..='\u{9fff}').filter(|&c| ENGINE.covers(c)).collect());

/// Texts that `pdftotext` can give back. Left out is what a PDF's text layer or
/// its reader may change without any fault of the escape: characters that no
/// built-in font has, which rolebook reports before it typesets; combining and
/// invisible ones, which shaping joins or drops; writing from right to left,
/// which the reader reorders; and radicals, presentation forms and the like,
/// which share a glyph with the character that they stand for.
fn printable() -> impl Strategy<Value = String> {
    let latin = ('\u{a1}'..='\u{ff}').filter(|&c| c != '\u{ad}' && ENGINE.covers(c)).collect::<Vec<_>>();
    let wide = ('\u{ff01}'..='\u{ff5e}').filter(|&c| ENGINE.covers(c)).collect::<Vec<_>>();
    let piece = prop_oneof![
        6 => printable_ascii().prop_map(String::from),
        3 => ascii_punctuation().prop_map(String::from),
        6 => select(FRAGMENTS).prop_map(String::from),
        1 => select(&SPACES[..8]).prop_map(String::from),
        1 => select(latin).prop_map(String::from),
        4 => select(HAN.clone()).prop_map(String::from),
        2 => chinese_punctuation().prop_map(String::from),
        1 => select(wide).prop_map(String::from),
    ];
    let pieces = vec(piece, 1..12).prop_map(|pieces| pieces.concat());
    prop_oneof![1 => select(KNOWN).prop_map(String::from), 6 => pieces]
}

/// The text of each page, by poppler.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    let mut poppler = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils is needed; tests/run installs it");
    poppler.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = poppler.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_string).collect();
    // A form feed ends each page.
    assert_eq!(pages.pop().as_deref(), Some(""));
    pages
}

proptest! {
    #![proptest_config(config(5))]

    /// A text stands at the start of a line, in brackets and in a string, each
    /// on a page of its own, wide enough for one line.
    #[test]
    fn typst_sets_any_text_as_it_stands(texts in vec(printable(), 50)) {
        let mut source = String::from(
            "#set document(title: \"x\", date: auto)\n#set text(lang: \"en\", font: \"Noto Sans SC\")\n\
             #set page(width: 2000pt, height: 400pt)\n",
        );
        let places = texts.iter().map(|text| {
            let escaped = typst(text);
            format!("{escaped}\n#pagebreak()\n#block[{escaped}]\n#pagebreak()\n#(\"{escaped}\")\n")
        });
        source.push_str(&places.collect::<Vec<_>>().join("#pagebreak()\n"));
        let typeset = ENGINE.compile(source).map_err(|findings| TestCaseError::fail(format!("{findings:?}")))?;
        let pdf = typeset.pdf("id", "2026-01-01").map_err(|findings| TestCaseError::fail(format!("{findings:?}")))?;
        let pages = pages(&pdf);
        prop_assert_eq!(pages.len(), texts.len() * 3);
        for (text, pages) in texts.iter().zip(pages.chunks(3)) {
            let expected = squeeze(text);
            for (place, page) in ["at the start of a line", "in brackets", "in a string"].iter().zip(pages) {
                prop_assert_eq!(squeeze(page), expected.clone(), "{}: {:?}", place, text);
            }
        }
    }
}
