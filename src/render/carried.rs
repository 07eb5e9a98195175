//! Owns the finding of the role that a PDF carries. May import `fs`, `diagnostic`
//! and nothing else of rolebook.
//!
//! A PDF comes from anywhere, so a reading is bounded by the file's own size: every
//! byte and value that is looked at is counted, nesting has a limit, and a stream is
//! inflated up to a limit. `hayro-syntax`, which Typst uses for pictures, has none of
//! these: nested brackets overflow its stack, and a table of 2³² entries takes 100 bytes.
//! Nothing is repaired either; what is damaged is called so.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::rc::Rc;

use crate::diagnostic::Message;
use crate::fs::TEXT_LIMIT;

/// The name of the file that a PDF carries its role in.
pub(super) const NAME: &str = "role.json";

/// Why a PDF gives no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarriedFault {
    /// The file is no PDF.
    NotPdf,
    /// The PDF is not whole, or not what its parts say it is.
    Damaged,
    /// The PDF is encrypted.
    Encrypted,
    /// The PDF carries no role: it is none that `build` made, or was made anew from one.
    NoRole,
    /// The role is larger than rolebook reads.
    TooLarge,
}

impl CarriedFault {
    /// What is wrong, and what to do.
    pub fn messages(self) -> (Message, Message) {
        let (message, hint) = match self {
            Self::NotPdf => (
                ("the file is no PDF", "文件不是 PDF"),
                ("name a PDF that rolebook made", "请指定由 rolebook 生成的 PDF"),
            ),
            Self::Damaged => (
                ("the PDF is damaged, or a part of it is missing", "PDF 已损坏或不完整"),
                ("get the file once more from where it came", "请重新获取该文件"),
            ),
            Self::Encrypted => (
                ("the PDF is encrypted", "PDF 已加密"),
                ("save it without a password first", "请先去除密码后另存"),
            ),
            Self::NoRole => (
                ("the PDF carries no role", "PDF 中没有岗位数据"),
                (
                    "the PDFs of `rolebook build` carry theirs; one that was printed or saved anew loses it",
                    "`rolebook build` 生成的岗位说明书才含有岗位数据；重新打印或另存后会丢失",
                ),
            ),
            Self::TooLarge => (
                ("the role in the PDF is larger than rolebook reads", "PDF 中的岗位数据超过可读取的大小"),
                ("name a PDF that rolebook made", "请指定由 rolebook 生成的 PDF"),
            ),
        };
        (Message::new(message.0, message.1), Message::new(hint.0, hint.1))
    }
}

type Reading<T> = Result<T, CarriedFault>;

/// The content of the file `role.json` that a PDF carries: as rolebook attached it, if
/// the PDF is one of its own, signed or not.
pub fn read_carried(pdf: &[u8]) -> Reading<Vec<u8>> {
    let head = &pdf[..pdf.len().min(1024)];
    let start = head.windows(5).position(|window| window == b"%PDF-").ok_or(CarriedFault::NotPdf)?;
    let document = Document::open(&pdf[start..])?;
    let Value::Dict(catalog) = document.resolve(document.root.clone())? else {
        return Err(CarriedFault::Damaged);
    };
    let mut files = Vec::new();
    if let Value::Array(associated) = document.member(&catalog, "AF")? {
        files.extend(associated);
    }
    if let Value::Dict(names) = document.member(&catalog, "Names")? {
        document.name_tree(document.member(&names, "EmbeddedFiles")?, 0, &mut files)?;
    }
    for file in files {
        let Value::Dict(file) = document.resolve(file)? else { continue };
        let named = |key| Ok(matches!(document.member(&file, key)?, Value::Text(name) if is_name(&name)));
        if !named("UF")? && !named("F")? {
            continue;
        }
        let Value::Dict(embedded) = document.member(&file, "EF")? else { continue };
        for key in ["UF", "F"] {
            if let Some(Value::Reference(number)) = embedded.get(key.as_bytes()) {
                return document.stream(*number)?.inflate(TEXT_LIMIT, CarriedFault::TooLarge);
            }
        }
    }
    Err(CarriedFault::NoRole)
}

/// Whether a text string is the name: in PDFDocEncoding, which ASCII is a part of, or
/// in UTF-16.
fn is_name(text: &[u8]) -> bool {
    match text.strip_prefix(b"\xfe\xff") {
        Some(wide) => wide.iter().copied().eq(NAME.encode_utf16().flat_map(u16::to_be_bytes)),
        None => text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) == NAME.as_bytes(),
    }
}

/// A value of a PDF. Those that say nothing about an attachment are `Other`.
#[derive(Debug, Clone)]
enum Value {
    Whole(u64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Value>),
    Dict(Dict),
    /// The object of this number.
    Reference(u32),
    Other,
}

type Dict = BTreeMap<Vec<u8>, Value>;

/// Where an object is.
#[derive(Debug, Clone, Copy)]
enum Place {
    At(usize),
    /// In a stream of objects, at this index.
    Inside(u32, usize),
}

/// The most values that are read of a file; a role's PDF has some ten thousand.
const VALUES: usize = 2_000_000;

/// How deeply values may be nested.
const DEPTH: usize = 64;

/// How often each byte of a file may be looked at, on average.
const LOOKS: usize = 16;

/// How large a stream of objects, or of their places, may become.
const OBJECTS_LIMIT: u64 = 16 * 1024 * 1024;

/// How many streams of objects are inflated; a catalog and an attachment need four.
const OBJECT_STREAMS: usize = 8;

struct Document<'a> {
    data: &'a [u8],
    places: BTreeMap<u32, Place>,
    root: Value,
    values_left: Cell<usize>,
    bytes_left: Cell<usize>,
    /// The streams of objects that were needed.
    object_streams: RefCell<BTreeMap<u32, Rc<ObjectStream>>>,
}

struct ObjectStream {
    data: Vec<u8>,
    /// Where each object starts.
    starts: Vec<usize>,
}

/// A stream that is not inflated yet.
struct Stream<'a> {
    dict: Dict,
    data: &'a [u8],
}

impl<'a> Document<'a> {
    /// Reads where the objects are, from the newest change of the file to the oldest.
    fn open(data: &'a [u8]) -> Reading<Self> {
        let mut document = Self {
            data,
            places: BTreeMap::new(),
            root: Value::Other,
            values_left: Cell::new(VALUES),
            bytes_left: Cell::new(data.len().saturating_mul(LOOKS).saturating_add(1 << 20)),
            object_streams: RefCell::default(),
        };
        let tail = data.len().saturating_sub(2048);
        let at = data[tail..].windows(9).rposition(|window| window == b"startxref");
        let mut scanner = document.at(tail + at.ok_or(CarriedFault::Damaged)? + 9)?;
        let mut open = vec![scanner.whole()?];
        let mut seen = BTreeSet::new();
        let mut newest = true;
        while let Some(start) = open.pop() {
            if !seen.insert(start) {
                continue;
            }
            let start = usize::try_from(start).map_err(|_| CarriedFault::Damaged)?;
            let mut scanner = document.at(start)?;
            let trailer = if scanner.word(b"xref") {
                document.read_table(start)?
            } else {
                document.read_places(start)?
            };
            if trailer.contains_key(&b"Encrypt"[..]) {
                return Err(CarriedFault::Encrypted);
            }
            if std::mem::take(&mut newest) {
                document.root = trailer.get(&b"Root"[..]).cloned().ok_or(CarriedFault::Damaged)?;
            }
            for key in ["Prev", "XRefStm"] {
                if let Some(Value::Whole(earlier)) = trailer.get(key.as_bytes()) {
                    open.push(*earlier);
                }
            }
        }
        Ok(document)
    }

    /// A scanner at an offset of the file.
    fn at(&self, offset: usize) -> Reading<Scanner<'_>> {
        self.scan(self.data, offset)
    }

    fn scan<'b>(&'b self, data: &'b [u8], offset: usize) -> Reading<Scanner<'b>> {
        if offset > data.len() {
            return Err(CarriedFault::Damaged);
        }
        Ok(Scanner { data, at: offset, values_left: &self.values_left, bytes_left: &self.bytes_left })
    }

    /// Places as a table; gives the trailer.
    fn read_table(&mut self, start: usize) -> Reading<Dict> {
        let mut places = Vec::new();
        let mut scanner = self.at(start)?;
        scanner.word(b"xref");
        while !scanner.word(b"trailer") {
            let (first, count) = (scanner.whole()?, scanner.whole()?);
            for index in 0..count {
                let (offset, _generation) = (scanner.whole()?, scanner.whole()?);
                let used = scanner.word(b"n");
                if !used && !scanner.word(b"f") {
                    return Err(CarriedFault::Damaged);
                }
                if let (true, Ok(number), Ok(offset)) =
                    (used, u32::try_from(first.saturating_add(index)), usize::try_from(offset))
                {
                    places.push((number, Place::At(offset)));
                }
            }
        }
        let Value::Dict(trailer) = scanner.value(0)? else { return Err(CarriedFault::Damaged) };
        for (number, place) in places {
            self.places.entry(number).or_insert(place);
        }
        Ok(trailer)
    }

    /// Places as a stream; gives its dictionary, which is the trailer.
    fn read_places(&mut self, start: usize) -> Reading<Dict> {
        let (_, stream) = self.stream_at(start)?;
        let whole = |value: Option<&Value>| match value {
            Some(Value::Whole(number)) => usize::try_from(*number).ok(),
            _ => None,
        };
        let Some(Value::Array(widths)) = stream.dict.get(&b"W"[..]) else {
            return Err(CarriedFault::Damaged);
        };
        let widths: Vec<usize> = widths.iter().filter_map(|width| whole(Some(width))).collect();
        let &[kind, second, third] = &widths[..] else { return Err(CarriedFault::Damaged) };
        let width = kind.saturating_add(second).saturating_add(third);
        if width == 0 || width > 24 {
            return Err(CarriedFault::Damaged);
        }
        let ranges: Vec<usize> = match stream.dict.get(&b"Index"[..]) {
            Some(Value::Array(index)) => index.iter().filter_map(|number| whole(Some(number))).collect(),
            _ => vec![0, whole(stream.dict.get(&b"Size"[..])).ok_or(CarriedFault::Damaged)?],
        };
        let data = stream.inflate(OBJECTS_LIMIT, CarriedFault::Damaged)?;
        let mut numbers =
            ranges.chunks_exact(2).flat_map(|range| range[0]..range[0].saturating_add(range[1]));
        for row in data.chunks_exact(width) {
            self.spend(1)?;
            let Some(Ok(number)) = numbers.next().map(u32::try_from) else { break };
            let field = |from: usize, to: usize| {
                row[from..to].iter().fold(0_u64, |value, &byte| value.wrapping_shl(8) | u64::from(byte))
            };
            let of_kind = if kind == 0 { 1 } else { field(0, kind) };
            let (second, third) = (field(kind, kind + second), field(kind + second, width));
            let place = match of_kind {
                1 => usize::try_from(second).ok().map(Place::At),
                2 => u32::try_from(second)
                    .ok()
                    .zip(usize::try_from(third).ok())
                    .map(|(a, b)| Place::Inside(a, b)),
                _ => None,
            };
            if let Some(place) = place {
                self.places.entry(number).or_insert(place);
            }
        }
        Ok(stream.dict)
    }

    fn spend(&self, values: usize) -> Reading<()> {
        let left = self.values_left.get().checked_sub(values).ok_or(CarriedFault::Damaged)?;
        self.values_left.set(left);
        Ok(())
    }

    /// The value itself, where it is a reference; `Other` for one that leads nowhere.
    fn resolve(&self, value: Value) -> Reading<Value> {
        let Value::Reference(number) = value else { return Ok(value) };
        match self.places.get(&number) {
            None => Ok(Value::Other),
            Some(&Place::At(offset)) => {
                let mut scanner = self.at(offset)?;
                if scanner.object()? != number {
                    return Err(CarriedFault::Damaged);
                }
                scanner.value(0)
            }
            Some(&Place::Inside(stream, index)) => {
                let stream = self.object_stream(stream)?;
                let start = *stream.starts.get(index).ok_or(CarriedFault::Damaged)?;
                self.scan(&stream.data, start)?.value(0)
            }
        }
    }

    /// A member of a dictionary, resolved; `Other` if there is none.
    fn member(&self, dict: &Dict, key: &str) -> Reading<Value> {
        dict.get(key.as_bytes()).cloned().map_or(Ok(Value::Other), |value| self.resolve(value))
    }

    /// The values of a name tree.
    fn name_tree(&self, node: Value, depth: usize, values: &mut Vec<Value>) -> Reading<()> {
        let Value::Dict(node) = node else { return Ok(()) };
        if depth > DEPTH {
            return Err(CarriedFault::Damaged);
        }
        if let Value::Array(names) = self.member(&node, "Names")? {
            values.extend(names.into_iter().skip(1).step_by(2));
        }
        if let Value::Array(kids) = self.member(&node, "Kids")? {
            for kid in kids {
                self.spend(1)?;
                self.name_tree(self.resolve(kid)?, depth + 1, values)?;
            }
        }
        Ok(())
    }

    fn stream(&self, number: u32) -> Reading<Stream<'a>> {
        let Some(&Place::At(offset)) = self.places.get(&number) else { return Err(CarriedFault::Damaged) };
        let (found, stream) = self.stream_at(offset)?;
        (found == number).then_some(stream).ok_or(CarriedFault::Damaged)
    }

    /// The number of the stream at an offset, and the stream.
    fn stream_at(&self, offset: usize) -> Reading<(u32, Stream<'a>)> {
        let mut scanner = self.at(offset)?;
        let number = scanner.object()?;
        let Value::Dict(dict) = scanner.value(0)? else { return Err(CarriedFault::Damaged) };
        if !scanner.word(b"stream") {
            return Err(CarriedFault::Damaged);
        }
        let mut start = scanner.at;
        if self.data.get(start) == Some(&b'\r') {
            start += 1;
        }
        if self.data.get(start) == Some(&b'\n') {
            start += 1;
        }
        let Value::Whole(length) = self.member(&dict, "Length")? else { return Err(CarriedFault::Damaged) };
        let length = usize::try_from(length).map_err(|_| CarriedFault::Damaged)?;
        let end = start.checked_add(length).ok_or(CarriedFault::Damaged)?;
        let data = self.data.get(start..end).ok_or(CarriedFault::Damaged)?;
        if !self.at(end)?.word(b"endstream") {
            return Err(CarriedFault::Damaged);
        }
        Ok((number, Stream { dict, data }))
    }

    fn object_stream(&self, number: u32) -> Reading<Rc<ObjectStream>> {
        if let Some(known) = self.object_streams.borrow().get(&number) {
            return Ok(Rc::clone(known));
        }
        let stream = self.stream(number)?;
        let (count, first) = match (stream.dict.get(&b"N"[..]), stream.dict.get(&b"First"[..])) {
            (Some(Value::Whole(count)), Some(Value::Whole(first))) => (*count, *first),
            _ => return Err(CarriedFault::Damaged),
        };
        let data = stream.inflate(OBJECTS_LIMIT, CarriedFault::Damaged)?;
        self.bytes_left.set(self.bytes_left.get().saturating_add(data.len()));
        let mut starts = Vec::new();
        let mut scanner = self.scan(&data, 0)?;
        for _ in 0..count {
            let (_number, offset) = (scanner.whole()?, scanner.whole()?);
            let start = usize::try_from(first.saturating_add(offset)).map_err(|_| CarriedFault::Damaged)?;
            starts.push(start);
        }
        let stream = Rc::new(ObjectStream { data, starts });
        let mut known = self.object_streams.borrow_mut();
        if known.len() == OBJECT_STREAMS {
            return Err(CarriedFault::Damaged);
        }
        known.insert(number, Rc::clone(&stream));
        Ok(stream)
    }
}

impl Stream<'_> {
    /// The content, if it has at most `limit` bytes; else this fault.
    fn inflate(&self, limit: u64, too_large: CarriedFault) -> Reading<Vec<u8>> {
        let is_flate = |value: &Value| matches!(value, Value::Name(name) if name == b"FlateDecode");
        let filtered = match self.dict.get(&b"Filter"[..]) {
            None => false,
            Some(Value::Array(filters)) if filters.is_empty() => false,
            Some(Value::Array(filters)) if filters.len() == 1 && is_flate(&filters[0]) => true,
            Some(filter) if is_flate(filter) => true,
            Some(_) => return Err(CarriedFault::Damaged),
        };
        let mut content = Vec::new();
        let read = if filtered {
            flate2::read::ZlibDecoder::new(self.data).take(limit + 1).read_to_end(&mut content)
        } else {
            self.data.take(limit + 1).read_to_end(&mut content)
        };
        read.map_err(|_| CarriedFault::Damaged)?;
        if content.len() as u64 > limit {
            return Err(too_large);
        }
        let parameters = match self.dict.get(&b"DecodeParms"[..]) {
            Some(Value::Array(each)) => each.first(),
            other => other,
        };
        let Some(Value::Dict(parameters)) = parameters else { return Ok(content) };
        let number = |key: &str, default| match parameters.get(key.as_bytes()) {
            Some(Value::Whole(number)) => *number,
            _ => default,
        };
        match number("Predictor", 1) {
            1 => Ok(content),
            10..=15 if number("Colors", 1) == 1 && number("BitsPerComponent", 8) == 8 => {
                let columns = usize::try_from(number("Columns", 1)).map_err(|_| CarriedFault::Damaged)?;
                unpredict(&content, columns)
            }
            _ => Err(CarriedFault::Damaged),
        }
    }
}

/// Undoes the prediction of PNG (ISO 32000-1, 7.4.4.4) for rows of single bytes: the kinds
/// that are used for numbers, which are none, the byte before and the byte above.
fn unpredict(content: &[u8], columns: usize) -> Reading<Vec<u8>> {
    let width = columns.checked_add(1).filter(|_| columns > 0).ok_or(CarriedFault::Damaged)?;
    let mut rows: Vec<u8> = Vec::with_capacity(content.len());
    for row in content.chunks_exact(width) {
        let start = rows.len();
        for (at, &byte) in row[1..].iter().enumerate() {
            let predicted = match row[0] {
                0 => 0,
                1 if at == 0 => 0,
                1 => rows[start + at - 1],
                2 if start == 0 => 0,
                2 => rows[start + at - columns],
                _ => return Err(CarriedFault::Damaged),
            };
            rows.push(byte.wrapping_add(predicted));
        }
    }
    Ok(rows)
}

/// Reads values from bytes, and counts them.
struct Scanner<'a> {
    data: &'a [u8],
    at: usize,
    values_left: &'a Cell<usize>,
    bytes_left: &'a Cell<usize>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    /// Goes on, and counts the bytes.
    fn go(&mut self, bytes: usize) -> Reading<()> {
        let left = self.bytes_left.get().checked_sub(bytes).ok_or(CarriedFault::Damaged)?;
        self.bytes_left.set(left);
        self.at += bytes;
        Ok(())
    }

    fn skip_space(&mut self) -> Reading<()> {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = &self.data[self.at..];
                let line = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                self.go(line.unwrap_or(rest.len()))?;
            } else if is_space(byte) {
                self.go(1)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// Whether this word comes next; goes past it if so.
    fn word(&mut self, word: &[u8]) -> bool {
        if self.skip_space().is_err() || !self.data[self.at..].starts_with(word) {
            return false;
        }
        self.go(word.len()).is_ok()
    }

    /// A run of regular characters, which may be empty.
    fn token(&mut self) -> Reading<&'a [u8]> {
        self.skip_space()?;
        let rest = &self.data[self.at..];
        let token = &rest[..rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len())];
        self.go(token.len())?;
        Ok(token)
    }

    /// A whole number that is not negative.
    fn whole(&mut self) -> Reading<u64> {
        self.values_left.set(self.values_left.get().checked_sub(1).ok_or(CarriedFault::Damaged)?);
        whole_number(self.token()?).ok_or(CarriedFault::Damaged)
    }

    /// The head of an object, `12 0 obj`; gives its number.
    fn object(&mut self) -> Reading<u32> {
        let (number, _generation) = (self.whole()?, self.whole()?);
        if !self.word(b"obj") {
            return Err(CarriedFault::Damaged);
        }
        u32::try_from(number).map_err(|_| CarriedFault::Damaged)
    }

    fn value(&mut self, depth: usize) -> Reading<Value> {
        self.values_left.set(self.values_left.get().checked_sub(1).ok_or(CarriedFault::Damaged)?);
        if depth > DEPTH {
            return Err(CarriedFault::Damaged);
        }
        self.skip_space()?;
        match self.peek().ok_or(CarriedFault::Damaged)? {
            b'/' => self.name().map(Value::Name),
            b'(' => self.literal().map(Value::Text),
            b'<' if self.data.get(self.at + 1) == Some(&b'<') => self.dict(depth).map(Value::Dict),
            b'<' => self.hexadecimal().map(Value::Text),
            b'[' => {
                self.go(1)?;
                let mut items = Vec::new();
                while !self.word(b"]") {
                    items.push(self.value(depth + 1)?);
                }
                Ok(Value::Array(items))
            }
            b'0'..=b'9' => self.number_or_reference(),
            _ => match self.token()? {
                b"" => Err(CarriedFault::Damaged),
                _ => Ok(Value::Other),
            },
        }
    }

    fn number_or_reference(&mut self) -> Reading<Value> {
        let Some(number) = whole_number(self.token()?) else { return Ok(Value::Other) };
        let after = self.at;
        let generation = self.token()?;
        if whole_number(generation).is_some_and(|generation| generation <= 65_535)
            && self.token()? == b"R"
            && let Ok(number) = u32::try_from(number)
        {
            return Ok(Value::Reference(number));
        }
        self.at = after;
        Ok(Value::Whole(number))
    }

    fn name(&mut self) -> Reading<Vec<u8>> {
        self.go(1)?;
        let rest = &self.data[self.at..];
        let token = &rest[..rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len())];
        self.go(token.len())?;
        let mut name = Vec::with_capacity(token.len());
        let mut at = 0;
        while let Some(&byte) = token.get(at) {
            let code = (byte == b'#')
                .then(|| token.get(at + 1..at + 3))
                .flatten()
                .and_then(|two| Some(hexadecimal_digit(two[0])? * 16 + hexadecimal_digit(two[1])?));
            name.push(code.unwrap_or(byte));
            at += if code.is_some() { 3 } else { 1 };
        }
        Ok(name)
    }

    fn dict(&mut self, depth: usize) -> Reading<Dict> {
        self.go(2)?;
        let mut dict = Dict::new();
        while !self.word(b">>") {
            if self.peek() != Some(b'/') {
                return Err(CarriedFault::Damaged);
            }
            let key = self.name()?;
            dict.insert(key, self.value(depth + 1)?);
        }
        Ok(dict)
    }

    fn hexadecimal(&mut self) -> Reading<Vec<u8>> {
        let rest = &self.data[self.at + 1..];
        let end = rest.iter().position(|&byte| byte == b'>').ok_or(CarriedFault::Damaged)?;
        self.go(end + 2)?;
        let digits = rest[..end].iter().filter(|&&byte| !is_space(byte));
        let digits: Option<Vec<u8>> = digits.map(|&byte| hexadecimal_digit(byte)).collect();
        let digits = digits.ok_or(CarriedFault::Damaged)?;
        Ok(digits.chunks(2).map(|two| two[0] * 16 + two.get(1).copied().unwrap_or_default()).collect())
    }

    fn literal(&mut self) -> Reading<Vec<u8>> {
        self.go(1)?;
        let mut text = Vec::new();
        let mut open = 1;
        loop {
            let byte = self.peek().ok_or(CarriedFault::Damaged)?;
            self.go(1)?;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    let escaped = self.peek().ok_or(CarriedFault::Damaged)?;
                    self.go(1)?;
                    match escaped {
                        b'0'..=b'7' => {
                            let mut code = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                                self.go(1)?;
                                code = code * 8 + u32::from(digit - b'0');
                            }
                            text.push(u8::try_from(code & 0xff).unwrap_or_default());
                        }
                        b'n' => text.push(b'\n'),
                        b'r' => text.push(b'\r'),
                        b't' => text.push(b'\t'),
                        b'b' => text.push(8),
                        b'f' => text.push(12),
                        b'\n' => {}
                        b'\r' if self.peek() == Some(b'\n') => self.go(1)?,
                        b'\r' => {}
                        other => text.push(other),
                    }
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return Ok(text);
            }
            text.push(byte);
        }
    }
}

fn whole_number(token: &[u8]) -> Option<u64> {
    if token.is_empty() || token.len() > 19 || !token.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(token.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

fn hexadecimal_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// A PDF of these objects, numbered from 1, with a table of their places; the first one
    /// is the catalog.
    fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
        let mut text = String::from("%PDF-1.7\n");
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (index, object) in objects.iter().enumerate() {
            let _ = writeln!(table, "{:010} 00000 n ", text.len());
            let _ = write!(text, "{} 0 obj\n{object}\nendobj\n", index + 1);
        }
        let start = text.len();
        let _ = write!(text, "{table}trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        text.into_bytes()
    }

    const FILE: &str = "<< /F (role.json) /EF << /F 3 0 R >> >>";
    const CONTENT: &str = "<< /Length 2 >>\nstream\n{}\nendstream";

    #[test]
    fn the_file_is_found_by_either_way() {
        let associated = pdf(&["<< /AF [2 0 R] >>", FILE, CONTENT], "");
        assert_eq!(read_carried(&associated).unwrap(), b"{}");
        let tree = "<< /Names << /EmbeddedFiles << /Kids [<< /Names [(a) << /F (a) >> (role.json) 2 0 R] >>] >> >> >>";
        assert_eq!(read_carried(&pdf(&[tree, FILE, CONTENT], "")).unwrap(), b"{}");
        let wide = "<< /UF <FEFF0072006F006C0065002E006A0073006F006E> /EF << /UF 3 0 R >> >>";
        assert_eq!(read_carried(&pdf(&["<< /AF [2 0 R] >>", wide, CONTENT], "")).unwrap(), b"{}");
        let length = "<< /Length 4 0 R >>\nstream\r\n{}\r\nendstream";
        assert_eq!(read_carried(&pdf(&["<< /AF [2 0 R] >>", FILE, length, "2"], "")).unwrap(), b"{}");
    }

    #[test]
    fn a_change_that_was_appended_counts() {
        let mut bytes = pdf(&["<< /AF [2 0 R] >>", FILE, CONTENT], "");
        let text = String::from_utf8(bytes.clone()).unwrap();
        let earlier = text.find("xref").unwrap();
        let place = bytes.len();
        let object = "3 0 obj\n<< /Length 4 >>\nstream\n[{}]\nendstream\nendobj\n";
        let start = place + object.len();
        bytes.extend(object.as_bytes());
        let table = format!("xref\n3 1\n{place:010} 00000 n \ntrailer\n<< /Root 1 0 R /Prev {earlier} >>\n");
        bytes.extend(format!("{table}startxref\n{start}\n%%EOF").as_bytes());
        assert_eq!(read_carried(&bytes).unwrap(), b"[{}]");
    }

    #[test]
    fn objects_in_streams_are_found() {
        let first = "<< /AF [2 0 R] >>";
        let inside = format!("1 0 2 {} {first} {FILE}", first.len() + 1);
        let head = inside.find("<<").unwrap();
        let mut text = String::from("%PDF-1.5\n");
        let mut places = vec![0];
        places.push(text.len());
        let _ = write!(text, "3 0 obj\n{CONTENT}\nendobj\n");
        places.push(text.len());
        let _ = write!(
            text,
            "4 0 obj\n<< /Type /ObjStm /N 2 /First {head} /Length {} >>\nstream\n{inside}\nendstream\nendobj\n",
            inside.len()
        );
        let start = text.len();
        // Kind, place and index of the objects 1 to 4, each row predicted from the one above.
        let rows =
            [[2, 0, 4, 0], [2, 0, 4, 1], [1, 0, places[1], 0], [1, places[2] / 256, places[2] % 256, 0]];
        let mut above = [0_usize; 4];
        let mut hex = String::new();
        for row in rows {
            hex.push('\u{2}');
            for (byte, above) in row.iter().zip(above) {
                hex.push(char::from_u32(u32::try_from((byte + 256 - above) % 256).unwrap()).unwrap());
            }
            above = row;
        }
        let rows: Vec<u8> = hex.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let mut bytes = text.into_bytes();
        bytes.extend(
            format!(
                "5 0 obj\n<< /Type /XRef /Root 1 0 R /Size 5 /Index [1 4] /W [1 2 1] /Length {} \
                 /DecodeParms << /Predictor 12 /Columns 4 >> >>\nstream\n",
                rows.len()
            )
            .as_bytes(),
        );
        bytes.extend(rows);
        bytes.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF").as_bytes());
        assert_eq!(read_carried(&bytes).unwrap(), b"{}");
    }

    #[test]
    fn each_way_to_carry_none_has_its_name() {
        use CarriedFault::{Damaged, Encrypted, NoRole, NotPdf, TooLarge};
        let fault = |bytes: &[u8]| read_carried(bytes).unwrap_err();
        assert_eq!(fault(b""), NotPdf);
        assert_eq!(fault(b"{\"title\": \"A\"}"), NotPdf);
        assert_eq!(fault(b"%PDF-1.7\n"), Damaged);
        assert_eq!(fault(&pdf(&["<< /Pages 2 0 R >>", "<< >>"], "")), NoRole);
        assert_eq!(fault(&pdf(&["<< >>"], "/Encrypt 2 0 R")), Encrypted);
        assert_eq!(fault(&pdf(&["[]"], "")), Damaged);
        let other = "<< /F (other.json) /EF << /F 3 0 R >> >>";
        assert_eq!(fault(&pdf(&["<< /AF [2 0 R] >>", other, CONTENT], "")), NoRole);
        let length = "<< /Length 9 >>\nstream\n{}\nendstream";
        assert_eq!(fault(&pdf(&["<< /AF [2 0 R] >>", FILE, length], "")), Damaged);
        let nine = 9 * 1024 * 1024;
        let large = format!("<< /Length {nine} >>\nstream\n{}\nendstream", " ".repeat(nine));
        assert_eq!(fault(&pdf(&["<< /AF [2 0 R] >>", FILE, &large], "")), TooLarge);
    }

    #[test]
    fn what_is_made_to_exhaust_a_reader_is_damaged() {
        let fault = |bytes: &[u8]| read_carried(bytes).unwrap_err();
        let deep = "[".repeat(1_000_000);
        assert_eq!(fault(&pdf(&[&deep], "")), CarriedFault::Damaged);
        // A table of 2^32 places that have no bytes.
        let table = "%PDF-1.7\n1 0 obj\n<< /Size 4294967295 /W [0 0 0] /Length 0 /Root 2 0 R >>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF";
        assert_eq!(fault(table.as_bytes()), CarriedFault::Damaged);
        let round = "%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF";
        assert_eq!(fault(round.as_bytes()), CarriedFault::Damaged);
        // Each level of the tree has the next one a hundred times.
        let kids = |number: usize| format!("<< /Kids [{}] >>", format!("{number} 0 R ").repeat(100));
        let levels: Vec<String> = (3..40).map(kids).collect();
        let mut objects = vec!["<< /Names << /EmbeddedFiles 2 0 R >> >>"];
        objects.extend(levels.iter().map(String::as_str));
        assert_eq!(fault(&pdf(&objects, "")), CarriedFault::Damaged);
        // A thousand files, each of which is one object of a megabyte.
        let files = format!("<< /AF [{}] >>", "2 0 R ".repeat(1000));
        let long = format!("({})", "x".repeat(1_000_000));
        assert_eq!(fault(&pdf(&[&files, &long], "")), CarriedFault::Damaged);
    }
}
