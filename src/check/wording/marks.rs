//! Owns where the clauses, sentences, lines and quotations of a text are, and which words
//! stand where in them: each found once, however many places ask. May import `pattern`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::pattern::ends_clause;

/// So many quotations of an enumeration are looked over for what is said about them all.
const QUOTATIONS: usize = 16;

static WORDS: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));

/// Places that were asked for before, by what was asked.
type Known<K> = RefCell<BTreeMap<K, Rc<[usize]>>>;

/// Places of a text, ascending, in bytes.
pub(super) struct Marks<'a> {
    text: &'a str,
    /// What ends clauses.
    clauses: Vec<Range<usize>>,
    /// What ends sentences.
    sentences: Vec<Range<usize>>,
    /// What parts the items of an enumeration.
    items: Vec<Range<usize>>,
    lines: Vec<usize>,
    quotes: Vec<usize>,
    straight_quotes: Vec<usize>,
    breaks: Known<(usize, usize)>,
    /// What was asked: a list of words, and a part of the text.
    words: Known<(usize, usize, usize)>,
}

/// A quotation.
pub(super) struct Quotation {
    /// Where its mark opens it.
    pub(super) open: usize,
    /// Where its closing mark stands.
    pub(super) close: usize,
}

impl<'a> Marks<'a> {
    /// Those of a text.
    pub(super) fn of(text: &'a str) -> Self {
        let mut marks = Self {
            text,
            clauses: Vec::new(),
            sentences: Vec::new(),
            items: Vec::new(),
            lines: Vec::new(),
            quotes: Vec::new(),
            straight_quotes: Vec::new(),
            breaks: RefCell::default(),
            words: RefCell::default(),
        };
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            if ends_clause(c) {
                marks.clauses.push(at..end);
                if c != ',' {
                    marks.sentences.push(at..end);
                }
            }
            match c {
                '、' => marks.items.push(at..end),
                '\n' => marks.lines.push(at),
                '"' => marks.straight_quotes.push(at),
                _ => {}
            }
            if is_quote(c) {
                marks.quotes.push(at);
            }
        }
        marks
    }

    /// The clause that a place is in.
    pub(super) fn clause(&self, at: usize) -> Range<usize> {
        between(&self.clauses, at, 0..self.text.len())
    }

    /// The item of an enumeration that a place is in, or its clause.
    pub(super) fn item(&self, at: usize) -> Range<usize> {
        between(&self.items, at, self.clause(at))
    }

    /// The sentence that a place is in.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        between(&self.sentences, at, 0..self.text.len())
    }

    /// The quotation on its line that a range stands in.
    pub(super) fn quotation(&self, range: &Range<usize>) -> Option<Quotation> {
        let before = self.quotes.partition_point(|&at| at < range.start);
        let open = *self.quotes.get(before.checked_sub(1)?)?;
        let close = *self.quotes.get(self.quotes.partition_point(|&at| at < range.end))?;
        let line_ends = |part: Range<usize>| {
            let next = self.lines.partition_point(|&at| at < part.start);
            self.lines.get(next).is_some_and(|&at| at < part.end)
        };
        // As many marks open before it as close: those before do not belong to it.
        let straight = self.straight_quotes.partition_point(|&at| at < range.start) % 2 == 1;
        let opens = self.text[open..].starts_with(opens_quotation);
        (!line_ends(open..range.start) && !line_ends(range.end..close) && (opens || straight))
            .then_some(Quotation { open, close })
    }

    /// What follows a quotation, and those that are enumerated with it.
    pub(super) fn behind(&self, quotation: &Quotation) -> &'a str {
        let shut = |close: usize| {
            let mut behind = self.text[close..].chars();
            behind.next();
            behind.as_str().trim_start_matches(|c| is_quote(c) && !opens_quotation(c)).trim_start()
        };
        let mut after = shut(quotation.close);
        for _ in 0..QUOTATIONS {
            let next = after.trim_start_matches(['、', '和', '或', '及', '与', ',']).trim_start();
            if !next.starts_with(opens_quotation) {
                break;
            }
            let open = self.text.len() - next.len();
            let Some(&close) = self.quotes.get(self.quotes.partition_point(|&at| at <= open)) else { break };
            after = shut(close);
        }
        after
    }

    /// Where in a part of the text the words of a list end, ascending. The list is known by
    /// its address.
    pub(super) fn ends_of(&self, words: &'a [String], part: &Range<usize>) -> Rc<[usize]> {
        self.places(words, part, |at, word| at + word.len())
    }

    /// Where they start.
    pub(super) fn starts_of(&self, words: &'a [String], part: &Range<usize>) -> Rc<[usize]> {
        self.places(words, part, |at, _| at)
    }

    fn places(&self, words: &'a [String], part: &Range<usize>, of: fn(usize, &str) -> usize) -> Rc<[usize]> {
        let key = (words.as_ptr() as usize, part.start, part.end);
        let mut known = self.words.borrow_mut();
        let found = known.entry(key).or_insert_with(|| {
            let text = &self.text[part.clone()];
            let mut places: Vec<usize> = words
                .iter()
                .flat_map(|word| text.match_indices(word.as_str()).map(move |(at, _)| (at, word)))
                .filter(|&(at, word)| is_boundary(text, at, word))
                .map(|(at, word)| part.start + of(at, word))
                .collect();
            places.sort_unstable();
            places.into()
        });
        Rc::clone(found)
    }

    /// Whether a part of the text, up to a place, has a word of a list.
    pub(super) fn has_before(&self, words: &'a [String], part: &Range<usize>, at: usize) -> bool {
        self.ends_of(words, part).first().is_some_and(|&end| end <= at)
    }

    /// Whether words begin or end at places in the clauses of a range, as far as a dictionary
    /// knows.
    pub(super) fn has_breaks(&self, range: &Range<usize>, mut at: impl Iterator<Item = usize>) -> bool {
        let (start, end) = (self.clause(range.start).start, self.clause(range.end).end);
        let mut known = self.breaks.borrow_mut();
        let breaks = known
            .entry((start, end))
            .or_insert_with(|| WORDS.segment_str(&self.text[start..end]).map(|at| at + start).collect());
        at.all(|at| breaks.binary_search(&at).is_ok())
    }
}

/// The part of a whole around a place, between two of these.
fn between(ends: &[Range<usize>], at: usize, whole: Range<usize>) -> Range<usize> {
    let next = ends.partition_point(|end| end.start < at);
    let start = next.checked_sub(1).map_or(0, |last| ends[last].end);
    let end = ends.get(next).map_or(whole.end, |end| end.start);
    start.max(whole.start)..end.min(whole.end)
}

/// Whether a Latin word that stands at a place begins and ends there.
pub(super) fn is_boundary(text: &str, at: usize, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    !is_letter(word.chars().next())
        || !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next())
}

fn opens_quotation(c: char) -> bool {
    matches!(c, '“' | '‘' | '「' | '『' | '《')
}

pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '"' | '\'' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》')
}
