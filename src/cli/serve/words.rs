//! Owns the words of the preview's pages, in both languages. May import the interface's
//! languages.

use std::collections::BTreeMap;

use crate::cli::config::UiLanguage;

/// Each word by its name, in English and Chinese; `{…}` is filled in.
const WORDS: &[(&str, &str, &str)] = &[
    ("preview", "Preview", "预览"),
    ("skip", "Skip to content", "跳到正文"),
    ("menu", "Main menu", "主菜单"),
    ("languages", "Language of this page", "界面语言"),
    ("roles", "Roles", "岗位"),
    ("findings", "Findings", "检查结果"),
    ("compare", "Compare", "对比"),
    ("organization", "Organization", "组织架构"),
    ("no_chart", "No role has a place in the chart.", "没有可以绘制的岗位。"),
    ("live", "Live: changes show at once", "实时预览：修改随即显示"),
    ("lost", "Not connected: rolebook serve has ended", "已断开：rolebook serve 已结束"),
    ("library", "Library", "岗位库"),
    ("search", "Search", "搜索"),
    ("search_hint", "title, id, code or unit", "名称、标识、岗位编号或部门"),
    ("only_findings", "Only roles with findings", "只看有检查结果的岗位"),
    ("nothing_found", "No role has these words.", "没有符合条件的岗位。"),
    ("shown", "{n} of {all} roles", "{all} 个岗位中的 {n} 个"),
    ("all_shown", "{all} roles", "{all} 个岗位"),
    ("one_role", "1 role", "1 个岗位"),
    ("choose", "Choose for comparing", "选择对比"),
    ("title", "Title", "岗位名称"),
    ("code", "Code", "岗位编号"),
    ("status", "Status", "状态"),
    ("version", "Version", "版本"),
    ("written_in", "Written in", "语言"),
    ("no_unit", "No unit", "未注明部门"),
    ("variant_of", "variant of {base}", "{base} 的变体"),
    ("compare_chosen", "Compare the chosen roles", "对比所选岗位"),
    ("clear_chosen", "Clear", "清除"),
    ("chosen", "{n} chosen; two to six can be compared", "已选 {n} 个，可对比二至六个"),
    (
        "compare_few",
        "Choose two to six roles on the overview to compare them.",
        "请在岗位列表中选择二至六个岗位进行对比。",
    ),
    ("back", "All roles", "全部岗位"),
    ("document_language", "Language of the document", "文档语言"),
    ("theme", "Theme", "版式"),
    ("own_theme", "Its own ({theme})", "自身版式（{theme}）"),
    ("show", "What is shown", "显示内容"),
    ("apply", "Show", "显示"),
    ("both", "Both", "并排"),
    ("html", "Web page", "网页"),
    ("pdf", "PDF", "PDF"),
    ("alone", "Open alone", "单独打开"),
    ("no_viewer", "This browser shows no PDFs within a page.", "此浏览器不能在页面内显示 PDF。"),
    ("open_pdf", "Open the PDF", "打开 PDF"),
    ("no_document", "There is nothing to show yet", "暂无可显示的内容"),
    (
        "no_document_why",
        "This document could not be made since the preview began. It appears once the errors are corrected.",
        "自预览开始以来尚未能生成此文档。改正错误后即会显示。",
    ),
    ("stopped", "This role has errors", "此岗位有错误"),
    ("stopped_kept", "What is shown is the last version without errors.", "下方显示的是出错之前的版本。"),
    ("library_stopped", "The library has errors", "岗位库有错误"),
    (
        "library_kept",
        "The preview goes on with the settings and the look that it had before.",
        "预览沿用此前的设置和版式。",
    ),
    ("unreadable", "This library cannot be shown yet", "暂时无法显示此岗位库"),
    (
        "unreadable_why",
        "The preview begins by itself as soon as the following is corrected.",
        "改正以下问题后，预览会自动开始。",
    ),
    ("more_errors", "and {n} more", "另有 {n} 处"),
    ("field", "field", "字段"),
    ("help", "What to do", "建议"),
    ("reason", "Why", "理由"),
    ("related", "See also", "另见"),
    ("honored", "lawful exception claimed", "已声明法定例外"),
    ("no_findings", "Nothing was found.", "没有发现问题。"),
    ("checking", "Still checking …", "正在检查……"),
    ("errors", "Errors", "错误"),
    ("warnings", "Warnings", "警告"),
    ("notes", "Notes", "提示"),
    ("of_library", "Settings and look", "设置与版式"),
    (
        "all_findings",
        "Everything that rolebook check finds in the library",
        "rolebook check 在岗位库中发现的全部问题",
    ),
    (
        "many_findings",
        "Only the first {n} are shown here; each role has its own.",
        "此处只显示前 {n} 处，其余见各岗位页面。",
    ),
    ("clean", "none", "无"),
    ("missing", "There is no such page", "没有这个页面"),
    ("missing_why", "The role may have been renamed or removed.", "岗位可能已改名或删除。"),
    ("comparison", "Comparison", "对比"),
    ("compared", "{n} roles beside each other", "{n} 个岗位并排对比"),
    (
        "compare_unsound",
        "Nothing can be compared until the errors of these roles are mended",
        "以下岗位有错误，改正后才能对比",
    ),
    ("compare_many", "At most six roles fit beside each other", "最多并列对比六个岗位"),
    ("compare_no_language", "These roles have no language in common", "这些岗位没有共同的语言"),
    ("file", "File", "文件"),
];

/// All words in a language, by name.
pub(super) fn words(ui: UiLanguage) -> BTreeMap<&'static str, &'static str> {
    let word = |&(name, en, zh_cn): &(&'static str, &'static str, &'static str)| match ui {
        UiLanguage::En => (name, en),
        UiLanguage::ZhCn => (name, zh_cn),
    };
    WORDS.iter().map(word).collect()
}

/// One of them, filled in.
pub(super) fn filled(name: &str, ui: UiLanguage, values: &[(&str, &str)]) -> String {
    let word = WORDS.iter().find(|(known, ..)| *known == name);
    let word = word.map(|(_, en, zh_cn)| if ui == UiLanguage::En { *en } else { *zh_cn });
    let mut text = word.unwrap_or_else(|| panic!("there is no word {name}")).to_string();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_fill_in_the_same() {
        let blanks = |text: &str| {
            let mut blanks: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next().map(str::to_string))
                .collect();
            blanks.sort();
            blanks
        };
        for (name, en, zh_cn) in WORDS {
            assert_eq!(blanks(en), blanks(zh_cn), "{name}");
            assert!(!en.is_empty() && !zh_cn.is_empty(), "{name}");
        }
        let names: std::collections::BTreeSet<_> = WORDS.iter().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), WORDS.len());
    }
}
