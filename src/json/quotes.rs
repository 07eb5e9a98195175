//! Owns what is said of a text that is no JSON because of its quotes, or of a comma
//! inside a number: the parser notices such a mistake only behind it. May import
//! nothing of rolebook but `diagnostic`.

use std::ops::Range;

use crate::diagnostic::Message;

/// A mistake that explains why the parser stopped.
pub(super) struct Mistake {
    /// Where it is.
    pub(super) place: Range<usize>,
    /// What it is.
    pub(super) message: Message,
    /// What to do.
    pub(super) hint: Message,
}

/// The mistake in `text` for which the parser stopped at the byte `at`, if it is one
/// of those.
pub(super) fn mistake(text: &str, at: usize) -> Option<Mistake> {
    thousands(text, at).or_else(|| {
        let string = last_string(text, at)?;
        open(text, string.clone(), at).or_else(|| inner(text, string, at))
    })
}

/// The last string that begins at or before `at`; without an end, up to that of the
/// text.
fn last_string(text: &str, at: usize) -> Option<Range<usize>> {
    let mut last = None;
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find('"').map(|found| from + found).filter(|&it| it <= at) {
        let mut escaped = false;
        let end = text[start + 1..].find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        from = end.map_or(text.len(), |end| start + 1 + end + 1);
        last = Some(start..from);
    }
    last
}

/// A text that runs over the end of its line.
fn open(text: &str, string: Range<usize>, at: usize) -> Option<Mistake> {
    let line = text[string.start..].lines().next().unwrap_or_default();
    let runs_on = string.len() > line.len() || !text[string.start + 1..string.end].ends_with('"');
    if !runs_on || (at >= string.end && !text[string.end..at].trim().is_empty()) {
        return None;
    }
    let line = line.trim_end();
    let ending = line.trim_end_matches([',', '，', ';', '；', ']', '}', ' ']).chars().next_back();
    // Typographic quotes that pair up are words of the text.
    let count = |mark: char| line.matches(mark).count();
    let ending = ending.filter(|mark| match mark {
        '”' => count('“') < count('”'),
        '’' => count('‘') < count('’'),
        '“' | '‘' | '＂' | '″' => true,
        _ => false,
    });
    let hint = match ending {
        Some(mark) => Message::new(
            format!("it ends with the typographic {mark}; JSON needs the straight one: \""),
            format!("它以中文引号 {mark} 结尾；JSON 只认英文半角引号：\""),
        ),
        None => Message::new(
            "close it with \" on the same line; a line break inside a text is written \\n",
            "请在同一行用英文双引号 \" 结束；文字中的换行写 \\n",
        ),
    };
    Some(Mistake {
        place: string.start..string.start + line.len(),
        message: Message::new("the text begun here is not closed", "从这里开始的文字没有结束"),
        hint,
    })
}

/// Straight quotes inside a text.
fn inner(text: &str, string: Range<usize>, at: usize) -> Option<Mistake> {
    let next = text[string.end..].chars().next()?;
    if at != string.end || next.is_whitespace() || ",:}]\"".contains(next) {
        return None;
    }
    let words = text[at..].lines().next()?;
    let words = &words[..words.find('"')?];
    Some(Mistake {
        place: at - 1..at + words.len() + 1,
        message: Message::new(
            "a straight quote inside a text ends it too early",
            "文字里面的英文双引号使文字提前结束",
        ),
        hint: Message::new(
            format!("write “{words}” or \\\"{words}\\\" inside a text"),
            format!("文字里面请写 “{words}” 或 \\\"{words}\\\""),
        ),
    })
}

/// A number with commas between its thousands.
fn thousands(text: &str, at: usize) -> Option<Mistake> {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '，' | '.');
    let before = text.get(..at)?;
    let start = before
        .rfind(|c| !of_number(c))
        .map_or(0, |found| found + before[found..].chars().next().map_or(0, char::len_utf8));
    let end = text[at..].find(|c| !of_number(c)).map_or(text.len(), |length| at + length);
    let written = text[start..end].trim_end_matches([',', '，']);
    let (whole, decimals) = written.split_once('.').unwrap_or((written, "0"));
    let groups: Vec<&str> = whole.split([',', '，']).collect();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let is_one = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| digits(group))
        && !decimals.is_empty()
        && digits(decimals);
    let number = written.replace([',', '，'], "");
    is_one.then(|| Mistake {
        place: start..start + written.len(),
        message: Message::new(
            format!("a comma inside the number {written}"),
            format!("数字 {written} 中有千位分隔逗号"),
        ),
        hint: Message::new(format!("write {number}: digits alone"), format!("写 {number}，不加逗号")),
    })
}
