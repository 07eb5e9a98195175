//! Owns dates, days of the week and times of day as values. May import `numeral`.

use super::numeral::{
    Decimal, digits, four_digits, is_chinese, spaces, starts_with, starts_with_word, up_to_99,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What follows `周一` where `一` belongs to the next word: `每周一次`, `本周一定`.
const NO_WEEKDAY: &str = "次个天小年月日人名项位轮期份回万千百十级常均程报定直致样般共律旦";

/// A date that stands at `at`, as year × 10,000 + month × 100 + day with 0 where it
/// says none, and where it ends.
pub(super) fn date(text: &[char], at: usize) -> Option<(Decimal, usize)> {
    let first = *text.get(at)?;
    if first.is_ascii_alphabetic() {
        return month_first(text, at);
    }
    year_first(text, at).or_else(|| month_and_day(text, at)).or_else(|| day_first(text, at))
}

/// A calendar year, and not a number of years.
pub(super) fn is_year(value: i128) -> bool {
    (1900..2200).contains(&value)
}

fn of(year: u32, month: u32, day: u32) -> Option<Decimal> {
    let fits = (1..=12).contains(&month) && day <= 31;
    fits.then(|| Decimal::new((year * 10_000 + month * 100 + day).into(), 0))
}

/// `2026年3月1日`, `2026-03-01`, `2026.3`.
fn year_first(text: &[char], at: usize) -> Option<(Decimal, usize)> {
    let (year, length) = four_digits(&text[at..])?;
    if !is_year(year.into()) {
        return None;
    }
    let chinese = !text[at].is_ascii_digit();
    let at = at + length;
    let gap = at + spaces(&text[at..]);
    if text.get(gap) == Some(&'年') {
        let at = gap + 1;
        let Some((month, at)) = numbered(text, at, &['月']) else {
            // In digits it is an amount with a unit, so that a range can share the unit.
            return chinese.then(|| (Decimal::new((year * 10_000).into(), 0), at));
        };
        return match numbered(text, at, &['日', '号']) {
            Some((day, end)) => Some((of(year, month, day)?, end)),
            None => Some((of(year, month, 0)?, at)),
        };
    }
    let separator = *text.get(at).filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (month, length) = digits(&text[at + 1..], 2)?;
    let end = at + 1 + length;
    let goes_on = |end: usize| text.get(end).is_some_and(char::is_ascii_alphanumeric);
    if text.get(end) == Some(&separator)
        && let Some((day, length)) = digits(&text[end + 1..], 2)
    {
        let end = end + 1 + length;
        let dots = text.get(end) == Some(&separator) && text.get(end + 1).is_some_and(char::is_ascii_digit);
        if goes_on(end) || day == 0 || dots {
            return None;
        }
        return Some((of(year, month, day)?, end + usize::from(text.get(end) == Some(&'日'))));
    }
    (!goes_on(end)).then(|| Some((of(year, month, 0)?, end)))?
}

/// `3月1日`.
fn month_and_day(text: &[char], at: usize) -> Option<(Decimal, usize)> {
    let (month, at) = numbered(text, at, &['月'])?;
    let (day, at) = numbered(text, at, &['日', '号'])?;
    Some((of(0, month, day)?, at))
}

/// A small number and the character after it, and where that ends.
fn numbered(text: &[char], at: usize, ends: &[char]) -> Option<(u32, usize)> {
    let at = at + spaces(text.get(at..)?);
    let (number, length) = up_to_99(&text[at..])?;
    let at = at + length + spaces(&text[at + length..]);
    (number > 0 && ends.contains(text.get(at)?)).then_some((number, at + 1))
}

/// `1 March 2026`, `1st Mar`.
fn day_first(text: &[char], at: usize) -> Option<(Decimal, usize)> {
    let (day, at) = day_of_month(text, at)?;
    let (month, at) = month_name(text, at + spaces(&text[at..]))?;
    match year(text, at + spaces(&text[at..])) {
        Some((year, at)) => Some((of(year, month, day)?, at)),
        None => Some((of(0, month, day)?, at)),
    }
}

/// `March 1, 2026`, `March 2026`, `March 1`.
fn month_first(text: &[char], at: usize) -> Option<(Decimal, usize)> {
    let (month, at) = month_name(text, at)?;
    let start = at + spaces(&text[at..]);
    if start == at {
        return None;
    }
    if let Some((year, at)) = year(text, start) {
        return Some((of(year, month, 0)?, at));
    }
    let (day, at) = day_of_month(text, start)?;
    let comma = at + spaces(&text[at..]);
    let comma = comma + usize::from(matches!(text.get(comma), Some(',' | '，')));
    match year(text, comma + spaces(&text[comma..])) {
        Some((year, end)) if comma + spaces(&text[comma..]) > at => Some((of(year, month, day)?, end)),
        _ => Some((of(0, month, day)?, at)),
    }
}

fn day_of_month(text: &[char], at: usize) -> Option<(u32, usize)> {
    let (day, length) = digits(text.get(at..)?, 2).filter(|(day, _)| (1..=31).contains(day))?;
    let at = at + length;
    let ordinal = ["st", "nd", "rd", "th"].iter().any(|end| starts_with_word(&text[at..], end));
    let at = at + if ordinal { 2 } else { 0 };
    let fraction =
        matches!(text.get(at), Some('.' | ':')) && text.get(at + 1).is_some_and(char::is_ascii_digit);
    let goes_on = text.get(at).is_some_and(|&c| c.is_ascii_alphanumeric() || c == '%');
    (!goes_on && !fraction).then_some((day, at))
}

fn year(text: &[char], at: usize) -> Option<(u32, usize)> {
    let (year, length) = digits(text.get(at..)?, 4).filter(|&(year, _)| is_year(year.into()))?;
    let at = at + length;
    let part =
        matches!(text.get(at), Some('-' | '/' | '.')) && text.get(at + 1).is_some_and(char::is_ascii_digit);
    let goes_on = part || text.get(at).is_some_and(|&c| c.is_ascii_alphanumeric() || c == '%');
    (!goes_on).then_some((year, at))
}

/// The number of a month by its name, or by the first letters of it.
fn month_name(text: &[char], at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    if !rest.first()?.is_ascii_uppercase() {
        return None;
    }
    for (name, number) in MONTHS.iter().zip(1u32..) {
        for length in [name.len(), 4, 3] {
            let short = name.get(..length).filter(|_| length != 4 || *name == "September");
            if let Some(short) = short.filter(|short| starts_with_word(rest, short)) {
                let dot = short.len() < name.len() && rest.get(short.len()) == Some(&'.');
                return Some((number, at + short.len() + usize::from(dot)));
            }
        }
    }
    None
}

/// A day of the week that stands at `at`, Monday being 1, and where it ends. The
/// first letters of an English one stand for it only where `short` is set.
pub(super) fn weekday(text: &[char], at: usize, short: bool) -> Option<(Decimal, usize)> {
    let rest = text.get(at..)?;
    for (name, number) in WEEKDAYS.iter().zip(1i128..) {
        if starts_with_word(rest, name) {
            return Some((Decimal::new(number, 0), at + name.len()));
        }
        if short && rest.first().is_some_and(char::is_ascii_uppercase) && starts_with_word(rest, &name[..3]) {
            return Some((Decimal::new(number, 0), at + 3));
        }
    }
    let counted = at.checked_sub(1).is_some_and(|at| is_chinese(text[at]) || text[at].is_ascii_digit());
    let lead = ["周", "星期", "礼拜"].into_iter().find(|lead| starts_with(rest, lead) && !counted)?;
    bare_weekday(text, at + lead.chars().count(), lead != "周")
}

/// `五` of `周一至五`, and where it ends.
pub(super) fn bare_weekday(text: &[char], at: usize, sunday_as_day: bool) -> Option<(Decimal, usize)> {
    let number = match *text.get(at)? {
        '日' => 7,
        '天' if sunday_as_day => 7,
        c => i128::try_from("一二三四五六".chars().position(|it| it == c)?).ok()? + 1,
    };
    let word = text.get(at + 1).is_some_and(|&c| NO_WEEKDAY.contains(c) || is_chinese(c));
    (!word).then(|| (Decimal::new(number, 0), at + 1))
}

/// The parts of `8:30` or `1:2:3`, each as it is written, and where they end.
pub(super) fn parts(text: &[char], at: usize) -> Option<(Vec<String>, usize)> {
    let (part, mut end) = part(text, at)?;
    let mut parts = vec![part];
    loop {
        let gap = spaces(&text[end..]);
        let colon = matches!(text.get(end + gap), Some(':' | '∶'));
        let after = spaces(text.get(end + gap + 1..).unwrap_or_default());
        if !colon || gap != after {
            break;
        }
        let Some((part, at)) = self::part(text, end + 2 * gap + 1) else { break };
        parts.push(part);
        end = at;
    }
    (parts.len() > 1).then_some((parts, end))
}

fn part(text: &[char], at: usize) -> Option<(String, usize)> {
    let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let mut end = at;
    while is_digit(end) || text.get(end) == Some(&'.') && end > at && is_digit(end + 1) {
        end += 1;
    }
    (end > at).then(|| (text[at..end].iter().collect(), end))
}

/// The minutes of a time of day.
pub(super) fn minutes(parts: &[String]) -> Option<Decimal> {
    let [hour, minute] = parts else { return None };
    let hour: u32 = hour.parse().ok().filter(|&hour| hour <= 24 && parts[0].len() <= 2)?;
    let minute: u32 = minute.parse().ok().filter(|&minute| minute < 60 && parts[1].len() == 2)?;
    Some(Decimal::new((hour * 60 + minute).into(), 0))
}
