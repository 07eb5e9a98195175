//! Owns the checks of how duties are written. What they look for is data, in the words
//! of each rule. May import `scene` and `registry`.

use super::registry::{Rule, finding, rule};
use super::scene::{Scene, Words, is_han, says};
use crate::diagnostic::{Diagnostic, Message};
use crate::markdown;
use crate::model::{AuthorityRight, AuthorityRights, DocumentStatus, Duty, Involvement, Language};

pub(super) const RULES: &str = include_str!("writing.json");

/// More Chinese characters before a vague ending say what is meant.
const SAID_ZH: usize = 8;

/// More English words with a vague phrase say what is meant.
const SAID_EN: usize = 7;

/// A catch-all is no longer than this: characters in Chinese, words in English.
const CATCH_ALL: (usize, usize) = (26, 12);

pub(super) fn check(scene: &Scene<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if scene.status() == Some(DocumentStatus::Archived) {
        return findings;
    }
    for (index, duty) in scene.role().duties.iter().enumerate() {
        let pointer = format!("/duties/{index}");
        let statements = scene.words(&format!("{pointer}/statement"));
        for words in &statements {
            statement(scene, duty, words, &mut findings);
        }
        for task in 0..duty.tasks.len() {
            for words in scene.words(&format!("{pointer}/tasks/{task}")) {
                let text = bare(words.text);
                if says(duty.statement.as_ref()) || duty.tasks.len() > 1 {
                    findings.extend(vague(&words, &text));
                } else {
                    findings.extend(catch_all(&words, &text).or_else(|| vague(&words, &text)));
                }
                findings.extend(no_object(&words, &text));
            }
        }
    }
    findings
}

fn statement(scene: &Scene<'_>, duty: &Duty, words: &Words<'_>, findings: &mut Vec<Diagnostic>) {
    let text = bare(words.text);
    match catch_all(words, &text).or_else(|| vague(words, &text)) {
        Some(found) => findings.push(found),
        None => {
            findings.extend(no_object(words, &text));
            findings.extend(several(words, &text));
        }
    }
    findings.extend(against_involvement(duty, words, &text));
    findings.extend(against_authority(scene, duty, words, &text));
}

/// A text without markup and without what ends it.
fn bare(text: &str) -> String {
    let text = markdown::plain(text);
    text.trim_end_matches(|c: char| c.is_whitespace() || "。．.；;，,".contains(c)).trim_start().to_string()
}

fn known(code: &str) -> &'static Rule {
    rule(code).unwrap_or_else(|| panic!("{code} is a rule of this family"))
}

fn list(code: &str, language: Language) -> &'static [String] {
    known(code).list(language.tag())
}

fn found(code: &'static str, words: &Words<'_>, message: Message) -> Diagnostic {
    finding(code, message).at(words.span).pointer(&words.pointer)
}

fn vague(words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let mut phrases = list("vague_duty", words.language).iter();
    let is_vague = match words.language {
        Language::ZhCn => phrases.any(|phrase| {
            text.strip_suffix(phrase.as_str()).is_some_and(|before| {
                before.chars().count() <= SAID_ZH && !before.contains(['、', '，', '；', '《', '“'])
            })
        }),
        Language::En => {
            let lower = text.to_lowercase();
            phrases.any(|phrase| lower.contains(phrase.as_str()))
                && lower.split_whitespace().count() <= SAID_EN
        }
    };
    if !is_vague {
        return None;
    }
    let message =
        Message::new(format!("`{text}` does not say what is done"), format!("“{text}”没有说明具体做什么"));
    Some(found("vague_duty", words, message).hint(
        "name the action, its object and what comes of it: check monthly invoices and report differences to finance",
        "请写明动作、对象和结果，如“每月核对客户账单，差异报财务部处理”",
    ))
}

fn catch_all(words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let short = match words.language {
        Language::ZhCn => text.chars().count() <= CATCH_ALL.0,
        Language::En => text.split_whitespace().count() <= CATCH_ALL.1,
    };
    if !short {
        return None;
    }
    let lower = text.to_lowercase();
    if !list("catch_all_duty", words.language).iter().any(|phrase| lower.contains(phrase.as_str())) {
        return None;
    }
    let message = Message::new(
        format!("`{text}` takes the place of a duty"),
        format!("“{text}”是兜底条款，不能单独作为一项职责"),
    );
    Some(found("catch_all_duty", words, message).hint(
        "write what the work is; a catch-all can be the last task of a duty",
        "请写明实际工作；兜底条款可作为某项职责的最后一条工作任务",
    ))
}

fn several(words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let parts: Vec<&str> = match words.language {
        Language::ZhCn => text.split(['；', ';', '。', '\n']).collect(),
        Language::En => text.split("; ").flat_map(sentences).collect(),
    };
    let long = |part: &&str| match words.language {
        Language::ZhCn => part.chars().filter(|&c| is_han(c)).count() >= 5,
        Language::En => part.split_whitespace().count() >= 3,
    };
    let count = parts.iter().filter(|part| long(part)).count();
    if count < 2 {
        return None;
    }
    let message = Message::new(
        format!("the statement has {count} duties in it"),
        format!("一条职责表述中写了 {count} 项职责"),
    );
    Some(found("several_duties_in_one", words, message).hint(
        "write one duty, and the others as its `tasks` or as duties of their own",
        "请只写一项职责，其余写入 `tasks`（工作任务）或另列职责",
    ))
}

/// The sentences of an English text. What stands before a full stop may be an
/// abbreviation, which is short or has a full stop itself.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices(". ") {
        let (before, after) = (&text[start..at], at + mark.len());
        let word = before.rsplit(' ').next().unwrap_or_default();
        let ends = word.chars().count() > 3 && !word.contains('.');
        if ends && text[after..].starts_with(char::is_uppercase) {
            sentences.push(before);
            start = after;
        }
    }
    sentences.push(&text[start..]);
    sentences
}

fn no_object(words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let verbs = list("duty_without_object", words.language);
    let only_verbs = match words.language {
        Language::ZhCn => {
            let mut rest = text;
            while let Some(verb) = verbs.iter().find(|verb| rest.starts_with(verb.as_str())) {
                rest = rest[verb.len()..].trim_start_matches(['、', '，', '和', '与', '及']);
            }
            rest.is_empty()
        }
        Language::En => {
            let lower = text.to_lowercase();
            let mut all = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            all.all(|word| word == "and" || verbs.iter().any(|verb| verb == word))
        }
    };
    if text.is_empty() || !only_verbs {
        return None;
    }
    let message = Message::new(
        format!("`{text}` has neither an object nor a result"),
        format!("“{text}”只有动作，没有对象和结果"),
    );
    Some(found("duty_without_object", words, message).hint(
        "say whom or what it is done to, and what comes of it",
        "请写明对象和结果，如“协调生产与仓储，保证订单按期交付”",
    ))
}

fn starts<'a>(text: &str, verbs: &'a [String]) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let begins = |verb: &&String| {
        lower
            .strip_prefix(verb.as_str())
            .is_some_and(|rest| !verb.is_ascii() || !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    verbs.iter().find(begins).map(String::as_str)
}

fn against_involvement(duty: &Duty, words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let involvement = duty.involvement?;
    let rule = known("verb_against_involvement");
    let of = |kind: &str| starts(text, rule.list(&format!("{kind}.{}", words.language.tag())));
    let (en, zh_cn) = match involvement {
        Involvement::Responsible => ("responsible", "负责"),
        Involvement::Organize => ("organize", "组织"),
        Involvement::Approve => ("approve", "审批"),
        Involvement::Review => ("review", "审核"),
        Involvement::Participate => ("participate", "参与"),
        Involvement::Assist => ("assist", "协助"),
    };
    let verb = match involvement {
        Involvement::Responsible | Involvement::Organize | Involvement::Approve | Involvement::Review => {
            of("assist")?
        }
        Involvement::Participate | Involvement::Assist => of("decide")?,
    };
    let message = Message::new(
        format!("the statement says `{verb}`, the involvement is `{en}`"),
        format!("职责表述写的是“{verb}”，参与程度却是“{zh_cn}”（{en}）"),
    );
    Some(
        found("verb_against_involvement", words, message)
            .hint("change the verb or `involvement`", "请修改动词，或修改 `involvement`（参与程度）"),
    )
}

fn against_authority(scene: &Scene<'_>, duty: &Duty, words: &Words<'_>, text: &str) -> Option<Diagnostic> {
    let verb = starts(text, list("verb_against_grade", words.language))?;
    let role = scene.role();
    let decides = role.authorities.iter().any(|authority| {
        let rights = authority.right.as_ref().map(AuthorityRights::as_slice).unwrap_or_default();
        rights.iter().any(|right| {
            matches!(right, AuthorityRight::Approve | AuthorityRight::Decide | AuthorityRight::Confirm)
        })
    });
    let leads = role.reporting.as_ref().is_some_and(|it| !it.direct_reports.is_empty());
    if decides || leads || duty.involvement == Some(Involvement::Approve) {
        return None;
    }
    let grade = role.grade.as_deref().unwrap_or("—");
    let message = Message::new(
        format!(
            "`{verb}` is the verb of somebody who decides; the role (grade {grade}) has no such authority"
        ),
        format!("“{verb}”是有决定权的岗位才用的动词，而本岗位（职级 {grade}）没有审批或决定权限，也没有下级"),
    );
    Some(found("verb_against_grade", words, message).hint(
        "write what the role does, such as `prepare` or `propose`, or add the authority",
        "请改为本岗位实际的动作，如“编制”“提出”；确有权限的，请写入 `authorities`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_ends_no_sentence() {
        for one in [
            "Lead teams in the U.S. and report",
            "Serve ABC Co. Ltd. and its regions",
            "Travel, e.g. by rail",
        ] {
            assert_eq!(sentences(one), [one]);
        }
        assert_eq!(sentences("Check invoices monthly. Report differences to finance").len(), 2);
    }
}
