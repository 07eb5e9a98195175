//! Owns what is looked for in `rolebook.json` beyond its schema. May import
//! `catalog` and everything below it.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::json::Node;
use crate::model::THEME_SETTINGS;

/// The least contrast of letters with white paper: WCAG 2.2, 1.4.3.
const LEAST_CONTRAST: f64 = 4.5;

pub(super) fn check(catalog: &Catalog) -> Vec<Diagnostic> {
    let settings = catalog.settings_node.pointer(THEME_SETTINGS);
    settings.map(|settings| check_look(settings, THEME_SETTINGS)).unwrap_or_default()
}

/// What is wrong with the settings of a theme, which stand at `at` in their file.
pub fn check_look(settings: &Node, at: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let sections = settings.get("sections").map(Node::items).unwrap_or_default();
    for (index, section) in sections.iter().enumerate() {
        let Some(first) = sections[..index].iter().find(|first| first.as_str() == section.as_str()) else {
            continue;
        };
        let name = section.as_str().unwrap_or_default();
        let message = Message::new(
            format!("the section `{name}` is in this list twice"),
            format!("栏目 `{name}` 在此列表中出现了两次"),
        );
        findings.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(section.span)
                .pointer(format!("{at}/sections/{index}"))
                .related(first.span, Message::new("first named here", "第一次写在这里"))
                .hint("remove one of them", "请删除其中一个"),
        );
    }
    if let Some(node) = settings.get("accent_color")
        && let Some(contrast) = node.as_str().and_then(contrast_with_white)
        && contrast < LEAST_CONTRAST
    {
        let message = Message::new(
            format!("headings in this color are hard to read: contrast with white {contrast:.1} to 1"),
            format!("用这种颜色的标题不易辨认：与白底的对比度为 {contrast:.1}:1"),
        );
        findings.push(
            Diagnostic::warning(Code::InvalidValue, message)
                .at(node.span)
                .pointer(format!("{at}/accent_color"))
                .hint(
                    format!("choose a darker one, of at least {LEAST_CONTRAST} to 1"),
                    format!("请选用更深的颜色，对比度不低于 {LEAST_CONTRAST}:1"),
                ),
        );
    }
    for part in ["body", "heading"] {
        let Some(node) = settings.get("fonts").and_then(|fonts| fonts.get(part)) else { continue };
        let Some(family) = node.as_str() else { continue };
        let of_name = |c: char| c.is_alphanumeric() || " -_.".contains(c);
        if family.trim().is_empty() || !family.chars().all(of_name) {
            let message = Message::new(
                format!("`{family}` is no name of a font family"),
                format!("`{family}` 不是字体名称"),
            );
            findings.push(
                Diagnostic::error(Code::InvalidValue, message)
                    .at(node.span)
                    .pointer(format!("{at}/fonts/{part}"))
                    .hint(
                        "`rolebook fonts --system` lists the names of families",
                        "`rolebook fonts --system` 列出可用的字体名称",
                    ),
            );
        }
    }
    findings
}

/// The contrast ratio of a color, `#rrggbb`, with white, as WCAG 2.2 defines it.
fn contrast_with_white(color: &str) -> Option<f64> {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(color.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let luminance = 0.2126 * channel(1)? + 0.7152 * channel(3)? + 0.0722 * channel(5)?;
    Some(1.05 / (luminance + 0.05))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let of = |color: &str| contrast_with_white(color).map(|contrast| (contrast * 100.0).round() / 100.0);
        assert_eq!((of("#000000"), of("#ffffff")), (Some(21.0), Some(1.0)));
        assert_eq!(of("#767676"), Some(4.54));
    }
}
