//! Owns what there is to say of fonts: family, style, weight, characters. May
//! import `typeset`.

use std::collections::HashSet;
use std::path::PathBuf;

use typst::foundations::Bytes;
use typst::text::{Font, FontInfo, FontStyle};
use typst_kit::fonts;

use super::typeset::FONTS;

/// Where a font is from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FontOrigin {
    /// It is in rolebook itself.
    BuiltIn,
    /// A file of the library.
    Library(PathBuf),
    /// A file of the system.
    System(PathBuf),
}

/// One face of a font family.
#[derive(Debug, Clone)]
pub struct FontFace {
    /// The family, as a template names it.
    pub family: String,
    /// `normal`, `italic` or `oblique`.
    pub style: &'static str,
    /// From 100 to 900; 400 is regular, 700 is bold.
    pub weight: u16,
    /// Where it is from.
    pub origin: FontOrigin,
    /// The code points that it has.
    pub characters: HashSet<u32>,
}

impl FontFace {
    fn new(info: &FontInfo, origin: FontOrigin) -> Self {
        let style = match info.variant.style {
            FontStyle::Normal => "normal",
            FontStyle::Italic => "italic",
            FontStyle::Oblique => "oblique",
        };
        Self {
            family: info.family.clone(),
            style,
            weight: info.variant.weight.to_number(),
            origin,
            characters: info.coverage.iter().collect(),
        }
    }
}

/// The faces that are built in.
pub fn built_in_faces() -> Vec<FontFace> {
    FONTS.iter().map(|font| FontFace::new(font.info(), FontOrigin::BuiltIn)).collect()
}

/// The faces in a font file of a library; none if it is no font.
pub fn faces_of(path: PathBuf, bytes: Vec<u8>) -> Vec<FontFace> {
    let origin = FontOrigin::Library(path);
    Font::iter(Bytes::new(bytes)).map(|font| FontFace::new(font.info(), origin.clone())).collect()
}

/// Whether there is a face in a font file.
pub fn has_face(bytes: &[u8]) -> bool {
    Font::iter(Bytes::new(bytes.to_vec())).next().is_some()
}

/// The faces of the system, in the order of families and files.
pub fn system_faces() -> Vec<FontFace> {
    let mut faces: Vec<FontFace> =
        fonts::system().map(|(font, info)| FontFace::new(&info, FontOrigin::System(font.path))).collect();
    faces.sort_by(|a, b| {
        (&a.family, a.style, a.weight, &a.origin).cmp(&(&b.family, b.style, b.weight, &b.origin))
    });
    faces
}
