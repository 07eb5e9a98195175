//! Owns the check that a currency is one of ISO 4217 where another name of it has
//! the form of a code. May import `resolve` and everything below it.

use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::{Node, Pointer};
use crate::model::currency_meant;
use crate::resolve::ResolvedRole;

pub(super) fn check(resolved: &ResolvedRole) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    walk(&resolved.tree, &Pointer::Root, &mut findings);
    findings
}

fn walk(node: &Node, pointer: &Pointer<'_>, findings: &mut Vec<Diagnostic>) {
    for (index, item) in node.items().iter().enumerate() {
        walk(item, &pointer.item(index), findings);
    }
    for member in node.members() {
        let pointer = pointer.key(&member.key);
        let code = member.value.as_str().filter(|_| &*member.key == "currency");
        let Some((code, meant)) = code.and_then(|code| Some((code, currency_meant(code)?))) else {
            walk(&member.value, &pointer, findings);
            continue;
        };
        if code != meant {
            let message = Message::new(
                format!("`{code}` is no code of ISO 4217"),
                format!("`{code}` 不是 ISO 4217 的币种代码"),
            );
            let finding =
                Diagnostic::warning(Code::InvalidValue, message).at(member.value.span).pointer(&pointer);
            findings.push(finding.hint(format!("write `{meant}`"), format!("请写 `{meant}`")));
        }
    }
}
