//! Owns a language's words and ways of writing numbers, amounts, dates and
//! durations. The words are data: `locales/TAG.json`. May import `model`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rich::Rich;
use crate::model::{Language, Numerals, Term, built_in_words};

/// The words of one language.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Locale {
    /// The title of a document, with `{title}` for the job title.
    pub document_title: String,
    /// The headings of sections.
    pub sections: BTreeMap<String, String>,
    /// The labels of fields, by their path in the model.
    pub fields: BTreeMap<String, String>,
    /// The labels of terms, by vocabulary.
    pub terms: BTreeMap<String, BTreeMap<String, String>>,
    /// Phrases with `{name}`s to fill.
    pub patterns: BTreeMap<String, String>,
    /// Fixed words that templates need.
    pub labels: BTreeMap<String, String>,
    /// Words and phrases of comparisons.
    pub compare: BTreeMap<String, String>,
    /// Words and phrases of the careers site.
    pub site: BTreeMap<String, String>,
    /// Words and phrases of a book.
    pub book: BTreeMap<String, String>,
    /// Words and phrases of what is made of all roles together: the organization chart,
    /// the register, the authority matrix.
    pub organization: BTreeMap<String, String>,
    /// Names of currencies by ISO 4217 code; a code without one is shown itself.
    pub currencies: BTreeMap<String, String>,
    /// Names of countries by ISO 3166-1 code; a code without one is shown itself.
    pub countries: BTreeMap<String, String>,
    /// The months.
    pub months: Vec<String>,
    /// How headings are numbered.
    pub numerals: Numerals,
}

impl Locale {
    /// The words that are built in.
    ///
    /// # Panics
    /// If a built-in file does not parse, which a test rules out.
    pub fn built_in(language: Language) -> Self {
        Self::deserialize(built_in_words(language)).expect("the built-in words are complete")
    }

    /// Takes over the words of a library's own file, key by key. What conforms to
    /// [`Locale::schema`] always fits.
    pub fn overlay(&mut self, language: Language, words: &serde_json::Value) {
        fn merge(base: &mut serde_json::Value, over: &serde_json::Value) {
            match (base, over) {
                (serde_json::Value::Object(base), serde_json::Value::Object(over)) => {
                    for (key, value) in over {
                        merge(base.entry(key).or_insert(serde_json::Value::Null), value);
                    }
                }
                (base, over) => *base = over.clone(),
            }
        }
        let mut base = built_in_words(language).clone();
        merge(&mut base, words);
        *self = serde_json::from_value(base).expect("the words conform to the schema");
    }

    /// What a library's own file of words may hold: the keys of the built-in one,
    /// each with a text, and any currency and country.
    pub fn schema(language: Language) -> serde_json::Value {
        fn of(value: &serde_json::Value, open: bool) -> serde_json::Value {
            match value {
                serde_json::Value::Object(members) => {
                    let properties: serde_json::Map<String, serde_json::Value> = members
                        .iter()
                        .map(|(key, value)| {
                            (key.clone(), of(value, matches!(&**key, "currencies" | "countries")))
                        })
                        .collect();
                    let others = if open { json!({ "type": "string" }) } else { json!(false) };
                    json!({ "type": "object", "properties": properties, "additionalProperties": others })
                }
                serde_json::Value::Array(_) => json!({ "type": "array", "items": { "type": "string" } }),
                _ => json!({ "type": "string" }),
            }
        }
        let mut schema = of(built_in_words(language), false);
        schema["properties"]["numerals"]["enum"] = json!(["chinese", "decimal"]);
        schema
    }

    /// The label of a field.
    ///
    /// # Panics
    /// If the locale has none: a test walks the model for that.
    pub fn field(&self, path: &str) -> &str {
        self.fields.get(path).unwrap_or_else(|| panic!("the locale has no label for the field {path}"))
    }

    /// The heading of a section.
    pub fn section(&self, id: &str) -> &str {
        self.sections.get(id).unwrap_or_else(|| panic!("the locale has no heading for the section {id}"))
    }

    /// A word or phrase of comparisons.
    pub fn compare(&self, name: &str) -> &str {
        self.compare
            .get(name)
            .unwrap_or_else(|| panic!("the locale has no words for the comparison's {name}"))
    }

    /// A phrase of comparisons, filled with words.
    pub fn fill_compare(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill(self.compare(name), values)
    }

    /// A word or phrase of the careers site.
    pub fn site(&self, name: &str) -> &str {
        self.site.get(name).unwrap_or_else(|| panic!("the locale has no words for the site's {name}"))
    }

    /// A phrase of the careers site, filled with words.
    pub fn fill_site(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill(self.site(name), values)
    }

    /// A word or phrase of a book.
    pub fn book(&self, name: &str) -> &str {
        self.book.get(name).unwrap_or_else(|| panic!("the locale has no words for the book's {name}"))
    }

    /// A phrase of a book, filled with words.
    pub fn fill_book(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill(self.book(name), values)
    }

    /// A word or phrase of the organization chart, the register or the authority matrix.
    pub fn organization(&self, name: &str) -> &str {
        self.organization
            .get(name)
            .unwrap_or_else(|| panic!("the locale has no words for the organization's {name}"))
    }

    /// A phrase of these, filled with words.
    pub fn fill_organization(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill(self.organization(name), values)
    }

    /// The label of a field, a list or an item's field in a comparison.
    pub fn compared_field(&self, path: &str) -> &str {
        let leaf = || path.strip_prefix("qualifications.")?.split_once('.').map(|(_, leaf)| leaf);
        let requirement = || self.fields.get(&format!("requirement.{}", leaf()?));
        let found = self.fields.get(path).or_else(requirement).or_else(|| self.sections.get(path));
        found.unwrap_or_else(|| panic!("the locale has no label for the field {path} of a comparison"))
    }

    /// The label of one item of a list in a comparison, or of a field that is no list.
    pub fn compared_item(&self, path: &str) -> &str {
        let item = self.compare.get(&format!("item_{path}"));
        item.map_or_else(|| self.compared_field(path), String::as_str)
    }

    /// The label of a term.
    pub fn term<T: Term>(&self, term: T) -> &str {
        self.term_of(T::VOCABULARY, term.key())
    }

    /// The label of a term in another vocabulary, such as a frequency as a cycle.
    pub fn term_of(&self, vocabulary: &str, key: &str) -> &str {
        let label = self.terms.get(vocabulary).and_then(|terms| terms.get(key));
        label.unwrap_or_else(|| panic!("the locale has no label for the term {vocabulary}.{key}"))
    }

    /// A pattern, to be filled.
    pub fn pattern(&self, name: &str) -> &str {
        self.patterns.get(name).unwrap_or_else(|| panic!("the locale has no pattern {name}"))
    }

    /// A pattern, filled with words.
    pub fn fill(&self, name: &str, values: &[(&str, &str)]) -> String {
        fill(self.pattern(name), values)
    }

    /// A number of things, in the singular or the plural.
    pub fn count(&self, number: u32, singular: &str, plural: &str) -> String {
        let pattern = if number == 1 { singular } else { plural };
        self.fill(pattern, &[("n", &number.to_string())])
    }

    /// A number with its thousands apart and without empty decimals.
    pub fn number(number: f64) -> String {
        let text = format!("{number:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        let (whole, decimals) =
            text.split_once('.').map_or((text, ""), |(whole, decimals)| (whole, decimals));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{sign}{grouped}{point}{decimals}")
    }

    /// A percentage.
    pub fn percent(&self, number: f64) -> String {
        self.fill("percent", &[("n", &Self::number(number))])
    }

    /// The name of a currency.
    pub fn currency<'a>(&'a self, code: &'a str) -> &'a str {
        self.currencies.get(code).map_or(code, String::as_str)
    }

    /// The name of a country.
    pub fn country<'a>(&'a self, code: &'a str) -> &'a str {
        self.countries.get(code).map_or(code, String::as_str)
    }

    /// An ISO 8601 date in words; what is no date is shown as it stands.
    pub fn date(&self, iso: &str) -> String {
        let parts: Vec<&str> = iso.split('-').collect();
        let [year, month, day] = parts[..] else { return iso.to_string() };
        let number = |text: &str| text.parse::<usize>().unwrap_or_default();
        let Some(name) = number(month).checked_sub(1).and_then(|index| self.months.get(index)) else {
            return iso.to_string();
        };
        self.fill("date", &[("year", year), ("month", name), ("day", &number(day).to_string())])
    }

    /// A number of months, in years where it comes out even.
    pub fn duration(&self, months: u32) -> String {
        match (months / 12, months % 12) {
            (years, 0) if years > 0 => self.count(years, "year", "years"),
            _ => self.count(months, "month", "months"),
        }
    }

    /// The number of a heading: 一 or 1.
    pub fn numeral(&self, number: usize) -> String {
        match self.numerals {
            Numerals::Decimal => number.to_string(),
            Numerals::Chinese => chinese_numeral(number),
        }
    }

    /// The number before a section's heading, with its mark: `一、` or `1. `; in the
    /// language's numerals if no others are asked for.
    pub fn section_number(&self, number: usize, numerals: Option<Numerals>) -> String {
        match numerals.unwrap_or(self.numerals) {
            Numerals::Decimal => format!("{number}. "),
            Numerals::Chinese => format!("{}、", chinese_numeral(number)),
        }
    }
}

fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let values: Vec<(&str, Rich)> =
        values.iter().map(|(name, value)| (*name, Rich::plain(*value, ""))).collect();
    let values: Vec<(&str, &Rich)> = values.iter().map(|(name, value)| (*name, value)).collect();
    Rich::fill(pattern, &values).to_plain()
}

/// 1 to 99 in Chinese numerals, any other number in digits.
fn chinese_numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) if ones > 0 => DIGITS[ones].to_string(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens @ 2..=9, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_amounts_and_dates_are_written_as_the_language_does() {
        let (zh, en) = (Locale::built_in(Language::ZhCn), Locale::built_in(Language::En));
        assert_eq!(Locale::number(1_234_567.5), "1,234,567.5");
        assert_eq!(Locale::number(800.0), "800");
        assert_eq!(
            (zh.date("2012-04-08"), en.date("2012-04-08")),
            ("2012年4月8日".into(), "8 April 2012".into())
        );
        assert_eq!((zh.duration(72), en.duration(12)), ("6年".into(), "1 year".into()));
        assert_eq!((zh.duration(18), en.duration(18)), ("18个月".into(), "18 months".into()));
    }

    #[test]
    fn chinese_numerals_go_beyond_ten() {
        let numerals: Vec<String> = [1, 10, 11, 20, 45].into_iter().map(chinese_numeral).collect();
        assert_eq!(numerals, ["一", "十", "十一", "二十", "四十五"]);
    }

    #[test]
    fn a_library_changes_single_words() {
        let mut locale = Locale::built_in(Language::ZhCn);
        locale.overlay(Language::ZhCn, &json!({ "fields": { "code": "工号" } }));
        assert_eq!((locale.field("code"), locale.field("title")), ("工号", "岗位名称"));
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys = |words: &serde_json::Value| {
            fn walk(value: &serde_json::Value, path: &str, out: &mut Vec<String>) {
                if let Some(members) = value.as_object() {
                    for (key, value) in members {
                        walk(value, &format!("{path}/{key}"), out);
                    }
                } else {
                    out.push(path.to_string());
                }
            }
            let mut out = Vec::new();
            walk(words, "", &mut out);
            out.retain(|key| !key.starts_with("/currencies"));
            out.sort();
            out
        };
        assert_eq!(keys(built_in_words(Language::ZhCn)), keys(built_in_words(Language::En)));
    }
}
