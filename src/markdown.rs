//! Owns Markdown inside texts: the only place that names pulldown-cmark. Every
//! target lowers the blocks and inlines from here. May import nothing of
//! rolebook.
//!
//! The Markdown of a text is CommonMark with three differences. Emphasis works
//! beside Chinese punctuation, where CommonMark's flanking rule (section 6.2)
//! would leave the asterisks standing. HTML has no meaning: it is text. A link
//! or picture that does not lead to an allowed address is text, as written.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// A block of a long text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list; `start` is the first number of a numbered one.
    List {
        /// The first number of a numbered list.
        start: Option<u64>,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Preformatted lines.
    Code(String),
}

/// A run inside a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Plain characters.
    Text(String),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Code, shown as written.
    Code(String),
    /// A link to an allowed address.
    Link {
        /// The address.
        url: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// A line break that the author asked for.
    Break,
}

/// The schemes of addresses that a text may link to.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// Put beside an asterisk, it makes the flanking rule see a letter there. A
/// noncharacter, which `json` keeps out of every text.
const LETTER: char = '\u{fdd0}';

/// Parses a long text.
pub fn parse_blocks(text: &str) -> Vec<Block> {
    let source = mark_emphasis(text);
    let mut parser = TreeParser::new(&source);
    parser.blocks()
}

/// The source of each block of a long text, as [`parse_blocks`] sees them: of
/// paragraph, list, quotation.
pub fn split_blocks(text: &str) -> Vec<String> {
    let source = mark_emphasis(text);
    let mut depth = 0;
    let mut blocks = Vec::new();
    for (event, range) in Parser::new_ext(&source, Options::empty()).into_offset_iter() {
        if depth == 0 && !matches!(event, Event::End(_)) {
            blocks.push(source[range].trim_end().replace(LETTER, ""));
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    blocks
}

/// Parses a text that is shown on one line. Nothing at the start of a single line
/// begins a list, a heading or any other block; the blocks of a text of several
/// lines follow each other, the items of a list with semicolons between them.
pub fn parse_inline(text: &str) -> Vec<Inline> {
    let lines = text.trim();
    if lines.contains('\n') {
        let blocks = parse_blocks(lines);
        if !matches!(blocks[..], [Block::Paragraph(_)]) {
            let mut out = Vec::new();
            flatten(&blocks, &mut out);
            return out;
        }
    }
    // An ideographic space is white space to the flanking rule and no indent to
    // the block rules.
    let source = format!("\u{3000}{}", mark_emphasis(&join_lines(text)));
    let mut parser = TreeParser::new(&source);
    let mut inlines = match parser.blocks().into_iter().next() {
        Some(Block::Paragraph(inlines)) => inlines,
        _ => Vec::new(),
    };
    if let Some(Inline::Text(first)) = inlines.first_mut() {
        *first = first.trim_start_matches('\u{3000}').to_string();
        if first.is_empty() {
            inlines.remove(0);
        }
    }
    inlines
}

/// Blocks one after the other on a line.
fn flatten(blocks: &[Block], out: &mut Vec<Inline>) {
    for block in blocks {
        push_separator(None, out);
        match block {
            Block::Paragraph(inlines) => out.extend(inlines.iter().cloned()),
            Block::Quote(content) => flatten(content, out),
            Block::Code(code) => {
                out.push(Inline::Code(code.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
            Block::List { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    push_separator((index > 0).then_some(';'), out);
                    flatten(item, out);
                }
            }
        }
    }
}

/// A semicolon or nothing, and the space that a language without its own needs;
/// Chinese has its own semicolon and no space.
fn push_separator(mark: Option<char>, out: &mut Vec<Inline>) {
    match (last_char(out), mark) {
        (None, _) => {}
        (Some(last), Some(_)) if is_cjk(last) => push_text(out, "；"),
        (Some(_), Some(mark)) => push_text(out, &format!("{mark} ")),
        (Some(last), None) if is_cjk(last) || last == ' ' => {}
        (Some(_), None) => push_text(out, " "),
    }
}

/// A text as it reads without its markup.
pub fn plain(text: &str) -> String {
    if has_no_markup(text) {
        return text.to_string();
    }
    let mut out = String::new();
    push_plain(&parse_inline(text), &mut out);
    out
}

/// Whether a text is sure to read as it is written: one line that begins with a letter and
/// has no mark that could be markup.
fn has_no_markup(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !text.bytes().any(|b| IS_MARK[usize::from(b)])
}

/// The bytes that could be markup, or the end of a line.
const IS_MARK: [bool; 256] = {
    let mut marks = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        marks[byte as usize] = byte < b' '
            || matches!(byte, b'*' | b'_' | b'`' | b'[' | b']' | b'<' | b'>' | b'\\' | b'&' | b'~');
        byte += 1;
    }
    marks
};

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
                push_plain(content, out);
            }
            Inline::Break => out.push(' '),
        }
    }
}

/// What NFKC makes of a character by itself, where that can be told without the tables
/// of Unicode: of nearly all characters of texts. None of them joins with one before it.
pub fn in_one_width(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' | '\u{4e00}'..='\u{9fff}' | '、'..='】' | '\u{2018}'..='\u{201d}' => Some(c),
        '！'..='～' => char::from_u32(u32::from(c) - u32::from('！') + u32::from('!')),
        _ => None,
    }
}

/// Whether a character is written without spaces around it: Han, kana, Hangul,
/// and CJK punctuation.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{30ff}' | '\u{3100}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether CommonMark takes a character for punctuation and Chinese writing for
/// its own: CJK marks, and the quotes, dashes and dots that both use.
fn is_cjk_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{30fb}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffee}'
        | '\u{2014}' | '\u{2018}'..='\u{201f}' | '\u{2026}' | '\u{b7}')
}

/// Puts [`LETTER`] between a run of asterisks and Chinese punctuation beside it,
/// and between punctuation and a run that a Chinese character follows or
/// precedes on the other side.
fn mark_emphasis(text: &str) -> String {
    // A link definition (CommonMark 4.7) would vanish from the page.
    let text = &text.replace("]:", &format!("]{LETTER}:"));
    if !text.contains('*') {
        return text.clone();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while at < chars.len() {
        if chars[at] != '*' {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let start = at;
        while chars.get(at) == Some(&'*') {
            at += 1;
        }
        let before = start.checked_sub(1).map(|index| chars[index]);
        let after = chars.get(at).copied();
        let touches = |near: Option<char>, far: Option<char>| {
            near.is_some_and(|near| {
                near != '\\'
                    && (is_cjk_punctuation(near) || (near.is_ascii_punctuation() && far.is_some_and(is_cjk)))
            })
        };
        if touches(before, after) {
            out.push(LETTER);
        }
        out.extend(std::iter::repeat_n('*', at - start));
        if touches(after, before) {
            out.push(LETTER);
        }
    }
    out
}

/// Makes one line of several: a line end between Chinese characters vanishes,
/// any other becomes a space.
fn join_lines(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        push_joined(&mut out, line);
    }
    out
}

fn push_joined(out: &mut String, line: &str) {
    let closed = out.chars().next_back().is_none_or(is_cjk) && line.chars().next().is_none_or(is_cjk);
    if !out.is_empty() && !closed {
        out.push(' ');
    }
    out.push_str(line);
}

struct TreeParser<'a> {
    source: &'a str,
    events: std::iter::Peekable<pulldown_cmark::OffsetIter<'a>>,
}

impl<'a> TreeParser<'a> {
    fn new(source: &'a str) -> Self {
        Self { source, events: Parser::new_ext(source, Options::empty()).into_offset_iter().peekable() }
    }

    /// The blocks up to the end of the enclosing one, which is consumed.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::Start(Tag::Paragraph) => blocks.push(Block::Paragraph(self.inlines())),
                // A document's headings are rolebook's: one in a text is a bold line.
                Event::Start(Tag::Heading { .. }) => {
                    blocks.push(Block::Paragraph(vec![Inline::Strong(self.inlines())]));
                }
                Event::Start(Tag::BlockQuote(_)) => blocks.push(Block::Quote(self.blocks())),
                Event::Start(Tag::List(start)) => blocks.push(Block::List { start, items: self.items() }),
                Event::Start(Tag::CodeBlock(_)) => blocks.push(Block::Code(self.literal())),
                Event::Start(Tag::HtmlBlock) => {
                    let text = self.literal();
                    blocks.push(Block::Paragraph(vec![Inline::Text(text.trim_end().to_string())]));
                }
                Event::Rule => {
                    blocks.push(Block::Paragraph(vec![Inline::Text(
                        self.source[range].trim_end().to_string(),
                    )]));
                }
                // A tight list item holds its inlines without a paragraph.
                Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::Start(_) => {
                    let inlines = self.inlines_from(Some((event, range)));
                    blocks.push(Block::Paragraph(inlines));
                }
                _ => {}
            }
        }
        blocks.retain(|block| *block != Block::Paragraph(Vec::new()));
        blocks
    }

    fn items(&mut self) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks()),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        items
    }

    fn literal(&mut self) -> String {
        let mut text = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(piece) | Event::Html(piece) => text.push_str(&piece),
                Event::End(_) => break,
                _ => {}
            }
        }
        text.replace(LETTER, "")
    }

    fn inlines(&mut self) -> Vec<Inline> {
        self.inlines_from(None)
    }

    /// The inlines up to the end of the enclosing element, which is consumed; or
    /// up to the next block or end, left alone, when a first event is given.
    fn inlines_from(&mut self, first: Option<(Event<'a>, std::ops::Range<usize>)>) -> Vec<Inline> {
        let tight = first.is_some();
        let mut pending = first;
        let mut out: Vec<Inline> = Vec::new();
        loop {
            if pending.is_none() && tight {
                let stops = self.events.peek().is_none_or(|(event, _)| match event {
                    Event::End(_) | Event::Rule => true,
                    Event::Start(tag) => !is_inline(tag),
                    _ => false,
                });
                if stops {
                    break;
                }
            }
            let Some((event, range)) = pending.take().or_else(|| self.events.next()) else { break };
            match event {
                Event::End(_) => break,
                Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => push_text(&mut out, &text),
                Event::Code(text) => out.push(Inline::Code(text.replace(LETTER, ""))),
                Event::SoftBreak => {
                    let next = self.source[range.end..].chars().find(|&c| c != LETTER);
                    let last = last_char(&out);
                    if !(last.is_some_and(is_cjk) && next.is_some_and(is_cjk)) {
                        push_text(&mut out, " ");
                    }
                }
                Event::HardBreak => out.push(Inline::Break),
                Event::Start(Tag::Strong) => out.push(Inline::Strong(self.inlines())),
                Event::Start(Tag::Emphasis) => out.push(Inline::Emphasis(self.inlines())),
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    let url = match link_type {
                        LinkType::Email => format!("mailto:{dest_url}"),
                        _ => dest_url.replace(LETTER, ""),
                    };
                    let content = self.inlines();
                    if is_allowed(&url) {
                        out.push(Inline::Link { url, content });
                    } else {
                        push_text(&mut out, &self.source[range]);
                    }
                }
                Event::Start(_) => {
                    self.inlines();
                    push_text(&mut out, &self.source[range]);
                }
                _ => {}
            }
        }
        out
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. })
}

fn is_allowed(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| url.starts_with(scheme)) && !url.contains(char::is_whitespace)
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    let text = text.replace(LETTER, "");
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(&text),
        _ if text.is_empty() => {}
        _ => out.push(Inline::Text(text)),
    }
}

fn last_char(inlines: &[Inline]) -> Option<char> {
    match inlines.last()? {
        Inline::Text(text) | Inline::Code(text) => text.chars().next_back(),
        Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
            last_char(content)
        }
        Inline::Break => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text(text.into())
    }

    fn strong(inner: &str) -> Inline {
        Inline::Strong(vec![text(inner)])
    }

    #[test]
    fn one_width_is_that_of_unicode() {
        let tables = icu_normalizer::ComposingNormalizerBorrowed::new_nfkc();
        let told = ('\0'..=char::MAX).filter_map(|c| Some((c, in_one_width(c)?)));
        let mut count = 0;
        for (written, read) in told {
            assert_eq!(tables.normalize(&written.to_string()), read.to_string());
            // What comes before is not changed by it.
            for before in ["e", "ガ", "中"] {
                let both = tables.normalize(&format!("{before}{written}")).into_owned();
                assert_eq!(both, format!("{before}{read}"));
            }
            count += 1;
        }
        assert!(count > 20_000);
    }

    #[test]
    fn emphasis_works_beside_chinese_punctuation() {
        assert_eq!(
            parse_inline("这是**重点职责，**负责"),
            [text("这是"), strong("重点职责，"), text("负责")]
        );
        assert_eq!(parse_inline("是**（重点）**负责"), [text("是"), strong("（重点）"), text("负责")]);
        assert_eq!(parse_inline("**“重点”**。"), [strong("“重点”"), text("。")]);
        assert_eq!(parse_inline("由**\"A\"**负责"), [text("由"), strong("\"A\""), text("负责")]);
        assert_eq!(parse_inline("a **b** c"), [text("a "), strong("b"), text(" c")]);
    }

    #[test]
    fn asterisks_that_are_no_emphasis_stay() {
        assert_eq!(parse_inline("2 * 3 * 4"), [text("2 * 3 * 4")]);
        assert_eq!(parse_inline(r"\*，不是\*重点"), [text("*，不是*重点")]);
    }

    #[test]
    fn nothing_begins_a_block_in_a_short_text() {
        for start in ["- a", "+ a", "1. a", "# a", "> a", "= a", "    a", "<div>", "***", "```", "| a |"] {
            let inlines = parse_inline(start);
            let joined = join_lines(start);
            assert_eq!(plain(start).trim(), joined.trim(), "{inlines:?}");
        }
    }

    #[test]
    fn a_list_shown_on_one_line_has_semicolons() {
        assert_eq!(plain("要求：\n\n- 一\n- 二"), "要求：一；二");
        assert_eq!(plain("Needs:\n\n1. one\n2. two"), "Needs: one; two");
        assert_eq!(plain("one\ntwo"), "one two");
    }

    #[test]
    fn what_looks_like_a_link_definition_stays() {
        assert_eq!(parse_blocks("[1]: x"), [Block::Paragraph(vec![text("[1]: x")])]);
        assert_eq!(split_blocks("[1]: x\n\n是**重点，**的"), ["[1]: x", "是**重点，**的"]);
    }

    #[test]
    fn html_and_forbidden_links_are_text() {
        assert_eq!(parse_inline("<script>x</script>"), [text("<script>x</script>")]);
        assert_eq!(parse_inline("[a](javascript:alert(1))"), [text("[a](javascript:alert(1))")]);
        assert_eq!(
            parse_inline("![a](https://example.com/x.png)"),
            [text("![a](https://example.com/x.png)")]
        );
        assert_eq!(
            parse_inline("[a](https://example.com)"),
            [Inline::Link { url: "https://example.com".into(), content: vec![text("a")] }]
        );
    }

    #[test]
    fn a_line_end_between_chinese_characters_vanishes() {
        assert_eq!(parse_blocks("负责客户\n关系"), [Block::Paragraph(vec![text("负责客户关系")])]);
        assert_eq!(parse_blocks("one\ntwo"), [Block::Paragraph(vec![text("one two")])]);
    }

    #[test]
    fn lists_nest() {
        let blocks = parse_blocks("- a\n  1. b\n- **c** d");
        let [Block::List { start: None, items }] = &blocks[..] else { panic!("{blocks:?}") };
        assert_eq!(items[0][0], Block::Paragraph(vec![text("a")]));
        assert!(matches!(&items[0][1], Block::List { start: Some(1), .. }));
        assert_eq!(items[1], [Block::Paragraph(vec![strong("c"), text(" d")])]);
    }
}
