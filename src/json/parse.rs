//! Owns the parsing of JSON text into nodes. May import nothing of rolebook but
//! `diagnostic`, `source` and `json`.

use std::collections::HashMap;

use ecow::EcoString;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Member, Node, Value};
use super::quotes::mistake;
use super::{FINDINGS_LIMIT, Pointer};
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::source::{SourceId, Sources, Span};

/// JSON as RFC 8259 has it: none of the extensions.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses a source. Returns every finding at once: one for a text that is not
/// JSON, one for each duplicate key and each character that cannot be printed.
pub fn parse(sources: &Sources, source: SourceId) -> Result<Node, Vec<Diagnostic>> {
    let text = &*sources.file(source).text;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT)
        .map_err(|error| vec![syntax_error(&error, text, source)])?;
    let Some(root) = parsed.value else {
        let message = Message::new("the file is empty", "文件是空的");
        let finding = Diagnostic::error(Code::SyntaxError, message).at(Span::new(source, 0..0));
        return Err(vec![finding.hint("write a JSON object: { … }", "请写一个 JSON 对象：{ … }")]);
    };
    let mut findings = Vec::new();
    let node = convert(root, (text, source), &Pointer::Root, &mut findings);
    if findings.is_empty() { Ok(node) } else { Err(findings) }
}

fn convert(
    value: ast::Value<'_>,
    (text, source): (&str, SourceId),
    pointer: &Pointer<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let range = value.range();
    let span = Span::new(source, range.start..range.end);
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.into()),
        ast::Value::StringLit(literal) => {
            findings.extend(control_character(&literal.value, span, pointer));
            findings.extend(raw_control(&text[range.start..range.end], span, pointer));
            Value::String(literal.value.into())
        }
        ast::Value::Array(array) => Value::Array(
            array
                .elements
                .into_iter()
                .enumerate()
                .map(|(index, element)| convert(element, (text, source), &pointer.item(index), findings))
                .collect(),
        ),
        ast::Value::Object(object) => {
            Value::Object(convert_members(object, (text, source), pointer, findings))
        }
    };
    Node { value, span }
}

fn convert_members(
    object: ast::Object<'_>,
    (text, source): (&str, SourceId),
    pointer: &Pointer<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::with_capacity(object.properties.len());
    // Where each key was written, for an object that is no longer read in a glance.
    let mut written: HashMap<EcoString, Span> = HashMap::new();
    let is_large = object.properties.len() > 64;
    for property in object.properties {
        let range = property.name.range();
        let key_span = Span::new(source, range.start..range.end);
        let key = EcoString::from(property.name.as_str());
        let pointer = pointer.key(&key);
        findings.extend(control_character(&key, key_span, &pointer));
        let value = convert(property.value, (text, source), &pointer, findings);
        let first = if is_large {
            written.get(&key).copied()
        } else {
            members.iter().find(|member| member.key == key).map(|member| member.key_span)
        };
        if let Some(first) = first {
            if findings.len() >= FINDINGS_LIMIT {
                continue;
            }
            findings.push(
                Diagnostic::error(
                    Code::DuplicateKey,
                    Message::new(format!("the key `{key}` is written twice"), format!("键 `{key}` 写了两次")),
                )
                .at(key_span)
                .pointer(&pointer)
                .related(first, Message::new("first written here", "第一次写在这里"))
                .hint("keep one of them", "只保留其中一个"),
            );
        } else {
            if is_large {
                written.insert(key.clone(), key_span);
            }
            members.push(Member { key, key_span, value });
        }
    }
    members
}

/// Characters that no page can show: C0 and C1 controls but tab and line ends,
/// and noncharacters.
fn control_character(text: &str, span: Span, pointer: &Pointer<'_>) -> Option<Diagnostic> {
    // The first bytes of all of them, and of few characters beside.
    let may_be = |byte: u8| byte < b' ' || matches!(byte, 0x7f | 0xc2 | 0xef..);
    if !text.bytes().any(may_be) {
        return None;
    }
    let found = text.chars().find(|&c| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
            // PDF/A forbids it inside a text.
            || c == '\u{feff}'
            || matches!(c, '\u{fdd0}'..='\u{fdef}')
            || u32::from(c) & 0xfffe == 0xfffe
    })?;
    let code = u32::from(found);
    Some(
        Diagnostic::error(
            Code::ControlCharacter,
            Message::new(
                format!("the text holds U+{code:04X}, which cannot be printed"),
                format!("文字中含有无法打印的字符 U+{code:04X}"),
            ),
        )
        .at(span)
        .pointer(pointer)
        .hint(
            "delete the character; it often comes along when text is pasted",
            "删除该字符；它常随粘贴的文字带入",
        ),
    )
}

/// A tab or a line end that stands in a text as it is: JSON wants it escaped.
fn raw_control(written: &str, span: Span, pointer: &Pointer<'_>) -> Option<Diagnostic> {
    let at = written.bytes().position(|byte| byte.is_ascii_control())?;
    let start = span.start as usize + at;
    let message = Message::new("a tab or a line end inside a text", "文字中含有制表符或换行");
    let finding = Diagnostic::error(Code::SyntaxError, message)
        .at(Span::new(span.source, start..start + 1))
        .pointer(pointer);
    Some(finding.hint("write \\t for a tab and \\n for a line end", "制表符写 \\t，换行写 \\n"))
}

fn syntax_error(error: &ParseError, text: &str, source: SourceId) -> Diagnostic {
    let range = error.range();
    let start = range.start.min(text.len());
    let span = Span::new(source, start..range.end.clamp(start, text.len()));
    let found = text[start..].chars().next();
    if let Some(mistake) = mistake(text, start) {
        let finding = Diagnostic::error(Code::SyntaxError, mistake.message);
        return finding.at(Span::new(source, mistake.place)).hint(mistake.hint.en, mistake.hint.zh_cn);
    }
    let (en, zh, hint_en, hint_zh) = describe(error.kind());
    let code = match error.kind() {
        ParseErrorKind::NestingDepthExceeded => Code::NestingTooDeep,
        _ => Code::SyntaxError,
    };
    // What stands there says nothing: it begins what has no end, or is one bracket of many.
    let is_of_whole = code == Code::NestingTooDeep
        || matches!(error.kind(), ParseErrorKind::UnterminatedObject | ParseErrorKind::UnterminatedArray);
    let message = match found {
        _ if is_of_whole => Message::new(en, zh),
        None => Message::new(format!("{en}, found the end of the file"), format!("{zh}，文件到此结束")),
        Some(c) if c.is_whitespace() => Message::new(en, zh),
        Some(c) => Message::new(format!("{en}, found `{c}`"), format!("{zh}，此处是 `{c}`")),
    };
    let finding = Diagnostic::error(code, message).at(span);
    match found.and_then(straight) {
        Some(mark) => finding.hint(
            format!("this is a typographic mark; JSON needs the straight one: {mark}"),
            format!("这是中文（全角）符号；JSON 只认英文半角符号：{mark}"),
        ),
        None => finding.hint(hint_en, hint_zh),
    }
}

/// The mark that JSON needs where a typographic one was typed.
fn straight(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‘' | '’' | '＂' => '"',
        '，' | '、' => ',',
        '：' => ':',
        '｛' => '{',
        '｝' => '}',
        '［' | '【' => '[',
        '］' | '】' => ']',
        _ => return None,
    })
}

/// What is wrong and what to do: English, Chinese, English hint, Chinese hint.
fn describe(kind: &ParseErrorKind) -> (&'static str, &'static str, &'static str, &'static str) {
    use ParseErrorKind as Kind;
    match kind {
        Kind::CommentsNotAllowed | Kind::UnterminatedCommentBlock => (
            "JSON has no comments",
            "JSON 不支持注释",
            "remove the comment, or keep it in `notes`, which is never printed",
            "删除注释，或写进 `notes`（不会打印）",
        ),
        Kind::TrailingCommasNotAllowed => (
            "a comma after the last item",
            "最后一项后面多了逗号",
            "remove the comma before the closing bracket",
            "删除右括号前的逗号",
        ),
        Kind::ExpectedComma => (
            "a comma is missing between two items",
            "两项之间缺少逗号",
            "put a comma after the item before",
            "在前一项后面加上英文逗号 `,`",
        ),
        Kind::ExpectedColonAfterObjectKey => (
            "a colon is missing after a key",
            "键后面缺少冒号",
            "write \"key\": value",
            "按 \"键\": 值 的形式书写，用英文冒号 `:`",
        ),
        Kind::ExpectedObjectValue => (
            "a value is missing after the colon",
            "冒号后面缺少值",
            "write a value, or remove the key",
            "补上值，或删除该键",
        ),
        Kind::ExpectedStringObjectProperty | Kind::SingleQuotedStringsNotAllowed | Kind::UnexpectedWord => (
            "a text that is not in double quotes",
            "文字没有写在英文双引号里",
            "put the key or the text in straight double quotes: \"…\"",
            "把键或文字写在英文双引号里：\"…\"，不要用中文引号“ ”",
        ),
        Kind::String(_) => (
            "a text that does not end, or an escape that JSON does not know",
            "文字没有结束，或含有 JSON 不认识的转义",
            "close the text with \" on the same line; write \\\\ for a backslash, \\\" for a quote and \\n for a line break",
            "在同一行用 \" 结束文字；反斜杠写 \\\\，引号写 \\\"，换行写 \\n",
        ),
        Kind::UnterminatedObject => (
            "the file ends before this object does",
            "对象尚未结束，文件就到头了",
            "add the missing `}`, and what should follow it if the file was cut off",
            "补上缺少的 `}`；如果文件被截断，请补全后面的内容",
        ),
        Kind::UnterminatedArray => (
            "the file ends before this list does",
            "列表尚未结束，文件就到头了",
            "add the missing `]`, and what should follow it if the file was cut off",
            "补上缺少的 `]`；如果文件被截断，请补全后面的内容",
        ),
        Kind::UnexpectedCloseBrace | Kind::UnexpectedCloseBracket => (
            "a closing bracket that nothing opened",
            "多了一个右括号",
            "remove it, or open it before",
            "删除它，或在前面补上左括号",
        ),
        Kind::MultipleRootJsonValues => (
            "text after the end of the JSON object",
            "JSON 对象结束后还有文字",
            "keep one object in a file; check the brackets before",
            "每个文件只写一个对象；检查前面的括号",
        ),
        Kind::NestingDepthExceeded => (
            "lists and objects are nested more than 512 deep",
            "列表和对象的嵌套超过 512 层",
            "a role needs fewer than ten; look for brackets that were repeated by mistake",
            "岗位定义用不到十层；请检查是否误重复了括号",
        ),
        Kind::BareDecimalPointNumbersNotAllowed
        | Kind::ExpectedDigit
        | Kind::ExpectedDigitFollowingNegativeSign
        | Kind::ExpectedPlusMinusOrDigitInNumberLiteral
        | Kind::HexadecimalNumbersNotAllowed
        | Kind::NonFiniteNumbersNotAllowed
        | Kind::UnaryPlusNumbersNotAllowed => (
            "a number that is not written as JSON has it",
            "数字的写法不符合 JSON",
            "write digits with at most one decimal point, such as 60 or 12.5",
            "只写数字和一个小数点，如 60 或 12.5",
        ),
        Kind::UnexpectedColon
        | Kind::UnexpectedComma
        | Kind::UnexpectedToken
        | Kind::UnexpectedTokenInObject => (
            "something that cannot stand here",
            "此处不能出现这个内容",
            "check the quotes, commas and brackets before it; they must be the straight English ones",
            "检查前面的引号、逗号和括号，必须是英文半角符号",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Code, String, usize, usize) {
        let mut sources = Sources::default();
        let source = sources.add("a.json", text);
        let finding = parse(&sources, source).expect_err("must fail").remove(0);
        let at = sources.position(finding.span.expect("has a place"));
        (finding.code, finding.message.en, at.line, at.column)
    }

    #[test]
    fn what_is_not_json_is_named_with_its_place() {
        let (code, message, line, column) = found("{\n  \"title\": \"a\",\n}");
        assert_eq!((code, line), (Code::SyntaxError, 2), "{message} {column}");
        assert_eq!(found("{\"a\": 1 \"b\": 2}").0, Code::SyntaxError);
        assert_eq!(found("").0, Code::SyntaxError);
        assert_eq!(found("{} {}").0, Code::SyntaxError);
        assert_eq!(found("{\"a\": 1, // x\n}").0, Code::SyntaxError);
        assert_eq!(found("{“title”: 1}").0, Code::SyntaxError);
        assert_eq!(found("{\"a\": 01}").0, Code::SyntaxError);
    }

    #[test]
    fn a_duplicate_key_names_both_places() {
        let (code, _, line, column) = found("{\"a\": 1,\n \"a\": 2}");
        assert_eq!((code, line, column), (Code::DuplicateKey, 2, 2));
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        assert_eq!(found(&deep).0, Code::NestingTooDeep);
    }

    #[test]
    fn a_control_character_is_refused() {
        assert_eq!(found("{\"a\": \"x\\u0000\"}").0, Code::ControlCharacter);
        assert_eq!(found("{\"a\": \"x\\uffff\"}").0, Code::ControlCharacter);
    }
}
