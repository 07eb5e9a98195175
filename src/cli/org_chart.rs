//! Owns the command `org-chart`. May import everything but the other commands.

use std::io::Write;

use termtree::Tree;

use super::args::{ChartFormat, OrgChartArgs};
use super::config::{UiLanguage, terminal_width};
use super::look::{Look, print_findings};
use super::{Failure, Outcome, library, output, table};
use crate::catalog::Catalog;
use crate::diagnostic::Message;
use crate::organization::{Cut, ReportingLines, Units, positions};
use crate::render::Markup;
use crate::view::{ChartSource, ChartView, Names, Portion, chart};

const ENDINGS: output::Endings<'_, ChartFormat> =
    &[("svg", ChartFormat::Svg), ("pdf", ChartFormat::Pdf), ("txt", ChartFormat::Terminal)];

pub(super) fn run(args: &OrgChartArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let out = args.out.as_deref();
    let format = output::format(args.format, out, ENDINGS, ChartFormat::Terminal)?;
    if format == ChartFormat::Pdf {
        output::no_terminal(out, "PDF", "org-chart.pdf")?;
    }
    let mut catalog = library::load(&args.library)?;
    library::settings_must_be_fine(&catalog)?;
    let language = library::language(&catalog, args.lang.as_deref(), ui)?;
    let markups: &[Markup] = match format {
        ChartFormat::Terminal => &[],
        ChartFormat::Svg => &[Markup::Html],
        ChartFormat::Pdf => &[Markup::Typst],
    };
    let Some(look) = Look::of(&mut catalog, language, markups, !args.no_system_fonts, ui)? else {
        return Ok(Outcome::Findings);
    };
    let units = Units::of(&catalog.settings);
    let positions = positions(&catalog);
    let lines = ReportingLines::of(&positions, &units, language);
    let unit = args.unit.as_deref().map(|typed| library::unit(typed, &units)).transpose()?;
    let unit = unit.map(|at| units.id(at));
    if let Some(root) = &args.root {
        root_must_be_in(&lines, root, &catalog)?;
    }
    let names = Names::of(&catalog);
    let source = ChartSource {
        lines: &lines,
        units: &units,
        names: &names,
        locale: &look.locale,
        language,
        theme: &look.theme,
        organization: catalog.settings.organization.as_ref().and_then(|it| it.name.as_ref()),
    };
    let cut = Cut { root: args.root.as_deref(), unit };
    let view = chart(&source, Portion { cut, depth: args.depth.map(usize::from) });
    if view.boxes.is_empty() {
        return Err(Failure::Usage {
            message: Message::new("there is no role to draw", "没有可以绘制的岗位"),
            hints: vec![Message::new(
                "`rolebook list` shows the roles that there are",
                "`rolebook list` 可列出已有的岗位",
            )],
        });
    }
    let made = match format {
        ChartFormat::Terminal => Ok(tree(&view, terminal_width().filter(|_| out.is_none())).into_bytes()),
        ChartFormat::Svg => look.renderer.chart_svg(&view, true).map(String::into_bytes),
        ChartFormat::Pdf => look.renderer.chart_pdf(&view),
    };
    match made {
        Ok(bytes) => output::write(out, &bytes, ui)?,
        Err(findings) => {
            print_findings(findings, &catalog.sources, ui)?;
            return Ok(Outcome::Findings);
        }
    }
    let wrong = !lines.circles.is_empty() || !positions.failed.is_empty();
    print_findings(lines.circles, &catalog.sources, ui)?;
    library::say_not_in(language, &positions, ui)?;
    library::say_failed(&positions.failed, ui)?;
    if !lines.patterns.is_empty() {
        let (count, en, zh_cn) = (lines.patterns.len(), lines.patterns.join(", "), lines.patterns.join("、"));
        let (are, them) = if count == 1 { ("is a pattern", "it") } else { ("are patterns", "them") };
        let says = Message::new(
            format!("not in the chart: {en} {are} for other roles, and no reporting line leads to {them}"),
            format!("图中不含 {zh_cn}：仅作为其他岗位的基准，没有汇报关系"),
        );
        writeln!(anstream::stderr(), "{}", ui.of(&says))?;
    }
    Ok(if wrong { Outcome::Findings } else { Outcome::Fine })
}

fn root_must_be_in(lines: &ReportingLines<'_>, root: &str, catalog: &Catalog) -> Result<(), Failure> {
    if lines.places.iter().any(|place| place.who.id() == Some(root)) {
        return Ok(());
    }
    if !catalog.knows(root) {
        return Err(library::no_role(root, catalog));
    }
    Err(Failure::Usage {
        message: Message::new(
            format!("`{root}` has no place in the organization chart"),
            format!("`{root}` 不在组织架构图中"),
        ),
        hints: vec![Message::new(
            "it has errors, is archived, or only serves as a base of other roles",
            "该岗位有错误、已归档，或仅作为其他岗位的基准",
        )],
    })
}

/// The columns that a level of the tree takes.
const LEVEL: usize = 4;

/// However deep a box stands, so many columns are for its words.
const NARROWEST: usize = 16;

/// The chart as lines of text, none wider than a terminal of so many columns.
fn tree(view: &ChartView, width: Option<usize>) -> String {
    let wrapped = |text: &str, indent: usize| match width {
        Some(width) => table::wrapped(text, width.saturating_sub(indent).max(NARROWEST)),
        None => vec![text.to_string()],
    };
    // A superior stands before those below it.
    let mut depths = vec![0; view.boxes.len()];
    for (at, shown) in view.boxes.iter().enumerate() {
        shown.reports.iter().for_each(|&report| depths[report] = depths[at] + 1);
    }
    let mut trees: Vec<Option<Tree<String>>> = vec![None; view.boxes.len()];
    for (at, shown) in view.boxes.iter().enumerate().rev() {
        let facts = shown.facts.iter().chain([&shown.remark]).filter(|fact| !fact.is_empty());
        let facts: Vec<&str> = facts.map(String::as_str).collect();
        let hidden = match shown.hidden {
            0 => String::new(),
            1 => format!("  … {}", view.words["below_one"]),
            count => format!("  … {}", view.words["below"].replace("{n}", &count.to_string())),
        };
        let facts = if facts.is_empty() { String::new() } else { format!("  {}", facts.join(" · ")) };
        let label = format!("{}{facts}{hidden}", shown.title).replace(['\n', '\r'], " ");
        let below = shown.reports.iter().filter_map(|&report| trees[report].take());
        let below: Vec<Tree<String>> = below.collect();
        // Further lines stand a little to the right, so that none looks like a box.
        let label = wrapped(&label, depths[at] * LEVEL + 2).join("\n  ");
        trees[at] = Some(Tree::new(label).with_multiline(true).with_leaves(below));
    }
    let roots = view.roots.iter().filter_map(|&root| trees[root].take());
    let roots: Vec<String> = roots.map(|tree| tree.to_string()).collect();
    let head = [&view.document_title, &view.description].map(|text| wrapped(text, 0).join("\n"));
    format!("{}\n\n{}", head.join("\n"), roots.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::render::ThemeSet;
    use crate::view::Locale;

    #[test]
    fn in_a_terminal_no_line_is_too_long_and_none_leaves_the_tree() {
        let catalog = Catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).unwrap();
        let units = Units::of(&catalog.settings);
        let positions = positions(&catalog);
        for language in crate::model::Language::ALL {
            let view = chart(
                &ChartSource {
                    lines: &ReportingLines::of(&positions, &units, language),
                    units: &units,
                    names: &Names::of(&catalog),
                    locale: &Locale::built_in(language),
                    language,
                    theme: &super::super::look::theme_of(&catalog.settings, &ThemeSet::default()),
                    organization: None,
                },
                Portion { cut: Cut { root: None, unit: None }, depth: None },
            );
            let whole = tree(&view, None);
            for width in [60, 80] {
                let text = tree(&view, Some(width));
                let below: Vec<&str> = text.lines().skip_while(|line| !line.starts_with('└')).collect();
                assert!(below.len() > whole.lines().count() - 5, "{text}");
                for line in below.iter().take_while(|line| !line.is_empty()) {
                    assert!(table::width(line) <= width, "{line}");
                    assert!(line.starts_with(['└', '├', '│', ' ']), "{line}");
                }
            }
            assert!(whole.lines().any(|line| table::width(line) > 80), "{whole}");
        }
    }
}
