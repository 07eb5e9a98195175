//! Owns the font of what is no text of Typst's: what is typed into form fields, and
//! the page numbers of a book. May import `file_writer`.

use std::sync::LazyLock;

use pdf_writer::types::{FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Settings, Str};
use ttf_parser::Face;

use super::file_writer::{deflate, stream_body};

/// The font by its name in a form and on a page.
pub(super) const FONT_NAME: &[u8] = b"RolebookSans";

/// The Latin letters of Noto Sans SC with their character map, made by
/// `fonts/subset.sh`. Whatever else is typed, viewers show in a font of their own.
static TYPED: &[u8] = include_bytes!("../../fonts/noto-sans-sc-typed.ttf");

/// The font as it stands in each document.
struct TypedFont {
    compressed: Vec<u8>,
    length: i32,
    widths: Vec<f32>,
    bbox: Rect,
    ascent: f32,
    descent: f32,
    cap_height: f32,
}

static TYPED_FONT: LazyLock<TypedFont> = LazyLock::new(|| {
    let face = Face::parse(TYPED, 0).expect("a font");
    // WinAnsiEncoding; of the codes between ASCII and Latin-1 the font has none.
    let widths = (u8::MIN..=u8::MAX).skip(FIRST.into()).map(|code| {
        let glyph = face.glyph_index(char::from(code)).filter(|_| !(0x7f..0xa0).contains(&code));
        glyph.and_then(|glyph| face.glyph_hor_advance(glyph)).map_or(0.0, f32::from)
    });
    let bbox = face.global_bounding_box();
    let [x1, y1, x2, y2] = [bbox.x_min, bbox.y_min, bbox.x_max, bbox.y_max].map(f32::from);
    TypedFont {
        compressed: deflate(&[TYPED]),
        length: i32::try_from(TYPED.len()).expect("a small font"),
        widths: widths.collect(),
        bbox: Rect::new(x1, y1, x2, y2),
        ascent: face.ascender().into(),
        descent: face.descender().into(),
        cap_height: face.capital_height().map_or(700.0, f32::from),
    }
});

/// The first code that has a width: the space.
const FIRST: u8 = 32;

/// A simple font, 1000 units to an em, as viewers expect in a form: its three objects
/// by these numbers, of which the first is the font.
pub(super) fn typed_font([font, descriptor, program]: [Ref; 3]) -> [Chunk; 3] {
    let typed = &*TYPED_FONT;
    let name = Name(b"RBKTYP+NotoSansSC-Typed");
    let mut of_font = new_chunk();
    let mut dict = of_font.indirect(font).dict();
    dict.pair(Name(b"Type"), Name(b"Font"));
    dict.pair(Name(b"Subtype"), Name(b"TrueType"));
    dict.pair(Name(b"BaseFont"), name);
    dict.pair(Name(b"FirstChar"), i32::from(FIRST));
    dict.pair(Name(b"LastChar"), i32::from(u8::MAX));
    dict.insert(Name(b"Widths")).array().items(typed.widths.iter().copied());
    dict.pair(Name(b"FontDescriptor"), descriptor);
    dict.pair(Name(b"Encoding"), Name(b"WinAnsiEncoding"));
    dict.finish();
    let mut of_descriptor = new_chunk();
    let mut dict = of_descriptor.font_descriptor(descriptor);
    dict.name(name).flags(FontFlags::NON_SYMBOLIC).bbox(typed.bbox).italic_angle(0.0);
    dict.ascent(typed.ascent).descent(typed.descent).cap_height(typed.cap_height);
    dict.stem_v(95.0).font_file2(program);
    dict.finish();
    let mut of_program = new_chunk();
    let mut stream = of_program.stream(program, &typed.compressed);
    stream.filter(Filter::FlateDecode);
    stream.pair(Name(b"Length1"), typed.length);
    stream.finish();
    [of_font, of_descriptor, of_program]
}

/// The stream that says what the codes of ASCII mean: level A of PDF/A wants it of what
/// stands on pages.
pub(super) fn typed_map() -> Vec<u8> {
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    let mut map = UnicodeCmap::<u8>::new(Name(b"Custom"), system);
    (FIRST..127).for_each(|code| map.pair(code, char::from(code)));
    stream_body("", &[], &deflate(&[&map.finish()]))
}

/// How wide words of ASCII are, in ems.
pub(super) fn typed_width(words: &str) -> f32 {
    let width = |byte: u8| byte.checked_sub(FIRST).and_then(|at| TYPED_FONT.widths.get(usize::from(at)));
    words.bytes().filter_map(width).sum::<f32>() / 1000.0
}

fn new_chunk() -> Chunk {
    Chunk::with_settings(Settings { pretty: false })
}
