//! Owns pictures of openings, for messages that link to them: a page that Typst
//! typesets, as PNG. May import `typeset`, `templates` and everything below `render`.

use data_encoding::HEXLOWER;
use serde::Serialize;
use typst_render::RenderOptions;

use super::{Markup, Renderer};
use crate::diagnostic::{Code, Diagnostic, Message};
use crate::view::Look;

/// Width and height of a picture in pixels: in the proportion that Open Graph wants, above
/// the 600 by 315 from which it is shown large, and half the work of twice as many.
pub const PICTURE_SIZE: (u32, u32) = (840, 441);

/// Width and height of the template's page in points.
const PAGE: (f64, f64) = (1200.0, 630.0);

/// Pixels in a point of the template's page.
const PIXELS_PER_POINT: f64 = 0.7;

/// The color of a picture's title.
const INK: &str = "#18202b";

/// The color of what else it says.
const FAINT: &str = "#4a5563";

/// What a picture shows.
#[derive(Debug, Clone, Serialize)]
pub struct CardView {
    /// The language, without script and country.
    pub lang: &'static str,
    /// The job title.
    pub title: String,
    /// The same in other languages, each a line.
    pub further_titles: Vec<String>,
    /// The employer.
    pub organization: String,
    /// Department, place and the like, each a line or a part of one.
    pub facts: Vec<String>,
    /// The size of the title in points, so that it has room.
    pub title_size: u32,
    /// The accent color, as `#rrggbb`.
    pub accent: String,
    /// The color of the title.
    pub ink: &'static str,
    /// The color of what else there is.
    pub faint: &'static str,
}

impl CardView {
    /// A picture's words, and sizes that fit them.
    pub fn new(
        lang: &'static str,
        titles: &[String],
        organization: &str,
        facts: &[String],
        look: &Look,
    ) -> Self {
        let (title, further) =
            titles.split_first().map_or(("", titles), |(title, rest)| (title.as_str(), rest));
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
            further_titles: further.iter().filter(|it| it.as_str() != title).map(|it| cut(it, 60)).collect(),
            organization: cut(organization, 60),
            facts: facts.iter().map(|fact| cut(fact, 40)).collect(),
            title_size,
            accent: if look.accent.is_empty() { "#1f4e79".to_string() } else { look.accent.clone() },
            ink: INK,
            faint: FAINT,
        }
    }

    /// What the picture is made of, in a few words: equal for equal pictures.
    /// `drawn_with` tells its template and fonts from others.
    pub fn digest(&self, drawn_with: &str) -> String {
        use sha2::Digest;
        let mut hash = sha2::Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(drawn_with);
        hash.update(serde_json::to_vec(self).expect("a view is JSON"));
        HEXLOWER.encode(&hash.finalize()[..8])
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
        let options = RenderOptions { pixel_per_pt: PIXELS_PER_POINT.into(), ..RenderOptions::default() };
        let size = page.frame.size();
        let (width, height) = (size.x.to_pt(), size.y.to_pt());
        if (width - PAGE.0).abs() > 0.01 || (height - PAGE.1).abs() > 0.01 {
            // Pages say how large their picture is.
            let ((w, h), (width, height)) = (PAGE, (width.round(), height.round()));
            let message = Message::new(
                format!("the picture's page is {width} by {height} points, not {w} by {h}"),
                format!("图片页面为 {width}×{height} 点，应为 {w}×{h} 点"),
            );
            let finding = Diagnostic::error(Code::TypesetError, message).about("templates/typst/card.typ");
            return Err(vec![finding.hint(
                format!("write in it: #set page(width: {w}pt, height: {h}pt, …)"),
                format!("请在模板中写：#set page(width: {w}pt, height: {h}pt, …)"),
            )]);
        }
        let pixmap = typst_render::render(page, &options);
        let colors = [color(INK), color(FAINT), color(&view.accent)];
        Ok(png(pixmap.data(), (pixmap.width(), pixmap.height()), &colors))
    }
}

/// How many steps there are between the ground and each color of the words.
const STEPS: usize = 5;

/// The pixels as PNG. Words on a white ground need few colors, so that four bits a pixel
/// show them: an eighth of what true colors take, in the file and in time.
fn png(pixels: &[u8], (width, height): (u32, u32), colors: &[[u8; 3]; 3]) -> Vec<u8> {
    let mut palette = vec![[u8::MAX; 3]];
    for color in colors {
        for step in 1..=STEPS {
            let mix = |channel: u8| {
                let (ground, channel) = (usize::from(u8::MAX), usize::from(channel));
                u8::try_from((ground * (STEPS - step) + channel * step) / STEPS).unwrap_or(u8::MAX)
            };
            palette.push(color.map(mix));
        }
    }
    let nearest = |pixel: [u8; 3]| {
        let distance = |known: &[u8; 3]| -> u32 {
            known.iter().zip(pixel).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
        };
        let found = (0..palette.len()).min_by_key(|&index| distance(&palette[index]));
        u8::try_from(found.unwrap_or_default()).unwrap_or_default()
    };
    // The index of a color, by its four upper bits of red, green and blue, once it is known.
    let mut known = [u8::MAX; 1 << 12];
    let mut index_of = |[red, green, blue, _]: [u8; 4]| {
        let key = usize::from(red >> 4) << 8 | usize::from(green & 0xf0) | usize::from(blue >> 4);
        if known[key] == u8::MAX {
            known[key] = nearest([red, green, blue]);
        }
        known[key]
    };
    // Most of a picture is ground, which is told many pixels at a time: white is all ones.
    const RUN: usize = 64;
    let mut packed = vec![0; pixels.len() / 8];
    for (run, packed) in pixels.chunks(RUN).zip(packed.chunks_mut(RUN / 8)) {
        if run.iter().fold(u8::MAX, |all, byte| all & byte) != u8::MAX {
            for (two, packed) in run.as_chunks::<8>().0.iter().zip(packed) {
                let [a, b, c, d, e, f, g, h] = *two;
                *packed = index_of([a, b, c, d]) << 4 | index_of([e, f, g, h]);
            }
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(palette.concat());
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("memory takes a header");
    writer.write_image_data(&packed).expect("there are as many pixels as said");
    writer.finish().expect("memory takes an end");
    out
}

/// The color that six digits name.
fn color(text: &str) -> [u8; 3] {
    let digits = text.trim_start_matches('#');
    let channel = |at: usize| digits.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
    [0, 2, 4].map(|at| channel(at).unwrap_or_default())
}
