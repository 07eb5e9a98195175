//! Owns what rolebook adds to a PDF that Typst wrote: form fields for signatures, names
//! and dates, and the marks by which a program knows the document. May import `fields`,
//! `pdf_file` and `typed_font`.
//!
//! Typst writes no form fields. A template asks for one with a link, which Typst gives
//! its place on the page, in the tags and in the order of the tab key; here the link
//! becomes a widget, and its structure element a `Form`. The day Typst has form fields,
//! this file goes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pdf_writer::types::{AnnotationFlags, FieldType, SigFlags};
use pdf_writer::writers::Form;
use pdf_writer::{Chunk, Finish, Name, Rect, Ref, Settings, Str, TextStr};

use super::fields::{FormField, Locks, PlaceKind, SCHEME};
use super::pdf_file::{PdfFile, entry, find, leading_number, place_of_entry, reference};
use super::typed_font::{FONT_NAME, typed_font};

/// The namespace of the marks in a document's metadata.
const NAMESPACE: &str = "urn:rolebook:pdf:1.0:";

/// By what a program knows a document, in its XMP metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// The role's id.
    pub(super) role: String,
    /// The language or languages, such as `zh-CN`.
    pub(super) edition: String,
    /// The version; empty if the role has none.
    pub(super) version: String,
    /// The hash of the role's own content.
    pub(super) content_hash: String,
}

/// The document with these form fields and marks; `None` if it is not as Typst writes it.
pub(super) fn stamp(pdf: &[u8], fields: &[FormField], marks: Option<&Marks>) -> Option<Vec<u8>> {
    let mut file = PdfFile::read(pdf)?;
    let root = file.root()?;
    let mut catalog = file.object(root)?.strip_suffix(b">>")?.to_vec();
    if let Some(marks) = marks {
        let metadata = reference(entry(&catalog, b"Metadata")?)?;
        let marked = mark(file.object(metadata)?, marks)?;
        file.replace(metadata, marked);
    }
    // It says what holds without it, and poppler calls it an error.
    if let Some(at) = find(&catalog, b"/Suspects false") {
        catalog.drain(at..at + b"/Suspects false".len());
    }
    if let Some(form) = add_fields(&mut file, fields)? {
        catalog.extend_from_slice(format!("/AcroForm {} 0 R", form.get()).as_bytes());
    }
    catalog.extend_from_slice(b">>");
    file.replace(root, catalog);
    Some(file.write())
}

/// A link that asks for a form field.
struct Asked<'a> {
    /// The number of its annotation.
    number: usize,
    field: &'a FormField,
    rect: Rect,
    struct_parent: i32,
}

/// Makes a form field of each link that asks for one. What is returned is the form, if
/// there is any.
fn add_fields(file: &mut PdfFile<'_>, fields: &[FormField]) -> Option<Option<Ref>> {
    let mut asked = Vec::new();
    for (number, body) in file.objects() {
        if !body.starts_with(b"<</Type/Annot/Subtype/Link") {
            continue;
        }
        let Some(address) = entry(body, b"A").and_then(|action| entry(action, b"URI")) else { continue };
        let Some(address) = address.strip_prefix(b"(").and_then(|it| it.strip_prefix(SCHEME.as_bytes()))
        else {
            continue;
        };
        let address = address.strip_suffix(b")")?;
        let field = fields.iter().find(|field| field.address.as_bytes() == address)?;
        let struct_parent = i32::try_from(leading_number(entry(body, b"StructParent")?)?).ok()?;
        asked.push(Asked { number, field, rect: rect_of(body)?, struct_parent });
    }
    if asked.is_empty() {
        return Some(None);
    }
    let pages = make_forms(file, &asked)?;
    let names = unique_names(&asked);
    let mut widgets = Vec::new();
    for (asked, name) in asked.iter().zip(&names) {
        let appearance = add_appearance(file, asked);
        let lock = asked.field.locks.as_ref().map(|locks| add_lock(file, locks));
        let widget = Ref::new(i32::try_from(asked.number).ok()?);
        let mut chunk = new_chunk();
        let mut field = chunk.form_field(widget);
        let text = asked.field.kind != PlaceKind::Signature;
        field.field_type(if text { FieldType::Text } else { FieldType::Signature });
        field.partial_name(TextStr(name)).alternate_name(TextStr(&asked.field.description));
        if text {
            field.vartext_default_appearance(Str(DEFAULT_APPEARANCE));
        }
        if let Some(lock) = lock {
            field.pair(Name(b"Lock"), lock);
        }
        let mut annotation = field.into_annotation();
        annotation.rect(asked.rect).flags(AnnotationFlags::PRINT | AnnotationFlags::LOCKED);
        annotation.struct_parent(asked.struct_parent).page(*pages.get(&asked.number)?);
        annotation.appearance().normal().stream(appearance);
        annotation.finish();
        file.insert(&chunk);
        widgets.push(widget);
    }
    let font = asked.iter().any(|asked| asked.field.kind != PlaceKind::Signature).then(|| add_font(file));
    let signed = asked.iter().any(|asked| asked.field.kind == PlaceKind::Signature);
    let form = file.reserve();
    let mut chunk = new_chunk();
    let mut dict = chunk.indirect(form).start::<Form<'_>>();
    dict.fields(widgets);
    if signed {
        dict.sig_flags(SigFlags::SIGNATURES_EXIST);
    }
    if let Some(font) = font {
        dict.default_appearance(Str(DEFAULT_APPEARANCE));
        dict.default_resources().fonts().pair(Name(FONT_NAME), font);
    }
    dict.finish();
    file.insert(&chunk);
    Some(Some(form))
}

/// Turns the structure elements of these links into forms. What is returned is the page
/// of each annotation.
fn make_forms(file: &mut PdfFile<'_>, asked: &[Asked<'_>]) -> Option<BTreeMap<usize, Ref>> {
    let mut pages = BTreeMap::new();
    let mut forms = Vec::new();
    for (number, body) in file.objects() {
        let Some(rest) = body.strip_prefix(b"<</Type/StructElem/S/Link") else { continue };
        // The only kid stands alone and in no list: pyHanko finds a signed field in the
        // tags only so, and without calls the signatures before it broken.
        let kids = place_of_entry(rest, b"K")?;
        let kid = rest[kids.clone()].strip_prefix(b"[")?.strip_suffix(b"]")?;
        // A link of a role's text has words beside its annotation, or neither.
        let Some(annotation) = entry(kid, b"Obj").and_then(reference) else { continue };
        if asked.iter().any(|asked| asked.number == annotation) {
            let page = i32::try_from(reference(entry(kid, b"Pg")?)?).ok()?;
            pages.insert(annotation, Ref::new(page));
            let (entries, more) = (&rest[..kids.start], &rest[kids.end..]);
            forms.push((number, [b"<</Type/StructElem/S/Form", entries, kid, more].concat()));
        }
    }
    for (number, body) in forms {
        file.replace(number, body);
    }
    (pages.len() == asked.len()).then_some(pages)
}

/// The names of the fields: a template that shows a place twice gives the second a
/// number.
fn unique_names(asked: &[Asked<'_>]) -> Vec<String> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for Asked { field, .. } in asked {
        let times = uses.entry(&field.name).or_default();
        *times += 1;
        names.push(if *times == 1 { field.name.clone() } else { format!("{}_{times}", field.name) });
    }
    names
}

/// What an empty field shows: nothing, in its size. Each field has its own, since a
/// program that changes one would touch what another's signature has locked.
fn add_appearance(file: &mut PdfFile<'_>, asked: &Asked<'_>) -> Ref {
    let Rect { x1, y1, x2, y2 } = asked.rect;
    let appearance = file.reserve();
    let mut chunk = new_chunk();
    let text = asked.field.kind != PlaceKind::Signature;
    let mut form = chunk.form_xobject(appearance, if text { b"/Tx BMC EMC" } else { b"" });
    form.bbox(Rect::new(0.0, 0.0, x2 - x1, y2 - y1));
    form.resources().finish();
    form.finish();
    file.insert(&chunk);
    appearance
}

/// What a signature locks (ISO 32000-1, table 233).
fn add_lock(file: &mut PdfFile<'_>, locks: &Locks) -> Ref {
    let lock = file.reserve();
    let mut chunk = new_chunk();
    let mut dict = chunk.indirect(lock).dict();
    dict.pair(Name(b"Type"), Name(b"SigFieldLock"));
    match locks {
        Locks::All => {
            dict.pair(Name(b"Action"), Name(b"All"));
        }
        Locks::Fields(names) => {
            dict.pair(Name(b"Action"), Name(b"Include"));
            dict.insert(Name(b"Fields")).array().items(names.iter().map(|name| TextStr(name)));
        }
    }
    dict.finish();
    file.insert(&chunk);
    lock
}

/// Ten points, black.
const DEFAULT_APPEARANCE: &[u8] = b"/RolebookSans 10 Tf 0 g";

fn add_font(file: &mut PdfFile<'_>) -> Ref {
    let numbers = [(); 3].map(|()| file.reserve());
    for chunk in typed_font(numbers) {
        file.insert(&chunk);
    }
    numbers[0]
}

fn new_chunk() -> Chunk {
    Chunk::with_settings(Settings { pretty: false })
}

/// The rectangle of an annotation.
fn rect_of(annotation: &[u8]) -> Option<Rect> {
    let numbers = entry(annotation, b"Rect")?.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let numbers = std::str::from_utf8(numbers).ok()?;
    let numbers: Vec<f32> = numbers.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [x1, y1, x2, y2] = numbers[..] else { return None };
    Some(Rect::new(x1, y1, x2, y2))
}

/// The metadata stream with the marks, and with the description of their schema that
/// PDF/A asks for (ISO 19005-3, 6.6.2.3).
fn mark(metadata: &[u8], marks: &Marks) -> Option<Vec<u8>> {
    let xmp = &metadata[find(metadata, b"stream\n")? + 7..];
    let xmp = std::str::from_utf8(xmp.strip_suffix(b"\nendstream")?).ok()?;
    let (head, rest) = xmp.split_once("</rdf:Bag></pdfaExtension:schemas>")?;
    let (middle, tail) = rest.split_once("</rdf:Description></rdf:RDF>")?;
    let properties = [
        ("role", "Id of the role that the document describes", &marks.role),
        ("edition", "Language of the document, or both", &marks.edition),
        ("version", "Version of the role", &marks.version),
        ("contentHash", "SHA-256 of the role's content", &marks.content_hash),
    ];
    let mut text = head.to_string();
    let _ = write!(
        text,
        "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>rolebook</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>rolebook</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    );
    for (name, description, _) in properties {
        let _ = write!(
            text,
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{description}</pdfaProperty:description>\
             <pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        );
    }
    text.push_str("</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>");
    text.push_str(middle);
    for (name, _, value) in properties.iter().filter(|(_, _, value)| !value.is_empty()) {
        let value = quick_xml::escape::escape(value.as_str());
        let _ = write!(text, "<rolebook:{name} xmlns:rolebook=\"{NAMESPACE}\">{value}</rolebook:{name}>");
    }
    text.push_str("</rdf:Description></rdf:RDF>");
    text.push_str(tail);
    let length = text.len();
    let mut body = format!("<</Length {length}/Type/Metadata/Subtype/XML>>\nstream\n").into_bytes();
    body.extend_from_slice(text.as_bytes());
    body.extend_from_slice(b"\nendstream");
    Some(body)
}
