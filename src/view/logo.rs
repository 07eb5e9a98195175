//! Owns the picture of an organization that its documents carry. May import nothing
//! of rolebook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A logo: a small picture of a kind that both browsers and PDFs show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// What is in the file.
    pub bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Png,
    Jpeg,
}

impl Logo {
    /// The largest logo, in bytes: each HTML file carries it.
    pub const LIMIT: u64 = 512 * 1024;

    /// The logo in these bytes; none if they are no SVG, PNG or JPEG, whatever the
    /// file is called.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Kind::Png
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Kind::Jpeg
        } else if std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")) {
            Kind::Svg
        } else {
            return None;
        };
        Some(Self { bytes, kind })
    }

    /// Its name where a document looks for it.
    pub fn file_name(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "logo.svg",
            Kind::Png => "logo.png",
            Kind::Jpeg => "logo.jpg",
        }
    }

    /// The same as an address that holds the picture itself (RFC 2397). A browser runs
    /// no script of a picture.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type(), STANDARD.encode(&self.bytes))
    }

    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        match self.kind {
            Kind::Svg => "image/svg+xml",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_known_by_its_content() {
        let name = |bytes: &[u8]| Logo::new(bytes.to_vec()).map(|logo| logo.file_name());
        assert_eq!(name(b"<?xml version='1.0'?><svg/>"), Some("logo.svg"));
        assert_eq!(name(b"\x89PNG\r\n\x1a\n"), Some("logo.png"));
        assert_eq!(name(b"\xff\xd8\xff\xe0"), Some("logo.jpg"));
        assert_eq!((name(b"GIF89a"), name(b"")), (None, None));
        assert_eq!(Logo::new(b"<svg/>".to_vec()).unwrap().data_url(), "data:image/svg+xml;base64,PHN2Zy8+");
    }
}
