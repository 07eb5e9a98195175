//! Owns numbers, amounts, percentages, durations, dates and ranges of them as
//! values, however they are written: `3年`, `三年` and `36个月` are the same. May
//! import `numeral` and `calendar`.
//!
//! Where a text can be read in two ways, it is read so that two different values
//! never look the same.

use super::calendar;
use super::numeral::{self, Decimal, Numeral, Read, is_chinese, spaces, starts_with, starts_with_word};

/// A value that a text names, or a range between two.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Quantity {
    One(Value),
    Range(Value, Value),
    /// `1:3`
    Ratio(Vec<String>),
}

/// A value in its dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Value {
    dimension: Dimension,
    amount: Decimal,
}

/// An amount as texts of two languages share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// In its dimension.
    Of(Value),
    /// Whatever it counts.
    Bare(Decimal),
}

impl Quantity {
    /// What each of its values amounts to, in every way that a translation may have it.
    pub(super) fn amounts(&self) -> Vec<Vec<Shared>> {
        let of = |value: &Value| {
            let bare = Shared::Bare(value.amount.normalized());
            let exact = Value { amount: value.amount.normalized(), ..*value };
            match value.dimension {
                // A year is no twelve of something else.
                Dimension::Months | Dimension::Minutes => vec![Shared::Of(exact)],
                _ => vec![Shared::Of(exact), bare],
            }
        };
        match self {
            Self::One(value) => vec![of(value)],
            Self::Range(low, high) => vec![of(low), of(high)],
            Self::Ratio(_) => Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Dimension {
    Number,
    /// A number of what this counter counts.
    Count(&'static str),
    Percent,
    /// In months.
    Months,
    /// In days.
    Days,
    /// In minutes.
    Minutes,
    /// A month of the year.
    CalendarMonth,
    /// A day of a month.
    CalendarDay,
    /// A day of the week.
    Weekday,
    /// A time of day, in minutes.
    Clock,
    /// A date, as year × 10,000 + month × 100 + day; 0 where it says none.
    Date,
    /// An amount in the currency of this ISO 4217 code.
    Money([u8; 3]),
}

/// What a part of a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    Quantity(Quantity),
    /// Something with digits that is compared as it is written: `3.5.2`, `007`.
    Label(String),
    /// `~` before a number, which says the same as `约`.
    About,
}

#[derive(Debug, Clone, Copy)]
struct Unit {
    dimension: Dimension,
    factor: i128,
    exponent: i32,
}

/// A unit as it is written, what it measures, and how many of the dimension's unit it is:
/// a factor and a power of ten.
type NamedUnit = (&'static str, Dimension, i128, i32);

/// What stands after a number, and what it makes of it: its dimension, a factor and
/// a power of ten. Longer ones first.
const UNITS: &[NamedUnit] = &[
    ("周年", Dimension::Months, 12, 0),
    ("个季度", Dimension::Months, 3, 0),
    ("个月", Dimension::Months, 1, 0),
    ("年", Dimension::Months, 12, 0),
    ("月", Dimension::CalendarMonth, 1, 0),
    ("个星期", Dimension::Days, 7, 0),
    ("星期", Dimension::Days, 7, 0),
    ("周", Dimension::Days, 7, 0),
    ("日元", Dimension::Money(*b"JPY"), 1, 0),
    ("天", Dimension::Days, 1, 0),
    ("日", Dimension::Days, 1, 0),
    ("号", Dimension::CalendarDay, 1, 0),
    ("个小时", Dimension::Minutes, 60, 0),
    ("小时", Dimension::Minutes, 60, 0),
    ("个钟头", Dimension::Minutes, 60, 0),
    ("分钟", Dimension::Minutes, 1, 0),
    ("%", Dimension::Percent, 1, 0),
    ("‰", Dimension::Percent, 1, -1),
    ("元人民币", Dimension::Money(*b"CNY"), 1, 0),
    ("人民币", Dimension::Money(*b"CNY"), 1, 0),
    ("美元", Dimension::Money(*b"USD"), 1, 0),
    ("美金", Dimension::Money(*b"USD"), 1, 0),
    ("欧元", Dimension::Money(*b"EUR"), 1, 0),
    ("港元", Dimension::Money(*b"HKD"), 1, 0),
    ("港币", Dimension::Money(*b"HKD"), 1, 0),
    ("英镑", Dimension::Money(*b"GBP"), 1, 0),
    ("元", Dimension::Money(*b"CNY"), 1, 0),
    ("圆", Dimension::Money(*b"CNY"), 1, 0),
    ("years", Dimension::Months, 12, 0),
    ("year", Dimension::Months, 12, 0),
    ("yrs", Dimension::Months, 12, 0),
    ("yr", Dimension::Months, 12, 0),
    ("months", Dimension::Months, 1, 0),
    ("month", Dimension::Months, 1, 0),
    ("weeks", Dimension::Days, 7, 0),
    ("week", Dimension::Days, 7, 0),
    ("days", Dimension::Days, 1, 0),
    ("day", Dimension::Days, 1, 0),
    ("hours", Dimension::Minutes, 60, 0),
    ("hour", Dimension::Minutes, 60, 0),
    ("hrs", Dimension::Minutes, 60, 0),
    ("hr", Dimension::Minutes, 60, 0),
    ("minutes", Dimension::Minutes, 1, 0),
    ("minute", Dimension::Minutes, 1, 0),
    ("mins", Dimension::Minutes, 1, 0),
    ("min", Dimension::Minutes, 1, 0),
    ("percent", Dimension::Percent, 1, 0),
    ("per cent", Dimension::Percent, 1, 0),
    ("yuan", Dimension::Money(*b"CNY"), 1, 0),
    ("CNY", Dimension::Money(*b"CNY"), 1, 0),
    ("RMB", Dimension::Money(*b"CNY"), 1, 0),
    ("USD", Dimension::Money(*b"USD"), 1, 0),
    ("EUR", Dimension::Money(*b"EUR"), 1, 0),
    ("HKD", Dimension::Money(*b"HKD"), 1, 0),
    ("GBP", Dimension::Money(*b"GBP"), 1, 0),
    ("JPY", Dimension::Money(*b"JPY"), 1, 0),
];

/// With which characters after it a unit is part of another word: `三年级`, `五元素`.
const UNIT_TAILS: &[(&str, &str)] = &[
    ("年", "级轮"),
    ("月", "薪嫂饼"),
    ("元", "素旦化论件"),
    ("日", "常程志"),
    ("天", "然津赋"),
    ("周", "边转期末报会"),
    ("号", "楼线文店"),
];

/// A calendar year, in the unit of dates.
const YEAR: Unit = Unit { dimension: Dimension::Date, factor: 10_000, exponent: 0 };

/// What stands before an amount.
const CURRENCIES: &[(&str, [u8; 3])] = &[
    ("人民币", *b"CNY"),
    ("CNY", *b"CNY"),
    ("RMB", *b"CNY"),
    ("¥", *b"CNY"),
    ("美元", *b"USD"),
    ("美金", *b"USD"),
    ("US$", *b"USD"),
    ("USD", *b"USD"),
    ("$", *b"USD"),
    ("欧元", *b"EUR"),
    ("EUR", *b"EUR"),
    ("€", *b"EUR"),
    ("港币", *b"HKD"),
    ("港元", *b"HKD"),
    ("HK$", *b"HKD"),
    ("HKD", *b"HKD"),
    ("英镑", *b"GBP"),
    ("GBP", *b"GBP"),
    ("£", *b"GBP"),
    ("日元", *b"JPY"),
    ("JPY", *b"JPY"),
];

/// What makes a percentage of the number after it, with its power of ten.
const PARTS_OF: &[(&str, i32)] = &[("百分之", 0), ("千分之", -1), ("万分之", -2)];

/// Counters after which a Chinese numeral is a number and not part of a word.
const COUNTERS: &[&str] = &[
    "人", "名", "位", "次", "项", "家", "件", "台", "套", "份", "种", "类", "个", "级", "岁", "条", "倍",
    "层", "季度",
];

/// Words that begin with a numeral and a counter: `一次性`, `一条龙`.
const COUNTER_TAILS: &[(&str, &str)] = &[("次", "性"), ("条", "龙"), ("类", "似"), ("个", "性")];

/// Before these, a Chinese numeral after `第` is a number: `第三条`, not `第三方`.
const ORDERED: &str = "条款章节项年月日天周季届次名位期级批个阶号版部页层代轮步类组点目编卷段";

/// After these, a number names a part or a version: a zero after its point counts.
const NAMED: &[&str] =
    &["条款", "条", "款", "章", "节", "附录", "附件", "表", "图", "版本", "版", "version", "release", "ver"];

/// How far back is looked for what a list of numbers belongs to, in characters.
const LIST: usize = 40;

/// Reads what stands at `at` of a text, and says where it ends; `None` if it is
/// nothing with a value. The text is folded with [`fold`]; `done` is where the last
/// quantity before ends.
pub(super) fn read(text: &[char], at: usize, done: usize) -> Option<(Reading, usize)> {
    Reader { text, done, alone: false }.read(at)
}

/// A full-width form as its half-width one; but a full-width comma stays, as it
/// never stands within a number.
pub(super) fn fold(c: char) -> char {
    match c {
        '，' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        '\u{ffe1}' => '£',
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// What a mark says that stands between two things with numbers, however it is
/// written: a range, or the colon of a ratio. `None` if it says nothing there.
pub(super) fn between(text: &[char], at: usize) -> Option<&'static str> {
    let digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let before = &text[..at];
    let after = &text[at + 1..];
    match text[at] {
        ':' | '∶' => (at > 0 && digit(at - 1) && digit(at + 1)).then_some(":"),
        c if is_tilde(c) => {
            let ends =
                before.iter().rev().find(|&&c| c != ' ').is_some_and(|&c| c.is_alphanumeric() || c == '%');
            let starts = after.iter().find(|&&c| c != ' ').is_some_and(|c| c.is_alphanumeric());
            (ends && starts).then_some("至")
        }
        c if is_dash(c) && ends_numbered(before) && starts_numbered(after) => Some("至"),
        // Perhaps a minus: not read as one, but not left out either.
        '—' => (before.last().is_some_and(|&c| c.is_alphabetic()) && digit(at + 1)).then_some("—"),
        _ => None,
    }
}

fn ends_numbered(text: &[char]) -> bool {
    let words = text.iter().rev().skip_while(|&&c| c == ' ').take(3);
    words.take_while(|c| c.is_alphanumeric() || **c == '%').any(|&c| c.is_ascii_digit() || is_chinese(c))
}

/// Whether a text starts with a number, or with letters or `第` and a number.
fn starts_numbered(text: &[char]) -> bool {
    let mut at = text.iter().take_while(|&&c| c == ' ' || is_dash(c)).count();
    if text.get(at) == Some(&'第') {
        at += 1;
    } else if text.get(at).is_some_and(char::is_ascii_uppercase) {
        at += text[at..].iter().take_while(|c| c.is_ascii_alphabetic()).count();
        at += spaces(&text[at..]);
    }
    text.get(at).is_some_and(|&c| c.is_ascii_digit() || is_chinese(c))
}

/// The values that two texts exchange for each other, in pairs: those of ranges end
/// by end. `None` unless both are quantities of the same dimension that differ.
pub(super) fn exchanged(before: &str, after: &str) -> Option<Vec<(String, String)>> {
    let (old, new) = (Alone::read(before)?, Alone::read(after)?);
    if old.quantity == new.quantity || !old.quantity.is_like(&new.quantity) {
        return None;
    }
    let (Quantity::Range(old_left, old_right), Quantity::Range(new_left, new_right)) =
        (&old.quantity, &new.quantity)
    else {
        return Some(vec![(before.to_string(), after.to_string())]);
    };
    let (Some(old_ends), Some(new_ends)) = (old.ends, new.ends) else {
        return Some(vec![(before.to_string(), after.to_string())]);
    };
    let left = (old_left != new_left).then_some((old_ends.0, new_ends.0));
    let right = (old_right != new_right).then_some((old_ends.1, new_ends.1));
    Some(left.into_iter().chain(right).collect())
}

/// A quantity that is all of a text.
struct Alone {
    quantity: Quantity,
    /// The two ends of a range, where each is written with its unit.
    ends: Option<(String, String)>,
}

impl Alone {
    fn read(written: &str) -> Option<Self> {
        let text: Vec<char> = written.chars().map(fold).collect();
        let reader = Reader { text: &text, done: 0, alone: true };
        let (Reading::Quantity(quantity), end) = reader.read(0)? else { return None };
        if end != text.len() {
            return None;
        }
        let ends = reader.end(0, true).and_then(|left| reader.range(&left)).and_then(|range| range.written);
        let ends = ends.map(|(left, right)| {
            (written.chars().take(left).collect(), written.chars().skip(right).collect())
        });
        Some(Self { quantity, ends })
    }
}

struct Reader<'a> {
    text: &'a [char],
    done: usize,
    /// Whether the text is a quantity for sure: `三`.
    alone: bool,
}

/// What a range may begin or end with.
#[derive(Debug, Clone)]
enum End {
    /// A date, a time, a day of the week, and where it ends.
    Fixed(Value, usize),
    Amount(Amount),
    Ratio(Vec<String>, usize),
    Label(usize),
}

/// A number with what it counts.
#[derive(Debug, Clone, Copy)]
struct Amount {
    start: usize,
    negative: bool,
    numeral: Numeral,
    unit: Option<Unit>,
    /// Whether the unit stands before the number only.
    prefixed: bool,
    /// What is added to it, in the unit of its dimension: 6 for `1年6个月`.
    more: Option<Decimal>,
    end: usize,
}

struct Range {
    from: Value,
    to: Value,
    end: usize,
    /// Where the left end ends and the right one starts, if each has its unit.
    written: Option<(usize, usize)>,
}

/// What a number in a list belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leader {
    /// `第`
    Order,
    /// `每月`, `6月`
    Month,
    Nothing,
}

impl Reader<'_> {
    fn read(&self, at: usize) -> Option<(Reading, usize)> {
        let first = *self.text.get(at)?;
        if is_tilde(first) {
            let before = self.text[..at].iter().rev().find(|&&c| c != ' ');
            let free = !before.is_some_and(|&c| c.is_ascii_alphanumeric() || c == '%');
            let after = self
                .at(at + 1 + spaces(self.rest(at + 1)))
                .is_some_and(|c| c.is_ascii_digit() || is_chinese(c) || is_sign(c));
            return (free && after && !self.follows_quantity(at)).then_some((Reading::About, at + 1));
        }
        if !could_start(first) || self.is_inside(at) {
            return None;
        }
        if let Some(end) = self.dashed(at) {
            return Some((self.label(at, end), end));
        }
        let left = self.end(at, true)?;
        if let Some(range) = self.range(&left) {
            return Some((Reading::Quantity(Quantity::Range(range.from, range.to)), range.end));
        }
        match left {
            End::Label(end) => Some((self.label(at, end), end)),
            End::Ratio(parts, end) => Some((Reading::Quantity(Quantity::Ratio(parts)), end)),
            End::Fixed(value, end) => Some((Reading::Quantity(Quantity::One(value)), end)),
            End::Amount(amount) => {
                let stands = self.alone || self.stands(&amount);
                let value = self.value(&amount)?;
                stands.then_some((Reading::Quantity(Quantity::One(value)), amount.end))
            }
        }
    }

    fn at(&self, at: usize) -> Option<char> {
        self.text.get(at).copied()
    }

    fn rest(&self, at: usize) -> &[char] {
        self.text.get(at..).unwrap_or_default()
    }

    fn label(&self, at: usize, end: usize) -> Reading {
        Reading::Label(self.text[at..end].iter().map(|&c| if is_dash(c) { '-' } else { c }).collect())
    }

    /// Whether only spaces are between the last quantity and here.
    fn follows_quantity(&self, at: usize) -> bool {
        self.done > 0 && self.text.get(self.done..at).is_some_and(|gap| gap.iter().all(|&c| c == ' '))
    }

    /// Whether it stands inside a word or a number: `B2B`, `v1.2`, `C1`, `九九六`.
    fn is_inside(&self, at: usize) -> bool {
        let c = self.text[at];
        let Some(before) = at.checked_sub(1).map(|at| self.text[at]) else { return false };
        if c.is_ascii_alphanumeric() {
            return before.is_ascii_alphanumeric() || matches!(before, '_' | '.');
        }
        if is_chinese(c) {
            let several = matches!(before, '几' | '数') && "十百千万亿".contains(c);
            let word = c == '一' && "统唯专单同划合归逐".contains(before);
            return several || word || is_chinese(before) || before.is_ascii_digit();
        }
        c == '半' && "上下大前后多过".contains(before)
    }

    /// The end of `400-800-1234`.
    fn dashed(&self, at: usize) -> Option<usize> {
        let digits = |at: usize| self.rest(at).iter().take_while(|c| c.is_ascii_digit()).count();
        let (mut end, mut dashes) = (at + digits(at), 0);
        while end > at && self.at(end).is_some_and(is_dash) && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
            dashes += 1;
        }
        (dashes > 1 && calendar::date(self.text, at).is_none()).then_some(end)
    }

    /// What stands at `at`, with a sign if it may have one.
    fn end(&self, at: usize, signed: bool) -> Option<End> {
        let fixed = |dimension, (amount, end): (Decimal, usize)| {
            End::Fixed(Value { dimension, amount: amount.normalized() }, end)
        };
        if let Some(found) = calendar::weekday(self.text, at, false) {
            return Some(fixed(Dimension::Weekday, found));
        }
        if let Some(found) = calendar::weekday(self.text, at, true) {
            // `Mon` is a day in a range only.
            let left = fixed(Dimension::Weekday, found);
            return self.range(&left).is_some().then_some(left);
        }
        let order = self.leader(at) == Leader::Order;
        if !order && let Some((date, end)) = calendar::date(self.text, at) {
            let in_words = self.at(end - 1).is_some_and(|c| matches!(c, '年' | '月' | '日' | '号'));
            let counts = self.unit(end).is_some() || numeral::multiplies(self.rest(end));
            let dotted = self.text[at..end].contains(&'.') && !in_words && self.is_named(at);
            if (in_words || !counts) && !dotted {
                return Some(fixed(Dimension::Date, (date, end)));
            }
        }
        if let Some((parts, end)) = calendar::parts(self.text, at)
            && self.unit(end).is_none()
            && !numeral::multiplies(self.rest(end))
        {
            return Some(match calendar::minutes(&parts) {
                Some(minutes) => fixed(Dimension::Clock, (minutes, end)),
                None => End::Ratio(parts, end),
            });
        }
        self.amount(at, signed, order)
    }

    fn amount(&self, start: usize, signed: bool, order: bool) -> Option<End> {
        let mut at = start;
        let mut negative = signed && self.sign(at);
        at += usize::from(negative);
        if let Some((name, exponent)) = PARTS_OF.iter().find(|(name, _)| starts_with(self.rest(at), name)) {
            return self.part_of(start, at + name.chars().count(), negative, *exponent);
        }
        let currency = CURRENCIES.iter().find(|(name, _)| starts_with_exactly(self.rest(at), name));
        if let Some((name, _)) = currency {
            at += name.chars().count();
            at += spaces(self.rest(at));
            if !negative && self.at(at).is_some_and(is_sign) {
                negative = true;
                at += 1;
            }
        }
        if negative && !self.at(at).is_some_and(|c| c.is_ascii_digit() || is_currency_sign(c)) {
            return None;
        }
        if self.at(at) == Some('半') {
            return self.half(start);
        }
        let numeral = match numeral::read(self.rest(at), currency.is_some())? {
            Read::Label(length) => return Some(End::Label(at + length)),
            Read::Number(numeral) => numeral,
        };
        let end = at + numeral.length;
        let mut amount = Amount { start, negative, numeral, unit: None, prefixed: false, more: None, end };
        if order {
            return Some(if numeral.padded { End::Label(end) } else { End::Amount(amount) });
        }
        if let Some((unit, end, name)) = self.unit_of(&amount) {
            (amount.unit, amount.end) = (Some(unit), end);
            if currency.is_none() {
                self.add_more(&mut amount, name);
            }
        } else if let Some((unit, end)) = self.unit_and_a_half(end) {
            let half = Decimal::new(5, -1).times(unit.factor, unit.exponent);
            (amount.unit, amount.end, amount.more) = (Some(unit), end, half);
        } else if numeral.arabic && self.at(end).is_some_and(|c| c.is_ascii_alphabetic()) {
            // `3D`, `24x7`: a word that begins with a digit.
            return None;
        }
        if let Some((_, code)) = currency {
            let unit = Unit { dimension: Dimension::Money(*code), factor: 1, exponent: 0 };
            let yuan = matches!(self.at(amount.end - 1), Some('元' | '圆'))
                && amount.unit.is_some_and(|unit| unit.dimension == Dimension::Money(*b"CNY"));
            let said_twice = amount.unit.is_some_and(|found| found.dimension == unit.dimension) || yuan;
            if !said_twice {
                (amount.end, amount.more) = (end, None);
                amount.prefixed = true;
            }
            amount.unit = Some(unit);
        }
        let in_calendar = amount
            .unit
            .is_some_and(|unit| matches!(unit.dimension, Dimension::CalendarMonth | Dimension::CalendarDay));
        if numeral.padded && !in_calendar {
            return Some(End::Label(end));
        }
        Some(End::Amount(amount))
    }

    /// Whether a minus stands at `at`, right before a number and not between two.
    fn sign(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|at| self.text[at]);
        self.at(at).is_some_and(is_sign)
            && !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%' || is_dash(c))
            && !self.follows_quantity(at)
    }

    /// `百分之五`, whose number is at `at`.
    fn part_of(&self, start: usize, at: usize, negative: bool, exponent: i32) -> Option<End> {
        let hundred = self.at(at) == Some('百');
        let read = if hundred { None } else { numeral::read(self.rest(at), false) };
        let numeral = match read {
            Some(Read::Number(numeral)) => numeral,
            None if hundred => {
                let value = Decimal::new(100, 0);
                Numeral { value, shift: 0, length: 1, plain: true, padded: false, arabic: false }
            }
            _ => return None,
        };
        let unit = Some(Unit { dimension: Dimension::Percent, factor: 1, exponent });
        let end = at + numeral.length;
        Some(End::Amount(Amount { start, negative, numeral, unit, prefixed: false, more: None, end }))
    }

    /// `半年`, `半个月`.
    fn half(&self, start: usize) -> Option<End> {
        let value = Decimal::new(5, -1);
        let numeral = Numeral { value, shift: 0, length: 1, plain: false, padded: false, arabic: false };
        let end = start + 1;
        let half = Amount { start, negative: false, numeral, unit: None, prefixed: false, more: None, end };
        let (unit, end, name) = self.unit_of(&half)?;
        let counts = matches!(unit.dimension, Dimension::Months | Dimension::Days | Dimension::Minutes);
        let word = name == "年" && self.at(end) == Some('度') || matches!(name, "日" | "周");
        (counts && !word).then_some(End::Amount(Amount { unit: Some(unit), end, ..half }))
    }

    /// The unit at `at` and where it ends, spaces before it aside.
    fn unit(&self, at: usize) -> Option<(&'static NamedUnit, usize)> {
        let hyphen = self.at(at) == Some('-') && self.at(at + 1).is_some_and(|c| c.is_ascii_alphabetic());
        let start = if hyphen { at + 1 } else { at + spaces(self.rest(at)) };
        let unit = UNITS.iter().find(|(name, ..)| starts_with_word(self.rest(start), name))?;
        let end = start + unit.0.chars().count();
        let tails = UNIT_TAILS.iter().find(|(name, _)| *name == unit.0).map_or("", |(_, tails)| tails);
        (!self.at(end).is_some_and(|c| tails.contains(c))).then_some((unit, end))
    }

    /// The unit of an amount, where it ends and how it is written.
    fn unit_of(&self, amount: &Amount) -> Option<(Unit, usize, &'static str)> {
        let (&(name, dimension, factor, exponent), end) = self.unit(amount.end)?;
        let unit = Unit { dimension, factor, exponent };
        let numeral = &amount.numeral;
        let digits = numeral.arabic && numeral.length == 4 && !numeral.value.has_fraction();
        if name == "年" && digits && numeral.value.whole().is_some_and(calendar::is_year) {
            return Some((YEAR, end, name));
        }
        let in_month = || self.leader(amount.start) == Leader::Month;
        match name {
            "号" => in_month().then_some((unit, end, name)),
            "日" if in_month() || self.is_day(amount.start, end) => {
                Some((Unit { dimension: Dimension::CalendarDay, factor: 1, exponent: 0 }, end, name))
            }
            _ => Some((unit, end, name)),
        }
    }

    /// Whether `15日` that starts and ends there is a day of the month, and not a
    /// number of days: in a list of days, after `或`, before `前`.
    fn is_day(&self, start: usize, end: usize) -> bool {
        const LISTED: &str = "、,，和或及与";
        let before = self.text[..start].iter().rev().find(|&&c| c != ' ');
        let after = self.rest(end).iter().find(|&&c| c != ' ');
        let lists_before = before.is_some_and(|&c| LISTED.contains(c))
            && self.text[..start]
                .iter()
                .rev()
                .skip_while(|&&c| c == ' ' || LISTED.contains(c))
                .take(1)
                .any(|&c| matches!(c, '日' | '号') || c.is_ascii_digit() || is_chinese(c));
        let lists_after = after.is_some_and(|&c| LISTED.contains(c)) && {
            let rest = self.rest(end);
            let at = rest.iter().take_while(|&&c| c == ' ' || LISTED.contains(c)).count();
            let length = rest[at..].iter().take_while(|&&c| c.is_ascii_digit() || is_chinese(c)).count();
            length > 0 && matches!(rest.get(at + length), Some('日' | '号'))
        };
        before == Some(&'或') || after == Some(&'前') || lists_before || lists_after
    }

    /// What the list that a number at `at` stands in begins with.
    fn leader(&self, at: usize) -> Leader {
        let from = at.saturating_sub(LIST);
        let listed = |c: &char| {
            c.is_ascii_digit()
                || is_chinese(*c)
                || is_dash(*c)
                || is_tilde(*c)
                || " 、,，和或及与/至到日号的".contains(*c)
        };
        let length = self.text[from..at].iter().rev().take_while(|c| listed(c)).count();
        let before = &self.text[..at - length];
        match before {
            [.., '第'] => Leader::Order,
            [.., '个', '月'] => Leader::Nothing,
            [.., '月'] => Leader::Month,
            _ => Leader::Nothing,
        }
    }

    /// `三个半小时`, whose `个半` is at `at`.
    fn unit_and_a_half(&self, at: usize) -> Option<(Unit, usize)> {
        if !starts_with(self.rest(at), "个半") {
            return None;
        }
        let rest = self.rest(at + 2);
        UNITS.iter().find_map(|&(name, dimension, factor, exponent)| {
            let counted = name.strip_prefix('个').filter(|counted| starts_with(rest, counted))?;
            Some((Unit { dimension, factor, exponent }, at + 2 + counted.chars().count()))
        })
    }

    /// `1年6个月`, `1 hour and 30 minutes`, `三年半`: what belongs to a duration.
    fn add_more(&self, amount: &mut Amount, name: &str) {
        let Some(unit) = amount.unit else { return };
        if !matches!(unit.dimension, Dimension::Months | Dimension::Days | Dimension::Minutes) {
            return;
        }
        let after = self.at(amount.end + 1);
        if self.at(amount.end) == Some('半') && !after.is_some_and(|c| "数价径成载年天个".contains(c))
        {
            amount.more = Decimal::new(5, -1).times(unit.factor, unit.exponent);
            amount.end += 1;
            return;
        }
        let gap = spaces(self.rest(amount.end));
        let spaced = self.at(amount.start + amount.numeral.length) == Some(' ');
        let english = name.ends_with(|c: char| c.is_ascii_alphabetic());
        let mut at = amount.end + gap;
        if gap > 0 && !english && !spaced || english && gap != 1 {
            return;
        }
        if english && starts_with_word(self.rest(at), "and") {
            at += 3 + spaces(self.rest(at + 3));
        } else if matches!(self.at(at), Some('零' | '又')) {
            at += 1;
        }
        let Some(Read::Number(numeral)) = numeral::read(self.rest(at), false) else {
            return;
        };
        let end = at + numeral.length;
        let Some((&(_, dimension, factor, exponent), end)) = self.unit(end) else { return };
        let value = numeral.value.times(factor, exponent);
        let below = value.is_some_and(|value| value.is_below(Decimal::new(unit.factor, 0)));
        if dimension == unit.dimension && factor < unit.factor && below {
            (amount.more, amount.end) = (value, end);
        }
    }

    /// Whether an amount is one for sure, and not part of a word.
    fn stands(&self, amount: &Amount) -> bool {
        if amount.unit.is_some() || amount.numeral.plain {
            return true;
        }
        if self.leader(amount.start) == Leader::Order && !amount.numeral.arabic {
            return self.at(amount.end).is_some_and(|c| ORDERED.contains(c));
        }
        self.at(amount.start).is_some_and(is_chinese) && self.counter(amount.end).is_some()
    }

    fn counter(&self, at: usize) -> Option<&'static str> {
        let counter = COUNTERS.iter().copied().filter(|counter| starts_with(self.rest(at), counter));
        let counter = counter.max_by_key(|counter| counter.len())?;
        let after = self.at(at + counter.chars().count());
        let word = COUNTER_TAILS
            .iter()
            .any(|(it, tails)| *it == counter && after.is_some_and(|c| tails.contains(c)));
        (!word).then_some(counter)
    }

    fn value(&self, amount: &Amount) -> Option<Value> {
        let numeral = &amount.numeral;
        let sign = if amount.negative { -1 } else { 1 };
        let Some(unit) = amount.unit else {
            // Without a unit a number may be the name of a version: `3.10` is not `3.1`.
            let whole =
                numeral.value.whole().is_some() && !(numeral.value.has_fraction() && self.names(amount));
            let value = if whole || numeral.shift > 0 { numeral.value.normalized() } else { numeral.value };
            return Some(Value { dimension: Dimension::Number, amount: value.times(sign, 0)? });
        };
        let mut value = numeral.value.times(unit.factor, unit.exponent)?;
        if let Some(more) = amount.more {
            value = value.plus(more)?;
        }
        Some(Value { dimension: unit.dimension, amount: value.times(sign, 0)?.normalized() })
    }

    /// Whether a number names a version or a part: `Windows 3.0`, `3.0版`.
    fn names(&self, amount: &Amount) -> bool {
        let before = self.text[..amount.start].iter().rev().find(|&&c| c != ' ');
        before.is_some_and(char::is_ascii_alphabetic)
            || self.at(amount.end) == Some('版')
            || self.is_named(amount.start)
            || self.leader(amount.start) == Leader::Order
    }

    /// Whether a word that says so stands before the number at `at`: `条款`, `version`.
    fn is_named(&self, at: usize) -> bool {
        let before = &self.text[..at];
        let gap = before.iter().rev().take_while(|&&c| c == ' ').count();
        let before = &before[..before.len() - gap];
        NAMED.iter().any(|name| {
            let length = name.chars().count();
            before.len() >= length && starts_with(&before[before.len() - length..], name)
        })
    }

    /// The range that begins with `left`.
    fn range(&self, left: &End) -> Option<Range> {
        let (left_end, negative) = match left {
            End::Fixed(_, end) => (*end, false),
            End::Amount(amount) => (amount.end, amount.negative),
            End::Ratio(..) | End::Label(_) => return None,
        };
        if let End::Fixed(from, _) = left
            && from.dimension == Dimension::Weekday
        {
            return self.days_of_week(*from, left_end);
        }
        let counted = match left {
            End::Amount(amount) if amount.unit.is_none() => self.counter(left_end),
            _ => None,
        };
        let after_counter = left_end + counted.map_or(0, |counter| counter.chars().count());
        let (at, counted) = match self.range_mark(left_end, negative) {
            Some(at) => (at, None),
            None => (self.range_mark(after_counter, negative)?, counted),
        };
        let right = self
            .end(at, false)
            .or_else(|| self.at(at).filter(|&c| is_sign(c)).and_then(|_| self.minus(at)))?;
        let of = |from: Value, to: Value, end: usize, whole: bool| {
            Some(Range { from, to, end, written: whole.then_some((left_end, at)) })
        };
        match (left, right) {
            (End::Fixed(from, _), End::Fixed(to, end)) if from.dimension == to.dimension => {
                of(*from, to, end, true)
            }
            (End::Fixed(from, _), End::Amount(right)) if from.dimension == Dimension::Date => {
                let to = self.value(&right)?;
                let fits = matches!(
                    to.dimension,
                    Dimension::CalendarMonth | Dimension::CalendarDay | Dimension::Date | Dimension::Number
                );
                (fits && self.stands(&right)).then(|| of(*from, to, right.end, false))?
            }
            (End::Amount(left), End::Fixed(to, end)) if to.dimension == Dimension::Date => {
                let from = self.value(left)?;
                let fits = matches!(
                    from.dimension,
                    Dimension::CalendarMonth | Dimension::CalendarDay | Dimension::Date | Dimension::Number
                );
                fits.then(|| of(from, to, end, false))?
            }
            (End::Amount(left), End::Amount(right)) => {
                let whole = left.unit.is_some() && right.unit.is_some() && !left.prefixed && !right.prefixed;
                let (from, to, end) = self.amounts(*left, right, counted)?;
                of(from, to, end, whole)
            }
            _ => None,
        }
    }

    /// The right end of a range, with its minus at `at`.
    fn minus(&self, at: usize) -> Option<End> {
        match self.amount(at + 1, false, false)? {
            End::Amount(amount) => Some(End::Amount(Amount { negative: true, ..amount })),
            _ => None,
        }
    }

    /// The two values of a range of amounts, and where it ends. The left one takes
    /// the unit and the multiplier of the right one: `12-18万元`.
    fn amounts(
        &self,
        mut left: Amount,
        mut right: Amount,
        counted: Option<&str>,
    ) -> Option<(Value, Value, usize)> {
        let open = left.unit.is_none() || left.prefixed;
        if open && left.numeral.shift == 0 && right.numeral.shift > 0 && counted.is_none() {
            let bare = right.numeral.bare();
            if left.numeral.value.is_below(bare) {
                left.numeral.value = left.numeral.value.times(1, right.numeral.shift)?;
                left.numeral.shift = right.numeral.shift;
            }
        }
        match (left.unit, right.unit) {
            (None, Some(_)) => left.unit = right.unit,
            (Some(_), None) if left.prefixed => right.unit = left.unit,
            (Some(_), None) => return None,
            (None, None) if self.leader(left.start) != Leader::Order => {
                let counter = self.counter(right.end);
                if counted.is_some() && counter != counted {
                    return None;
                }
                let (mut from, mut to) = (self.value(&left)?, self.value(&right)?);
                let Some(counter) = counter else {
                    let stands = left.numeral.plain && right.numeral.plain;
                    return (stands || self.alone).then_some((from, to, right.end));
                };
                (from.dimension, to.dimension) = (Dimension::Count(counter), Dimension::Count(counter));
                return Some((from, to, right.end + counter.chars().count()));
            }
            (None, None) if !self.stands(&right) => return None,
            _ => {}
        }
        let (from, to) = (self.value(&left)?, self.value(&right)?);
        let dates = |value: &Value| {
            matches!(value.dimension, Dimension::Date | Dimension::CalendarMonth | Dimension::CalendarDay)
        };
        let alike = from.dimension == to.dimension || dates(&from) && dates(&to);
        (alike && counted.is_none()).then_some((from, to, right.end))
    }

    fn days_of_week(&self, from: Value, end: usize) -> Option<Range> {
        let chinese = self.at(end - 1).is_some_and(|c| !c.is_ascii());
        let through = ["to", "through", "thru"].iter().find_map(|word| self.word_mark(end, word));
        let at = through.or_else(|| self.range_mark(end, false))?;
        let full = calendar::weekday(self.text, at, true);
        let bare = || calendar::bare_weekday(self.text, at, false).filter(|_| chinese);
        let (amount, to_end) = full.or_else(bare)?;
        let to = Value { dimension: Dimension::Weekday, amount };
        Some(Range { from, to, end: to_end, written: full.map(|_| (end, at)) })
    }

    /// Where a mark of a range ends that stands at `at`, and the spaces after it.
    fn range_mark(&self, at: usize, negative: bool) -> Option<usize> {
        let start = at + spaces(self.rest(at));
        let mark = self.at(start)?;
        if !is_dash(mark) && !is_tilde(mark) && !matches!(mark, '至' | '到') {
            return self.word_mark(at, "to");
        }
        // `3--5` is a range, `-5--3` one to a negative number.
        let twice = self.at(start + 1) == Some(mark);
        let end = start + if twice && !(negative && is_sign(mark)) { 2 } else { 1 };
        Some(end + spaces(self.rest(end)))
    }

    /// The end of a word with spaces around it that stands for a mark.
    fn word_mark(&self, at: usize, word: &str) -> Option<usize> {
        let start = at + spaces(self.rest(at));
        let end = start + word.len();
        let found = start > at && starts_with_word(self.rest(start), word) && self.at(end) == Some(' ');
        found.then(|| end + spaces(self.rest(end)))
    }
}

impl Quantity {
    /// Whether two are of the same dimension.
    fn is_like(&self, other: &Self) -> bool {
        let of = |quantity: &Self| match quantity {
            Self::One(value) | Self::Range(_, value) => Some(value.dimension),
            Self::Ratio(_) => None,
        };
        of(self) == of(other)
    }
}

fn could_start(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || is_sign(c)
        || is_currency_sign(c)
        || is_chinese(c)
        || "半周星礼人美欧港英日".contains(c)
}

fn is_currency_sign(c: char) -> bool {
    matches!(c, '¥' | '$' | '€' | '£')
}

/// What may be a minus right before a number.
fn is_sign(c: char) -> bool {
    matches!(c, '-' | '−' | '–')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '−' | '\u{2010}'..='\u{2015}')
}

fn is_tilde(c: char) -> bool {
    matches!(c, '~' | '〜' | '∼')
}

fn starts_with_exactly(text: &[char], word: &str) -> bool {
    let mut chars = text.iter();
    word.chars().all(|c| chars.next() == Some(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(Quantity, usize)> {
        match read(&text.chars().map(fold).collect::<Vec<_>>(), 0, 0)? {
            (Reading::Quantity(quantity), end) => Some((quantity, end)),
            _ => None,
        }
    }

    #[track_caller]
    fn same(one: &str, other: &str) {
        let (one_read, other_read) = (of(one), of(other));
        assert!(one_read.is_some(), "{one} is no quantity");
        assert_eq!(one_read.map(|it| it.0), other_read.clone().map(|it| it.0), "{one} and {other}");
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
        same("8:30-17:30", "08:30～17:30");
        same("-5%~5%", "-5%至5%");
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
        for text in [
            "一定程度",
            "三方协议",
            "统一",
            "one-off",
            "十分重要",
            "3D",
            "百",
            "B2B",
            "万一",
            "第三方",
            "一线",
            "一致",
            "三包",
            "四季",
            "五险一金",
            "九九六",
            "本周一定",
            "每周一次性",
            "半年度",
            "大陆人",
        ] {
            let text: Vec<char> = text.chars().collect();
            for at in 0..text.len() {
                assert_eq!(read(&text, at, 0), None, "{text:?} at {at}");
            }
        }
    }

    #[test]
    fn what_is_exchanged_has_one_dimension_and_a_range_two_ends() {
        let pair = |one: &str, other: &str| Some((one.to_string(), other.to_string()));
        let first = |one, other| exchanged(one, other).and_then(|pairs| pairs.into_iter().next());
        assert_eq!(first("3年", "5年"), pair("3年", "5年"));
        assert_eq!(first("3年", "5%"), None);
        assert_eq!(first("三", "五"), pair("三", "五"));
        assert_eq!(first("10%～20%", "10%-30%"), pair("20%", "30%"));
        assert_eq!(first("12-18万元", "15-20万元"), pair("12-18万元", "15-20万元"));
    }
}
