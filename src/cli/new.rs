//! Owns the command `new`: the skeleton of a role, and that of a variant. May
//! import everything but the other commands.

use std::io::Write;

use serde_json::{Map, Value as Json, json};

use super::args::NewArgs;
use super::config::UiLanguage;
use super::{Failure, Outcome, library};
use crate::catalog::Catalog;
use crate::check::to_write;
use crate::diagnostic::Message;
use crate::fs;
use crate::json::Node;
use crate::model::{Language, is_id};
use crate::resolve::{placeholders, resolve_as_far_as_possible};

pub(super) fn run(args: &NewArgs, ui: UiLanguage) -> Result<Outcome, Failure> {
    let id = &args.id;
    if !is_id(id) {
        return Err(no_id(id));
    }
    let catalog = library::load(&args.library)?;
    let path = catalog.root.join("roles").join(format!("{id}.json"));
    if fs::exists(&path) {
        let path = path.display();
        return Err(Failure::Usage {
            message: Message::new(
                format!("{path} is there already; nothing was written"),
                format!("{path} 已存在，未写入任何文件"),
            ),
            hints: vec![Message::new("choose another id", "请换一个标识")],
        });
    }
    library::settings_must_be_fine(&catalog)?;
    let skeleton = Skeleton::new(&catalog);
    let role = match &args.from {
        None => skeleton.role(),
        Some(base) => skeleton.variant(base)?,
    };
    fs::write_new(&path, format!("{role:#}\n").as_bytes())?;
    let shown = path.display();
    writeln!(std::io::stdout().lock(), "{shown}")?;
    let library = library::typed(&library::plain(&args.library));
    let library = if library.is_empty() { library } else { format!(" {library}") };
    let next = Message::new(
        format!(
            "open it and write what stands in [to write: …]\n`rolebook build{library} --role {id}` names what \
             is still to be written, and makes its documents"
        ),
        format!(
            "请打开该文件，填写〔待填写：…〕处的内容\n`rolebook build{library} --role {id}` \
             会指出尚未填写之处，并生成文档"
        ),
    );
    writeln!(anstream::stderr(), "{}", ui.of(&next))?;
    Ok(Outcome::Fine)
}

fn no_id(id: &str) -> Failure {
    let mut near = String::new();
    for c in id.trim().chars() {
        if c.is_ascii_alphanumeric() {
            near.push(c.to_ascii_lowercase());
        } else if !near.is_empty() && !near.ends_with('-') {
            near.push('-');
        }
    }
    let near = near.trim_end_matches('-');
    let near = if is_id(near) { near } else { "account-manager" };
    Failure::Usage {
        message: Message::new(format!("`{id}` is not an id"), format!("`{id}` 不能作为岗位标识")),
        hints: vec![Message::new(
            format!("write lower-case letters, digits and hyphens, such as {near}"),
            format!("只用小写字母、数字和连字符，如 {near}"),
        )],
    }
}

/// What a new role of a library starts from.
struct Skeleton<'a> {
    catalog: &'a Catalog,
    languages: Vec<Language>,
    schema: Option<String>,
}

impl<'a> Skeleton<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        let languages = catalog.settings.document_languages().to_vec();
        // The schema that the other roles name, or else the one that `init` writes.
        let of = |node: &Node| node.get("$schema").and_then(Node::as_str).map(str::to_string);
        let own = || {
            let there = fs::is_file(&catalog.root.join("schema/role.schema.json"));
            there.then(|| "../schema/role.schema.json".to_string())
        };
        let schema = catalog.roles.values().find_map(|node| of(node)).or_else(own);
        Self { catalog, languages, schema }
    }

    /// A text in the languages of the library; in one language, a plain one.
    fn text(&self, of: impl Fn(Language) -> String) -> Json {
        match self.languages[..] {
            [only] => Json::String(of(only)),
            _ => {
                let words = |&language: &Language| (language.tag().to_string(), Json::String(of(language)));
                self.languages.iter().map(words).collect()
            }
        }
    }

    /// A text to be written.
    fn todo(&self, en: &str, zh_cn: &str) -> Json {
        let what = Message::new(en, zh_cn);
        self.text(|language| to_write(language, &what))
    }

    fn note(&self, en: &str, zh_cn: &str) -> Json {
        self.text(|language| if language == Language::En { en } else { zh_cn }.to_string())
    }

    fn head(&self) -> Map<String, Json> {
        let mut role = Map::new();
        if let Some(schema) = &self.schema {
            role.insert("$schema".into(), json!(schema));
        }
        role
    }

    /// A role with every main section.
    fn role(&self) -> Json {
        let t = |en: &str, zh_cn: &str| self.todo(en, zh_cn);
        let mut role = self.head();
        let members = json!({
            "notes": self.note(
                "Replace every [to write: …]; delete what the role does not need. This note is never printed. \
                 A superior, a counterpart or a department can be a text, or the id of a role or unit of the \
                 library. Numbers, shares and choices such as the level of education or the cycle are examples: \
                 correct them too. An editor that reads the schema offers the choices; `rolebook build` names \
                 them for a value that is none.",
                "请替换每一处〔待填写：…〕，删去本岗位不需要的内容。本备注不会输出。\
                 上级、协作对象和部门可以写文字，也可以写岗位库中岗位或部门的标识。\
                 数字、占比以及学历、周期等可选值都是示例，也请改正；支持 JSON Schema 的编辑器会提示可选值，\
                 写错时 `rolebook build` 也会列出。",
            ),
            "title": t("job title", "岗位名称"),
            "code": self.code("position code", "岗位编号"),
            "document": { "version": "0.1", "status": "draft" },
            "organization": { "unit": t("department", "所属部门") },
            "reporting": {
                "reports_to": t("whom the position reports to", "直接上级"),
                "direct_reports": [
                    { "id": "report-1", "role": t("position that reports to this one", "直接下级岗位") }
                ],
            },
            "summary": t("what the position is for, in two or three sentences", "岗位概述，两三句话说明本岗位为何而设"),
            "purpose": t("what the position is to achieve", "工作目标"),
            "duties": [self.duty(1), self.duty(2), self.duty(3)],
            "authorities": [{
                "id": "authority-1",
                "domain": "business",
                "matter": t("matter that the position may act on", "权限事项"),
                "right": ["propose", "execute"],
                "conditions": t("conditions, or a limit in words", "条件，或用文字写的限度"),
            }, {
                "id": "authority-2",
                "domain": "finance",
                "matter": t(
                    "expense that the position may approve; correct the limit below as well",
                    "可审批的费用；下面的额度也请改正",
                ),
                "right": "approve",
                "limit": { "amount": 1000, "currency": "CNY", "per": "transaction" },
                "escalates_to": t("who decides beyond the limit", "超出额度时的上报对象"),
            }],
            "kpis": [{
                "id": "kpi-1",
                "name": t("name of the indicator", "指标名称"),
                "formula": t("how it is calculated", "计算公式"),
                "target": t("target; correct weight and cycle below as well", "目标值；下面的权重和周期也请改正"),
                "weight": 100,
                "cycle": "quarterly",
            }],
            "relations": [
                {
                    "id": "internal-1",
                    "side": "internal",
                    "counterpart": t("counterpart inside", "内部协作对象"),
                    "purpose": t("what they work on together", "协作事项"),
                },
                {
                    "id": "external-1",
                    "side": "external",
                    "counterpart": t("counterpart outside", "外部协作对象"),
                    "purpose": t("what they work on together", "协作事项"),
                },
            ],
            "qualifications": {
                "education": [{
                    "id": "education-1",
                    "level": "any",
                    "fields": [t("field of study; correct the level above as well", "专业；上一行的学历也请改正")],
                }],
                "experience": [{
                    "id": "experience-1",
                    "months": 12,
                    "domain": t("kind of experience; correct the months above as well", "经验领域；上一行的月数也请改正"),
                }],
                "knowledge": [{ "id": "knowledge-1", "name": t("knowledge", "知识") }],
                "skills": [{ "id": "skill-1", "name": t("skill", "技能") }],
                "abilities": [{ "id": "ability-1", "name": t("ability", "能力") }],
            },
            "conditions": {
                "workplace": "on_site",
                "hours_system": "standard",
                "schedule": t("working hours", "工作时间特征"),
            },
            "career": { "description": t("where the position leads", "发展前景") },
        });
        if let Json::Object(members) = members {
            role.extend(members);
        }
        Json::Object(role)
    }

    /// A code to be written, which is the same in every language.
    fn code(&self, en: &str, zh_cn: &str) -> Json {
        json!(to_write(self.languages[0], &Message::new(en, zh_cn)))
    }

    /// A duty; the first has everything that a duty can be measured by.
    fn duty(&self, number: usize) -> Json {
        let t = |en: &str, zh_cn: &str| self.todo(&format!("{en} {number}"), &format!("{zh_cn}{number}"));
        let mut duty = json!({
            "id": format!("duty-{number}"),
            "area": t("area of duty", "职责领域"),
            "statement": t("statement of duty", "职责表述"),
            "tasks": [t("a task of duty", "工作任务，职责"), t("another task of duty", "另一项工作任务，职责")],
            "involvement": "responsible",
            "assessment_focus": [t("what is assessed in duty", "考核重点，职责")],
        });
        if number == 1 {
            duty["frequency"] = json!("daily");
            duty["time_percent"] = json!(40);
            duty["weight"] = json!(50);
            duty["kpi_refs"] = json!(["kpi-1"]);
        }
        duty
    }

    /// A variant of a role: what is its own by nature, and what nothing fills yet.
    /// Everything else is the base's, and stays so when the base changes.
    fn variant(&self, base: &str) -> Result<Json, Failure> {
        let catalog = self.catalog;
        if !catalog.knows(base) {
            return Err(library::no_role(base, catalog));
        }
        let with_errors = || Failure::Usage {
            message: Message::new(format!("the role `{base}` has errors"), format!("岗位 `{base}` 有错误")),
            hints: vec![Message::new(
                "`rolebook build` names them; correct them first",
                "运行 `rolebook build` 可查看，请先改正",
            )],
        };
        if !catalog.roles.contains_key(base) {
            return Err(with_errors());
        }
        // A base with open placeholders is a pattern, not a fault.
        let tree = resolve_as_far_as_possible(catalog, base).0.ok_or_else(with_errors)?.tree;
        let placeholders = placeholders(catalog, base);
        let mut role = self.head();
        role.insert("extends".into(), json!(base));
        let (en, zh_cn) = (placeholders.filled.join(", "), placeholders.filled.join("、"));
        let (en, zh_cn) = if placeholders.filled.is_empty() {
            Default::default()
        } else {
            (
                format!(" \"variables\" can give other values to {en}."),
                format!("如需不同的取值，可在 \"variables\" 中另写：{zh_cn}。"),
            )
        };
        role.insert(
            "notes".into(),
            self.note(
                &format!(
                    "A variant of {base}: what is not written here is taken over from it. Objects merge key by key, \
                     lists of objects by id; null removes.{en} This note is never printed."
                ),
                &format!(
                    "{base} 的变体：这里没有写的内容都沿用它。对象逐项合并，列表按标识合并，null 表示删去。{zh_cn}\
                     本备注不会输出。"
                ),
            ),
        );
        role.insert("title".into(), self.todo("job title of the variant", "变体的岗位名称"));
        if tree.get("code").is_some() {
            role.insert("code".into(), self.code("position code of the variant", "变体的岗位编号"));
        }
        // What was decided and signed for the base was not for the variant.
        let mut document = json!({ "version": "0.1", "status": "draft" });
        for key in ["effective_date", "review_by", "supersedes", "prepared_on"] {
            if tree.get("document").and_then(|node| node.get(key)).is_some() {
                document[key] = Json::Null;
            }
        }
        role.insert("document".into(), document);
        for key in ["revisions", "posting"] {
            if tree.get(key).is_some() {
                role.insert(key.into(), Json::Null);
            }
        }
        let to_write = |name: String| {
            let value = self.todo(&format!("value of {name}"), &format!("{name} 的值"));
            (name, value)
        };
        let variables: Map<String, Json> = placeholders.open.into_iter().map(to_write).collect();
        if !variables.is_empty() {
            role.insert("variables".into(), Json::Object(variables));
        }
        Ok(Json::Object(role))
    }
}
