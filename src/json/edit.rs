//! Owns the changing of a JSON text value by value, in which everything else stays
//! byte for byte: order of keys, indentation, line ends, spacing, a byte order mark. May
//! import `json`, `diagnostic` and `source`.
//!
//! `jsonc-parser` has a tree for edits too, but that one removes empty lines at the ends
//! of a container and breaks an object on one line into several.

use std::ops::Range;

use serde_json::Value as Json;

use super::node::{Node, Value};
use super::parse;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// A JSON text that is being changed.
#[derive(Debug, Clone)]
pub struct EditedJson {
    text: String,
    /// The values of the text, with their places in what follows the byte order mark.
    root: Node,
}

/// A part of a text, and what takes its place.
#[derive(Debug)]
struct Change {
    range: Range<usize>,
    with: String,
}

/// How a new value is written among those that are there.
#[derive(Debug, Clone)]
struct Style {
    /// Before and after the commas and brackets of values over several lines; none for
    /// those on one line.
    lines: Option<Lines>,
    /// Between a key and its value, colon included.
    colon: String,
    /// Between two values on one line, comma included.
    comma: String,
    /// Inside the braces of an object on one line.
    padding: String,
}

/// How a value over several lines is written.
#[derive(Debug, Clone)]
struct Lines {
    end: String,
    /// What a line of the value itself begins with.
    indent: String,
    /// What is added for each level below.
    step: String,
}

impl EditedJson {
    /// A text as it is; or else what is wrong with it.
    pub fn new(text: &str) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { text: text.to_string(), root: root_of(text)? })
    }

    /// The values as they are now.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts a value where a pointer leads to: in the place of the one there, or as a new
    /// member, for which the objects around it are made too. A new member stands where
    /// `order`, the keys of the object as the model has them, would have it; at the end
    /// for a key that is not among them.
    ///
    /// # Panics
    /// If the pointer leads to an item that a list does not have, or into a value that
    /// has none inside.
    pub fn set(&mut self, pointer: &str, value: &Json, order: &dyn Fn(&str) -> Vec<String>) {
        if let Some(node) = self.root.pointer(pointer) {
            let style = self.style_at(pointer);
            let change = Change { range: node.span.range(), with: style.write(value) };
            return self.apply(&change);
        }
        let (above, key) = pointer.rsplit_once('/').expect("the root is there");
        let key = key.replace("~1", "/").replace("~0", "~");
        match self.root.pointer(above).map(|node| &node.value) {
            None | Some(Value::Null) => {
                let value = Json::Object([(key, value.clone())].into_iter().collect());
                self.set(above, &value, order);
            }
            Some(Value::Object(members)) => {
                let order = order(above);
                let place = |key: &str| order.iter().position(|known| known == key);
                let at = place(&key).map_or(members.len(), |own| {
                    let before = members.iter().rposition(|it| place(&it.key).is_some_and(|it| it < own));
                    before.map_or(0, |before| before + 1)
                });
                self.put(above, at, Some(&key), value);
            }
            Some(_) => panic!("{pointer} leads into a value that has none inside"),
        }
    }

    /// Puts a new item into a list, before the one at this index, or at the end.
    ///
    /// # Panics
    /// If the pointer does not lead to a list.
    pub fn insert(&mut self, pointer: &str, index: usize, value: &Json) {
        let list = self.root.pointer(pointer).filter(|node| matches!(node.value, Value::Array(_)));
        let count = list.unwrap_or_else(|| panic!("{pointer} is no list")).items().len();
        self.put(pointer, index.min(count), None, value);
    }

    /// Puts a new value into a container, before the one at this index.
    fn put(&mut self, pointer: &str, at: usize, key: Option<&str>, value: &Json) {
        let container = self.root.pointer(pointer).expect("it is there");
        let places = places(container);
        let (bom, body) = self.parts();
        let inside = container.span.start as usize + 1..container.span.end as usize - 1;
        let style = self.style_inside(pointer);
        let mut new = key.map(|key| format!("{}{}", quoted(key), style.colon)).unwrap_or_default();
        // A container beside others on one line is written as they are.
        let beside = container.items().last().filter(|last| is_inline(&body[last.span.range()]));
        new.push_str(&match beside.filter(|_| value.is_object() || value.is_array()) {
            Some(_) => {
                let last = super::join_pointer(pointer, container.items().len() - 1);
                Style { lines: None, ..self.style_inside(&last) }.write(value)
            }
            None => style.write(value),
        });
        let change = if places.is_empty() {
            let (open, close) = match &style.lines {
                Some(lines) => {
                    let outer = lines.indent.strip_suffix(&lines.step).unwrap_or_default();
                    (format!("{}{}", lines.end, lines.indent), format!("{}{outer}", lines.end))
                }
                None => (style.padding.clone(), style.padding.clone()),
            };
            Change { range: inside, with: format!("{open}{new}{close}") }
        } else {
            let comma = match &style.lines {
                Some(lines) => format!(",{}{}", lines.end, lines.indent),
                None => style.comma.clone(),
            };
            match at.checked_sub(1) {
                Some(before) => {
                    let end = places[before].end;
                    Change { range: end..end, with: format!("{comma}{new}") }
                }
                None => {
                    let start = places[0].start;
                    Change { range: start..start, with: format!("{new}{comma}") }
                }
            }
        };
        debug_assert!(change.range.end + bom <= self.text.len());
        self.apply(&change);
    }

    fn apply(&mut self, change: &Change) {
        let bom = self.parts().0;
        self.text.replace_range(change.range.start + bom..change.range.end + bom, &change.with);
        self.root = root_of(&self.text).expect("a change leaves a text that parses");
    }

    /// The length of the byte order mark, and the text after it.
    fn parts(&self) -> (usize, &str) {
        let body = self.text.trim_start_matches('\u{feff}');
        (self.text.len() - body.len(), body)
    }

    /// How a value is written in the place of another one.
    fn style_at(&self, pointer: &str) -> Style {
        match pointer.rsplit_once('/') {
            Some((above, _)) => self.style_inside(above),
            None => {
                let mut style = self.style_inside("");
                if let Some(lines) = &mut style.lines {
                    lines.indent.clear();
                }
                style
            }
        }
    }

    /// How a value is written among those of a container.
    fn style_inside(&self, pointer: &str) -> Style {
        let body = self.parts().1;
        let container = self.root.pointer(pointer).expect("it is there");
        let near = [container].into_iter().chain(container.items().last());
        let colon = near.chain([&self.root]).find_map(|node| self.colon(node));
        let colon = colon.unwrap_or_else(|| ": ".to_string());
        let places = places(container);
        let mut between = places.windows(2).map(|pair| &body[pair[0].end..pair[1].start]);
        let comma = between.next_back().filter(|it| !it.contains(['\n', '\r'])).map(str::to_string);
        let comma = comma.unwrap_or_else(|| if colon.ends_with(' ') { ", " } else { "," }.to_string());
        let inside = &body[container.span.start as usize + 1..container.span.end as usize - 1];
        let padding: String = inside.chars().take_while(|c| *c == ' ').collect();
        let padding = if places.is_empty() { String::new() } else { padding };
        let lines = match places.first() {
            Some(first) => broken(&body[container.span.start as usize + 1..first.start])
                .map(|indent| (indent, places.len())),
            // An empty container is opened where the text has lines.
            None => self.step().map(|step| (format!("{}{step}", self.indent_of(pointer)), 0)),
        };
        let lines = lines.map(|(indent, _)| {
            let outer = self.indent_of(pointer);
            let step = indent.strip_prefix(&outer).map(str::to_string).filter(|step| !step.is_empty());
            let step = step.or_else(|| self.step()).unwrap_or_else(|| "  ".to_string());
            Lines { end: self.line_end().to_string(), indent, step }
        });
        Style { lines, colon, comma, padding }
    }

    /// What stands between the first key of an object and its value, if it is on one
    /// line.
    fn colon(&self, node: &Node) -> Option<String> {
        let member = node.members().first()?;
        let between = &self.parts().1[member.key_span.end as usize..member.value.span.start as usize];
        (!between.contains(['\n', '\r'])).then(|| between.to_string())
    }

    /// What a level is indented by: as the first value of the root is.
    fn step(&self) -> Option<String> {
        let first = places(&self.root).into_iter().next()?;
        broken(&self.parts().1[self.root.span.start as usize + 1..first.start])
    }

    /// What the line begins with that a container stands on.
    fn indent_of(&self, pointer: &str) -> String {
        let body = self.parts().1;
        let start = self.root.pointer(pointer).map_or(0, |node| node.span.start as usize);
        let line = body[..start].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        body[line..start].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
    }

    /// How the lines of the text end.
    fn line_end(&self) -> &'static str {
        match self.text.find(['\n', '\r']) {
            Some(at) if self.text[at..].starts_with("\r\n") => "\r\n",
            Some(at) if self.text[at..].starts_with('\r') => "\r",
            _ => "\n",
        }
    }
}

fn root_of(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    parse(&sources, source)
}

/// Where the items of a container stand, keys included.
fn places(container: &Node) -> Vec<Range<usize>> {
    match &container.value {
        Value::Object(members) => members
            .iter()
            .map(|member| member.key_span.start as usize..member.value.span.end as usize)
            .collect(),
        _ => container.items().iter().map(|item| item.span.range()).collect(),
    }
}

/// The indentation of what follows a gap with a line end in it.
fn broken(gap: &str) -> Option<String> {
    gap.rfind(['\n', '\r']).map(|end| gap[end + 1..].to_string())
}

/// Whether a value is a container with something in it that is on one line.
fn is_inline(written: &str) -> bool {
    let inside = written.strip_prefix(['{', '[']).and_then(|rest| rest.strip_suffix(['}', ']']));
    inside.is_some_and(|inside| !inside.trim().is_empty() && !inside.contains(['\n', '\r']))
}

fn quoted(text: &str) -> String {
    Json::String(text.to_string()).to_string()
}

impl Style {
    fn write(&self, value: &Json) -> String {
        let mut out = String::new();
        let indent = self.lines.as_ref().map(|lines| lines.indent.clone()).unwrap_or_default();
        self.add(value, &indent, &mut out);
        out
    }

    fn add(&self, value: &Json, indent: &str, out: &mut String) {
        let items: Vec<(Option<&str>, &Json)> = match value {
            Json::Object(members) => members.iter().map(|(key, value)| (Some(&**key), value)).collect(),
            Json::Array(items) => items.iter().map(|item| (None, item)).collect(),
            other => return out.push_str(&other.to_string()),
        };
        let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
        out.push(open);
        let inner = match &self.lines {
            Some(lines) => format!("{indent}{}", lines.step),
            None => String::new(),
        };
        let gap = |out: &mut String, indent: &str| match &self.lines {
            Some(lines) => {
                out.push_str(&lines.end);
                out.push_str(indent);
            }
            None => out.push_str(&self.padding),
        };
        for (index, (key, item)) in items.iter().enumerate() {
            match (&self.lines, index) {
                (_, 0) => gap(out, &inner),
                (Some(_), _) => {
                    out.push(',');
                    gap(out, &inner);
                }
                (None, _) => out.push_str(&self.comma),
            }
            if let Some(key) = key {
                out.push_str(&quoted(key));
                out.push_str(&self.colon);
            }
            self.add(item, &inner, out);
        }
        if !items.is_empty() {
            gap(out, indent);
        }
        out.push(close);
    }
}

/// The keys of the object that a pointer leads to, in the order of a schema.
pub fn order_of(schema: &Json, pointer: &str) -> Vec<String> {
    fn follow<'a>(schema: &'a Json, mut node: &'a Json) -> &'a Json {
        while let Some(target) = node.get("$ref").and_then(Json::as_str) {
            let Some(found) = schema.pointer(target.trim_start_matches('#')) else { break };
            node = found;
        }
        node
    }
    let mut node = follow(schema, schema);
    for step in pointer.split('/').skip(1) {
        let next = node.get("properties").and_then(|it| it.get(step)).or_else(|| node.get("items"));
        let Some(next) = next else { return Vec::new() };
        node = follow(schema, next.get("anyOf").and_then(|choices| choices.get(0)).unwrap_or(next));
    }
    let keys = node.get("properties").and_then(Json::as_object);
    keys.map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::join_pointer;
    use super::*;
    use serde_json::json;

    fn no_order(_: &str) -> Vec<String> {
        Vec::new()
    }

    fn set(text: &str, pointer: &str, value: &Json) -> String {
        let mut edited = EditedJson::new(text).unwrap();
        edited.set(pointer, value, &no_order);
        edited.text().to_string()
    }

    fn insert(text: &str, pointer: &str, index: usize, value: &Json) -> String {
        let mut edited = EditedJson::new(text).unwrap();
        edited.insert(pointer, index, value);
        edited.text().to_string()
    }

    #[test]
    fn a_value_takes_the_place_of_another() {
        assert_eq!(set("{ \"a\" :1 }\n", "/a", &json!("岗")), "{ \"a\" :\"岗\" }\n");
        let text = "\u{feff}{\r\n\t\"a\": [1,  2],\r\n\r\n\t\"b\": null\r\n}";
        assert_eq!(set(text, "/a/1", &json!(true)), text.replace("  2", "  true"));
        let long = "\u{feff}{\r\n\t\"a\": [1,  2],\r\n\r\n\t\"b\": {\r\n\t\t\"c\": [\r\n\t\t\t1\r\n\t\t]\r\n\t}\r\n}";
        assert_eq!(set(text, "/b", &json!({ "c": [1] })), long);
        assert_eq!(
            set(text, "/b/c/d", &json!(1)),
            text.replace("null", "{\r\n\t\t\"c\": {\r\n\t\t\t\"d\": 1\r\n\t\t}\r\n\t}")
        );
    }

    #[test]
    fn a_member_is_added_in_the_style_of_the_text() {
        assert_eq!(set("{}", "/a", &json!(1)), "{\"a\": 1}");
        assert_eq!(set("{\"a\":1}", "/b", &json!({ "c": 2 })), "{\"a\":1,\"b\":{\"c\":2}}");
        assert_eq!(set("{ \"a\": 1 }", "/b/c", &json!(2)), "{ \"a\": 1, \"b\": { \"c\": 2 } }");
        assert_eq!(
            set("{\n    \"a\": {}\n}\n", "/a/b", &json!(2)),
            "{\n    \"a\": {\n        \"b\": 2\n    }\n}\n"
        );
        assert_eq!(set("{\n  \"a\": 1\n\n}", "/b", &json!(2)), "{\n  \"a\": 1,\n  \"b\": 2\n\n}");
        assert_eq!(
            set("{\n  \"a\": {\"b\": 1}\n}", "/a/c", &json!([2, 3])),
            "{\n  \"a\": {\"b\": 1, \"c\": [2, 3]}\n}"
        );
    }

    #[test]
    fn a_member_stands_where_the_model_has_it() {
        let order = |_: &str| ["a", "b", "c"].map(str::to_string).to_vec();
        let place = |text: &str, pointer: &str| {
            let mut edited = EditedJson::new(text).unwrap();
            edited.set(pointer, &json!(0), &order);
            edited.text().to_string()
        };
        assert_eq!(place("{\"a\":1,\"c\":2}", "/b"), "{\"a\":1,\"b\":0,\"c\":2}");
        assert_eq!(place("{\"x\":1,\"c\":2}", "/b"), "{\"b\":0,\"x\":1,\"c\":2}");
        assert_eq!(place("{\"c\":1,\"a\":2,\"x\":3}", "/d"), "{\"c\":1,\"a\":2,\"x\":3,\"d\":0}");
        let keys = order_of(crate::model::role_schema(), "/document");
        assert_eq!(keys[..3], ["version", "status", "effective_date"]);
        assert_eq!(order_of(crate::model::role_schema(), "/revisions/0")[..2], ["id", "version"]);
    }

    #[test]
    fn an_item_is_added_in_the_style_of_its_list() {
        let value = json!({ "v": "1", "w": [] });
        let lines = "[\n {\n  \"v\": \"0\"\n }\n]";
        assert_eq!(
            insert(lines, "", 9, &value),
            "[\n {\n  \"v\": \"0\"\n },\n {\n  \"v\": \"1\",\n  \"w\": []\n }\n]"
        );
        assert_eq!(
            insert(lines, "", 0, &value),
            "[\n {\n  \"v\": \"1\",\n  \"w\": []\n },\n {\n  \"v\": \"0\"\n }\n]"
        );
        let inline = "{\n  \"r\": [\n    { \"v\": \"0\" }\n  ]\n}";
        let after = "{\n  \"r\": [\n    { \"v\": \"0\" },\n    { \"v\": \"1\", \"w\": [] }\n  ]\n}";
        assert_eq!(insert(inline, "/r", 1, &value), after);
        assert_eq!(insert("[]", "", 0, &json!(1)), "[1]");
        assert_eq!(insert("{\n  \"r\": [ ]\n}", "/r", 0, &json!(1)), "{\n  \"r\": [\n    1\n  ]\n}");
    }

    /// A JSON value.
    fn value() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i32>().prop_map(|number| json!(number)),
            "[a-z岗 \"\\\\\n/~]{0,6}".prop_map(Json::String),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
                proptest::collection::btree_map("[a-c~/岗]{1,2}", inner, 0..4)
                    .prop_map(|members| Json::Object(members.into_iter().collect())),
            ]
        })
    }

    /// A text of a value, with spaces as `spaces` has them, in turn.
    fn written(value: &Json, spaces: &[&str]) -> String {
        let mut next = (0..).map(|at| spaces[at % spaces.len()]);
        let text = value.to_string();
        let mut out = String::new();
        let (mut inside, mut escaped) = (false, false);
        for c in text.chars() {
            if inside {
                inside = c != '"' || escaped;
                escaped = c == '\\' && !escaped;
                out.push(c);
                continue;
            }
            inside = c == '"';
            let around = matches!(c, '{' | '}' | '[' | ']' | ',' | ':');
            if around && c != '{' && c != '[' {
                out.push_str(next.next().unwrap_or_default());
            }
            out.push(c);
            if around {
                out.push_str(next.next().unwrap_or_default());
            }
        }
        out
    }

    /// Every pointer into a value, the root first.
    fn pointers(value: &Json, at: &str, out: &mut Vec<String>) {
        out.push(at.to_string());
        match value {
            Json::Object(members) => {
                members.iter().for_each(|(key, value)| pointers(value, &join_pointer(at, key), out));
            }
            Json::Array(items) => {
                items.iter().enumerate().for_each(|(at_, item)| pointers(item, &join_pointer(at, at_), out));
            }
            _ => {}
        }
    }

    /// Whether a text is another one in which one part was exchanged for `with`, give
    /// and take what surrounds it.
    fn only_part_differs(before: &str, after: &str, gone: &str) -> bool {
        let same = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
            a.zip(b).take_while(|(a, b)| a == b).count()
        };
        let head = same(&mut before.bytes(), &mut after.bytes());
        let tail = same(&mut before.bytes().rev(), &mut after.bytes().rev());
        // What was before and after the part is still there, all of it.
        head + tail + gone.len() >= before.len()
    }

    proptest! {
        #[test]
        fn a_change_is_that_of_the_value_and_of_no_other_byte(
            before in value(),
            new in value(),
            spaces in proptest::collection::vec(
                prop_oneof![Just(""), Just(" "), Just("\n"), Just("\r\n\t"), Just("\n    "), Just("\r")], 1..6),
            bom in any::<bool>(),
            choice in any::<proptest::sample::Index>(),
            key in "[d-f岗]{1,2}",
            at in 0_usize..5,
        ) {
            let mut text = written(&before, &spaces);
            if bom {
                text.insert(0, '\u{feff}');
            }
            let mut all = Vec::new();
            pointers(&before, "", &mut all);
            let pointer = choice.get(&all).clone();
            let mut edited = EditedJson::new(&text).unwrap();
            prop_assert_eq!(edited.root().to_json(), before.clone());
            // A value in the place of another.
            let span = edited.root().pointer(&pointer).unwrap().span.range();
            let gone = edited.parts().1[span].to_string();
            edited.set(&pointer, &new, &no_order);
            let mut wanted = before.clone();
            *wanted.pointer_mut(&pointer).unwrap() = new.clone();
            prop_assert_eq!(edited.root().to_json(), wanted);
            prop_assert!(only_part_differs(&text, edited.text(), &gone), "{:?}\n{:?}", text, edited.text());
            // One more member or item.
            let mut edited = EditedJson::new(&text).unwrap();
            let mut wanted = before.clone();
            let target = wanted.pointer_mut(&pointer).unwrap();
            let empty = match target {
                Json::Object(members) if !members.contains_key(&key) => {
                    let empty = members.is_empty();
                    members.insert(key.clone(), new.clone());
                    edited.set(&join_pointer(&pointer, &key), &new, &no_order);
                    empty
                }
                Json::Array(items) => {
                    let empty = items.is_empty();
                    items.insert(at.min(items.len()), new.clone());
                    edited.insert(&pointer, at, &new);
                    empty
                }
                _ => return Ok(()),
            };
            prop_assert_eq!(edited.root().to_json(), wanted);
            let span = EditedJson::new(&text).unwrap().root().pointer(&pointer).unwrap().span.range();
            let inside = &text.trim_start_matches('\u{feff}')[span.start + 1..span.end - 1];
            let gone = if empty { inside } else { "" };
            prop_assert!(only_part_differs(&text, edited.text(), gone), "{:?}\n{:?}", text, edited.text());
        }
    }
}
