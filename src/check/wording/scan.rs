//! Owns the search for wordings in a text: one pass over it for all triggers, then a
//! look at what stands around each. May import `fold`, `pattern` and `rules`.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::fold::Folded;
use super::pattern::ends_clause;
use super::rules::{Context, Rule, WordingRules};
use crate::markdown::is_cjk;
use crate::model::{CheckLevel, Language, WordingField};

static WORDS: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));

/// A wording that a rule finds fault with.
#[derive(Debug, Clone)]
pub struct WordingHit<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Where it stands: bytes of the text as it was written.
    pub range: Range<usize>,
}

impl WordingRules {
    /// What stands in a text of a language, or of any; in the order of the text. No two
    /// overlap: the more serious one stays, or else the longer one.
    pub fn scan(&self, text: &str, language: Option<Language>, field: WordingField) -> Vec<WordingHit<'_>> {
        self.scan_as(text, language, &[field])
    }

    /// The same for a text that may be of several kinds.
    pub fn scan_as(
        &self,
        text: &str,
        language: Option<Language>,
        fields: &[WordingField],
    ) -> Vec<WordingHit<'_>> {
        let folded = Folded::without_origins(text, &self.variants);
        let mut found: Vec<(u32, Range<usize>)> = Vec::new();
        let mut spared: Vec<(u32, Range<usize>)> = Vec::new();
        for anchor in self.automaton.find_overlapping_iter(&folded.text) {
            for &trigger in &self.anchors[anchor.pattern().as_usize()] {
                let trigger = &self.triggers[trigger as usize];
                let rule = &self.rules[trigger.rule as usize];
                if !rule.is_for(language) || !trigger.anywhere && !rule.is_about(fields) {
                    continue;
                }
                if let Some((start, end)) = trigger.pattern.match_around(&folded, anchor.range()) {
                    let list = if trigger.spares { &mut spared } else { &mut found };
                    list.push((trigger.rule, start..end));
                }
            }
        }
        if found.is_empty() {
            // So it is with nearly all texts.
            return Vec::new();
        }
        let folded = Folded::new(text, &self.variants);
        let scene = Scene { folded: &folded, written: text, fields };
        found.retain(|(rule, range)| {
            let is_spared = spared
                .iter()
                .any(|(by, other)| by == rule && other.start < range.end && range.start < other.end);
            let rule = &self.rules[*rule as usize];
            !is_spared && scene.accuses(rule, self.context(rule), range)
        });
        let mut found = joined(found);
        found.sort_by_key(|(rule, range)| {
            let rank = rank(self.rules[*rule as usize].level);
            (std::cmp::Reverse(rank), std::cmp::Reverse(range.len()), range.start, *rule)
        });
        let mut kept: Vec<(u32, Range<usize>)> = Vec::new();
        for (rule, range) in found {
            if kept.iter().all(|(_, other)| other.end <= range.start || range.end <= other.start) {
                kept.push((rule, range));
            }
        }
        kept.sort_by_key(|(_, range)| range.start);
        kept.into_iter()
            .map(|(rule, range)| WordingHit {
                rule: &self.rules[rule as usize],
                range: folded.written(without_edges(&folded.text, range), text),
            })
            .collect()
    }
}

/// Matches with those of the same rule that they overlap as one.
fn joined(mut found: Vec<(u32, Range<usize>)>) -> Vec<(u32, Range<usize>)> {
    found.sort_by_key(|(rule, range)| (*rule, range.start, range.end));
    let mut joined: Vec<(u32, Range<usize>)> = Vec::new();
    for (rule, range) in found {
        match joined.last_mut().filter(|(last, whole)| *last == rule && range.start < whole.end) {
            Some((_, whole)) => whole.end = whole.end.max(range.end),
            None => joined.push((rule, range)),
        }
    }
    joined
}

fn rank(level: CheckLevel) -> u8 {
    match level {
        CheckLevel::Off => 0,
        CheckLevel::Info => 1,
        CheckLevel::Warning => 2,
        CheckLevel::Error => 3,
    }
}

/// A text and what is known of it.
struct Scene<'a> {
    folded: &'a Folded,
    written: &'a str,
    fields: &'a [WordingField],
}

impl Scene<'_> {
    /// Whether what stands around a match leaves it a fault.
    fn accuses(&self, rule: &Rule, context: &Context, range: &Range<usize>) -> bool {
        let text = &*self.folded.text;
        let spared = rule.unless.iter().any(|phrase| text.contains(phrase.as_str()))
            || rule.spares_names && self.is_name(range)
            || rule.negatable && (self.is_negated(context, range) || self.is_quoted(context, range));
        !spared && (!rule.whole_words || self.is_whole(range))
    }

    /// Whether its clause says the opposite.
    fn is_negated(&self, context: &Context, range: &Range<usize>) -> bool {
        let text = &*self.folded.text;
        let clause = &text[clause_start(text, range.start)..range.start];
        let near = clause.trim_end_matches(|c: char| c == ' ' || is_quote(c));
        let after = text[range.end..].trim_start_matches(|c: char| c == ' ' || is_quote(c));
        let item = clause.rsplit('、').next().unwrap_or(clause);
        context.negations.iter().any(|word| has_word(clause, word))
            || context.item_negations.iter().any(|word| has_word(item, word))
            || context
                .adjacent_negations
                .iter()
                .any(|word| near.ends_with(word.as_str()) && is_boundary(near, near.len() - word.len(), word))
            || context.trailing_negations.iter().any(|word| after.starts_with(word.as_str()))
            || context.enumeration_ends.iter().any(|word| clause_of(after).contains(word.as_str()))
    }

    /// Whether it is quoted as a wording: in a duty, or where the text goes on to speak
    /// about it.
    fn is_quoted(&self, context: &Context, range: &Range<usize>) -> bool {
        let text = &*self.folded.text;
        let Some(open) = text[..range.start].rfind(is_quote) else { return false };
        let closed = text[range.end..].find(is_quote).map(|at| range.end + at);
        let Some(closed) = closed else { return false };
        let within = !text[open..range.start].contains('\n') && !text[range.end..closed].contains('\n');
        // As many marks open before it as close: those before do not belong to it.
        let straight = text[..range.start].matches('"').count() % 2 == 1;
        let opens = text[open..].chars().next().is_some_and(|c| matches!(c, '“' | '‘' | '「' | '『' | '《'));
        if !within || !(opens || straight) {
            return false;
        }
        let after = text[closed..].trim_start_matches(is_quote).trim_start();
        self.fields.contains(&WordingField::Duty)
            || context
                .quotation_leads
                .iter()
                .any(|word| has_word(&text[sentence_start(text, open)..open], word))
            || context.quotation_marks.iter().any(|mark| after.starts_with(mark.as_str()))
    }

    /// Whether it is written with a capital letter where no sentence begins.
    fn is_name(&self, range: &Range<usize>) -> bool {
        let written = self.folded.written(range.clone(), self.written);
        let capital = self.written[written.clone()].chars().next().is_some_and(char::is_uppercase);
        let before = self.written[..written.start].trim_end().chars().next_back();
        let opens = before
            .is_none_or(|c| matches!(c, '.' | '!' | '?' | ':' | ';' | '-' | '*' | '•' | '(' | '"' | '“'));
        !self.fields.contains(&WordingField::Title) && capital && !opens
    }

    /// Whether Chinese words begin and end where it does, as far as a dictionary knows.
    fn is_whole(&self, range: &Range<usize>) -> bool {
        let text = &*self.folded.text;
        let joins = |at: usize| {
            let sides = (text[..at].chars().next_back(), text[at..].chars().next());
            matches!(sides, (Some(before), Some(after)) if is_cjk(before) && is_cjk(after))
        };
        if !joins(range.start) && !joins(range.end) {
            return true;
        }
        let start = clause_start(text, range.start);
        let end = text[range.end..].find(ends_clause).map_or(text.len(), |length| range.end + length);
        let breaks: Vec<usize> = WORDS.segment_str(&text[start..end]).map(|at| at + start).collect();
        [range.start, range.end].iter().all(|at| !joins(*at) || breaks.contains(at))
    }
}

/// Where the clause begins that a place is in.
fn clause_start(text: &str, at: usize) -> usize {
    text[..at].char_indices().rev().find(|&(_, c)| ends_clause(c)).map_or(0, |(at, c)| at + c.len_utf8())
}

/// A match without the marks at its ends that its trigger asked for.
fn without_edges(text: &str, range: Range<usize>) -> Range<usize> {
    let is_edge = |c: char| matches!(c, ',' | '、' | ' ');
    let words = text[range.clone()].trim_end_matches(is_edge);
    let end = range.start + words.len();
    end - words.trim_start_matches(is_edge).len()..end
}

/// Where the sentence begins that a place is in.
fn sentence_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind(|c: char| ends_clause(c) && c != ',')
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8))
}

/// A text up to where its clause ends.
fn clause_of(text: &str) -> &str {
    text.split(ends_clause).next().unwrap_or(text)
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| is_boundary(text, at, word))
}

/// Whether a Latin word that stands at a place begins and ends there.
fn is_boundary(text: &str, at: usize, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    !is_letter(word.chars().next())
        || !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next())
}

fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '"' | '\'' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, field: WordingField) -> Vec<(String, String)> {
        static RULES: LazyLock<WordingRules> = LazyLock::new(WordingRules::built_in);
        let hits = RULES.scan(text, None, field);
        hits.iter()
            .map(|hit| (hit.rule.code.as_str().to_string(), text[hit.range.clone()].to_string()))
            .collect()
    }

    fn one(code: &str, words: &str) -> Vec<(String, String)> {
        vec![(code.to_string(), words.to_string())]
    }

    #[test]
    fn of_two_that_overlap_the_more_serious_stays_or_else_the_longer() {
        // A title with a sex in it is a warning, a limit an error.
        assert_eq!(found("限女司机", WordingField::Title), one("gender_only", "限女"));
        assert_eq!(found("仅限女生", WordingField::Requirement), one("gender_only", "仅限女生"));
        assert_eq!(found("年龄30岁以下", WordingField::Requirement), one("age_limit", "年龄30岁以下"));
        let several = found("限男性；35岁以下；名校毕业生优先", WordingField::Requirement);
        let codes: Vec<&str> = several.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["gender_only", "age_limit", "school_list"]);
    }

    #[test]
    fn markup_and_spaces_hide_nothing() {
        assert_eq!(found("条件：**限 男** 性", WordingField::Text), one("gender_only", "限 男** 性"));
        assert_eq!(found("`男性`优先", WordingField::Text), one("gender_preferred", "男性`优先"));
        assert_eq!(found("限\u{200b}男", WordingField::Text), one("gender_only", "限\u{200b}男"));
    }

    #[test]
    fn a_wording_that_is_spoken_about_is_none() {
        assert_eq!(found("不得写限男性", WordingField::Text), []);
        assert_eq!(found("“限男性”之类的表述已删去", WordingField::Text), []);
        assert_eq!(found("讲解“女士优先”", WordingField::Duty), []);
        assert_eq!(found("不收取报名费、押金 100 元", WordingField::Text), []);
        assert_eq!(found("无需经验、限男性", WordingField::Text), one("gender_only", "限男性"));
        assert_eq!(found("审查招聘广告，例如“限男性”", WordingField::Text), []);
        assert_eq!(found("审查招聘广告。“限男性”", WordingField::Text), one("gender_only", "限男性"));
        assert_eq!(found("核查收取押金、扣押身份证等行为", WordingField::Text), []);
        assert_eq!(found("扣押身份证，等行为", WordingField::Text), one("documents_withheld", "扣押身份证"));
        // Quotation marks alone are none, nor is a negation of another clause.
        assert_eq!(found("本岗位“限男性”", WordingField::Text), one("gender_only", "限男性"));
        assert_eq!(found("“公司简介”限男性", WordingField::Duty), one("gender_only", "限男性"));
        assert_eq!(found("不得迟到，限男性", WordingField::Text), one("gender_only", "限男性"));
    }

    #[test]
    fn chinese_words_and_names_are_whole() {
        assert_eq!(found("确保录入数据准确", WordingField::Text), []);
        assert_eq!(found("投简历即保录用", WordingField::Text), one("hiring_promise", "保录用"));
        assert_eq!(found("Negotiate with Salesman Cable Company", WordingField::Duty), []);
        assert_eq!(
            found("Supervise each salesman", WordingField::Duty),
            one("en_gendered_title", "salesman")
        );
        assert_eq!(
            found("Lead it. Salesmen report here", WordingField::Duty),
            one("en_gendered_title", "Salesmen")
        );
    }

    #[test]
    fn a_rule_looks_at_its_fields_only() {
        assert_eq!(found("35岁以下", WordingField::Requirement), one("age_limit", "35岁以下"));
        assert_eq!(found("35岁以下", WordingField::Duty), []);
        // What cannot be the object of work is looked for in all of them.
        assert_eq!(found("35岁以下优先", WordingField::Duty), one("age_limit", "35岁以下优先"));
        assert_eq!(found("未婚、能驻外", WordingField::Duty), one("marital_status", "未婚"));
        let rules = WordingRules::built_in();
        let both = rules.scan_as("女司机", None, &[WordingField::Title, WordingField::Text]);
        assert_eq!(both.len(), 1);
    }
}
