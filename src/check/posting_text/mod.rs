//! Owns postings that are not JSON: the lines of a text, Markdown, HTML or Word file, and
//! what the wording rules find in them. May import `wording`, `source` and `diagnostic`.
//!
//! A line is a sentence as a reader sees it: a paragraph of Markdown or HTML is one line,
//! however it is broken in its file. What kind of field it stands in is told by the
//! headings above it (任职要求, Responsibilities); the first line may be the name of the
//! position, and is read both as that and as a text.

mod docx;
mod encoding;
mod headings;
mod html;
mod line;
mod plain;

use crate::check::wording::{WordingRules, finding};
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::model::WordingField;
use crate::source::{SourceId, Span};

use line::Line;

/// A posting that is not JSON.
#[derive(Debug, Clone)]
pub struct PostingText {
    /// The text that the places of findings are in: the file itself, decoded; of a Word
    /// file, its paragraphs, one on each line, those of headers, footers and notes last.
    pub text: String,
    lines: Vec<(Line, &'static [WordingField])>,
}

impl PostingText {
    /// Reads the bytes of a file, whose name tells what it is; without a name that does,
    /// the bytes tell.
    ///
    /// # Errors
    /// A finding about `name` if this is no text that can be read.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self, Box<Diagnostic>> {
        match kind_of(bytes, name) {
            Kind::Docx => {
                let docx::Paragraphs { main, beside } =
                    docx::paragraphs(bytes).map_err(|fault| Box::new(fault.about(name)))?;
                let text = main + &beside;
                let (main, beside) = text.split_at(text.len() - beside.len());
                let (lines, beside) = (plain::lines(main, 0), plain::lines(beside, main.len()));
                Ok(Self::with_fields(text, lines, beside))
            }
            Kind::Foreign(what) => Err(foreign(what).about(name).into()),
            Kind::Html => {
                let text = encoding::decode(bytes).map_err(|fault| Box::new(fault.about(name)))?;
                let (lines, beside) = html::lines(&text);
                Ok(Self::with_fields(text, lines, beside))
            }
            kind => {
                let text = encoding::decode(bytes).map_err(|fault| Box::new(fault.about(name)))?;
                let lines =
                    if kind == Kind::Markdown { plain::paragraphs(&text) } else { plain::lines(&text, 0) };
                Ok(Self::with_fields(text, lines, Vec::new()))
            }
        }
    }

    /// No heading stands above what is said beside the lines.
    fn with_fields(text: String, lines: Vec<Line>, beside: Vec<Line>) -> Self {
        let fields = headings::fields(lines.iter());
        let beside = beside.into_iter().map(|line| (line, &[WordingField::Text][..]));
        Self { text, lines: lines.into_iter().zip(fields).chain(beside).collect() }
    }

    /// Whether there is nothing to read in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Every wording that a rule finds fault with. `source` is the one that
    /// [`PostingText::text`] was added as.
    pub fn check(&self, source: SourceId, rules: &WordingRules) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (line, fields) in &self.lines {
            for hit in rules.scan_as(&line.text, None, fields) {
                let place = line.written(hit.range.clone());
                findings.push(finding(&hit, &line.text).at(Span::new(source, place)));
            }
        }
        findings
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Markdown,
    Html,
    Docx,
    /// Another kind of file, and what it is called.
    Foreign(&'static str),
}

fn kind_of(bytes: &[u8], name: &str) -> Kind {
    let signs: [(&[u8], Kind); 4] = [
        (b"PK\x03\x04", Kind::Docx),
        (b"%PDF-", Kind::Foreign("PDF")),
        (b"\xd0\xcf\x11\xe0", Kind::Foreign("Word 97 (.doc)")),
        (b"{\\rtf", Kind::Foreign("RTF")),
    ];
    if let Some((_, kind)) = signs.iter().find(|(sign, _)| bytes.starts_with(sign)) {
        return *kind;
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("md" | "markdown") => Kind::Markdown,
        Some("html" | "htm" | "xhtml") => Kind::Html,
        Some("docx") => Kind::Docx,
        Some("txt" | "text") => Kind::Text,
        _ => {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
            let is_html = ["<!doctype html", "<html", "<body", "<p>", "<div", "<li>"];
            if is_html.iter().any(|tag| start.contains(tag)) { Kind::Html } else { Kind::Text }
        }
    }
}

fn foreign(what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnreadableFile,
        Message::new(format!("this is a {what} file"), format!("这是 {what} 文件")),
    )
    .hint("save it as .docx or as plain text", "请另存为 .docx 或纯文本")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::source::Sources;

    /// The findings in a file: line, column, and the words.
    fn found(bytes: &[u8], name: &str) -> Vec<(usize, usize, String)> {
        let posting = PostingText::read(bytes, name).unwrap();
        let mut sources = Sources::default();
        let source = sources.add(name, &posting.text);
        let findings = posting.check(source, &WordingRules::built_in());
        findings
            .iter()
            .map(|finding| {
                let span = finding.span.unwrap();
                let place = sources.position(span);
                (place.line, place.column, sources.text(span).to_string())
            })
            .collect()
    }

    fn fault(bytes: &[u8], name: &str) -> String {
        PostingText::read(bytes, name).unwrap_err().message.en
    }

    #[test]
    fn a_text_in_any_encoding_of_windows() {
        let text = "仓库管理员\r\n任职要求：\r\n1、限男性，35岁以下\r\n";
        let expected = [(3, 3, "限男性".to_string()), (3, 7, "35岁以下".to_string())];
        let (gbk, _, _) = encoding_rs::GB18030.encode(text);
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let with_mark = format!("\u{feff}{text}");
        for bytes in [text.as_bytes(), &gbk, &utf16, with_mark.as_bytes()] {
            assert_eq!(found(bytes, "a.txt"), expected);
        }
        assert_eq!(fault(b"\xff\x30\xff", "a.txt"), "the text is neither UTF-8 nor GB18030");
    }

    #[test]
    fn a_line_of_duties_is_read_as_one() {
        let text = "岗位职责：\n1. 35岁以下客户的回访，年龄30岁以下为主\n\n任职要求\n1. 年龄30岁以下\n";
        assert_eq!(found(text.as_bytes(), "-"), [(5, 4, "年龄30岁以下".to_string())]);
    }

    #[test]
    fn markdown_paragraphs_are_read_across_lines() {
        let text = "## 要求\n\n- 本岗位**限\n  男**性\n- 女\n  装设计\n";
        assert_eq!(found(text.as_bytes(), "a.md"), [(3, 8, "限\n  男**性".to_string())]);
    }

    #[test]
    fn html_is_read_as_it_is_seen() {
        let text = "<!doctype html><title>招聘</title><style>.限男性{}</style>\n<p>限<b>男</b>&nbsp;性 &amp; 细心<br>女&#x6027;勿投</p>\n<script>限男性</script><!-- 限男性 --><li>A&lt;B，限女</li>";
        assert_eq!(
            found(text.as_bytes(), "a.html"),
            [
                (2, 4, "限<b>男</b>&nbsp;性".to_string()),
                (2, 33, "女&#x6027;勿投".to_string()),
                (3, 44, "限女".to_string())
            ]
        );
    }

    fn docx(document: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("word/document.xml", options).unwrap();
        archive.write_all(document.as_bytes()).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn html_says_things_beside_its_lines() {
        let text = "<head><meta content='行政文员，限女性' name=Description><meta name=author content='限男'></head>\n\
            <p>岗位职责：<p>接待<img src=a.png alt=\"仅限&nbsp;男士\">来访<img alt='女装海报'>";
        assert_eq!(
            found(text.as_bytes(), "a.html"),
            [(1, 27, "限女性".to_string()), (2, 34, "仅限&nbsp;男士".to_string())]
        );
    }

    #[test]
    fn a_word_file_says_things_beside_its_paragraphs() {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, words) in [
            ("word/footnotes.xml", "已婚已育优先"),
            ("word/document.xml", "岗位职责"),
            ("word/header1.xml", "限男性"),
            ("word/footer2.xml", "35岁以下"),
            ("word/comments.xml", "限女性"),
        ] {
            archive.start_file(name, options).unwrap();
            write!(archive, "<w:x><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:x>").unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        // Below a heading of duties, 35岁以下 would be somebody's customers.
        assert_eq!(
            found(&bytes, "a.docx"),
            [
                (2, 1, "35岁以下".to_string()),
                (3, 1, "已婚已育优先".to_string()),
                (4, 1, "限男性".to_string())
            ]
        );
    }

    #[test]
    fn the_cells_of_a_row_of_word_are_read_together() {
        let cell = |words: &str| {
            let paragraphs = words.split('/').map(|it| format!("<w:p><w:r><w:t>{it}</w:t></w:r></w:p>"));
            format!("<w:tc>{}</w:tc>", paragraphs.collect::<String>())
        };
        let row = |one: &str, two: &str| format!("<w:tr>{}{}</w:tr>", cell(one), cell(two));
        let inner = format!("<w:tc><w:tbl>{}</w:tbl><w:p/></w:tc>", row("户籍", "本市"));
        let table = format!(
            "<w:tbl>{}{}<w:tr>{inner}</w:tr></w:tbl>",
            row("性别", "男"),
            row("任职要求", "本科/细心")
        );
        let bytes = docx(&format!("<w:body>{table}</w:body>"));
        let posting = PostingText::read(&bytes, "a.docx").unwrap();
        assert_eq!(posting.text, "性别 | 男\n任职要求\n本科\n细心\n户籍 | 本市\n");
        assert_eq!(
            found(&bytes, "a.docx"),
            [(1, 1, "性别 | 男".to_string()), (5, 1, "户籍 | 本市".to_string())]
        );
    }

    #[test]
    fn a_word_file_is_its_paragraphs() {
        let document = r#"<w:document xmlns:w="w" xmlns:mc="m"><w:body>
            <w:p><w:r><w:t>任职要求</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>限</w:t></w:r><w:r><w:t xml:space="preserve">男性 &amp; </w:t></w:r></w:p></w:tc>
            <w:tc><w:p><w:del><w:r><w:delText>限女性</w:delText></w:r></w:del><w:r><w:t>细心</w:t><w:br/><w:t>已婚优先</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <mc:Fallback><w:p><w:r><w:t>限男性</w:t></w:r></w:p></mc:Fallback>
            </w:body></w:document>"#;
        let bytes = docx(document);
        assert_eq!(
            PostingText::read(&bytes, "a.docx").unwrap().text,
            "任职要求\n限男性 & \n细心\n已婚优先\n"
        );
        assert_eq!(found(&bytes, "a.docx"), [(2, 1, "限男性".to_string()), (4, 1, "已婚优先".to_string())]);
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        assert_eq!(fault(b"%PDF-1.7", "a.docx"), "this is a PDF file");
        assert_eq!(fault(b"\xd0\xcf\x11\xe0\xa1\xb1", "a.doc"), "this is a Word 97 (.doc) file");
        assert_eq!(fault(b"PK\x03\x04 and nothing", "a.docx"), "this is no Word file that can be read");
        assert_eq!(fault(&docx("<w:p><w:t>a</w:p>"), "a.docx"), "this is no Word file that can be read");
        let bomb = docx(&format!("<w:p>{}</w:p>", " ".repeat(80 * 1024 * 1024)));
        assert!(bomb.len() < 200_000);
        assert_eq!(fault(&bomb, "a.docx"), "the text in this Word file is too large");
    }
}
