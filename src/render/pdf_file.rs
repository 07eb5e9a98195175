//! Owns the form of a PDF file that Typst wrote: it is taken apart into its objects,
//! and written anew with all but the streams packed into compressed streams of objects
//! (PDF 1.5, ISO 32000-1 7.5.7), which leaves a fifth of the tags' bytes. May import
//! nothing of rolebook.
//!
//! It reads what the pinned `typst-pdf` writes and nothing else: one table of
//! references, no updates, every object of generation 0. What others write is read by
//! `carried`.

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Chunk, Ref};

/// Objects in one stream. A reader inflates a stream whole, so that none should be
/// without bounds.
const PACKED: usize = 1000;

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
        let number = chunk.refs().next().expect("one object").get();
        let bytes = chunk.as_bytes();
        let start = find(bytes, b" obj\n").expect("the head of an object") + 5;
        let end = rfind(bytes, b"\nendobj").expect("the end of an object");
        self.replace(usize::try_from(number).expect("a number above 0"), bytes[start..end].to_vec());
    }

    /// The file, written anew.
    pub(super) fn write(self) -> Vec<u8> {
        let mut out = self.head.to_vec();
        // Per object: its kind, and where it is (ISO 32000-1, table 18).
        let mut places = vec![(0u8, 0usize, 0usize); self.objects.len()];
        let mut packed = Vec::new();
        for (number, body) in self.objects.iter().enumerate() {
            let Some(body) = body else { continue };
            if body.ends_with(END_OF_STREAM) {
                places[number] = (1, out.len(), 0);
                write_object(&mut out, number, body);
            } else {
                packed.push((number, body));
            }
        }
        for group in packed.chunks(PACKED) {
            let stream = places.len();
            let (mut index, mut bodies) = (String::new(), Vec::new());
            for (position, (number, body)) in group.iter().enumerate() {
                index.push_str(&format!("{number} {} ", bodies.len()));
                bodies.extend_from_slice(body);
                bodies.push(b'\n');
                places[*number] = (2, stream, position);
            }
            let (count, first) = (group.len(), index.len());
            let content = deflate(&[index.as_bytes(), &bodies]);
            places.push((1, out.len(), 0));
            write_stream(&mut out, stream, &format!("/Type/ObjStm/N {count}/First {first}"), &[], &content);
        }
        let table = places.len();
        let table_at = out.len();
        places.push((1, table_at, 0));
        let mut rows = Vec::with_capacity(places.len() * 7);
        for (kind, place, position) in &places {
            rows.push(*kind);
            rows.extend_from_slice(&u32::try_from(*place).expect("a file below 4 GiB").to_be_bytes());
            rows.extend_from_slice(&u16::try_from(*position).expect("below the bound above").to_be_bytes());
        }
        let content = deflate(&[&rows]);
        let entries = format!("/Type/XRef/W[1 4 2]/Size {}", table + 1);
        write_stream(&mut out, table, &entries, self.trailer, &content);
        out.extend_from_slice(format!("startxref\n{table_at}\n%%EOF").as_bytes());
        out
    }
}

fn write_object(out: &mut Vec<u8>, number: usize, body: &[u8]) {
    out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
    match body.strip_suffix(END_OF_STREAM) {
        // A reader that looks for the end of the line before `endstream` would take the
        // last byte for a part of it, and the length for wrong.
        Some(content) if content.ends_with(b"\r") => {
            out.extend_from_slice(content);
            out.extend_from_slice(b"\r\nendstream");
        }
        _ => out.extend_from_slice(body),
    }
    out.extend_from_slice(b"\nendobj\n");
}

/// How Typst ends a stream.
const END_OF_STREAM: &[u8] = b"\nendstream";

fn write_stream(out: &mut Vec<u8>, number: usize, entries: &str, more: &[u8], content: &[u8]) {
    let mut body = format!("<<{entries}").into_bytes();
    body.extend_from_slice(more);
    body.extend_from_slice(format!("/Filter/FlateDecode/Length {}>>\nstream\n", content.len()).as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(END_OF_STREAM);
    write_object(out, number, &body);
}

/// These bytes, one after the other, compressed.
pub(super) fn deflate(parts: &[&[u8]]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    for part in parts {
        encoder.write_all(part).expect("writing to memory");
    }
    encoder.finish().expect("writing to memory")
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

/// The token that comes next: a bracket, a string, a name or a word (ISO 32000-1, 7.2 and 7.3).
fn token(text: &[u8], at: usize) -> Option<Range<usize>> {
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
