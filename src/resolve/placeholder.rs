//! Owns the filling of placeholders, `{{ name }}`, in texts. May import
//! `diagnostic`, `json`, `model` and `source`.
//!
//! What a placeholder is filled with is taken as it stands: a `{{ … }}` inside a
//! variable is not filled again. `\{{` writes two braces.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::json::{Member, Node, Pointer, Value};
use crate::model::{Language, Text};
use crate::source::{Sources, Span};

/// The values of placeholders by name.
pub type Variables = BTreeMap<String, Text>;

/// Keys whose values are not texts of the document.
const LEFT_ALONE: [&str; 3] = ["variables", "notes", "$schema"];

/// Fills every placeholder below a role. One without a value is an error at its
/// place. A string that holds a placeholder whose value differs by language
/// becomes a text per language; whether one did is returned.
pub(super) fn fill(
    root: &mut Node,
    variables: &Variables,
    sources: &Sources,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let mut filler = Filler { variables, sources, findings, parted: false };
    if let Value::Object(members) = &mut root.value {
        for member in members.iter_mut().filter(|member| !LEFT_ALONE.contains(&&*member.key)) {
            filler.node(&mut member.value, &Pointer::Root.key(&member.key), None);
        }
    }
    filler.parted
}

/// Visits the name of every placeholder of a role, in its order.
pub(super) fn visit_names(root: &Node, visit: &mut impl FnMut(&str)) {
    for member in root.members().iter().filter(|member| !LEFT_ALONE.contains(&&*member.key)) {
        member
            .value
            .visit_strings(&mut |text| split(text).iter().filter_map(Piece::name).for_each(&mut *visit));
    }
}

struct Filler<'a> {
    variables: &'a Variables,
    sources: &'a Sources,
    findings: &'a mut Vec<Diagnostic>,
    /// Whether a string became a text per language.
    parted: bool,
}

impl Filler<'_> {
    fn node(&mut self, node: &mut Node, pointer: &Pointer<'_>, language: Option<Language>) {
        match &mut node.value {
            Value::String(text) if text.contains("{{") => {
                let text = text.clone();
                node.value = self.string(&text, node.span, pointer, language);
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.node(item, &pointer.item(index), None);
                }
            }
            Value::Object(members) => {
                for member in members {
                    let language = Language::from_tag(&member.key);
                    self.node(&mut member.value, &pointer.key(&member.key), language);
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, text: &str, span: Span, pointer: &Pointer<'_>, language: Option<Language>) -> Value {
        let pieces = split(text);
        for (index, name) in pieces.iter().filter_map(Piece::name).enumerate() {
            if !self.variables.contains_key(name) {
                let place = self.place(span, index);
                self.findings.push(self.unresolved(name).at(place).pointer(pointer));
            }
        }
        let filled = |language: Language| -> String {
            pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => *text,
                    Piece::Placeholder(name) => self.variables.get(*name).map_or("", |value| {
                        // A value may be empty on purpose in a language that needs no such word.
                        let any = || value.get_or_any(language).map(|(text, _)| text);
                        value.written(language).or_else(any).unwrap_or_default()
                    }),
                })
                .collect()
        };
        let differs = pieces
            .iter()
            .filter_map(Piece::name)
            .any(|name| matches!(self.variables.get(name), Some(Text::Localized(_))));
        self.parted |= language.is_none() && differs;
        match language {
            Some(language) => Value::String(filled(language).into()),
            None if differs => Value::Object(
                Language::ALL
                    .into_iter()
                    .map(|language| Member {
                        key: language.tag().into(),
                        key_span: span,
                        value: Node { value: Value::String(filled(language).into()), span },
                    })
                    .collect(),
            ),
            None => Value::String(filled(Language::ZhCn).into()),
        }
    }

    /// The place of the n-th placeholder of a string, as it is written in JSON;
    /// the whole string if its braces are written as escapes.
    fn place(&self, span: Span, index: usize) -> Span {
        let written = self.sources.text(span);
        let mut offset = 0;
        let mut count = 0;
        for piece in split(written) {
            let length = match piece {
                Piece::Text(text) => text.len(),
                Piece::Placeholder(name) => {
                    let rest = &written[offset..];
                    let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
                    debug_assert!(rest[..end].contains(name));
                    if count == index {
                        let start = span.start as usize + offset;
                        return Span::new(span.source, start..start + end);
                    }
                    count += 1;
                    end
                }
            };
            offset += length;
        }
        span
    }

    fn unresolved(&self, name: &str) -> Diagnostic {
        let finding = Diagnostic::error(
            Code::UnresolvedPlaceholder,
            Message::new(
                format!("the placeholder `{name}` has no value"),
                format!("占位符 `{name}` 没有取值"),
            ),
        );
        match did_you_mean(name, self.variables.keys().map(String::as_str)) {
            Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
            None => finding.hint(
                format!("give `{name}` a value in `variables` of this role, of its base or of rolebook.json; to print two braces write \\\\{{{{ in JSON"),
                format!("请在本岗位、基准岗位或 rolebook.json 的 `variables` 中为 `{name}` 赋值；如需打印双花括号，在 JSON 中写 \\\\{{{{"),
            ),
        }
    }
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

impl<'a> Piece<'a> {
    fn name(&self) -> Option<&'a str> {
        match self {
            Self::Text(_) => None,
            Self::Placeholder(name) => Some(name),
        }
    }
}

fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut search) = (0, 0);
    while let Some(found) = text[search..].find("{{").map(|at| at + search) {
        let name_start = found + 2;
        let Some(name_end) = text[name_start..].find("}}").map(|at| at + name_start) else { break };
        let escaped = text[..found].ends_with('\\');
        let name = text[name_start..name_end].trim();
        if escaped || name.is_empty() || name.contains(['{', '}', '\n', '"', '\\']) {
            search = name_start;
            continue;
        }
        if done < found {
            pieces.push(Piece::Text(&text[done..found]));
        }
        pieces.push(Piece::Placeholder(name));
        done = name_end + 2;
        search = done;
    }
    if done < text.len() {
        pieces.push(Piece::Text(&text[done..]));
    }
    pieces
}
