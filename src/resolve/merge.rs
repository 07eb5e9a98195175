//! Owns the merging of an overlay into its base. May import `diagnostic`, `json`
//! and `source`.
//!
//! Objects merge key by key and `null` removes (RFC 7396). Lists whose items
//! are objects merge by `id`: the same id merges, `remove` removes, `after`
//! places, anything else is appended. Other lists replace, and so does an empty
//! one.

use crate::diagnostic::{Code, Diagnostic, Message, did_you_mean};
use crate::json::{Member, Node, Pointer, Value};

/// The overlay laid over the base; every value keeps the place it came from.
/// An overlay that refers to an item the base does not have is an error.
pub(super) fn merge(
    base: Option<&Node>,
    overlay: &Node,
    pointer: &Pointer<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    match &overlay.value {
        Value::Object(members) => merge_object(base, members, overlay, pointer, findings),
        Value::Array(items) if items.iter().any(|item| matches!(item.value, Value::Object(_))) => {
            // A list of texts can hold objects too, one per language; those have no id.
            let by_id = items.iter().any(|item| item.get("id").is_some());
            let base_items = base.map(Node::items).filter(|_| by_id).unwrap_or_default();
            merge_list(base_items, items, overlay, pointer, findings)
        }
        _ => overlay.clone(),
    }
}

fn merge_object(
    base: Option<&Node>,
    members: &[Member],
    overlay: &Node,
    pointer: &Pointer<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let mut merged: Vec<Member> = base.map(Node::members).unwrap_or_default().to_vec();
    for member in members {
        let at = merged.iter().position(|known| known.key == member.key);
        if matches!(member.value.value, Value::Null) {
            if let Some(at) = at {
                merged.remove(at);
            }
            continue;
        }
        let known = at.map(|at| &merged[at].value);
        let value = merge(known, &member.value, &pointer.key(&member.key), findings);
        let member = Member { key: member.key.clone(), key_span: member.key_span, value };
        match at {
            Some(at) => merged[at] = member,
            None => merged.push(member),
        }
    }
    Node { value: Value::Object(merged), span: overlay.span }
}

fn merge_list(
    base: &[Node],
    items: &[Node],
    overlay: &Node,
    pointer: &Pointer<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let mut merged: Vec<Node> = base.to_vec();
    for (index, item) in items.iter().enumerate() {
        let pointer = pointer.item(index);
        let id = item.get("id").and_then(Node::as_str);
        let at = id.and_then(|id| position(&merged, id));
        if item.get("remove").is_some_and(|remove| remove.value == Value::Bool(true)) {
            match (at, item.get("id")) {
                (Some(at), _) => {
                    merged.remove(at);
                }
                (None, Some(id)) => findings.push(unknown_item(id, &merged, &pointer.key("id"))),
                (None, None) => findings.push(
                    Diagnostic::error(
                        Code::BrokenReference,
                        Message::new("`remove` without an `id`", "`remove` 没有写明 `id`"),
                    )
                    .at(item.span)
                    .pointer(&pointer)
                    .hint(
                        "name the base's item: { \"id\": \"…\", \"remove\": true }",
                        "写明要删除的项：{ \"id\": \"…\", \"remove\": true }",
                    ),
                ),
            }
            continue;
        }
        let after = item.get("after");
        let known = at.map(|at| merged[at].clone());
        let mut value = merge(known.as_ref(), item, &pointer, findings);
        if let Value::Object(members) = &mut value.value {
            members.retain(|member| !matches!(&*member.key, "remove" | "after"));
        }
        match (after.and_then(Node::as_str), at) {
            (None, Some(at)) => merged[at] = value,
            (None, None) => merged.push(value),
            (Some(neighbour), at) => {
                if let Some(at) = at {
                    merged.remove(at);
                }
                match position(&merged, neighbour) {
                    Some(neighbour) => merged.insert(neighbour + 1, value),
                    None => {
                        let after = after.expect("it has a text");
                        findings.push(unknown_item(after, &merged, &pointer.key("after")));
                    }
                }
            }
        }
    }
    Node { value: Value::Array(merged), span: overlay.span }
}

fn position(items: &[Node], id: &str) -> Option<usize> {
    items.iter().position(|item| item.get("id").and_then(Node::as_str) == Some(id))
}

fn unknown_item(id: &Node, items: &[Node], pointer: &Pointer<'_>) -> Diagnostic {
    let name = id.as_str().unwrap_or_default();
    let known: Vec<&str> = items.iter().filter_map(|item| item.get("id")?.as_str()).collect();
    let finding = Diagnostic::error(
        Code::BrokenReference,
        Message::new(
            format!("the list has no item with the id `{name}`"),
            format!("列表中没有标识为 `{name}` 的项"),
        ),
    )
    .at(id.span)
    .pointer(pointer);
    let ids = known.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        None if known.is_empty() => {
            finding.hint("the base has no items with ids in this list", "基准岗位的此列表中没有带标识的项")
        }
        None => finding.hint(format!("the ids there are {ids}"), format!("已有的标识：{ids}")),
    }
}
