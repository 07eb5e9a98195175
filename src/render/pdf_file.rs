//! Owns the form of a PDF file that Typst wrote: it is taken apart into its objects,
//! which are read and replaced, and written anew. May import `file_writer`.
//!
//! It reads what the pinned `typst-pdf` writes and nothing else: one table of
//! references, no updates, every object of generation 0. What others write is read by
//! `carried`.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use flate2::read::ZlibDecoder;
use pdf_writer::{Chunk, Ref};

use super::file_writer::{END_OF_STREAM, FileWriter, object_of};

/// A PDF file in parts.
pub(super) struct PdfFile<'a> {
    /// What stands before the first object.
    head: &'a [u8],
    /// The objects by number, without the words around them.
    objects: Vec<Option<Cow<'a, [u8]>>>,
    /// The entries of the trailer but for the size.
    trailer: &'a [u8],
}

impl<'a> PdfFile<'a> {
    /// Takes a file apart; `None` if it is not of the form that Typst writes.
    pub(super) fn read(pdf: &'a [u8]) -> Option<Self> {
        let end = rfind(pdf, b"startxref\n")?;
        let table_at = usize::try_from(leading_number(&pdf[end + 10..])?).ok()?;
        let table = pdf.get(table_at..end)?.strip_prefix(b"xref\n0 ")?;
        let size = usize::try_from(leading_number(table)?).ok()?;
        let rows = &table[find(table, b"\n")? + 1..];
        let mut offsets = Vec::with_capacity(size);
        for (number, row) in rows.chunks_exact(20).take(size).enumerate() {
            if row[17] == b'n' {
                offsets.push((usize::try_from(leading_number(row)?).ok()?, number));
            }
        }
        let trailer = rows.get(size * 20..)?.strip_prefix(b"trailer\n<<")?;
        let trailer = &trailer[..rfind(trailer, b">>")?];
        let trailer = trailer.strip_prefix(b"/Size ")?;
        let trailer = &trailer[find(trailer, b"/")?..];
        offsets.sort_unstable();
        let mut objects = vec![None; size];
        let ends = offsets.iter().skip(1).map(|&(offset, _)| offset).chain([table_at]);
        for (&(start, number), end) in offsets.iter().zip(ends) {
            let object = pdf.get(start..end)?;
            let body = object.get(find(object, b" 0 obj\n")? + 7..rfind(object, b"\nendobj")?)?;
            objects[number] = Some(Cow::Borrowed(body));
        }
        let head = pdf.get(..offsets.first()?.0)?;
        Some(Self { head, objects, trailer })
    }

    /// An object, without the words around it.
    pub(super) fn object(&self, number: usize) -> Option<&[u8]> {
        self.objects.get(number)?.as_deref()
    }

    /// Every object with its number.
    pub(super) fn objects(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.objects.iter().enumerate().filter_map(|(number, body)| Some((number, body.as_deref()?)))
    }

    /// The entries of the trailer but for the size.
    pub(super) fn trailer(&self) -> &'a [u8] {
        self.trailer
    }

    /// How many numbers there are.
    pub(super) fn size(&self) -> usize {
        self.objects.len()
    }

    /// The number of the catalog.
    pub(super) fn root(&self) -> Option<usize> {
        reference(entry(self.trailer, b"Root")?)
    }

    /// Puts another object in the place of one.
    pub(super) fn replace(&mut self, number: usize, body: Vec<u8>) {
        self.objects[number] = Some(Cow::Owned(body));
    }

    /// A number for a new object.
    pub(super) fn reserve(&mut self) -> Ref {
        self.objects.push(None);
        Ref::new(i32::try_from(self.objects.len() - 1).expect("fewer objects than a PDF may have"))
    }

    /// Puts the one object of a chunk into its place.
    pub(super) fn insert(&mut self, chunk: &Chunk) {
        let (number, body) = object_of(chunk);
        self.replace(number, body.to_vec());
    }

    /// The file, written anew.
    pub(super) fn write(self) -> Vec<u8> {
        let mut writer = FileWriter::new(self.head, self.objects.len());
        let streams = |streams: bool| {
            let is_one = move |(_, body): &(usize, &[u8])| body.ends_with(END_OF_STREAM) == streams;
            self.objects().filter(is_one)
        };
        for (number, body) in streams(true).chain(streams(false)) {
            writer.put(number, body);
        }
        writer.finish(self.trailer)
    }
}

/// What stands in a dictionary after this key, as it is written. A text that looks like
/// the key is not taken for it, nor is a key of a dictionary in this one.
pub(super) fn entry<'a>(dict: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    dict.get(place_of_entry(dict, key)?)
}

/// Where that stands.
pub(super) fn place_of_entry(dict: &[u8], key: &[u8]) -> Option<Range<usize>> {
    let mut at = if dict.starts_with(b"<<") { 2 } else { 0 };
    loop {
        let name = token(dict, at)?;
        if !dict[name.clone()].starts_with(b"/") {
            return None;
        }
        let first = token(dict, name.end)?;
        let mut end = value_end(dict, &first)?;
        // A reference is three words.
        while let Some(more) = token(dict, end).filter(|more| is_word(dict[more.start])) {
            end = more.end;
        }
        if dict[name.start + 1..name.end] == *key {
            return Some(first.start..end);
        }
        at = end;
    }
}

/// Where the value ends that begins with this token.
fn value_end(text: &[u8], first: &Range<usize>) -> Option<usize> {
    let (mut depth, mut here) = (0usize, first.clone());
    loop {
        match &text[here.clone()] {
            b"<<" | b"[" => depth += 1,
            b">>" | b"]" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(here.end);
        }
        here = token(text, here.end)?;
    }
}

/// The entries of a stream, and its content as it is after decompression; `None` if it
/// is compressed in another way than by Flate.
pub(super) fn stream(body: &[u8]) -> Option<(&[u8], Cow<'_, [u8]>)> {
    let (dict, content) = stream_parts(body)?;
    match entry(dict, b"Filter") {
        None => Some((dict, Cow::Borrowed(content))),
        Some(b"/FlateDecode") => {
            let mut inflated = Vec::new();
            ZlibDecoder::new(content).read_to_end(&mut inflated).ok()?;
            Some((dict, Cow::Owned(inflated)))
        }
        Some(_) => None,
    }
}

/// The entries of a stream, and its content as it stands.
pub(super) fn stream_parts(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = value_end(body, &token(body, 0)?)?;
    let content = body[end..].trim_ascii_start().strip_prefix(b"stream\n")?;
    Some((&body[..end], content.strip_suffix(END_OF_STREAM)?))
}

/// The token that comes next: a bracket, a string, a name or a word (ISO 32000-1, 7.2 and 7.3).
pub(super) fn token(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + text.get(at..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let rest = &text[start..];
    let length = match rest[0] {
        b'<' | b'>' if rest.get(1) == Some(&rest[0]) => 2,
        b'<' => 1 + find(rest, b">")?,
        b'(' => string_length(rest)?,
        b'/' => 1 + rest[1..].iter().take_while(|&&byte| is_word(byte)).count(),
        byte if is_word(byte) => rest.iter().take_while(|&&byte| is_word(byte)).count(),
        _ => 1,
    };
    Some(start..start + length)
}

/// How long the string is that a text begins with, in which brackets are in pairs or
/// escaped.
fn string_length(text: &[u8]) -> Option<usize> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Whether a byte can be part of a name or a number.
fn is_word(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"()<>[]{}/%".contains(&byte)
}

/// The number of the object that a value refers to.
pub(super) fn reference(value: &[u8]) -> Option<usize> {
    let number = value.strip_suffix(b" 0 R")?;
    number.iter().all(u8::is_ascii_digit).then(|| leading_number(number))?.and_then(|it| it.try_into().ok())
}

/// The whole number that a text begins with.
pub(super) fn leading_number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

/// Where these words first stand in a text.
pub(super) fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, words)
}

fn rfind(text: &[u8], words: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(text, words)
}

#[cfg(test)]
mod tests {
    use pdf_writer::{Finish, Name, Settings, Str, TextStr};
    use proptest::prelude::*;

    use super::*;

    /// A file as Typst writes it: a catalog, and a stream whose last byte is `last`.
    fn written(last: u8) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n".to_vec();
        let stream = [b"<</Length 3>>\nstream\nab", &[last][..], b"\nendstream"].concat();
        let mut rows = String::from("0000000000 65535 f\r\n");
        for (number, body) in [(1, &b"<</Type/Catalog/Metadata 2 0 R>>"[..]), (2, &stream)] {
            rows.push_str(&format!("{:010} 00000 n\r\n", file.len()));
            file.extend(format!("{number} 0 obj\n").bytes());
            file.extend(body);
            file.extend(b"\nendobj\n");
        }
        let table = file.len();
        file.extend(format!("xref\n0 3\n{rows}trailer\n<</Size 3/Root 1 0 R/ID[(a)(b)]>>\n").bytes());
        file.extend(format!("startxref\n{table}\n%%EOF").bytes());
        file
    }

    #[test]
    fn what_typst_writes_is_taken_apart() {
        let bytes = written(b'c');
        let file = PdfFile::read(&bytes).unwrap();
        assert_eq!(file.root(), Some(1));
        assert_eq!(file.object(1), Some(&b"<</Type/Catalog/Metadata 2 0 R>>"[..]));
        assert_eq!(file.objects().count(), 2);
        assert_eq!(file.trailer, b"/Root 1 0 R/ID[(a)(b)]");
    }

    #[test]
    fn what_typst_does_not_write_is_refused() {
        let bytes = written(b'c');
        for end in 0..bytes.len() - 6 {
            assert!(PdfFile::read(&bytes[..end]).is_none(), "cut at {end}");
        }
        for (from, to) in [("xref\n0 3", "xref\n0 9"), ("/Size", "/Sise"), ("trailer", "traiter")] {
            let at = find(&bytes, from.as_bytes()).unwrap();
            let mut other = bytes.clone();
            other[at..at + to.len()].copy_from_slice(to.as_bytes());
            assert!(PdfFile::read(&other).is_none(), "{from}");
        }
    }

    #[test]
    fn objects_are_packed_and_streams_are_not() {
        let bytes = written(b'c');
        let out = PdfFile::read(&bytes).unwrap().write();
        let text = String::from_utf8_lossy(&out);
        assert!(!text.contains("/Type/Catalog") && text.contains("/Type/ObjStm/N 1"));
        assert!(text.contains("stream\nabc\nendstream"));
        assert!(text.contains("/Root 1 0 R/ID[(a)(b)]/Filter"));
    }

    #[test]
    fn a_stream_that_ends_like_a_line_ends_unmistakably() {
        let out = PdfFile::read(&written(b'\r')).unwrap().write();
        assert!(String::from_utf8_lossy(&out).contains("stream\nab\r\r\nendstream"));
    }

    #[test]
    fn an_entry_is_told_from_what_looks_like_it() {
        let dict = br"<</A<</K 1/L[<</K 2>>]>>/B(/K 3 \) (/K 4) \\)/C<2F4B>/D/K/E[/K 5]/K 6 0 R/F 7>>
stream /K 8";
        assert_eq!(entry(dict, b"K"), Some(&b"6 0 R"[..]));
        assert_eq!(entry(dict, b"K").and_then(reference), Some(6));
        assert_eq!(entry(dict, b"F"), Some(&b"7"[..]));
        assert_eq!(entry(dict, b"D"), Some(&b"/K"[..]));
        assert_eq!(entry(dict, b"A").and_then(|inner| entry(inner, b"L")), Some(&b"[<</K 2>>]"[..]));
        assert_eq!(entry(dict, b"G"), None);
        for end in 0..find(dict, b"/F 7").unwrap() {
            let cut = entry(&dict[..end], b"K");
            assert!(cut.is_none_or(|value| b"6 0 R".starts_with(value)), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn entries_are_found_whatever_the_texts_beside_them_say(
            texts in proptest::collection::vec(
                "(/K |\\(|\\)|\\\\|<<|>>|\\[|\\]|/URI\\(| 0 obj\n|endobj|\r|\n|客|a){0,8}", 4,
            ),
        ) {
            let mut chunk = Chunk::with_settings(Settings { pretty: false });
            let mut dict = chunk.indirect(Ref::new(1)).dict();
            dict.pair(Name(b"A"), Str(texts[0].as_bytes())).pair(Name(b"B"), TextStr(&texts[1]));
            dict.insert(Name(b"C")).dict().pair(Name(b"K"), Str(texts[2].as_bytes()));
            dict.pair(Name(format!("N{}", texts[3]).as_bytes()), 1);
            dict.pair(Name(b"K"), Ref::new(9)).pair(Name(b"D"), Str(texts[3].as_bytes()));
            dict.finish();
            let mut file = PdfFile { head: b"", objects: vec![None; 2], trailer: b"" };
            file.insert(&chunk);
            let body = file.object(1).unwrap();
            prop_assert_eq!(entry(body, b"K").and_then(reference), Some(9));
            prop_assert!(entry(body, b"D").is_some());
        }
    }
}
