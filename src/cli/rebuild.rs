//! Owns the building of a document from what a PDF carried, without the role's library: in
//! the language and the look that the PDF had. May import everything but the commands.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::build::{Summary, print_findings};
use super::config::BuildConfig;
use super::made::OwnLook;
use super::press::text_at;
use super::theme::no_theme;
use super::{Failure, Outcome, incremental, library, report};
use crate::catalog::{Catalog, SETTINGS_FILE};
use crate::check::check_settings;
use crate::diagnostic::{Code, Diagnostic, Message, Severity};
use crate::fs;
use crate::model::{Edition, Id, Language, Text};
use crate::publish::{Done, document_path, publish};
use crate::render::{Artifact, Enclosed, FALLBACK, Markup, Renderer, TemplateSet, ThemeSet, prepare_engine};
use crate::source::Sources;
use crate::view::{CarriedRole, Locale, Logo, Made, Theme, document, pair};

pub(super) fn run(config: &BuildConfig) -> Result<Outcome, Failure> {
    let started = Instant::now();
    for (given, option) in [(!config.roles.is_empty(), "--role"), (config.emit.is_some(), "--emit")] {
        if given {
            let path = config.library.display();
            return Err(Failure::Usage {
                message: Message::new(
                    format!("{option} needs a library, and {path} is a file"),
                    format!("{option} 须用于岗位库，而 {path} 是文件"),
                ),
                hints: vec![Message::new(
                    "name the folder of the library: the one with rolebook.json",
                    "请指定岗位库所在的文件夹，即含有 rolebook.json 的文件夹",
                )],
            });
        }
    }
    prepare_engine();
    let mut sources = Sources::default();
    let carried = match read(&config.library, &mut sources)? {
        Ok(carried) => carried,
        Err(findings) => {
            print_findings(&findings, &sources, config.ui)?;
            return Ok(Outcome::Findings);
        }
    };
    let looks = match Looks::load(config, &mut sources)? {
        Ok(looks) => looks,
        Err(findings) => {
            print_findings(&findings, &sources, config.ui)?;
            return Ok(Outcome::Findings);
        }
    };
    let theme = looks.theme(config, &carried)?;
    let editions = editions(config, &carried, looks.languages())?;
    let fields = config.fields && !carried.made.as_ref().is_some_and(|made| made.without_fields);
    let own_look = OwnLook::new(&looks.templates, &looks.fonts, &looks.locales).with_fields(fields);
    let templates = looks.templates.clone();
    let templates = if fields { templates } else { templates.without_fields() };
    let renderer = Renderer::of(&theme, &templates, looks.fonts.clone(), config.system_fonts);
    let (mut documents, mut findings) = (Vec::new(), looks.findings);
    for edition in editions {
        let resolved = &carried.resolved;
        let public = carried.made.as_ref().is_some_and(|made| made.public);
        let made = own_look.made(&theme, edition, public);
        let of = |language| document(resolved, &carried.names, &looks.locales[&language], language, &theme);
        let view = match edition.second {
            Some(second) => pair(of(edition.first), of(second)),
            None => of(edition.first),
        };
        let bytes = CarriedRole::write(resolved, &carried.names, Some(&made));
        for &target in &config.targets {
            let enclosed = Enclosed { carried: Some(&bytes), esign: config.esign };
            let (files, found) = renderer.render(&view, target, enclosed);
            findings.extend(found.into_iter().map(|finding| located(finding, &carried, config)));
            let place = |file: Artifact| (document_path(&view.edition, &resolved.id, &file), file);
            documents.extend(files.into_iter().map(place));
        }
        // A theme or a language that somebody asks for is another document by their wish.
        if config.theme.is_none()
            && let Some(was) = carried.made.as_ref().filter(|was| was.edition == made.edition)
        {
            for says in differs(was, &made, config.look.is_some()) {
                writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
            }
        }
    }
    if carried.stated_hash != carried.resolved.content_hash() {
        let says = Message::new(
            "the role was changed after the PDF was made, so that this is another document",
            "岗位数据在 PDF 生成之后被改动过，因此生成的是另一份文档",
        );
        writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    }
    report::sort(&mut findings, &sources);
    let errors = print_findings(&findings, &sources, config.ui)?;
    if errors > 0 {
        documents.clear();
    }
    if config.mode.dry {
        let written = documents.iter().map(|(path, _)| path.to_string_lossy().replace('\\', "/"));
        incremental::show(config, &Done { written: written.collect(), ..Done::default() })?;
    } else {
        publish(&config.out, &documents)?;
    }
    let roles = usize::from(!documents.is_empty());
    let summary = Summary { roles, written: documents.len(), left_out: 1 - roles, ..Summary::default() };
    let line = summary.line(config, errors, findings.len() - errors, started.elapsed());
    writeln!(anstream::stderr(), "{line}")?;
    Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
}

/// The role in a file that `extract` wrote; or else what is wrong with it.
fn read(path: &Path, sources: &mut Sources) -> Result<Result<CarriedRole, Vec<Diagnostic>>, Failure> {
    let no_role = || not_carried(path);
    let bytes = fs::read_at_most(path, fs::TEXT_LIMIT)?.ok_or_else(no_role)?;
    let of_library = path.file_name().is_some_and(|name| name == SETTINGS_FILE) || role_of(path).is_some();
    if of_library || bytes.starts_with(b"%PDF-") || bytes.starts_with(b"PK") {
        return Err(no_role());
    }
    match CarriedRole::read(bytes, path, sources) {
        Err(findings) if findings.iter().any(|finding| finding.code == Code::NotARole) => Err(no_role()),
        read => Ok(read),
    }
}

/// The library and the id of a role's file.
fn role_of(path: &Path) -> Option<(PathBuf, String)> {
    let folder = path.parent().filter(|folder| folder.file_name().is_some_and(|name| name == "roles"))?;
    let library = folder.parent()?;
    let id = path.file_stem()?.to_string_lossy().into_owned();
    fs::is_file(&library.join(SETTINGS_FILE)).then(|| (library.to_owned(), id))
}

fn not_carried(path: &Path) -> Failure {
    let shown = path.display();
    let hint = if let Some((folder, id)) = role_of(path) {
        let folder = library::typed(&folder);
        let at = if folder.is_empty() { folder } else { format!(" {folder}") };
        Message::new(
            format!("to build a role of a library: rolebook build{at} --role {id}"),
            format!("如要生成岗位库中的岗位：rolebook build{at} --role {id}"),
        )
    } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        let pdf = library::typed(path);
        Message::new(
            format!("take the role out of it first: rolebook extract {pdf} --out role.json"),
            format!("请先取出其中的岗位数据：rolebook extract {pdf} --out role.json"),
        )
    } else {
        Message::new(
            "name the folder of a library, or a file that `rolebook extract` wrote",
            "请指定岗位库所在的文件夹，或 `rolebook extract` 写出的文件",
        )
    };
    Failure::Usage {
        message: Message::new(
            format!("{shown} is neither the folder of a library nor a role that a PDF carried"),
            format!("{shown} 既不是岗位库的文件夹，也不是从 PDF 取出的岗位数据"),
        ),
        hints: vec![hint],
    }
}

/// What the document is made with: of the library that was named, or built in.
struct Looks {
    catalog: Option<Catalog>,
    templates: TemplateSet,
    themes: ThemeSet,
    locales: BTreeMap<Language, Locale>,
    fonts: Vec<Vec<u8>>,
    logo: Option<Arc<Logo>>,
    findings: Vec<Diagnostic>,
}

impl Looks {
    fn load(config: &BuildConfig, sources: &mut Sources) -> Result<Result<Self, Vec<Diagnostic>>, Failure> {
        let markups: Vec<Markup> = config.targets.iter().map(|target| target.markup()).collect();
        let Some(folder) = &config.look else {
            let templates = TemplateSet::load(Path::new(""), &markups, sources);
            let locales = Language::ALL.map(|language| (language, Locale::built_in(language)));
            return Ok(templates.map(|templates| Self {
                catalog: None,
                templates,
                themes: ThemeSet::default(),
                locales: locales.into_iter().collect(),
                fonts: Vec::new(),
                logo: None,
                findings: Vec::new(),
            }));
        };
        library::must_be_one_for(folder, &|near| {
            format!("rolebook build {} --library {near}", library::typed(&config.library))
        })?;
        let mut catalog = Catalog::load_for(folder, &[])?;
        let mut findings = Vec::new();
        if catalog.settings_failed {
            *sources = std::mem::take(&mut catalog.sources);
            return Ok(Err(std::mem::take(&mut catalog.findings)));
        }
        findings.extend(check_settings(&catalog));
        let mut locales = BTreeMap::new();
        for language in Language::ALL {
            locales.insert(language, library::locale(folder, language, &mut catalog.sources, &mut findings));
        }
        let (themes, faults) = ThemeSet::load(&folder.join("templates"), &mut catalog.sources);
        findings.extend(faults);
        let logo = library::logo(&catalog).unwrap_or_else(|finding| {
            findings.push(*finding);
            None
        });
        // What is wrong with a template may show when the document is made, beside what is
        // wrong with the role.
        let templates = TemplateSet::load(&folder.join("templates"), &markups, sources);
        let (fonts, found) = library::fonts(folder)?;
        findings.extend(found);
        let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
        if findings.iter().any(is_error) {
            *sources = std::mem::take(&mut catalog.sources);
            return Ok(Err(findings));
        }
        let templates = match templates {
            Ok(templates) => templates,
            Err(faults) => return Ok(Err(faults)),
        };
        // What remains are warnings of the library's own files, which `build` reports.
        let fonts = fonts.into_iter().map(|(_, bytes)| bytes).collect();
        let (logo, findings) = (logo.map(Arc::new), Vec::new());
        Ok(Ok(Self { catalog: Some(catalog), templates, themes, locales, fonts, logo, findings }))
    }

    fn languages(&self) -> Vec<Language> {
        let settings = self.catalog.as_ref().map(|catalog| &catalog.settings);
        settings.map_or(vec![Language::ZhCn], |settings| settings.document_languages().to_vec())
    }

    /// The theme that was asked for, or else the document's own, as it was then.
    fn theme(&self, config: &BuildConfig, carried: &CarriedRole) -> Result<Theme, Failure> {
        let settings = self.catalog.as_ref().map(|catalog| &catalog.settings);
        let of_library = || settings.and_then(|settings| settings.theme_settings.clone()).unwrap_or_default();
        let mut theme = match (&config.theme, &carried.made) {
            (Some(name), _) => {
                self.themes.theme(name, of_library()).ok_or_else(|| no_theme(name, &self.themes))?
            }
            (None, Some(made)) => {
                let theme = ThemeSet::default().theme(&made.base, made.theme_settings.clone());
                let theme = theme.ok_or_else(|| no_theme(&made.base, &self.themes))?;
                Theme { name: made.theme.clone(), ..theme }
            }
            (None, None) => {
                let of_role = carried.resolved.role.theme.as_ref();
                let of_settings = settings.and_then(|settings| settings.theme.as_ref());
                let known = of_role.or(of_settings).map(Id::as_str).filter(|name| self.themes.knows(name));
                let theme = self.themes.theme(known.unwrap_or(FALLBACK), of_library());
                theme.expect("it is known")
            }
        };
        let header = theme.settings.header.clone().unwrap_or_default();
        theme.logo = self.logo.clone().filter(|_| header.logo.unwrap_or(true));
        Ok(theme)
    }
}

/// The editions that were asked for, or else the document's own.
fn editions(
    config: &BuildConfig,
    carried: &CarriedRole,
    library: Vec<Language>,
) -> Result<Vec<Edition>, Failure> {
    let of_role = match &carried.resolved.role.title {
        Some(Text::Localized(_)) => carried.resolved.languages(&Language::ALL),
        _ => Language::ALL.to_vec(),
    };
    for edition in &config.editions {
        if let Some(missing) = edition.languages().find(|language| !of_role.contains(language)) {
            let id = &carried.resolved.id;
            let known: Vec<&str> = of_role.iter().map(|language| language.tag()).collect();
            return Err(Failure::Usage {
                message: Message::new(
                    format!("`{id}` is not written in {missing}"),
                    format!("`{id}` 没有 {missing} 版本"),
                ),
                hints: vec![Message::new(
                    format!("choose one of {}", known.join(", ")),
                    format!("可选：{}", known.join("、")),
                )],
            });
        }
    }
    if !config.editions.is_empty() {
        return Ok(config.editions.clone());
    }
    if let Some(edition) = carried.made.as_ref().and_then(Made::edition) {
        return Ok(vec![edition]);
    }
    let usual = if of_role.len() == Language::ALL.len() { library } else { of_role };
    Ok(usual.into_iter().map(Edition::from).collect())
}

/// What keeps a document from being the same bytes as the one that its role is from.
fn differs(was: &Made, is: &Made, has_library: bool) -> Vec<Message> {
    let mut says = Vec::new();
    let parts: Vec<&String> =
        was.look.keys().chain(is.look.keys().filter(|part| !was.look.contains_key(*part))).collect();
    let name = |part: &str| match part {
        "logo" => Message::new("logo", "标志"),
        "templates" => Message::new("templates", "模板"),
        "fonts" => Message::new("fonts", "字体"),
        words => {
            let language = words.strip_prefix("words.").unwrap_or(words);
            Message::new(format!("words ({language})"), format!("用语（{language}）"))
        }
    };
    let differing: Vec<Message> = parts
        .into_iter()
        .filter(|part| was.look.get(*part) != is.look.get(*part))
        .map(|part| name(part))
        .collect();
    if !differing.is_empty() {
        let en: Vec<&str> = differing.iter().map(|part| part.en.as_str()).collect();
        let zh_cn: Vec<&str> = differing.iter().map(|part| part.zh_cn.as_str()).collect();
        let (en, zh_cn) = (en.join(", "), zh_cn.join("、"));
        says.push(if has_library {
            Message::new(
                format!("not the same PDF as before: changed in the library since: {en}"),
                format!("与原 PDF 不完全相同：岗位库中后来有变化的是{zh_cn}"),
            )
        } else {
            Message::new(
                format!("not the same PDF as before: it had its library's own {en}; name the library with --library DIR"),
                format!("与原 PDF 不完全相同：原文档用了岗位库自己的{zh_cn}；请用 --library 指定岗位库"),
            )
        });
    }
    if was.rolebook != is.rolebook {
        let (old, new) = (&was.rolebook, &is.rolebook);
        says.push(Message::new(
            format!("rolebook {old} made the PDF, and this is {new}: the bytes may differ"),
            format!("原 PDF 由 rolebook {old} 生成，本版为 {new}：字节可能不同"),
        ));
    }
    says
}

/// A finding of the renderer with its place in the file.
fn located(mut finding: Diagnostic, carried: &CarriedRole, config: &BuildConfig) -> Diagnostic {
    if finding.span.is_none() {
        let tree = &carried.resolved.tree;
        finding.pointer = finding.pointer.map(|pointer| text_at(pointer, tree));
        match &finding.pointer {
            Some(pointer) => {
                finding.span = Some(tree.nearest(pointer));
            }
            None if finding.subject.is_none() => {
                finding.subject = Some(config.library.display().to_string());
            }
            None => {}
        }
    }
    finding
}
