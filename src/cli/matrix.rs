//! Owns the printing of how alike all roles of a library are: for a terminal, as
//! Markdown, as a page, as JSON. May import everything but the commands.

use std::borrow::Cow;
use std::io::Write;

use anstyle::{Ansi256Color, Style};
use serde::Serialize;

use super::config::UiLanguage;
use super::{Failure, Outcome, report, table};
use crate::catalog::Catalog;
use crate::compare::matrix::{self, SimilarityMatrix};
use crate::diagnostic::{Message, did_you_mean};
use crate::model::Language;
use crate::render::{Markup, TemplateSet, escape_markdown};
use crate::source::Sources;

/// Up to so many roles, people get the matrix itself: it fits on a screen or a
/// sheet of paper. JSON has it for more.
const SHOWN: usize = 40;

/// How many pairs and clusters a terminal shows, and how many a document.
const LINES: usize = 30;
const LINES_OF_A_DOCUMENT: usize = 500;

/// How the matrix is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MatrixFormat {
    /// A table for people, shaded if the writer takes colors.
    Terminal,
    /// CommonMark with GFM tables.
    Markdown,
    /// One self-contained page.
    Html,
    /// Everything, as data.
    Json,
}

/// What is to be compared and how it is shown.
#[derive(Debug)]
pub(super) struct MatrixConfig<'a> {
    /// The library.
    pub(super) catalog: &'a Catalog,
    /// The language whose words are compared; that of documents.
    pub(super) language: Language,
    /// The family, or the role with all that extend it; all roles if none.
    pub(super) family: Option<&'a str>,
    /// How it is printed.
    pub(super) format: MatrixFormat,
    /// The columns of the terminal; none for a file or a pipe.
    pub(super) width: Option<usize>,
    /// The language of messages, and of a terminal's table.
    pub(super) ui: UiLanguage,
}

/// Compares and prints. Roles with errors are named on stderr.
pub(super) fn run(config: &MatrixConfig<'_>, out: &mut impl Write) -> Result<Outcome, Failure> {
    let chosen = match config.family {
        None => None,
        Some(name) => {
            let ids = matrix::family(config.catalog, name);
            if ids.is_empty() {
                return Err(no_family(config.catalog, name));
            }
            Some(ids)
        }
    };
    let found = matrix::matrix(config.catalog, config.language, chosen.as_deref());
    match config.format {
        MatrixFormat::Json => {
            let json = serde_json::to_string_pretty(&found).expect("the matrix is plain data");
            writeln!(out, "{json}")?;
        }
        MatrixFormat::Terminal => terminal(&found, config, out)?,
        MatrixFormat::Markdown => {
            let view = MatrixView::new(&found, config.family, config.language, LINES_OF_A_DOCUMENT);
            markdown(&view, out)?;
        }
        MatrixFormat::Html => {
            let view = MatrixView::new(&found, config.family, config.language, LINES_OF_A_DOCUMENT);
            let mut sources = Sources::default();
            let folder = config.catalog.root.join("templates");
            let page = TemplateSet::load(&folder, &[Markup::Html], &mut sources)
                .and_then(|set| set.render_named(Markup::Html, "matrix", &view).map_err(|it| vec![*it]));
            match page {
                Ok(page) => write!(out, "{page}")?,
                Err(findings) => {
                    let mut stderr = anstream::stderr().lock();
                    for finding in findings {
                        writeln!(stderr, "{}\n", report::human(&finding, &sources, config.ui))?;
                    }
                    return Ok(Outcome::Findings);
                }
            }
        }
    }
    if found.left_out.is_empty() {
        return Ok(Outcome::Fine);
    }
    let (count, en, zh_cn) = (found.left_out.len(), found.left_out.join(", "), found.left_out.join("、"));
    let has = if count == 1 { "role has" } else { "roles have" };
    let says = Message::new(
        format!("{count} {has} errors and cannot be compared: {en}; `rolebook build` names them"),
        format!("{count} 个岗位有错误，未能比较：{zh_cn}；运行 `rolebook build` 可查看"),
    );
    writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    Ok(Outcome::Findings)
}

fn no_family(catalog: &Catalog, name: &str) -> Failure {
    let names = matrix::families(catalog);
    let choices = names.iter().map(String::as_str).chain(catalog.ids());
    let hint = match did_you_mean(name.trim(), choices) {
        Some(near) => Message::new(format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")),
        None if names.is_empty() => Message::new(
            "no role says its `family`; name a role instead, to compare it with all that extend it",
            "没有岗位写明 `family`（职族）；可改为指定一个岗位，比较它及所有以它为基准的岗位",
        ),
        None => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Message::new(
                format!("the families are: {}; or name a role", names.join(", ")),
                format!("已有的职族和职种：{}；也可指定一个岗位", names.join("、")),
            )
        }
    };
    Failure::Usage {
        message: Message::new(format!("there is no family `{name}`"), format!("没有职族 `{name}`")),
        hints: vec![hint],
    }
}

/// What a page shows of the matrix; no decision is left for the template.
#[derive(Debug, Serialize)]
struct MatrixView {
    lang: &'static str,
    title: String,
    explanation: String,
    labels: Labels,
    /// Empty if there are too many roles to show the matrix.
    rows: Vec<MatrixRow>,
    clusters: Vec<ClusterLine>,
    more_clusters: Option<String>,
    pairs: Vec<PairLine>,
    more_pairs: Option<String>,
}

#[derive(Debug, Serialize)]
struct Labels {
    matrix: &'static str,
    role: &'static str,
    clusters: &'static str,
    clusters_say: String,
    count: &'static str,
    medoid: &'static str,
    members: &'static str,
    pairs: &'static str,
    pairs_say: String,
    similarity: &'static str,
    roles: &'static str,
}

#[derive(Debug, Serialize)]
struct MatrixRow {
    number: usize,
    id: String,
    title: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Serialize)]
struct Cell {
    percent: String,
    /// From 0, hardly alike, to 5, nearly the same.
    heat: usize,
}

#[derive(Debug, Serialize)]
struct ClusterLine {
    count: usize,
    medoid: String,
    members: String,
}

#[derive(Debug, Serialize)]
struct PairLine {
    percent: String,
    heat: usize,
    first: String,
    second: String,
}

impl MatrixView {
    fn new(found: &SimilarityMatrix, family: Option<&str>, language: Language, lines: usize) -> Self {
        let zh = language == Language::ZhCn;
        let say = |en: &'static str, zh_cn: &'static str| if zh { zh_cn } else { en };
        let count = found.roles.len();
        let title = match (family, zh) {
            (None, false) => "Similarity of Roles".to_string(),
            (None, true) => "岗位相似度".to_string(),
            (Some(family), false) => format!("Similarity of Roles: {family}"),
            (Some(family), true) => format!("岗位相似度：{family}"),
        };
        let (cluster, near) = (percent(found.same_cluster), percent(found.near_duplicate));
        let words = match (found.language == Language::ZhCn.tag(), zh) {
            (true, true) => "中文",
            (true, false) => "Chinese",
            (false, true) => "英文",
            (false, false) => "English",
        };
        let mut explanation = if zh {
            format!(
                "共 {count} 个岗位，比较其{words}内容。数值为百分比：两个岗位的内容中，双方都写到的占多少；岗位库中普遍出现的内容几乎不计。\
                 100 表示内容相同。"
            )
        } else {
            format!(
                "{count} roles, by their {words} words. In per cent: how much of what two roles say, both say. What most roles of the \
                 library say hardly counts. 100 means the same content."
            )
        };
        if !found.exact {
            explanation.push_str(say(
                " Pairs that are hardly alike were not looked at.",
                "岗位较多，明显不相似的组合未逐一比较。",
            ));
        }
        let labels = Labels {
            matrix: say("Similarity in per cent", "相似度（%）"),
            role: say("Role", "岗位"),
            clusters: say("Clusters", "相近的岗位"),
            clusters_say: match (found.clusters.is_empty(), zh) {
                (false, false) => format!("Roles that are alike by {cluster} % and more on average."),
                (false, true) => format!("平均相似度达到 {cluster}% 的岗位归为一组。"),
                (true, false) => format!("No roles are alike by {cluster} % and more on average."),
                (true, true) => format!("没有平均相似度达到 {cluster}% 的岗位。"),
            },
            count: say("Roles", "岗位数"),
            medoid: say("Most typical", "最有代表性"),
            members: say("All", "全部岗位"),
            pairs: say("Nearly the Same", "几乎相同的岗位"),
            pairs_say: match (found.pairs.is_empty(), zh) {
                (false, false) => format!("Pairs that are alike by {near} % and more."),
                (false, true) => format!("相似度达到 {near}% 的组合。"),
                (true, false) => format!("No two roles are alike by {near} % and more."),
                (true, true) => format!("没有相似度达到 {near}% 的组合。"),
            },
            similarity: say("Per cent", "相似度（%）"),
            roles: say("Roles", "岗位"),
        };
        let rows = match &found.similarities {
            Some(square) if (2..=SHOWN).contains(&count) => rows(found, square),
            _ => Vec::new(),
        };
        let clusters = found.clusters.iter().take(lines).map(|cluster| ClusterLine {
            count: cluster.roles.len(),
            medoid: cluster.medoid.clone(),
            members: cluster.roles.join(say(", ", "、")),
        });
        let pairs = found.pairs.iter().take(lines).map(|pair| PairLine {
            percent: percent(pair.similarity),
            heat: heat(pair.similarity),
            first: pair.first.clone(),
            second: pair.second.clone(),
        });
        let more = |all: usize| {
            let more = all.checked_sub(lines).filter(|&more| more > 0)?;
            Some(match zh {
                false => format!("… and {more} more; `--format json` has all of them"),
                true => format!("……另有 {more} 组；`--format json` 可输出全部"),
            })
        };
        Self {
            lang: language.tag(),
            title,
            explanation,
            labels,
            rows,
            clusters: clusters.collect(),
            more_clusters: more(found.clusters.len()),
            pairs: pairs.collect(),
            more_pairs: more(found.pairs.len()),
        }
    }
}

fn rows(found: &SimilarityMatrix, square: &[Vec<f64>]) -> Vec<MatrixRow> {
    let cell = |row: usize, column: usize, similarity: f64| match row == column {
        true => Cell { percent: "–".into(), heat: 0 },
        false => Cell { percent: percent(similarity), heat: heat(similarity) },
    };
    found
        .roles
        .iter()
        .zip(square)
        .enumerate()
        .map(|(row, (role, similarities))| MatrixRow {
            number: row + 1,
            id: role.id.clone(),
            title: role.title.clone(),
            cells: similarities.iter().enumerate().map(|(column, &it)| cell(row, column, it)).collect(),
        })
        .collect()
}

/// In whole per cent, never rounded up, so that 100 means equal.
fn percent(similarity: f64) -> String {
    // 0.35 · 100 is a little less than 35.
    format!("{:.0}", (similarity * 100.0 + 1e-9).floor())
}

fn heat(similarity: f64) -> usize {
    [0.2, 0.35, 0.5, 0.65, 0.8].iter().filter(|&&step| similarity >= step).count()
}

fn terminal(
    found: &SimilarityMatrix,
    config: &MatrixConfig<'_>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let view = MatrixView::new(found, config.family, config.ui.language(), LINES);
    let width = config.width.unwrap_or(usize::MAX);
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}", view.title)?;
    for line in wrapped(&view.explanation, config.width) {
        writeln!(out, "{line}")?;
    }
    let digits = view.rows.len().to_string().len();
    let cell = 4;
    if !view.rows.is_empty() && digits + cell * view.rows.len() <= width {
        writeln!(out)?;
        let legend: Vec<Vec<String>> = view
            .rows
            .iter()
            .map(|row| vec![format!("{:>digits$}", row.number), row.id.clone(), row.title.clone()])
            .collect();
        let (lines, _) =
            table::fitted(&legend, width, &[1, 2].map(|column| (column, table::NARROWEST)), &[2]);
        for line in lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
        let head: String = view.rows.iter().map(|row| format!("{:>cell$}", row.number)).collect();
        writeln!(out, "{:digits$}{head}", "")?;
        for (at, row) in view.rows.iter().enumerate() {
            write!(out, "{:>digits$}", row.number)?;
            for cell in &row.cells[..=at] {
                let shade = shade(cell.heat);
                write!(out, "{shade}{:>4}{shade:#}", cell.percent)?;
            }
            writeln!(out)?;
        }
    } else if (2..=SHOWN).contains(&found.roles.len()) {
        let says = Message::new(
            "the terminal is too narrow for the matrix; `--format html` shows it",
            "屏幕宽度不足，未显示矩阵；可用 `--format html` 查看",
        );
        writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    }
    writeln!(out, "\n{bold}{}{bold:#}\n{}", view.labels.clusters, view.labels.clusters_say)?;
    for cluster in &view.clusters {
        // A cluster of a thousand roles is told by its beginning.
        let line = table::cut(&format!("{}: {}", cluster.medoid, cluster.members), 300);
        for (at, line) in wrapped(&line, config.width.map(|width| width.saturating_sub(5))).iter().enumerate()
        {
            let count = if at == 0 { cluster.count.to_string() } else { String::new() };
            writeln!(out, "{count:>3}  {line}")?;
        }
    }
    if let Some(more) = &view.more_clusters {
        writeln!(out, "{more}")?;
    }
    writeln!(out, "\n{bold}{}{bold:#}\n{}", view.labels.pairs, view.labels.pairs_say)?;
    for pair in &view.pairs {
        let shade = shade(pair.heat);
        writeln!(out, "{shade}{:>3}{shade:#}  {}  {}", pair.percent, pair.first, pair.second)?;
    }
    if let Some(more) = &view.more_pairs {
        writeln!(out, "{more}")?;
    }
    Ok(())
}

fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    width.map_or_else(|| vec![text.to_string()], |width| table::wrapped(text, width))
}

/// Black on a ground from pale yellow to orange; plain for the coldest.
fn shade(heat: usize) -> Style {
    let Some(&ground) = heat.checked_sub(1).and_then(|at| [230, 229, 222, 215, 208].get(at)) else {
        return Style::new();
    };
    Style::new().fg_color(Some(Ansi256Color(16).into())).bg_color(Some(Ansi256Color(ground).into()))
}

fn markdown(view: &MatrixView, out: &mut impl Write) -> Result<(), Failure> {
    let text = |text: &str| -> Cow<'_, str> {
        let mut escaped = String::new();
        escape_markdown(text, true, &mut escaped);
        Cow::Owned(escaped)
    };
    writeln!(out, "# {}\n\n{}", text(&view.title), text(&view.explanation))?;
    if !view.rows.is_empty() {
        let head: String = view.rows.iter().map(|row| format!(" {} |", row.number)).collect();
        let rule = " --: |".repeat(view.rows.len());
        writeln!(out, "\n| {} |{head}\n| :-- |{rule}", view.labels.role)?;
        for row in &view.rows {
            let cells: String = row.cells.iter().map(|cell| format!(" {} |", cell.percent)).collect();
            writeln!(out, "| {} {} `{}` |{cells}", row.number, text(&row.title), row.id)?;
        }
    }
    let labels = &view.labels;
    writeln!(out, "\n## {}\n\n{}", labels.clusters, text(&labels.clusters_say))?;
    if !view.clusters.is_empty() {
        writeln!(
            out,
            "\n| {} | {} | {} |\n| --: | :-- | :-- |",
            labels.count, labels.medoid, labels.members
        )?;
        for cluster in &view.clusters {
            writeln!(out, "| {} | {} | {} |", cluster.count, cluster.medoid, cluster.members)?;
        }
    }
    if let Some(more) = &view.more_clusters {
        writeln!(out, "\n{}", text(more))?;
    }
    writeln!(out, "\n## {}\n\n{}", labels.pairs, text(&labels.pairs_say))?;
    if !view.pairs.is_empty() {
        writeln!(out, "\n| {} | {} | |\n| --: | :-- | :-- |", labels.similarity, labels.roles)?;
        for pair in &view.pairs {
            writeln!(out, "| {} | {} | {} |", pair.percent, pair.first, pair.second)?;
        }
    }
    if let Some(more) = &view.more_pairs {
        writeln!(out, "\n{}", text(more))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn printed(format: MatrixFormat, width: Option<usize>, ui: UiLanguage) -> String {
        let catalog = Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
        let family = Some("key-account-manager");
        let config = MatrixConfig { catalog: &catalog, language: ui.language(), family, format, width, ui };
        let mut out = Vec::new();
        assert_eq!(run(&config, &mut out).unwrap(), Outcome::Fine);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_terminal_gets_a_triangle_with_its_legend() {
        let text = anstream::adapter::strip_str(&printed(MatrixFormat::Terminal, Some(80), UiLanguage::En))
            .to_string();
        assert!(text.contains("\n1  key-account-manager                Key Account Manager\n"), "{text}");
        assert!(text.contains("\n    1   2   3   4   5\n1   –\n2  "), "{text}");
        assert!(text.lines().all(|line| table::width(line) <= 80), "{text}");
        let cluster = "  3  key-account-manager: key-account-manager, key-account-manager-marketing,\n     \
                       key-account-manager-power\n";
        assert!(text.contains(cluster), "{text}");
        let narrow = printed(MatrixFormat::Terminal, Some(20), UiLanguage::ZhCn);
        assert!(!narrow.contains('–') && narrow.contains("相近的岗位"), "{narrow}");
    }

    #[test]
    fn a_page_stands_alone_and_its_table_has_heads() {
        let page = printed(MatrixFormat::Html, None, UiLanguage::ZhCn);
        let html = scraper::Html::parse_document(&page);
        let count = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).count();
        assert_eq!(count("html[lang=zh-CN]"), 1);
        assert_eq!(
            (count(".matrix th[scope=row]"), count(".matrix th[scope=col]"), count(".matrix td")),
            (5, 6, 25)
        );
        assert_eq!(count("script, link, img"), 0);
    }

    #[test]
    fn markdown_and_data_have_every_role() {
        let text = printed(MatrixFormat::Markdown, None, UiLanguage::En);
        assert!(text.contains("\n| Role | 1 | 2 | 3 | 4 | 5 |\n| :-- | --: |"), "{text}");
        let data: serde_json::Value =
            serde_json::from_str(&printed(MatrixFormat::Json, None, UiLanguage::En)).unwrap();
        assert_eq!(data["roles"].as_array().map(Vec::len), Some(5));
        assert_eq!(data["similarities"][1][1], 1.0);
    }

    #[test]
    fn a_family_that_is_not_there_names_the_nearest() {
        let catalog = Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
        let Failure::Usage { hints, .. } = no_family(&catalog, "Human Resource") else { panic!() };
        assert_eq!(hints[0].en, "did you mean `Human Resources`?");
    }
}
