//! Owns the search for wordings in a text: one pass over it for all triggers, then a
//! look at what stands around each. May import `clean`, `fold`, `marks` and `rules`.
//!
//! The work grows with the text, not with the text times its matches: what one match asks
//! about its clause, `marks` knows for the next one.

use std::collections::BTreeMap;
use std::ops::Range;

use super::fold::Folded;
use super::marks::{Marks, is_boundary, is_quote};
use super::rules::{Context, Rule, WordingRules};
use crate::markdown::is_cjk;
use crate::model::{CheckLevel, Language, WordingField};

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
        let fingerprint = self.clean.fingerprint(text, language, field);
        if self.clean.has(fingerprint) {
            return Vec::new();
        }
        let found = self.scan_as(text, language, &[field]);
        if found.is_empty() {
            self.clean.add(fingerprint);
        }
        found
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
        let scene = Scene { folded: &folded, written: text, fields, marks: Marks::of(&folded.text) };
        let spared = Spared::of(spared);
        let mut unless: BTreeMap<u32, bool> = BTreeMap::new();
        found.retain(|(index, range)| {
            let rule = &self.rules[*index as usize];
            let unless = *unless
                .entry(*index)
                .or_insert_with(|| rule.unless.iter().any(|phrase| folded.text.contains(phrase.as_str())));
            !spared.covers(*index, range) && scene.accuses(rule, unless, self.context(rule), range)
        });
        let mut found = joined(found);
        found.sort_by_key(|(rule, range)| {
            let rank = rank(self.rules[*rule as usize].level);
            (std::cmp::Reverse(rank), std::cmp::Reverse(range.len()), range.start, *rule)
        });
        // Those that stay, by where they start: the last that starts before another's end is
        // the only one that can overlap it.
        let mut kept: BTreeMap<usize, (usize, u32)> = BTreeMap::new();
        for (rule, range) in found {
            if kept.range(..range.end).next_back().is_none_or(|(_, (end, _))| *end <= range.start) {
                kept.insert(range.start, (range.end, rule));
            }
        }
        kept.into_iter()
            .map(|(start, (end, rule))| WordingHit {
                rule: &self.rules[rule as usize],
                range: folded.written(without_edges(&folded.text, start..end), text),
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
    marks: Marks<'a>,
}

impl<'a> Scene<'a> {
    /// Whether what stands around a match leaves it a fault. Of what a rule passes over
    /// texts for, `unless` says whether this one has it.
    fn accuses(&self, rule: &'a Rule, unless: bool, context: &'a Context, range: &Range<usize>) -> bool {
        let spared = unless
            || rule.spares_names && self.is_name(range)
            || rule.negatable && (self.is_negated(context, range) || self.is_quoted(context, range));
        !spared && (!rule.whole_words || self.is_whole(range))
    }

    /// Whether its clause says the opposite.
    fn is_negated(&self, context: &'a Context, range: &Range<usize>) -> bool {
        let text = &*self.folded.text;
        let clause = self.marks.clause(range.start);
        let near = text[clause.start..range.start].trim_end_matches(|c: char| c == ' ' || is_quote(c));
        let after = text[range.end..].trim_start_matches(|c: char| c == ' ' || is_quote(c));
        self.marks.has_before(&context.negations, &clause, range.start)
            || self.marks.has_before(&context.item_negations, &self.marks.item(range.start), range.start)
            || self.is_prevented(context, &clause, range.start)
            || context
                .adjacent_negations
                .iter()
                .any(|word| near.ends_with(word.as_str()) && is_boundary(near, near.len() - word.len(), word))
            || context.trailing_negations.iter().any(|word| after.starts_with(word.as_str()))
            || self.is_enumerated(context, text.len() - after.len())
    }

    /// Whether it is what a word such as 避免 is about: the next thing behind it, or behind
    /// another word that leads on. In 为避免纠纷限男性 it is not.
    fn is_prevented(&self, context: &'a Context, clause: &Range<usize>, at: usize) -> bool {
        let ends = self.marks.ends_of(&context.preventions, clause);
        let Some(last) = ends.partition_point(|&end| end <= at).checked_sub(1) else { return false };
        let between = &self.folded.text[ends[last]..at];
        let between = between.trim_matches(|c: char| c == ' ' || is_quote(c));
        let leads = |word: &String| {
            between.ends_with(word.as_str()) && is_boundary(between, between.len() - word.len(), word)
        };
        between.is_empty() || context.prevention_links.iter().any(leads)
    }

    /// Whether its clause goes on to call it a wrong.
    fn is_enumerated(&self, context: &'a Context, after: usize) -> bool {
        let clause = self.marks.clause(after);
        self.marks.starts_of(&context.enumeration_ends, &clause).last().is_some_and(|&start| start >= after)
    }

    /// Whether it is quoted as a wording: in a duty, or where the text goes on to speak
    /// about it.
    fn is_quoted(&self, context: &'a Context, range: &Range<usize>) -> bool {
        let Some(quotation) = self.marks.quotation(range) else { return false };
        let sentence = self.marks.sentence(quotation.open);
        self.fields.contains(&WordingField::Duty)
            || self.marks.has_before(&context.quotation_leads, &sentence, quotation.open)
            || {
                let after = self.marks.behind(&quotation);
                context.quotation_marks.iter().any(|mark| after.starts_with(mark.as_str()))
            }
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
        let edges = [range.start, range.end].into_iter().filter(|&at| joins(at));
        edges.clone().next().is_none() || self.marks.has_breaks(range, edges)
    }
}

/// What rules pass over: by rule and start, with how far one reaches that starts no later.
struct Spared(Vec<(u32, usize, usize)>);

impl Spared {
    fn of(mut ranges: Vec<(u32, Range<usize>)>) -> Self {
        ranges.sort_by_key(|(rule, range)| (*rule, range.start));
        let mut spared: Vec<(u32, usize, usize)> = Vec::with_capacity(ranges.len());
        for (rule, range) in ranges {
            let reached = spared.last().filter(|(last, ..)| *last == rule).map_or(0, |(.., end)| *end);
            spared.push((rule, range.start, reached.max(range.end)));
        }
        Self(spared)
    }

    /// Whether a rule passes over something that a range has a part in.
    fn covers(&self, rule: u32, range: &Range<usize>) -> bool {
        let next = self.0.partition_point(|(by, start, _)| (*by, *start) < (rule, range.end));
        next.checked_sub(1)
            .map(|last| self.0[last])
            .is_some_and(|(by, _, end)| by == rule && end > range.start)
    }
}

/// A match without the marks at its ends that its trigger asked for.
fn without_edges(text: &str, range: Range<usize>) -> Range<usize> {
    let is_edge = |c: char| matches!(c, ',' | '、' | ' ');
    let words = text[range.clone()].trim_end_matches(is_edge);
    let end = range.start + words.len();
    end - words.trim_start_matches(is_edge).len()..end
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

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
