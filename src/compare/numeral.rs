//! Owns numbers as they are written: in digits, in Chinese numerals, in English
//! words, with multipliers, exactly. May import nothing of rolebook.

/// A decimal number, exactly: `digits` × 10 ^ `exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

/// A number that stands in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numeral {
    /// Its value, multipliers included; the zeros at the end of a fraction are kept.
    pub(super) value: Decimal,
    /// The power of ten of the one multiplier it ends with: 4 for `12万`; 0 for none.
    pub(super) shift: i32,
    /// How many characters it takes.
    pub(super) length: usize,
    /// Whether it is a number without a unit too, and not perhaps part of a word.
    pub(super) plain: bool,
    /// Whether it begins with a zero that says nothing: `007`.
    pub(super) padded: bool,
    /// Whether it is written in digits.
    pub(super) arabic: bool,
}

/// What a number turns out to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Read {
    Number(Numeral),
    /// So many characters that are compared as they are written: `3.5.2`, or more
    /// digits than a quantity has.
    Label(usize),
}

/// More digits than this are an identifier, not a quantity.
const MOST_DIGITS: usize = 15;

/// Powers of ten after a number. Longer ones first.
const MULTIPLIERS: &[(&str, i32)] = &[
    ("万亿", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("亿", 8),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("万", 4),
    ("千", 3),
    ("百", 2),
    ("trillion", 12),
    ("billion", 9),
    ("million", 6),
    ("thousand", 3),
    ("hundred", 2),
];

/// Multipliers that are one only in an amount of money.
const MONEY_MULTIPLIERS: &[(&str, i32)] = &[("bn", 9), ("mn", 6), ("m", 6), ("k", 3)];

/// With which characters after it a multiplier is part of a unit: `千克`, `百分点`.
const UNIT_TAILS: &str = "克米瓦卡帕伏赫分";

/// Numbers up to nineteen, by their value.
const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

impl Decimal {
    pub(super) fn new(digits: i128, exponent: i32) -> Self {
        Self { digits, exponent }
    }

    /// The same value without zeros at the end.
    pub(super) fn normalized(mut self) -> Self {
        if self.digits == 0 {
            return Self::new(0, 0);
        }
        while self.digits % 10 == 0 {
            self.digits /= 10;
            self.exponent += 1;
        }
        self
    }

    /// `factor` × 10 ^ `exponent` times it; `None` where that is too large.
    pub(super) fn times(self, factor: i128, exponent: i32) -> Option<Self> {
        Some(Self::new(self.digits.checked_mul(factor)?, self.exponent.checked_add(exponent)?))
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        Some(Self::new(self.scaled(exponent)?.checked_add(other.scaled(exponent)?)?, exponent))
    }

    /// Whether it is the smaller one, as far as that can be told.
    pub(super) fn is_below(self, other: Self) -> bool {
        let exponent = self.exponent.min(other.exponent);
        matches!((self.scaled(exponent), other.scaled(exponent)), (Some(one), Some(other)) if one < other)
    }

    /// The whole number that it is.
    pub(super) fn whole(self) -> Option<i128> {
        let it = self.normalized();
        if it.exponent < 0 { None } else { it.scaled(0) }
    }

    /// Whether it is written with a fraction.
    pub(super) fn has_fraction(self) -> bool {
        self.exponent < 0
    }

    fn scaled(self, exponent: i32) -> Option<i128> {
        let power = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        self.digits.checked_mul(10i128.checked_pow(power)?)
    }
}

impl Numeral {
    /// The number before the multiplier it ends with: 12 of `12万`.
    pub(super) fn bare(&self) -> Decimal {
        Decimal::new(self.value.digits, self.value.exponent - self.shift)
    }
}

/// The number that a text starts with; `money` if a sign of a currency is before it.
pub(super) fn read(text: &[char], money: bool) -> Option<Read> {
    let first = *text.first()?;
    if first.is_ascii_digit() {
        return in_digits(text, money);
    }
    in_chinese(text).or_else(|| in_english(text)).map(Read::Number)
}

/// A whole number up to two digits, or a Chinese numeral up to 99, and its length.
pub(super) fn up_to_99(text: &[char]) -> Option<(u32, usize)> {
    if let Some(found) = digits(text, 2) {
        return (!text.get(found.1).is_some_and(char::is_ascii_digit)).then_some(found);
    }
    let numeral = in_chinese(text)?;
    let value = u32::try_from(numeral.value.whole()?).ok().filter(|&value| value < 100)?;
    Some((value, numeral.length))
}

/// Four digits, or four Chinese ones, and their length.
pub(super) fn four_digits(text: &[char]) -> Option<(u32, usize)> {
    if let Some((value, 4)) = digits(text, 4) {
        return (!text.get(4).is_some_and(char::is_ascii_digit)).then_some((value, 4));
    }
    let positions = text.get(..4)?.iter().map(|&c| plain_digit(c));
    let value = positions.collect::<Option<Vec<_>>>()?.into_iter().fold(0, |value, digit| value * 10 + digit);
    (!text.get(4).is_some_and(|&c| is_chinese(c))).then_some((value, 4))
}

/// Up to so many digits as a number.
pub(super) fn digits(text: &[char], most: usize) -> Option<(u32, usize)> {
    let length = text.iter().take(most).take_while(|c| c.is_ascii_digit()).count();
    let number: String = text[..length].iter().collect();
    Some((number.parse().ok()?, length))
}

/// Whether a text goes on with a multiplier.
pub(super) fn multiplies(text: &[char]) -> bool {
    multiplier(text, false).is_some()
}

/// Whether a character may be part of a Chinese numeral.
pub(super) fn is_chinese(c: char) -> bool {
    digit(c).is_some() || unit(c).is_some()
}

fn in_digits(text: &[char], money: bool) -> Option<Read> {
    let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
    let run = text.iter().take_while(|c| c.is_ascii_digit()).count();
    let (mut written, mut at): (String, usize) = (text[..run].iter().collect(), run);
    let thousands = |at: usize| {
        text.get(at) == Some(&',') && (1..=3).all(|ahead| is_digit(at + ahead)) && !is_digit(at + 4)
    };
    while run <= 3 && text[0] != '0' && thousands(at) {
        written.extend(&text[at + 1..at + 4]);
        at += 4;
    }
    let mut exponent = 0;
    if text.get(at) == Some(&'.') && is_digit(at + 1) {
        at += 1;
        while is_digit(at) {
            written.push(text[at]);
            exponent -= 1;
            at += 1;
        }
        if text.get(at) == Some(&'.') && is_digit(at + 1) {
            while is_digit(at) || text.get(at) == Some(&'.') && is_digit(at + 1) {
                at += 1;
            }
            return Some(Read::Label(at));
        }
    }
    if written.trim_start_matches('0').len() > MOST_DIGITS || written.len() > 2 * MOST_DIGITS {
        return Some(Read::Label(at));
    }
    let mut value = Decimal::new(written.parse().ok()?, exponent);
    let padded = run > 1 && text[0] == '0';
    let mut shift = 0;
    if let Some((power, length)) = multiplier(&text[at..], money) {
        shift = power;
        value = value.times(1, power)?;
        at += length;
        if exponent == 0
            && let Some((sum, length)) = rest(&text[at..], value, power)
        {
            (value, shift) = (sum, 0);
            at += length;
        }
    }
    Some(Read::Number(Numeral { value, shift, length: at, plain: true, padded, arabic: true }))
}

/// What follows `1亿` or `3万` and belongs to the same number: `2000万`, `5千`.
fn rest(text: &[char], so_far: Decimal, below: i32) -> Option<(Decimal, usize)> {
    let zero = usize::from(text.first() == Some(&'零'));
    let run = text[zero..].iter().take_while(|c| c.is_ascii_digit()).count();
    if run == 0 || text[zero] == '0' || run > 8 {
        return None;
    }
    let (number, _) = digits(&text[zero..], 9)?;
    let at = zero + run;
    let number = Decimal::new(number.into(), 0);
    if let Some((power, length)) = multiplier(&text[at..], false).filter(|&(power, _)| power < below) {
        let sum = so_far.plus(number.times(1, power)?)?;
        return Some(match rest(&text[at + length..], sum, power) {
            Some((sum, more)) => (sum, at + length + more),
            None => (sum, at + length),
        });
    }
    // `3万5元` is 35,000; `1万2026年` are two numbers.
    if !text.get(at).is_some_and(|&c| "元块圆人名家件".contains(c)) {
        return None;
    }
    let power = if run == 1 && zero == 0 { below - 1 } else { 0 };
    let fits = i32::try_from(run).is_ok_and(|run| run <= below);
    fits.then(|| Some((so_far.plus(number.times(1, power)?)?, at)))?
}

/// The power of ten of a multiplier that a text starts with, and its length.
fn multiplier(text: &[char], money: bool) -> Option<(i32, usize)> {
    let gap = spaces(text);
    let found = MULTIPLIERS.iter().find(|(name, _)| starts_with_word(&text[gap..], name));
    let found = found.filter(|(name, _)| {
        let after = text.get(gap + name.chars().count());
        !after.is_some_and(|&c| name.ends_with(['千', '百']) && UNIT_TAILS.contains(c))
    });
    if let Some(&(name, power)) = found {
        return Some((power, gap + name.chars().count()));
    }
    let short = MONEY_MULTIPLIERS.iter().find(|(name, _)| money && starts_with_word(text, name))?;
    Some((short.1, short.0.len()))
}

fn in_chinese(text: &[char]) -> Option<Numeral> {
    let length = text.iter().take_while(|&&c| is_chinese(c)).count();
    let run = &text[..length];
    let (&first, next) = (run.first()?, text.get(length).copied());
    if next == Some('几') || !financial_stands(run, next) {
        return None;
    }
    // Hundreds without a digit are a number before a currency only: `百万元`.
    if matches!(first, '百' | '千') {
        let (power, taken) = multiplier(run, false)?;
        let amount = power >= 6 && taken == length && next.is_some_and(|c| "元美欧港英日人".contains(c));
        let value = Decimal::new(1, power);
        return amount.then_some(Numeral {
            value,
            shift: 0,
            length,
            plain: false,
            padded: false,
            arabic: false,
        });
    }
    let whole = chinese_value(run)?;
    if next == Some('点')
        && let Some(numeral) = with_fraction(text, whole, length)
    {
        return Some(numeral);
    }
    let units = run.iter().filter_map(|&c| unit(c)).filter(|&power| power > 1).count();
    let last = run.last().and_then(|&c| unit(c)).filter(|&power| power > 1);
    let shift = match last {
        Some(power) if units == 1 && (power >= 4 || length == 2) => power,
        _ => 0,
    };
    let value = Decimal::new(whole, 0);
    Some(Numeral { value, shift, length, plain: units > 0, padded: false, arabic: false })
}

/// `三点五`, `一点二万`: Chinese digits after `点`, which is at `at`.
fn with_fraction(text: &[char], whole: i128, at: usize) -> Option<Numeral> {
    let places: Vec<u32> = text[at + 1..].iter().map_while(|&c| plain_digit(c)).take(MOST_DIGITS).collect();
    let mut length = at + 1 + places.len();
    let after = text.get(length).and_then(|&c| unit(c));
    if places.is_empty() || after.is_some_and(|power| power < 4) || text[length - 1] == '两' {
        return None;
    }
    let digits =
        places.iter().try_fold(whole, |value, &digit| value.checked_mul(10)?.checked_add(digit.into()));
    let exponent = i32::try_from(places.len()).ok()?;
    let mut value = Decimal::new(digits?, -exponent);
    let mut shift = 0;
    if let Some((power, taken)) = multiplier(&text[length..], false) {
        value = value.times(1, power)?;
        shift = power;
        length += taken;
    }
    Some(Numeral { value, shift, length, plain: shift > 0, padded: false, arabic: false })
}

/// The value of a run of Chinese numerals; `None` if it is no number: `九九六`,
/// `三四`. A last digit after a multiplier stands for its tenth: `两千五` is 2,500.
fn chinese_value(run: &[char]) -> Option<i128> {
    let (mut total, mut section, mut digit_read) = (0i128, 0i128, None);
    // The powers of the last multipliers: within four digits, and of four digits.
    let (mut small, mut large) = (4, 12);
    let mut zero = false;
    for (at, &c) in run.iter().enumerate() {
        match (digit(c), unit(c)) {
            (Some(0), _) if run.len() == 1 => return Some(0),
            (Some(0), _) if digit_read.is_none() && at > 0 && !zero => zero = true,
            (Some(0), _) => return None,
            (Some(value), _) if digit_read.is_none() => digit_read = Some(i128::from(value)),
            (_, Some(power)) if power < 4 => {
                if power >= small || digit_read.is_none() && !(at == 0 && power == 1) {
                    return None;
                }
                section += digit_read.take().unwrap_or(1) * 10i128.pow(u32::try_from(power).ok()?);
                (small, zero) = (power, false);
            }
            (_, Some(power)) => {
                let elliptic = digit_read.is_some() && small < 4 && small > 1 && !zero;
                let group = section + digit_read.take().unwrap_or_default();
                let factor = 10i128.pow(u32::try_from(power).ok()?);
                if elliptic {
                    return None;
                } else if group > 0 && power < large {
                    total += group * factor;
                } else if group == 0 && total > 0 && power == 8 && large == 4 {
                    total = total.checked_mul(factor)?;
                } else {
                    return None;
                }
                (section, small, large, zero) = (0, 4, power, false);
            }
            _ => return None,
        }
    }
    let Some(last) = digit_read else {
        return (!zero).then_some(total + section);
    };
    let before = if small < 4 {
        small
    } else if large < 12 {
        large
    } else {
        1
    };
    let tenth = if zero { 1 } else { 10i128.pow(u32::try_from(before - 1).ok()?) };
    Some(total + section + last * tenth)
}

/// Financial digits are words too, `大陆`, `队伍`: one alone is a digit only before
/// the currency.
fn financial_stands(run: &[char], next: Option<char>) -> bool {
    let financial = |c: &char| digit(*c).is_some() && plain_digit(*c).is_none() && *c != '两';
    !run.iter().any(financial)
        || run.iter().any(|&c| unit(c).is_some())
        || next.is_some_and(|c| matches!(c, '元' | '圆'))
}

/// A digit of a number that is written digit by digit.
fn plain_digit(c: char) -> Option<u32> {
    let at = "零一二三四五六七八九".chars().position(|it| it == c);
    let at = at.or_else(|| (c == '〇').then_some(0))?;
    u32::try_from(at).ok()
}

fn digit(c: char) -> Option<u32> {
    plain_digit(c).or(match c {
        '两' | '贰' | '貳' => Some(2),
        '壹' => Some(1),
        '叁' | '參' => Some(3),
        '肆' => Some(4),
        '伍' => Some(5),
        '陆' | '陸' => Some(6),
        '柒' => Some(7),
        '捌' => Some(8),
        '玖' => Some(9),
        _ => None,
    })
}

/// The power of ten of a Chinese multiplier.
fn unit(c: char) -> Option<i32> {
    match c {
        '十' | '拾' => Some(1),
        '百' | '佰' => Some(2),
        '千' | '仟' => Some(3),
        '万' | '萬' => Some(4),
        '亿' | '億' => Some(8),
        _ => None,
    }
}

/// `twenty-five`, `one hundred and twenty`, `three million`.
fn in_english(text: &[char]) -> Option<Numeral> {
    if !text.first()?.is_ascii_alphabetic() {
        return None;
    }
    let (mut total, mut current, mut largest) = (0u64, 0u64, u64::MAX);
    let (mut at, mut next, mut shift) = (0, 0, 0);
    while let Some((word, value)) = english_word(&text[next..]) {
        let tail = current % 100;
        match value {
            1..=19 if tail == 0 || value < 10 && tail >= 20 && tail.is_multiple_of(10) => current += value,
            20..=90 if tail == 0 => current += value,
            100 if (1..100).contains(&current) => current *= 100,
            1000.. if current > 0 && value < largest => {
                total = total.checked_add(current.checked_mul(value)?)?;
                (current, largest) = (0, value);
            }
            0 if next == 0 => {}
            _ => break,
        }
        shift = match value {
            1_000 => 3,
            1_000_000 => 6,
            1_000_000_000 => 9,
            _ => 0,
        };
        at = next + word.len();
        let joined = text.get(at).is_some_and(|&c| matches!(c, ' ' | '-'));
        next = at + usize::from(joined);
        if value >= 100 && starts_with_word(&text[next..], "and") && text.get(next + 3) == Some(&' ') {
            next += 4;
        }
        if next == at {
            break;
        }
    }
    let value = total.checked_add(current)?;
    (at > 0).then(|| Numeral {
        value: Decimal::new(value.into(), 0),
        shift,
        length: at,
        plain: value > 12,
        padded: false,
        arabic: false,
    })
}

fn english_word(text: &[char]) -> Option<(&'static str, u64)> {
    let small = SMALL.iter().zip(0u64..);
    let tens = TENS.iter().zip((20u64..).step_by(10));
    let large: [(&&str, u64); 4] =
        [(&"hundred", 100), (&"thousand", 1_000), (&"million", 1_000_000), (&"billion", 1_000_000_000)];
    let found = small.chain(tens).chain(large).find(|(word, _)| starts_with_word(text, word));
    found.map(|(word, value)| (*word, value))
}

pub(super) fn spaces(text: &[char]) -> usize {
    text.iter().take_while(|&&c| c == ' ').count()
}

/// Whether a text starts with these characters, whatever their case.
pub(super) fn starts_with(text: &[char], word: &str) -> bool {
    let mut chars = text.iter().map(char::to_ascii_lowercase);
    word.chars().all(|c| chars.next() == Some(c.to_ascii_lowercase()))
}

/// Whether a text starts with a word that goes no further.
pub(super) fn starts_with_word(text: &[char], word: &str) -> bool {
    if !starts_with(text, word) {
        return false;
    }
    let after = text.get(word.chars().count());
    !word.ends_with(|c: char| c.is_ascii_alphabetic()) || !after.is_some_and(char::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<(i128, usize)> {
        match read(&text.chars().collect::<Vec<_>>(), false)? {
            Read::Number(numeral) => Some((numeral.value.whole()?, numeral.length)),
            Read::Label(_) => None,
        }
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for (text, expected) in [
            ("500,000", 500_000),
            ("1亿2000万", 120_000_000),
            ("3万5千", 35_000),
            ("三百六十五", 365),
            ("两千五", 2_500),
            ("两千零五", 2_005),
            ("一百五", 150),
            ("一亿二千万", 120_000_000),
            ("三万亿", 3_000_000_000_000),
            ("壹拾万", 100_000),
            ("十五", 15),
            ("one hundred and twenty-five", 125),
            ("two thousand five hundred", 2_500),
        ] {
            assert_eq!(value(text), Some((expected, text.chars().count())), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_number_is_not_read_as_one() {
        for text in ["九九六", "三四", "十二三", "百", "十几", "陆", "3.5.2", "1234567890123456"]
        {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value("3,1000"), Some((3, 1)));
        assert_eq!(value("2026,100"), Some((2026, 4)));
        assert_eq!(value("1万2026年"), Some((10_000, 2)));
    }
}
