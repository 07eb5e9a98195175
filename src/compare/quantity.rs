//! Owns numbers, amounts, percentages, durations and dates as values, however
//! they are written: `3年`, `三年` and `36个月` are the same. May import nothing
//! of rolebook.

/// A value that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Quantity {
    dimension: Dimension,
    /// In millionths of the dimension's unit.
    value: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Dimension {
    Number,
    Percent,
    /// In months.
    Months,
    /// In days.
    Days,
    /// In hours.
    Hours,
    /// A month of the year.
    CalendarMonth,
    /// A date, as year × 10,000 + month × 100 + day; 0 where it says none.
    Date,
    /// An amount in the currency of this ISO 4217 code.
    Money([u8; 3]),
}

/// What stands after a number, and what it makes of it. Longer ones first.
const UNITS: &[(&str, Dimension, f64)] = &[
    ("周年", Dimension::Months, 12.0),
    ("个月", Dimension::Months, 1.0),
    ("年", Dimension::Months, 12.0),
    ("月", Dimension::CalendarMonth, 1.0),
    ("个星期", Dimension::Days, 7.0),
    ("星期", Dimension::Days, 7.0),
    ("周", Dimension::Days, 7.0),
    ("天", Dimension::Days, 1.0),
    ("日", Dimension::Days, 1.0),
    ("个小时", Dimension::Hours, 1.0),
    ("小时", Dimension::Hours, 1.0),
    ("%", Dimension::Percent, 1.0),
    ("‰", Dimension::Percent, 0.1),
    ("元人民币", Dimension::Money(*b"CNY"), 1.0),
    ("人民币", Dimension::Money(*b"CNY"), 1.0),
    ("美元", Dimension::Money(*b"USD"), 1.0),
    ("欧元", Dimension::Money(*b"EUR"), 1.0),
    ("港元", Dimension::Money(*b"HKD"), 1.0),
    ("元", Dimension::Money(*b"CNY"), 1.0),
    ("years", Dimension::Months, 12.0),
    ("year", Dimension::Months, 12.0),
    ("months", Dimension::Months, 1.0),
    ("month", Dimension::Months, 1.0),
    ("weeks", Dimension::Days, 7.0),
    ("week", Dimension::Days, 7.0),
    ("days", Dimension::Days, 1.0),
    ("day", Dimension::Days, 1.0),
    ("hours", Dimension::Hours, 1.0),
    ("hour", Dimension::Hours, 1.0),
    ("percent", Dimension::Percent, 1.0),
    ("per cent", Dimension::Percent, 1.0),
    ("yuan", Dimension::Money(*b"CNY"), 1.0),
    ("CNY", Dimension::Money(*b"CNY"), 1.0),
    ("RMB", Dimension::Money(*b"CNY"), 1.0),
    ("USD", Dimension::Money(*b"USD"), 1.0),
    ("EUR", Dimension::Money(*b"EUR"), 1.0),
    ("HKD", Dimension::Money(*b"HKD"), 1.0),
];

/// What stands before an amount.
const CURRENCIES: &[(&str, [u8; 3])] = &[
    ("CNY", *b"CNY"),
    ("RMB", *b"CNY"),
    ("¥", *b"CNY"),
    ("USD", *b"USD"),
    ("$", *b"USD"),
    ("EUR", *b"EUR"),
    ("€", *b"EUR"),
    ("HKD", *b"HKD"),
];

/// Counters after which a Chinese numeral is a number and not part of a word.
const COUNTERS: &[&str] = &["人", "名", "位", "次", "项", "家", "件", "台", "套", "份", "种", "类", "个"];

const MULTIPLIERS: &[(&str, f64)] = &[
    ("万亿", 1e12),
    ("亿", 1e8),
    ("千万", 1e7),
    ("百万", 1e6),
    ("万", 1e4),
    ("million", 1e6),
    ("thousand", 1e3),
];

const ENGLISH: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A quantity that a text starts with, and how many of its characters it takes.
/// `text` is folded to half width; `before` is the character before it.
pub(super) fn read(text: &[char], before: Option<char>) -> Option<(Quantity, usize)> {
    let first = *text.first()?;
    let could_start = first.is_ascii_digit()
        || first.is_ascii_alphabetic()
        || matches!(first, '-' | '−' | '¥' | '$' | '€')
        || chinese_digit(first).is_some()
        || matches!(first, '十' | '百');
    // Not inside a word or a number: `B2B`, `v1.2`, `C1`.
    let inside = before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    if !could_start || inside {
        return None;
    }
    date(text).or_else(|| amount(text, before))
}

fn date(text: &[char]) -> Option<(Quantity, usize)> {
    let (year, at) = digits(text, 4)?;
    if at == 4 && (1900.0..2200.0).contains(&year) {
        let separator = *text.get(at)?;
        if matches!(separator, '-' | '/' | '.' | '年') {
            let (month, length) = digits(text.get(at + 1..)?, 2)?;
            let mut at = at + 1 + length;
            if !(1.0..=12.0).contains(&month) {
                return None;
            }
            let end = if separator == '年' { '月' } else { separator };
            if text.get(at) != Some(&end) {
                return None;
            }
            at += 1;
            let day = text.get(at..).and_then(|rest| digits(rest, 2));
            let day = day.filter(|(day, _)| (1.0..=31.0).contains(day));
            return match day {
                Some((day, length)) => {
                    at += length;
                    at += usize::from(text.get(at) == Some(&'日'));
                    Some((Quantity::date(year, month, day), at))
                }
                None if separator == '年' => Some((Quantity::date(year, month, 0.0), at)),
                None => None,
            };
        }
    }
    // 8 April 2012
    let (day, at) = digits(text, 2)?;
    let at = at + spaces(&text[at..]);
    let (month, length) = month_name(&text[at..])?;
    let at = at + length;
    let at = at + spaces(&text[at..]);
    let (year, length) = digits(&text[at..], 4).filter(|&(_, length)| length == 4)?;
    (1.0..=31.0).contains(&day).then(|| (Quantity::date(year, month, day), at + length))
}

fn month_name(text: &[char]) -> Option<(f64, usize)> {
    let number = (1..=12u8).find(|&number| starts_with(text, MONTHS[usize::from(number) - 1]))?;
    Some((f64::from(number), MONTHS[usize::from(number) - 1].len()))
}

fn amount(text: &[char], before: Option<char>) -> Option<(Quantity, usize)> {
    let currency = CURRENCIES.iter().find(|(sign, _)| starts_with_exactly(text, sign));
    let mut at = currency.map_or(0, |(sign, _)| sign.chars().count());
    at += if currency.is_some() { spaces(&text[at..]) } else { 0 };
    let per_hundred = starts_with_exactly(&text[at..], "百分之");
    at += if per_hundred { 3 } else { 0 };
    let (value, length, plain) = number(&text[at..], before)?;
    at += length;
    let mut value = value;
    let gap = spaces(&text[at..]);
    if let Some((name, factor)) =
        MULTIPLIERS.iter().find(|(name, _)| starts_with_word(&text[at + gap..], name))
    {
        value *= factor;
        at += gap + name.chars().count();
    }
    if per_hundred {
        return Some((Quantity::new(Dimension::Percent, value), at));
    }
    if let Some((_, code)) = currency {
        return Some((Quantity::new(Dimension::Money(*code), value), at));
    }
    let gap = spaces(&text[at..]);
    let unit = UNITS.iter().find(|(name, ..)| starts_with_word(&text[at + gap..], name));
    if let Some(&(name, dimension, factor)) = unit {
        let at = at + gap + name.chars().count();
        return Some((Quantity::new(dimension, value * factor), at));
    }
    let counted = || COUNTERS.iter().any(|counter| starts_with_exactly(&text[at..], counter));
    (plain || counted()).then(|| (Quantity::new(Dimension::Number, value), at))
}

/// A number, its length, and whether it is one without a unit too.
fn number(text: &[char], before: Option<char>) -> Option<(f64, usize, bool)> {
    let sign =
        usize::from(matches!(text.first(), Some('-' | '−')) && before.is_none_or(|c| !c.is_alphanumeric()));
    if text.get(sign).is_some_and(char::is_ascii_digit) {
        let mut written = String::new();
        let mut at = sign;
        while let Some(&c) = text.get(at) {
            let next = || text.get(at + 1).is_some_and(char::is_ascii_digit);
            let thousands = || {
                (1..=3).all(|ahead| text.get(at + ahead).is_some_and(char::is_ascii_digit))
                    && !text.get(at + 4).is_some_and(char::is_ascii_digit)
            };
            match c {
                '0'..='9' => written.push(c),
                '.' if next() && !written.contains('.') => written.push(c),
                ',' if thousands() && !written.contains('.') => {}
                _ => break,
            }
            at += 1;
        }
        // `3D`, `24x7`: a word that begins with a digit.
        let word = text.get(at).is_some_and(char::is_ascii_alphabetic)
            && !UNITS.iter().any(|(name, ..)| starts_with_word(&text[at..], name));
        let value: f64 = written.parse().ok()?;
        return (!word).then_some((if sign == 1 { -value } else { value }, at, true));
    }
    if let Some((value, length)) = chinese_number(text) {
        return Some((value, length, false));
    }
    let (word, value) = ENGLISH.iter().find(|(word, _)| starts_with_word(text, word))?;
    Some((*value, word.len(), false))
}

fn digits(text: &[char], most: usize) -> Option<(f64, usize)> {
    let length = text.iter().take(most).take_while(|c| c.is_ascii_digit()).count();
    let number: String = text[..length].iter().collect();
    Some((number.parse().ok()?, length))
}

/// A number up to 99,999 in Chinese numerals.
fn chinese_number(text: &[char]) -> Option<(f64, usize)> {
    let (mut total, mut digit, mut at) = (0.0, None, 0);
    while let Some(&c) = text.get(at) {
        if let Some(value) = chinese_digit(c) {
            if digit.is_some_and(|digit: f64| digit > 0.0) {
                return None;
            }
            digit = Some(value);
        } else if let Some(unit) =
            [('十', 10.0), ('百', 100.0), ('千', 1000.0)].iter().find(|(it, _)| *it == c)
        {
            if digit.is_none() && (at > 0 || unit.1 > 10.0) {
                break;
            }
            total += digit.take().unwrap_or(1.0) * unit.1;
        } else {
            break;
        }
        at += 1;
    }
    (at > 0).then(|| (total + digit.unwrap_or_default(), at))
}

fn chinese_digit(c: char) -> Option<f64> {
    let at = "零一二三四五六七八九".chars().position(|it| it == c);
    let value = at.or_else(|| (c == '两').then_some(2))?;
    u8::try_from(value).ok().map(f64::from)
}

fn spaces(text: &[char]) -> usize {
    text.iter().take_while(|&&c| c == ' ').count()
}

fn starts_with(text: &[char], word: &str) -> bool {
    let mut chars = text.iter().map(char::to_ascii_lowercase);
    word.chars().all(|c| chars.next() == Some(c.to_ascii_lowercase()))
}

fn starts_with_exactly(text: &[char], word: &str) -> bool {
    let mut chars = text.iter();
    word.chars().all(|c| chars.next() == Some(&c))
}

/// Whether a text starts with a word that goes no further.
fn starts_with_word(text: &[char], word: &str) -> bool {
    let after = text.get(word.chars().count());
    let ends =
        !word.ends_with(|c: char| c.is_ascii_alphabetic()) || !after.is_some_and(char::is_ascii_alphanumeric);
    ends && starts_with(text, word)
}

impl Quantity {
    #[expect(clippy::cast_possible_truncation, reason = "amounts of roles are far below 10^30")]
    fn new(dimension: Dimension, value: f64) -> Self {
        Self { dimension, value: (value * 1e6).round() as i128 }
    }

    fn date(year: f64, month: f64, day: f64) -> Self {
        Self::new(Dimension::Date, year * 10_000.0 + month * 100.0 + day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(Quantity, usize)> {
        read(&text.chars().collect::<Vec<_>>(), None)
    }

    #[track_caller]
    fn same(one: &str, other: &str) {
        let (one_read, other_read) = (of(one), of(other));
        assert!(one_read.is_some(), "{one} is no quantity");
        assert_eq!(one_read.map(|it| it.0), other_read.map(|it| it.0), "{one} and {other}");
        assert_eq!(other_read.map(|it| it.1), Some(other.chars().count()), "all of {other}");
    }

    #[test]
    fn the_same_value_is_the_same_however_it_is_written() {
        same("3年", "三年");
        same("3年", "36个月");
        same("two years", "24 months");
        same("12", "12.0");
        same("50万元", "500,000元");
        same("¥500,000", "CNY 500,000");
        same("百分之五", "5%");
        same("2026-09-01", "2026年9月1日");
        same("1 September 2026", "2026/9/1");
        same("二十五人", "25");
    }

    #[test]
    fn different_values_differ() {
        for (one, other) in [("3年", "5年"), ("5%", "5元"), ("3月", "3个月"), ("1.5", "15"), ("10元", "$10")]
        {
            assert_ne!(of(one).map(|it| it.0), of(other).map(|it| it.0), "{one} and {other}");
        }
    }

    #[test]
    fn a_numeral_inside_a_word_is_no_number() {
        for text in ["一定程度", "三方协议", "统一", "one-off", "十分重要", "3D", "百"] {
            assert_eq!(of(text), None, "{text}");
        }
        let b2b: Vec<char> = "2B".chars().collect();
        assert_eq!(read(&b2b, Some('B')), None);
    }
}
