//! Owns the numbers of a text as a translation must have them too. May import `quantity`.

use super::quantity::{self, Reading, Shared};

/// A number in a text.
#[derive(Debug, Clone)]
pub struct Figure {
    /// As it is written.
    pub written: String,
    /// Whether it is written in digits.
    pub in_digits: bool,
    amounts: Vec<Shared>,
}

impl Figure {
    /// Whether another one says the same, be it in another unit or language.
    pub fn same(&self, other: &Self) -> bool {
        let bare = |of: &Self| of.amounts.iter().any(|it| matches!(it, Shared::Bare(_)));
        let digits = |of: &Self| of.written.chars().filter(char::is_ascii_digit).collect::<String>();
        self.amounts.iter().any(|own| other.amounts.contains(own))
            // `7×24` of hours that only the other one calls so.
            || bare(self) != bare(other) && digits(self) == digits(other)
    }
}

/// Every number of a text.
pub fn figures(text: &str) -> Vec<Figure> {
    let chars: Vec<char> = text.chars().map(quantity::fold).collect();
    let (mut found, mut at, mut done) = (Vec::new(), 0, 0);
    while at < chars.len() {
        let Some((reading, end)) = quantity::read(&chars, at, done).filter(|it| it.1 > at) else {
            at += 1;
            continue;
        };
        let written: String = chars[at..end].iter().collect();
        if let Reading::Quantity(quantity) = reading {
            for amounts in quantity.amounts() {
                let in_digits = written.bytes().any(|b| b.is_ascii_digit());
                found.push(Figure { written: written.trim().to_string(), in_digits, amounts });
            }
        }
        (at, done) = (end, end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(one: &str, other: &str) -> bool {
        let (one, other) = (figures(one), figures(other));
        one.iter().any(|it| !other.iter().any(|that| that.same(it)))
    }

    #[test]
    fn a_number_is_the_same_in_another_language_and_unit() {
        for (chinese, english) in [
            ("3年以上经验", "at least three years of experience"),
            ("12个月内", "within 1 year"),
            ("不低于95%", "at least 95%"),
            ("50万元", "CNY 500,000"),
            ("7×24响应", "answers 7 days a week, 24 hours a day"),
        ] {
            assert!(!differ(chinese, english), "{chinese} / {english}");
        }
        assert!(differ("不低于95%", "at least 90%"));
        assert!(differ("3年以上经验", "at least 5 years of experience"));
    }
}
