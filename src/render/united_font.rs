//! Owns fonts of which several PDFs have subsets: the glyphs of all of them become one
//! font, in which equal glyphs stand once. May import `file_writer`, `pdf_file` and
//! `recode`.
//!
//! It reads what the pinned `typst-pdf` embeds, TrueType outlines addressed by two-byte
//! codes. A font of another kind is left as it is, and each PDF keeps its own subset.

use std::collections::HashMap;
use std::fmt::Write as _;

use pdf_writer::types::{CidFontType, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Finish, Name, Rect, Ref, Settings, Str};
use sha2::{Digest, Sha256};
use ttf_parser::{RawFace, Tag};

use super::file_writer::{deflate, object_of, stream_body};
use super::pdf_file::{PdfFile, entry, find, reference, stream};
use super::recode::string_bytes;

/// A subset as it stands in a PDF.
pub(super) struct Subset {
    /// The font that it is a subset of: its name and all that no glyph changes.
    family: [u8; 32],
    /// The font's name, without the letters that tell subsets apart.
    name: String,
    /// The entries of the font descriptor that all subsets share.
    descriptor: Vec<u8>,
    bbox: [f32; 4],
    /// The tables but those of the glyphs.
    tables: Vec<(Tag, Vec<u8>)>,
    units_per_em: u16,
    glyphs: Vec<Glyph>,
}

/// A glyph of a subset.
struct Glyph {
    outline: Vec<u8>,
    /// The places in the outline that name other glyphs of the subset.
    components: Vec<usize>,
    /// Advance and left side bearing, as the font has them.
    metrics: [u8; 4],
    /// The text that it stands for, in UTF-16; none if no text shows it.
    text: Option<Vec<u8>>,
}

impl Subset {
    /// Reads a font of a PDF; `None` if it cannot be united with others.
    pub(super) fn read(file: &PdfFile<'_>, font: &[u8]) -> Option<Self> {
        if entry(font, b"Subtype")? != b"/Type0" || entry(font, b"Encoding")? != b"/Identity-H" {
            return None;
        }
        let of = |dict: &[u8], key: &[u8]| file.object(reference(entry(dict, key)?)?);
        let descendant = entry(font, b"DescendantFonts")?.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let descendant = file.object(reference(descendant)?)?;
        if entry(descendant, b"Subtype")? != b"/CIDFontType2"
            || entry(descendant, b"CIDToGIDMap")? != b"/Identity"
        {
            return None;
        }
        let full = of(descendant, b"FontDescriptor")?;
        let (_, program) = stream(of(full, b"FontFile2")?)?;
        let (_, map) = stream(of(font, b"ToUnicode")?)?;
        let face = RawFace::parse(&program, 0).ok()?;
        let name = std::str::from_utf8(entry(font, b"BaseFont")?).ok()?.split_once('+')?.1.to_string();
        let kept: [&[u8]; 6] = [b"Flags", b"ItalicAngle", b"Ascent", b"Descent", b"CapHeight", b"StemV"];
        let mut descriptor = Vec::new();
        for key in kept {
            let value = entry(full, key)?;
            descriptor.extend_from_slice(&[b"/", key, b" ", value].concat());
        }
        let bbox = std::str::from_utf8(entry(full, b"FontBBox")?).ok()?;
        let bbox: Vec<f32> =
            bbox.trim_matches(['[', ']']).split(' ').map_while(|it| it.parse().ok()).collect();
        let bbox = bbox.try_into().ok()?;
        let glyphs = glyphs(&face, &texts(&map)?)?;
        let tables = tables(&face)?;
        let mut family = Sha256::new();
        family.update(name.as_bytes());
        family.update(&descriptor);
        for (tag, table) in tables.iter().filter(|(tag, _)| *tag != Tag::from_bytes(b"maxp")) {
            family.update(tag.to_bytes());
            family.update((table.len() as u64).to_be_bytes());
            family.update(table);
        }
        let units_per_em = number_at(face.table(Tag::from_bytes(b"head"))?, 18)?;
        let family = family.finalize().into();
        Some(Self { family, name, descriptor, bbox, tables, units_per_em, glyphs })
    }
}

/// What a font has but its glyphs, with nothing in it that they change.
fn tables(face: &RawFace<'_>) -> Option<Vec<(Tag, Vec<u8>)>> {
    let mut tables = Vec::new();
    for record in face.table_records {
        let mut table = face.table(record.tag)?.to_vec();
        let cleared = match &record.tag.to_bytes() {
            b"glyf" | b"loca" | b"hmtx" => continue,
            // The sum of the font, its box, and the form of `loca`.
            b"head" => {
                table.get_mut(8..12)?.fill(0);
                table.get_mut(36..44)?.fill(0);
                50..52
            }
            // What the glyphs come to at most, and their number.
            b"hhea" => 34..36,
            b"maxp" => 4..6,
            _ => 0..0,
        };
        table.get_mut(cleared)?.fill(0);
        tables.push((record.tag, table));
    }
    Some(tables)
}

fn glyphs(face: &RawFace<'_>, texts: &HashMap<u16, Vec<u8>>) -> Option<Vec<Glyph>> {
    let [head, hhea, maxp, loca, glyf, hmtx] =
        [b"head", b"hhea", b"maxp", b"loca", b"glyf", b"hmtx"].map(|tag| face.table(Tag::from_bytes(tag)));
    let (loca, glyf, hmtx) = (loca?, glyf?, hmtx?);
    let long = number_at(head?, 50)? != 0;
    let offset = |index: usize| -> Option<usize> {
        if long {
            Some(u32::from_be_bytes(loca.get(index * 4..index * 4 + 4)?.try_into().ok()?) as usize)
        } else {
            Some(usize::from(number_at(loca, index * 2)?) * 2)
        }
    };
    let measured = usize::from(number_at(hhea?, 34)?);
    let metrics = |index: usize| -> Option<[u8; 4]> {
        if index < measured {
            return hmtx.get(index * 4..index * 4 + 4)?.try_into().ok();
        }
        // The glyphs at the end share the advance of the last one that has any.
        let advance = hmtx.get(measured.checked_sub(1)? * 4..)?.get(..2)?;
        let bearing = hmtx.get(measured * 4 + (index - measured) * 2..)?.get(..2)?;
        [advance, bearing].concat().try_into().ok()
    };
    let count = number_at(maxp?, 4)?;
    let glyph = |code: u16| {
        let index = usize::from(code);
        let outline = glyf.get(offset(index)?..offset(index + 1)?)?.to_vec();
        let components = components(&outline)?;
        Some(Glyph { components, outline, metrics: metrics(index)?, text: texts.get(&code).cloned() })
    };
    (0..count).map(glyph).collect()
}

/// Where an outline that is made of other glyphs names them (OpenType, `glyf`).
fn components(outline: &[u8]) -> Option<Vec<usize>> {
    const ARE_WORDS: u16 = 1;
    const HAS_SCALE: u16 = 8;
    const MORE: u16 = 0x20;
    const HAS_TWO_SCALES: u16 = 0x40;
    const HAS_MATRIX: u16 = 0x80;
    let mut places = Vec::new();
    if outline.is_empty() || outline.first()? & 0x80 == 0 {
        return Some(places);
    }
    let mut at = 10;
    loop {
        let flags = number_at(outline, at)?;
        number_at(outline, at + 2)?;
        places.push(at + 2);
        at += 4 + if flags & ARE_WORDS != 0 { 4 } else { 2 };
        at += match flags {
            _ if flags & HAS_SCALE != 0 => 2,
            _ if flags & HAS_TWO_SCALES != 0 => 4,
            _ if flags & HAS_MATRIX != 0 => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            return Some(places);
        }
    }
}

fn number_at(table: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(table.get(at..at + 2)?.try_into().ok()?))
}

/// The text of each code, as a character map says it.
fn texts(map: &[u8]) -> Option<HashMap<u16, Vec<u8>>> {
    let mut texts = HashMap::new();
    let mut rest = map;
    while let Some(at) = find(rest, b"beginbfchar") {
        rest = &rest[at + b"beginbfchar".len()..];
        let end = find(rest, b"endbfchar")?;
        let mut words = rest[..end].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        while let Some(code) = words.next() {
            let code: [u8; 2] = string_bytes(code)?.try_into().ok()?;
            texts.insert(u16::from_be_bytes(code), string_bytes(words.next()?)?);
        }
        rest = &rest[end..];
    }
    Some(texts)
}

/// The fonts of a book.
#[derive(Default)]
pub(super) struct UnitedFonts {
    fonts: Vec<UnitedFont>,
    by_family: HashMap<[u8; 32], usize>,
}

/// The glyphs of all subsets of one font.
struct UnitedFont {
    /// The number of the font's object.
    number: usize,
    name: String,
    descriptor: Vec<u8>,
    bbox: [f32; 4],
    tables: Vec<(Tag, Vec<u8>)>,
    units_per_em: u16,
    glyf: Vec<u8>,
    ends: Vec<usize>,
    hmtx: Vec<u8>,
    texts: Vec<Option<Vec<u8>>>,
    by_content: HashMap<[u8; 32], u16>,
}

impl UnitedFonts {
    /// Takes the glyphs of a subset into the font that it is of. What is returned is the
    /// number of the font's object, made by `reserve` for its first subset, and the new
    /// code for each of the subset's; `None` if the font would have too many glyphs.
    pub(super) fn unite(
        &mut self,
        subset: &Subset,
        reserve: impl FnOnce() -> usize,
    ) -> Option<(usize, Vec<u16>)> {
        let at = *self.by_family.entry(subset.family).or_insert_with(|| {
            self.fonts.push(UnitedFont::of(subset, reserve()));
            self.fonts.len() - 1
        });
        let font = &mut self.fonts[at];
        if font.texts.len() + subset.glyphs.len() > usize::from(u16::MAX) {
            return None;
        }
        let mut codes = vec![None; subset.glyphs.len()];
        for code in 0..subset.glyphs.len() {
            font.take(subset, code, &mut codes, 0)?;
        }
        for (side, other) in font.bbox.iter_mut().zip(subset.bbox).take(2) {
            *side = side.min(other);
        }
        for (side, other) in font.bbox.iter_mut().zip(subset.bbox).skip(2) {
            *side = side.max(other);
        }
        font.raise_limits(&subset.tables);
        Some((font.number, codes.into_iter().collect::<Option<_>>()?))
    }

    /// The objects of all fonts; `reserve` gives numbers for those that nothing else names.
    pub(super) fn objects(&self, mut reserve: impl FnMut() -> usize) -> Vec<(usize, Vec<u8>)> {
        self.fonts.iter().flat_map(|font| font.objects([(); 4].map(|()| reserve()))).collect()
    }
}

/// How deep an outline may be made of others.
const DEPTH: usize = 16;

impl UnitedFont {
    fn of(subset: &Subset, number: usize) -> Self {
        Self {
            number,
            name: subset.name.clone(),
            descriptor: subset.descriptor.clone(),
            bbox: subset.bbox,
            tables: subset.tables.clone(),
            units_per_em: subset.units_per_em,
            glyf: Vec::new(),
            ends: Vec::new(),
            hmtx: Vec::new(),
            texts: Vec::new(),
            by_content: HashMap::new(),
        }
    }

    /// Takes a glyph, after those that it is made of.
    fn take(&mut self, subset: &Subset, code: usize, codes: &mut [Option<u16>], depth: usize) -> Option<u16> {
        if let Some(known) = codes.get(code)? {
            return Some(*known);
        }
        if depth == DEPTH {
            return None;
        }
        let glyph = &subset.glyphs[code];
        let mut outline = glyph.outline.clone();
        for &place in &glyph.components {
            let component = usize::from(number_at(&outline, place)?);
            let component = self.take(subset, component, codes, depth + 1)?;
            outline[place..place + 2].copy_from_slice(&component.to_be_bytes());
        }
        // Words of four bytes keep the next glyph at an even place.
        outline.resize(outline.len().next_multiple_of(4), 0);
        let mut hash = Sha256::new();
        // The first glyph is the one for what a font lacks, and no other.
        hash.update([u8::from(code == 0), u8::from(glyph.text.is_some())]);
        let text = glyph.text.as_deref().unwrap_or_default();
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
        hash.update(glyph.metrics);
        hash.update(&outline);
        let next = u16::try_from(self.texts.len()).ok()?;
        let new = *self.by_content.entry(hash.finalize().into()).or_insert(next);
        if new == next {
            self.glyf.extend_from_slice(&outline);
            self.ends.push(self.glyf.len());
            self.hmtx.extend_from_slice(&glyph.metrics);
            self.texts.push(glyph.text.clone());
        }
        codes[code] = Some(new);
        Some(new)
    }

    /// Takes over what is larger of the limits in `maxp`.
    fn raise_limits(&mut self, tables: &[(Tag, Vec<u8>)]) {
        let tag = Tag::from_bytes(b"maxp");
        let of = |tables: &[(Tag, Vec<u8>)]| tables.iter().position(|(known, _)| *known == tag);
        let (Some(own), Some(other)) = (of(&self.tables), of(tables)) else { return };
        let (own, other) = (&mut self.tables[own].1, &tables[other].1);
        for at in (6..own.len().min(other.len())).step_by(2) {
            if let (Some(a), Some(b)) = (number_at(own, at), number_at(other, at)) {
                own[at..at + 2].copy_from_slice(&a.max(b).to_be_bytes());
            }
        }
    }

    /// The font file (OpenType, "Organization of an OpenType Font").
    fn program(&self) -> Vec<u8> {
        let count = u16::try_from(self.texts.len()).expect("bounded where it grows").to_be_bytes();
        let mut tables = self.tables.clone();
        for (tag, table) in &mut tables {
            match &tag.to_bytes() {
                // The long form of `loca`.
                b"head" => {
                    table[50..52].copy_from_slice(&[0, 1]);
                    for (place, side) in [36, 38, 40, 42].into_iter().zip(self.bbox) {
                        let units = side * f32::from(self.units_per_em) / 1000.0;
                        #[expect(
                            clippy::cast_possible_truncation,
                            reason = "a box that is too large is cut"
                        )]
                        table[place..place + 2].copy_from_slice(&(units as i16).to_be_bytes());
                    }
                }
                b"hhea" => table[34..36].copy_from_slice(&count),
                b"maxp" => table[4..6].copy_from_slice(&count),
                _ => {}
            }
        }
        let offsets = std::iter::once(&0).chain(&self.ends);
        let loca = offsets.flat_map(|&end| u32::try_from(end).expect("a font below 4 GiB").to_be_bytes());
        tables.push((Tag::from_bytes(b"loca"), loca.collect()));
        tables.push((Tag::from_bytes(b"glyf"), self.glyf.clone()));
        tables.push((Tag::from_bytes(b"hmtx"), self.hmtx.clone()));
        tables.sort_by_key(|(tag, _)| *tag);
        let number = u16::try_from(tables.len()).expect("a font has few tables");
        let selector = u16::try_from(number.ilog2()).expect("a small number");
        let range = 16u16 << selector;
        let mut font = 0x0001_0000u32.to_be_bytes().to_vec();
        for value in [number, range, selector, number * 16 - range] {
            font.extend_from_slice(&value.to_be_bytes());
        }
        let mut offset = 12 + 16 * tables.len();
        let size = |length: usize| u32::try_from(length).expect("a font below 4 GiB").to_be_bytes();
        let mut adjustment = 0;
        for (tag, table) in &tables {
            if tag.to_bytes() == *b"head" {
                adjustment = offset + 8;
            }
            font.extend_from_slice(&tag.to_bytes());
            font.extend_from_slice(&sum(table).to_be_bytes());
            font.extend_from_slice(&size(offset));
            font.extend_from_slice(&size(table.len()));
            offset += table.len().next_multiple_of(4);
        }
        for (_, table) in &tables {
            font.extend_from_slice(table);
            font.resize(font.len().next_multiple_of(4), 0);
        }
        let whole = 0xB1B0_AFBA_u32.wrapping_sub(sum(&font));
        font[adjustment..adjustment + 4].copy_from_slice(&whole.to_be_bytes());
        font
    }

    fn objects(&self, numbers: [usize; 4]) -> [(usize, Vec<u8>); 5] {
        let [cid, descriptor, map, program] = numbers;
        let font = self.program();
        let compressed = deflate(&[&font]);
        let tag = Sha256::digest(&font);
        let letters: String = tag.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
        let name = format!("{letters}+{}", self.name);
        let mut widths = String::new();
        for metrics in self.hmtx.chunks_exact(4) {
            let advance = f32::from(u16::from_be_bytes([metrics[0], metrics[1]]));
            let _ = write!(widths, "{} ", advance * 1000.0 / f32::from(self.units_per_em));
        }
        let number =
            |number: usize| Ref::new(i32::try_from(number).expect("fewer objects than a PDF may have"));
        let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
        let mut of_font = new_chunk();
        of_font
            .type0_font(number(self.number))
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(number(cid))
            .to_unicode(number(map));
        let mut of_cid = new_chunk();
        let mut font_of_cid = of_cid.cid_font(number(cid));
        font_of_cid.subtype(CidFontType::Type2).base_font(Name(name.as_bytes())).system_info(system);
        font_of_cid.font_descriptor(number(descriptor)).default_width(0.0);
        font_of_cid.cid_to_gid_map_predefined(Name(b"Identity"));
        font_of_cid.finish();
        let mut of_cid = object_of(&of_cid).1.strip_suffix(b">>").expect("a dictionary").to_vec();
        of_cid.extend_from_slice(format!("/W[0[{}]]>>", widths.trim_end()).as_bytes());
        let mut of_descriptor = new_chunk();
        let mut dict = of_descriptor.font_descriptor(number(descriptor));
        let [left, bottom, right, top] = self.bbox;
        dict.name(Name(name.as_bytes()))
            .bbox(Rect::new(left, bottom, right, top))
            .font_file2(number(program));
        dict.finish();
        let mut of_descriptor =
            object_of(&of_descriptor).1.strip_suffix(b">>").expect("a dictionary").to_vec();
        of_descriptor.extend_from_slice(&self.descriptor);
        of_descriptor.extend_from_slice(b">>");
        let mut unicode = UnicodeCmap::<u16>::new(Name(b"Custom"), system);
        for (code, text) in self.texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let units: Vec<u16> = text.chunks_exact(2).map(|it| u16::from_be_bytes([it[0], it[1]])).collect();
            let code = u16::try_from(code).expect("bounded where it grows");
            unicode.pair_with_multiple(code, char::decode_utf16(units).filter_map(Result::ok));
        }
        let of_map = stream_body(
            "/Type/CMap/CMapName/Custom/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/WMode 0",
            &[],
            &deflate(&[&unicode.finish()]),
        );
        [
            (self.number, object_of(&of_font).1.to_vec()),
            (cid, of_cid),
            (descriptor, of_descriptor),
            (map, of_map),
            (program, stream_body(&format!("/Length1 {}", font.len()), &[], &compressed)),
        ]
    }
}

/// The sum of a table's words (OpenType, "Calculating Checksums").
fn sum(table: &[u8]) -> u32 {
    let word = |bytes: &[u8]| {
        let mut word = [0; 4];
        word[..bytes.len()].copy_from_slice(bytes);
        u32::from_be_bytes(word)
    };
    table.chunks(4).map(word).fold(0, u32::wrapping_add)
}

fn new_chunk() -> Chunk {
    Chunk::with_settings(Settings { pretty: false })
}
