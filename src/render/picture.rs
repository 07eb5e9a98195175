//! Owns pictures of openings, for messages that link to them: a page that Typst
//! typesets, as PNG. May import `typeset`, `templates` and everything below `render`.

use serde::Serialize;
use typst_render::RenderOptions;

use super::{Markup, Renderer};
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::view::Look;

/// Width and height of a picture in pixels, as Open Graph wants them.
pub const PICTURE_SIZE: (u32, u32) = (1200, 630);

/// What a picture shows.
#[derive(Debug, Clone, Serialize)]
pub struct CardView {
    /// The language, without script and country.
    pub lang: &'static str,
    /// The job title.
    pub title: String,
    /// The employer.
    pub organization: String,
    /// Department, place and the like, each a line or a part of one.
    pub facts: Vec<String>,
    /// The size of the title in points, so that it has room.
    pub title_size: u32,
    /// The accent color, as `#rrggbb`.
    pub accent: String,
}

impl CardView {
    /// A picture's words, and sizes that fit them.
    pub fn new(lang: &'static str, title: &str, organization: &str, facts: Vec<String>, look: &Look) -> Self {
        let width: usize = title.chars().map(|c| if crate::markdown::is_cjk(c) { 2 } else { 1 }).sum();
        let title_size = match width {
            0..=26 => 64,
            27..=44 => 52,
            45..=80 => 42,
            _ => 32,
        };
        let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.to_string(),
        };
        Self {
            lang: lang.split('-').next().unwrap_or(lang),
            title: cut(title, 120),
            organization: cut(organization, 60),
            facts: facts.iter().map(|fact| cut(fact, 40)).collect(),
            title_size,
            accent: if look.accent.is_empty() { "#1f4e79".to_string() } else { look.accent.clone() },
        }
    }

    /// What the picture is made of, in a few words: equal for equal pictures.
    pub fn digest(&self, template: &str) -> String {
        use sha2::Digest;
        let mut hash = sha2::Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(template);
        hash.update(serde_json::to_vec(self).expect("a view is JSON"));
        hash.finalize().iter().take(8).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }
}

impl Renderer {
    /// A picture as PNG. What is wrong with its template is a finding; a character that
    /// no font has is a box.
    pub fn picture(&self, view: &CardView) -> Result<Vec<u8>, Vec<Diagnostic>> {
        let source =
            self.templates.render_named(Markup::Typst, "card", view).map_err(|finding| vec![*finding])?;
        let typeset = self.engine().compile(source)?;
        let Some(page) = typeset.document.pages().first() else {
            let message = Message::new("the picture has no page", "图片没有页面");
            return Err(vec![
                Diagnostic::error(Code::TypesetError, message).about("templates/typst/card.typ"),
            ]);
        };
        // A point is a pixel.
        let options = RenderOptions { pixel_per_pt: 1.0.into(), ..RenderOptions::default() };
        let pixmap = typst_render::render(page, &options);
        Ok(png(pixmap.data(), (pixmap.width(), pixmap.height())))
    }
}

/// The pixels as PNG. The colors of a picture are few, so that a byte a pixel shows
/// them: a fourth of the time and of the file that true colors take.
fn png(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    // A color by its five upper bits of red, green and blue.
    let mut known = vec![0u8; 1 << 15];
    let mut palette: Vec<u8> = Vec::with_capacity(3 * 256);
    let mut indices = Vec::with_capacity(pixels.len() / 4);
    let (mut last, mut last_index) = ([0, 0, 0, 0], None);
    for pixel in pixels.as_chunks::<4>().0 {
        if last_index.is_none() || *pixel != last {
            let [red, green, blue, _] = *pixel;
            let key = usize::from(red >> 3) << 10 | usize::from(green >> 3) << 5 | usize::from(blue >> 3);
            if known[key] == 0 && palette.len() < 3 * 255 {
                palette.extend([red, green, blue]);
                known[key] = u8::try_from(palette.len() / 3).unwrap_or(u8::MAX);
            }
            last = *pixel;
            last_index = Some(known[key].saturating_sub(1));
        }
        indices.push(last_index.unwrap_or_default());
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("memory takes a header");
    writer.write_image_data(&indices).expect("there are as many pixels as said");
    writer.finish().expect("memory takes an end");
    out
}
