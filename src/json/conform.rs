//! Owns the walk that holds a JSON value against a schema and says of every
//! value that does not fit what is wrong and what to do. May import `diagnostic`,
//! `json` and, of `model`, its shapes, its patterns and the words for its values.
//!
//! It knows the part of JSON Schema 2020-12 that the model's schemas use;
//! `tests/suite/model.rs` holds it against an independent validator.

use serde_json::Value as Json;

use super::FINDINGS_LIMIT;
use super::Pointer;
use super::node::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::model::{Language, Shape, THEMES, Types, currency_meant, term_label, term_meant, theme_meant};

/// Every value of `root` that does not fit a shape.
pub fn conform(root: &Node, shape: &Shape<'_>) -> Vec<Diagnostic> {
    let keys = shape.schema.get("properties").and_then(Json::as_object);
    let top = keys.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let mut walk = Walk { findings: Vec::new(), top };
    if matches!(root.value, Value::Null) {
        walk.wrong_type(root, &Pointer::Root, &["object"], &Json::Null);
    } else {
        walk.value(root, shape, &Pointer::Root);
    }
    walk.findings
}

struct Walk<'a> {
    findings: Vec<Diagnostic>,
    /// The keys of the whole.
    top: Vec<&'a str>,
}

impl Walk<'_> {
    fn value(&mut self, node: &Node, field: &Shape<'_>, pointer: &Pointer<'_>) {
        if self.is_full() {
            return;
        }
        let mut shape = field;
        if let Some(first) = field.choices.first() {
            let Some(choice) = field.choices.iter().find(|choice| admits(choice.types, node)) else {
                let types: Vec<&str> =
                    field.choices.iter().flat_map(|choice| type_names(choice.schema)).collect();
                return self.wrong_type(node, pointer, &types, first.schema);
            };
            shape = choice;
        }
        if !admits(shape.types, node) {
            return self.wrong_type(node, pointer, &type_names(shape.schema), shape.schema);
        }
        match &node.value {
            Value::String(text) => {
                if field.field_reference == Some("theme") && !crate::model::is_id(text) {
                    return self.no_theme(node, text, pointer);
                }
                self.string(node, text, shape, pointer);
            }
            Value::Number(text) => self.number(node, text, shape, pointer),
            Value::Array(items) => {
                let Some(of_items) = &shape.items else { return };
                for (index, item) in items.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    let pointer = pointer.item(index);
                    if matches!(item.value, Value::Null) {
                        self.wrong_type(item, &pointer, &type_names(of_items.schema), &Json::Null);
                    } else {
                        self.value(item, of_items, &pointer);
                    }
                }
            }
            Value::Object(_) => self.object(node, shape, pointer),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn is_full(&self) -> bool {
        self.findings.len() >= FINDINGS_LIMIT
    }

    fn object(&mut self, node: &Node, shape: &Shape<'_>, pointer: &Pointer<'_>) {
        let schema = shape.schema;
        for member in node.members() {
            if self.is_full() {
                return;
            }
            let above = pointer;
            let pointer = pointer.key(&member.key);
            if let Some(property) = shape.member(&member.key) {
                self.value(&member.value, property, &pointer);
                continue;
            }
            let properties = schema.get("properties").and_then(Json::as_object);
            let names: Vec<&str> = properties.into_iter().flatten().map(|(key, _)| key.as_str()).collect();
            let key = &member.key;
            let finding = Diagnostic::error(
                Code::UnknownKey,
                Message::new(format!("unknown key `{key}`"), format!("未知的键 `{key}`")),
            )
            .at(member.key_span)
            .pointer(&pointer);
            if let Some(hint) = elsewhere(schema).filter(|_| Language::meant(key).is_some()) {
                self.findings.push(finding.hint(hint.en, hint.zh_cn));
                continue;
            }
            let beside = match above {
                Pointer::Key(Pointer::Root, key) => key,
                _ => "",
            };
            // In a text per language, a language by another name.
            let language = Language::meant(key).map(Language::tag).filter(|tag| names.contains(tag));
            self.findings.push(match language.or_else(|| did_you_mean(key, names.iter().copied())) {
                Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
                // What is a key of the whole was written too deep.
                None if self.top.contains(&key.as_str()) && !beside.is_empty() => finding.hint(
                    format!(
                        "`{key}` is at the top level, beside `{beside}`; the keys here are {}",
                        list(&names)
                    ),
                    format!("`{key}` 在最外层，与 `{beside}` 并列；此处可用的键：{}", list(&names)),
                ),
                None => finding.hint(
                    format!("the keys here are {}", list(&names)),
                    format!("此处可用的键：{}", list(&names)),
                ),
            });
        }
    }

    fn string(&mut self, node: &Node, text: &str, shape: &Shape<'_>, pointer: &Pointer<'_>) {
        let schema = shape.schema;
        if let Some(choices) = &shape.values
            && !choices.contains(&text)
        {
            let finding = self.invalid(
                node,
                pointer,
                format!("`{text}` is not one of the values to choose from"),
                format!("`{text}` 不在可选值之中"),
            );
            let vocabulary = schema.get("x-vocabulary").and_then(Json::as_str);
            let language = Language::meant(text).map(Language::tag).filter(|tag| choices.contains(tag));
            let near = language.or_else(|| match vocabulary {
                Some(vocabulary) => term_meant(vocabulary, choices, text),
                None => did_you_mean(text, choices.iter().copied()),
            });
            let finding = match near {
                Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
                None => finding,
            };
            self.findings.push(choose_from(finding, schema));
        }
        if shape.is_date && !is_date(text) {
            let finding = self.invalid(
                node,
                pointer,
                format!("`{text}` is not a date"),
                format!("`{text}` 不是有效日期"),
            );
            self.findings.push(
                finding.hint("write year, month and day as 2026-01-31", "按“年-月-日”书写，如 2026-01-31"),
            );
        }
        if let Some(pattern) = shape.pattern
            && let Some((en, zh_cn)) = pattern_broken(pattern, text)
        {
            let finding = self.invalid(
                node,
                pointer,
                format!("`{text}` is not of the form that is needed here"),
                format!("`{text}` 不符合此处要求的格式"),
            );
            let meant = (pattern == "^[A-Z]{3}$").then(|| currency_meant(text)).flatten();
            let finding = match meant {
                Some(code) => finding.hint(format!("did you mean `{code}`?"), format!("是否想写 `{code}`？")),
                None => finding,
            };
            self.findings.push(finding.hint(en, zh_cn));
        }
    }

    /// What stands for a theme has not even the form of a name.
    fn no_theme(&mut self, node: &Node, text: &str, pointer: &Pointer<'_>) {
        let finding =
            self.invalid(node, pointer, format!("there is no theme `{text}`"), format!("没有版式 `{text}`"));
        let finding = match theme_meant(text) {
            Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
            None => finding,
        };
        let called = THEMES.map(|(name, called)| format!("`{name}` {called}")).join("、");
        self.findings.push(finding.hint(
            format!("choose one of {}, or a theme of the library", list(&THEMES.map(|(name, _)| name))),
            format!("可选：{called}，或岗位库自己的版式"),
        ));
    }

    fn number(&mut self, node: &Node, text: &str, shape: &Shape<'_>, pointer: &Pointer<'_>) {
        let Ok(number) = text.parse::<f64>() else { return };
        let (least, most) = shape.range;
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            let (en, zh_cn) = match (least, most) {
                (Some(least), Some(most)) => (
                    format!("write a number from {least} to {most}"),
                    format!("请写 {least} 到 {most} 之间的数字"),
                ),
                (Some(least), None) => {
                    (format!("write a number of at least {least}"), format!("请写不小于 {least} 的数字"))
                }
                (_, most) => {
                    let most = most.unwrap_or_default();
                    (format!("write a number of at most {most}"), format!("请写不大于 {most} 的数字"))
                }
            };
            let finding =
                self.invalid(node, pointer, format!("{text} is out of range"), format!("{text} 超出范围"));
            self.findings.push(finding.hint(en, zh_cn));
        }
    }

    fn invalid(&self, node: &Node, pointer: &Pointer<'_>, en: String, zh_cn: String) -> Diagnostic {
        Diagnostic::error(Code::InvalidValue, Message::new(en, zh_cn)).at(node.span).pointer(pointer)
    }

    fn wrong_type(&mut self, node: &Node, pointer: &Pointer<'_>, expected: &[&str], schema: &Json) {
        let mut expected: Vec<&str> = expected.iter().copied().filter(|kind| *kind != "null").collect();
        expected.dedup();
        let name = |kinds: &[&str], chinese: bool| {
            let words: Vec<&str> = kinds.iter().map(|kind| type_name(kind, chinese)).collect();
            words.join(if chinese { "或" } else { " or " })
        };
        let found = match &node.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        // Of two kinds of numbers, the kind alone says too little.
        let found = match &node.value {
            Value::Number(text) if expected.contains(&"integer") => Message::same(text.as_str()),
            _ => Message::new(name(&[found], false), name(&[found], true)),
        };
        let finding = Diagnostic::error(
            Code::WrongType,
            Message::new(
                format!("expected {}, found {}", name(&expected, false), found.en),
                format!("此处应为{}，实际是{}", name(&expected, true), found.zh_cn),
            ),
        )
        .at(node.span)
        .pointer(pointer);
        let wanted = |kind: &str| expected.contains(&kind);
        if schema.get("enum").is_some() && expected == ["string"] {
            self.findings.push(choose_from(finding, schema));
            return;
        }
        if let (Some(hint), Value::String(_)) = (elsewhere(schema), &node.value) {
            self.findings.push(finding.hint(hint.en, hint.zh_cn));
            return;
        }
        let (en, zh_cn) = match &node.value {
            Value::String(text)
                if (wanted("number") || wanted("integer"))
                    && text.parse::<f64>().is_err()
                    && number_meant(text).is_some() =>
            {
                let number = number_meant(text).unwrap_or_default();
                (
                    format!("write {number}: digits alone, without quotes, unit or thousands comma"),
                    format!("写 {number}：只写数字，不加引号、单位和千位分隔逗号"),
                )
            }
            Value::String(text) if wanted("boolean") && boolean_meant(text).is_some() => {
                let meant = boolean_meant(text).unwrap_or_default();
                (format!("write {meant} without quotes"), format!("写 {meant}，不加引号"))
            }
            Value::String(text) if expected == ["object"] && item_of(schema, text).is_some() => {
                let item = item_of(schema, text).unwrap_or_default();
                (format!("write an object: {item}"), format!("请写成对象：{item}"))
            }
            Value::Object(members) if expected == ["string"] => {
                let words = members.iter().filter(|member| Language::meant(&member.key).is_some());
                let text = words.filter_map(|member| member.value.as_str()).next().unwrap_or("…");
                (
                    format!("this has no languages; write one text for all of them: \"{text}\""),
                    format!("此处不分语言，只写一段文字：\"{text}\""),
                )
            }
            Value::String(text) if (wanted("number") || wanted("integer")) && text.parse::<f64>().is_ok() => {
                (format!("write {text} without quotes"), format!("去掉引号，写 {text}"))
            }
            Value::Number(text) if wanted("integer") => (
                format!("write a whole number of at most nine digits instead of {text}"),
                format!("请写不超过九位的整数，不要写 {text}"),
            ),
            Value::Number(text) if wanted("string") => {
                (format!("write it in quotes: \"{text}\""), format!("加上英文双引号：\"{text}\""))
            }
            Value::Null => ("write a value, or remove the item".into(), "写上值，或删除这一项".into()),
            _ if wanted("array") => ("put it in square brackets: [ … ]".into(), "放进方括号：[ … ]".into()),
            _ if expected == ["object"] => {
                ("write an object: { \"key\": value }".into(), "请写成对象：{ \"键\": 值 }".into())
            }
            _ if wanted("string") && wanted("object") => (
                "write one text in quotes, or one per language: { \"zh-CN\": \"…\", \"en\": \"…\" }".into(),
                "写一段加双引号的文字，或按语言分写：{ \"zh-CN\": \"…\", \"en\": \"…\" }".into(),
            ),
            _ if wanted("string") => {
                ("write a text in quotes: \"…\"".into(), "写一段加英文双引号的文字：\"…\"".into())
            }
            _ if wanted("boolean") => ("write true or false".into(), "写 true 或 false".into()),
            _ => ("write a number without quotes".into(), "写数字，不加引号".into()),
        };
        self.findings.push(finding.hint(en, zh_cn));
    }
}

/// The types that a schema names.
fn type_names(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether the type of a value is one of these.
fn admits(types: Types, node: &Node) -> bool {
    types.is_empty()
        || types.has(match &node.value {
            Value::Null => Types::NULL,
            Value::Bool(_) => Types::BOOLEAN,
            Value::Number(text) => {
                // Digits alone: an integer of the model is read as one, so neither a
                // fraction nor an exponent fits, whatever its value.
                let digits = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
                let is_integer = types.has(Types::INTEGER) && digits && text.len() < 10;
                if is_integer { Types::INTEGER } else { Types::NUMBER }
            }
            Value::String(_) => Types::STRING,
            Value::Array(_) => Types::ARRAY,
            Value::Object(_) => Types::OBJECT,
        })
}

fn type_name(kind: &str, chinese: bool) -> &'static str {
    match (kind, chinese) {
        ("null", _) => "null",
        ("boolean", false) => "true or false",
        ("boolean", true) => "true/false",
        ("number", false) => "a number",
        ("number", true) => "数字",
        ("integer", false) => "a whole number",
        ("integer", true) => "整数",
        ("string", false) => "a text",
        ("string", true) => "文字",
        ("array", false) => "a list",
        ("array", true) => "列表",
        (_, false) => "an object",
        (_, true) => "对象",
    }
}

fn is_date(text: &str) -> bool {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    text.len() == 10 && time::Date::parse(text, &format).is_ok()
}

/// What a pattern of the model asks for, if the text is not of it. The model has
/// four patterns, so that each can be explained in words.
fn pattern_broken(pattern: &str, text: &str) -> Option<(&'static str, &'static str)> {
    let capitals = |length| text.len() == length && text.bytes().all(|b| b.is_ascii_uppercase());
    match pattern {
        crate::model::ID_PATTERN => (!crate::model::is_id(text)).then_some((
            "an id has lower-case letters, digits and hyphens only, such as `account-manager`",
            "标识只能用小写字母、数字和连字符，如 `account-manager`",
        )),
        "^[A-Z]{3}$" => (!capitals(3)).then_some((
            "write the three capital letters of ISO 4217, such as CNY or USD",
            "写 ISO 4217 的三个大写字母，如 CNY、USD",
        )),
        "^[A-Z]{2}$" => (!capitals(2)).then_some((
            "write the two capital letters of ISO 3166-1, such as CN or US",
            "写 ISO 3166-1 的两个大写字母，如 CN、US",
        )),
        "^#[0-9A-Fa-f]{6}$" => {
            let digits = text
                .strip_prefix('#')
                .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
            (!digits).then_some((
                "write a color as # and six hexadecimal digits, such as #1f4e79",
                "颜色写作 # 加六位十六进制数字，如 #1f4e79",
            ))
        }
        _ => unreachable!("a pattern of the model has its words here"),
    }
}

/// Where words go that stand in a field which takes none.
fn elsewhere(schema: &Json) -> Option<Message> {
    let field = schema.get("x-words").and_then(Json::as_str)?;
    Some(Message::new(
        format!("words go into `{field}` beside it: \"{field}\": \"…\""),
        format!("文字说明请写在旁边的 `{field}` 里：\"{field}\": \"…\""),
    ))
}

/// Names the values to choose from, each with what it is called where that is not
/// the same word.
fn choose_from(finding: Diagnostic, schema: &Json) -> Diagnostic {
    let values = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    let choices: Vec<&str> = values.filter_map(Json::as_str).collect();
    let vocabulary = schema.get("x-vocabulary").and_then(Json::as_str);
    let named = |language| -> Vec<String> {
        let label = |choice: &str| term_label(vocabulary?, choice, language);
        let named = choices.iter().map(|&choice| match label(choice) {
            Some(label) if language == Language::ZhCn => format!("`{choice}` {label}"),
            Some(label) if !label.eq_ignore_ascii_case(&choice.replace('_', " ")) => {
                format!("`{choice}` ({label})")
            }
            _ => format!("`{choice}`"),
        });
        named.collect()
    };
    let (en, zh_cn) = (named(Language::En).join(", "), named(Language::ZhCn).join("、"));
    finding.hint(format!("choose one of {en}"), format!("可选值：{zh_cn}"))
}

/// The number that a text says with separators between thousands, a sign of
/// currency or a unit; none where the unit multiplies, as 万 does.
fn number_meant(text: &str) -> Option<String> {
    let is_digit = |c: char| c.is_ascii_digit();
    let text = text.trim();
    let (start, end) = (text.find(is_digit)?, text.rfind(is_digit)? + 1);
    let around = [&text[..start], &text[end..]];
    let multiplies = |c: char| c.is_ascii_alphanumeric() || "十百千万亿-－.".contains(c);
    if around.iter().any(|part| part.chars().any(multiplies)) {
        return None;
    }
    let number = text[start..end].replace([',', '，', ' ', '\u{a0}', '\u{2009}'], "");
    let value = number.parse::<f64>().ok()?;
    // The numbers of the model that measure time count months: no other unit is dropped.
    let has = |unit: char| around.iter().any(|part| part.contains(unit));
    match (has('年'), "周天日时".chars().any(has)) {
        (true, false) => Some((value * 12.0).to_string()),
        (false, false) => Some(number),
        (_, true) => None,
    }
}

/// The truth that a text says.
fn boolean_meant(text: &str) -> Option<&'static str> {
    match &*text.trim().to_lowercase() {
        "true" | "yes" | "y" | "是" => Some("true"),
        "false" | "no" | "n" | "否" => Some("false"),
        _ => None,
    }
}

/// An item with this text, where a list wants objects.
fn item_of(schema: &Json, text: &str) -> Option<String> {
    let field = schema.get("x-carries")?.get(0)?.as_str()?;
    let of_text = schema.get("properties")?.get(field)?.get("$ref")? == "#/$defs/Text";
    let words = if of_text { text } else { "…" };
    Some(format!("{{ \"{field}\": \"{words}\" }}"))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
