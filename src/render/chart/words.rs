//! Owns how wide the words of a box are, and their lines. May import nothing of rolebook
//! but `markdown`.

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};
use typst::layout::{Abs, Em};
use typst::text::{Font, FontInstance, FontVariations};

/// A browser has another font than the one that was measured: so much less of a line is
/// taken, in parts of a hundred.
const ROOM: f64 = 0.95;

static LINES: LineSegmenterBorrowed<'static> =
    LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());

/// The fonts in which words are set: the first that has a character shows it.
pub(in crate::render) struct Faces {
    regular: Vec<FontInstance>,
    bold: Vec<FontInstance>,
}

/// How words are set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    /// The height of the letters' square, in pixels.
    pub(super) size: i32,
    /// From line to line, in pixels.
    pub(super) pitch: i32,
    pub(super) bold: bool,
}

impl Faces {
    /// The fonts of words that are regular and bold.
    pub(in crate::render) fn new(regular: Vec<Font>, bold: Vec<Font>) -> Self {
        let instances = |fonts: Vec<Font>| {
            let usual = |font: Font| {
                let variant = font.info().variant;
                font.instantiate(variant, Abs::pt(10.0), &FontVariations::default())
            };
            fonts.into_iter().map(usual).collect()
        };
        Self { regular: instances(regular), bold: instances(bold) }
    }

    /// The width of words, in pixels.
    fn width(&self, text: &str, how: Type) -> f64 {
        let fonts = if how.bold { &self.bold } else { &self.regular };
        let advance = |c: char| {
            let of_font = |font: &FontInstance| {
                let glyph = font.ttf().glyph_index(c)?;
                font.x_advance(glyph.0).map(Em::get)
            };
            fonts.iter().find_map(of_font).unwrap_or(1.0)
        };
        text.chars().map(advance).sum::<f64>() * f64::from(how.size)
    }

    /// Words in lines of at most so many pixels, and at most so many lines; what is cut
    /// off is shown by `…`. A line ends before brackets or after a comma if all of it
    /// fits so.
    pub(super) fn lines(&self, text: &str, how: Type, limit: i32, most: usize) -> Vec<String> {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let limit = f64::from(limit) * ROOM;
        if self.width(&text, how) <= limit {
            return vec![text];
        }
        if let Some(two) = self.in_sense_groups(&text, how, limit) {
            return two;
        }
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for piece in pieces(&text) {
            if !line.is_empty() && self.width(format!("{line}{piece}").trim_end(), how) > limit {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(piece);
            // A word that is longer than a line is parted.
            while self.width(line.trim_end(), how) > limit {
                let fits = |end: &usize| self.width(&line[..*end], how) <= limit;
                let ends = line.char_indices().map(|(at, _)| at).skip(1);
                let end = ends.take_while(fits).last().or_else(|| line.char_indices().nth(1).map(|it| it.0));
                let Some(end) = end else { break };
                let rest = line.split_off(end);
                lines.push(std::mem::replace(&mut line, rest));
            }
            if lines.len() > most {
                break;
            }
        }
        lines.push(line);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                while last.ends_with(char::is_whitespace) || self.width(&format!("{last}…"), how) > limit {
                    last.pop();
                }
                last.push('…');
            }
        }
        lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
        lines
    }

    /// A title in two lines: what it is, and what of.
    fn in_sense_groups(&self, text: &str, how: Type, limit: f64) -> Option<Vec<String>> {
        let before = text.char_indices().filter(|(_, c)| matches!(c, '（' | '('));
        let after = text.char_indices().filter(|(_, c)| matches!(c, ',' | '，' | '、'));
        let mut ends = before.map(|(at, _)| at).chain(after.map(|(at, c)| at + c.len_utf8()));
        ends.find_map(|end| {
            let (first, second) = (text[..end].trim(), text[end..].trim());
            let fits = |line: &str| !line.is_empty() && self.width(line, how) <= limit;
            (fits(first) && fits(second)).then(|| vec![first.to_string(), second.to_string()])
        })
    }
}

/// What must not be parted.
fn pieces(text: &str) -> Vec<&str> {
    let ends: Vec<usize> = LINES.segment_str(text).collect();
    ends.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
}

/// What XML can say: no control characters, and no code points that are no characters.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::typeset::FONTS;

    fn lines(text: &str, limit: i32, most: usize) -> Vec<String> {
        let faces = Faces::new(FONTS[1..2].to_vec(), FONTS[2..3].to_vec());
        faces.lines(text, Type { size: 10, pitch: 14, bold: true }, limit, most)
    }

    #[test]
    fn lines_end_where_a_reader_pauses() {
        assert_eq!(lines("大客户经理（装备制造）", 80, 3), ["大客户经理", "（装备制造）"]);
        assert_eq!(
            lines("Key Account Manager, Equipment Manufacturing", 140, 3),
            ["Key Account Manager,", "Equipment Manufacturing"]
        );
        assert_eq!(lines("总经理", 80, 3), ["总经理"]);
    }

    #[test]
    fn no_line_is_longer_than_its_box() {
        assert_eq!(lines("电力调度控制中心主任助理。", 66, 3), ["电力调度控制", "中心主任助", "理。"]);
        assert_eq!(lines("Donaudampfschifffahrtskapitän", 80, 9).concat(), "Donaudampfschifffahrtskapitän");
        assert_eq!(lines("一二三四五六七八九十", 40, 2), ["一二三", "四五…"]);
        assert_eq!(lines("", 40, 2), [""]);
    }

    #[test]
    fn nothing_is_left_that_xml_cannot_say() {
        assert_eq!(printable("a\u{1}b\n\u{ffff}c"), "a b c");
    }
}
