//! Owns the writing of a PDF file object by object: streams stand alone, all else is
//! packed into compressed streams of objects (PDF 1.5, ISO 32000-1 7.5.7), which leaves
//! a fifth of the tags' bytes. May import nothing of rolebook.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use memchr::memmem;
use pdf_writer::Chunk;

/// Objects in one stream. A reader inflates a stream whole, so that none should be
/// without bounds.
const PACKED: usize = 1000;

/// How Typst ends a stream.
pub(super) const END_OF_STREAM: &[u8] = b"\nendstream";

/// A PDF file that is being written.
pub(super) struct FileWriter {
    out: Vec<u8>,
    /// Per object: its kind, and where it is (ISO 32000-1, table 18).
    places: Vec<(u8, usize, usize)>,
    /// The numbers of packed objects with their places among the bodies.
    index: String,
    bodies: Vec<u8>,
    packed: Vec<usize>,
}

impl FileWriter {
    /// A file that begins with these bytes and has the numbers below `objects` taken.
    pub(super) fn new(head: &[u8], objects: usize) -> Self {
        let places = vec![(0, 0, 0); objects];
        Self { out: head.to_vec(), places, index: String::new(), bodies: Vec::new(), packed: Vec::new() }
    }

    /// A number for a new object.
    pub(super) fn reserve(&mut self) -> usize {
        self.places.push((0, 0, 0));
        self.places.len() - 1
    }

    /// Writes an object, without the words around it.
    pub(super) fn put(&mut self, number: usize, body: &[u8]) {
        if body.ends_with(END_OF_STREAM) {
            self.places[number] = (1, self.out.len(), 0);
            write_object(&mut self.out, number, body);
            return;
        }
        let _ = write!(self.index, "{number} {} ", self.bodies.len());
        self.bodies.extend_from_slice(body);
        self.bodies.push(b'\n');
        self.packed.push(number);
        if self.packed.len() == PACKED {
            self.pack();
        }
    }

    /// Writes the objects that wait.
    fn pack(&mut self) {
        if self.packed.is_empty() {
            return;
        }
        let stream = self.reserve();
        let packed = std::mem::take(&mut self.packed);
        let (count, first) = (packed.len(), self.index.len());
        for (position, number) in packed.into_iter().enumerate() {
            self.places[number] = (2, stream, position);
        }
        let content = deflate(&[self.index.as_bytes(), &self.bodies]);
        self.index.clear();
        self.bodies.clear();
        self.places[stream] = (1, self.out.len(), 0);
        let entries = format!("/Type/ObjStm/N {count}/First {first}");
        write_object(&mut self.out, stream, &stream_body(&entries, &[], &content));
    }

    /// The file; `trailer` are the entries of the trailer but for the size.
    pub(super) fn finish(mut self, trailer: &[u8]) -> Vec<u8> {
        self.pack();
        let table = self.reserve();
        let table_at = self.out.len();
        self.places[table] = (1, table_at, 0);
        let mut rows = Vec::with_capacity(self.places.len() * 7);
        for (kind, place, position) in &self.places {
            rows.push(*kind);
            rows.extend_from_slice(&u32::try_from(*place).expect("a file below 4 GiB").to_be_bytes());
            rows.extend_from_slice(&u16::try_from(*position).expect("below the bound above").to_be_bytes());
        }
        let entries = format!("/Type/XRef/W[1 4 2]/Size {}", table + 1);
        write_object(&mut self.out, table, &stream_body(&entries, trailer, &deflate(&[&rows])));
        self.out.extend_from_slice(format!("startxref\n{table_at}\n%%EOF").as_bytes());
        self.out
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

/// A stream with these entries; its content is compressed already.
pub(super) fn stream_body(entries: &str, more: &[u8], content: &[u8]) -> Vec<u8> {
    let mut body = format!("<<{entries}").into_bytes();
    body.extend_from_slice(more);
    body.extend_from_slice(format!("/Filter/FlateDecode/Length {}>>\nstream\n", content.len()).as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(END_OF_STREAM);
    body
}

/// The number and the body of a chunk's only object.
pub(super) fn object_of(chunk: &Chunk) -> (usize, &[u8]) {
    let number = chunk.refs().next().expect("one object").get();
    let bytes = chunk.as_bytes();
    let start = memmem::find(bytes, b" obj\n").expect("the head of an object") + 5;
    let end = memmem::rfind(bytes, b"\nendobj").expect("the end of an object");
    (usize::try_from(number).expect("a number above 0"), &bytes[start..end])
}

/// These bytes, one after the other, compressed.
pub(super) fn deflate(parts: &[&[u8]]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    for part in parts {
        encoder.write_all(part).expect("writing to memory");
    }
    encoder.finish().expect("writing to memory")
}
