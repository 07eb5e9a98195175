//! Holds the look of the PDFs against pictures of their pages, with a tolerance:
//! the libraries of `tests/golden/` are typeset, `tests/golden/pages/expected/` is
//! how they look.
//! `UPDATE_GOLDEN=1` writes the pictures anew; look at them before committing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::BufReader;
use std::path::Path;

use typst_render::RenderOptions;

use crate::support::{Documents, THEMES, repository};

/// What is compared: a short document, two pages of a dense one, and the last of
/// a long one with the places to sign. Library, role, page.
const PAGES: [(&str, &str, Page); 4] = [
    ("pages/library", "one-line", Page::First),
    ("document", "account-manager", Page::First),
    ("document", "account-manager", Page::Second),
    ("pages/library", "forty-duties", Page::Last),
];

#[derive(Debug, Clone, Copy)]
enum Page {
    First,
    Second,
    Last,
}

/// A picture of three bytes a pixel.
#[derive(Debug, Clone, PartialEq)]
struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

/// How far a color may be off. Edges of letters are off by less between two
/// computers; the finest rule of a theme differs from the paper by 10.
const COLOR_TOLERANCE: u8 = 7;

/// How many pixels may be off by more.
const PIXEL_TOLERANCE: usize = 12;

impl Picture {
    /// A page at 72 pixels an inch.
    fn of(page: &typst_layout::Page) -> Self {
        let options = RenderOptions { pixel_per_pt: 1.0.into(), render_bleed: false };
        let pixels = typst_render::render(page, &options);
        let bytes = pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        Self { width: pixels.width() as usize, height: pixels.height() as usize, bytes: bytes.collect() }
    }

    fn pixels(&self) -> std::slice::ChunksExact<'_, u8> {
        self.bytes.chunks_exact(3)
    }

    fn read(path: &Path) -> Option<Self> {
        let file = BufReader::new(fs::File::open(path).ok()?);
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        Some(Self { width: info.width as usize, height: info.height as usize, bytes })
    }

    fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let side = |pixels: usize| u32::try_from(pixels).unwrap();
        let mut encoder =
            png::Encoder::new(fs::File::create(path).unwrap(), side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.write_header().unwrap().write_image_data(&self.bytes).unwrap();
    }

    /// Where another picture is off by more than the tolerance.
    fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = bool> + 'a {
        let off = |(a, b): (&u8, &u8)| a.abs_diff(*b) > COLOR_TOLERANCE;
        self.pixels().zip(other.pixels()).map(move |(a, b)| a.iter().zip(b).any(off))
    }

    fn looks_like(&self, other: &Self) -> bool {
        (self.width, self.height) == (other.width, other.height)
            && self.differing(other).filter(|differs| *differs).count() <= PIXEL_TOLERANCE
    }

    /// This picture, pale, with what differs from the other in red.
    fn difference(&self, other: &Self) -> Self {
        let mut difference = self.clone();
        let mut differing = self.differing(other);
        for pixel in difference.bytes.chunks_exact_mut(3) {
            if (self.width, self.height) != (other.width, other.height) || differing.next() == Some(true) {
                pixel.copy_from_slice(&[220, 0, 0]);
            } else {
                pixel.iter_mut().for_each(|byte| *byte = 200 + *byte / 5);
            }
        }
        difference
    }
}

#[test]
fn pages_look_as_they_were_approved() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let golden = repository().join("tests/golden");
    let libraries = ["document", "pages/library"].map(|name| (name, Documents::of(&golden.join(name))));
    let libraries = BTreeMap::from(libraries);
    let expected = golden.join("pages/expected");
    let results = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for theme in THEMES {
        for language in ["zh-CN", "en", "zh-CN+en"] {
            // Two languages beside each other look the same in every theme.
            if language.contains('+') && theme != THEMES[0] {
                continue;
            }
            for (library, role, which) in PAGES {
                let name = format!("{theme}-{language}-{role}-{which:?}.png").to_lowercase();
                let path = expected.join(&name);
                let found = libraries[library].typeset(role, theme, language, |document| {
                    let pages = document.pages();
                    let page = match which {
                        Page::First => pages.first(),
                        Page::Second => pages.get(1),
                        Page::Last => pages.last(),
                    };
                    Picture::of(page.unwrap_or_else(|| panic!("{name}: there is no such page")))
                });
                let wanted = Picture::read(&path);
                if !wanted.as_ref().is_some_and(|wanted| found.looks_like(wanted)) {
                    if update {
                        found.write(&path);
                    } else {
                        let actual = results.join(&name);
                        found.write(&actual);
                        let mut fault =
                            format!("{} looks different: see {}", path.display(), actual.display());
                        if let Some(wanted) = wanted {
                            let difference = actual.with_extension("difference.png");
                            found.difference(&wanted).write(&difference);
                            fault.push_str(&format!(" and {}", difference.display()));
                        }
                        faults.push(fault);
                    }
                }
                used.insert(path);
            }
        }
    }
    for entry in fs::read_dir(&expected).unwrap() {
        let path = entry.unwrap().path();
        if !used.contains(&path) {
            faults.push(format!("{} is expected by nothing", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}\nif that is meant: UPDATE_GOLDEN=1 tests/run", faults.join("\n"));
}

/// A page with a heading, two lines of small print, a band of color and the finest
/// rule of the themes.
fn sample() -> Picture {
    let source = r##"
        #set page(width: 300pt, height: 200pt, margin: 20pt)
        #set text(font: "Noto Serif SC", size: 9pt)
        #text(fill: rgb("#1f4e79"), size: 14pt)[岗位说明书]

        Keep a monthly record of dealings with each customer.

        #rect(width: 40pt, height: 6pt, fill: rgb("#eef2f6"))
        #line(length: 30pt, stroke: 0.4pt + rgb("#c9d1da"))
    "##;
    let engine = rolebook::render::Engine::new(Vec::new(), Vec::new(), false);
    let typeset = engine.compile(source.to_string()).unwrap();
    Picture::of(&typeset.document.pages()[0])
}

/// A picture with every pixel as `pixel` makes it of the row, the column and what
/// was there.
fn changed(picture: &Picture, pixel: impl Fn(usize, usize, [u8; 3]) -> [u8; 3]) -> Picture {
    let at = |index: usize, bytes: &[u8]| {
        pixel(index / picture.width, index % picture.width, [bytes[0], bytes[1], bytes[2]])
    };
    let bytes = picture.pixels().enumerate().flat_map(|(index, bytes)| at(index, bytes)).collect();
    Picture { bytes, ..picture.clone() }
}

fn shifted(picture: &Picture, down: usize, right: usize) -> Picture {
    changed(picture, |row, column, _| {
        let (Some(row), Some(column)) = (row.checked_sub(down), column.checked_sub(right)) else {
            return [255; 3];
        };
        let start = (row * picture.width + column) * 3;
        [picture.bytes[start], picture.bytes[start + 1], picture.bytes[start + 2]]
    })
}

#[test]
fn the_comparison_lets_noise_pass() {
    let picture = sample();
    let noise = |row: usize, column: usize| if (row * 31 + column * 17).is_multiple_of(3) { 6 } else { 0 };
    let noisy =
        changed(&picture, |row, column, pixel| pixel.map(|byte| byte.saturating_sub(noise(row, column))));
    assert!(noisy.looks_like(&picture));
}

#[test]
fn the_comparison_sees_a_shift_a_color_and_a_missing_rule() {
    let picture = sample();
    let wanted = picture.clone();
    for (down, right) in [(2, 0), (0, 2), (1, 0), (0, 1)] {
        assert!(!shifted(&picture, down, right).looks_like(&wanted), "{down} down, {right} to the right");
    }
    let recolored = changed(&picture, |_, _, [red, green, blue]| [blue, green, red]);
    assert!(!recolored.looks_like(&wanted));
    // The band is lighter by a little.
    let paler = changed(&picture, |_, _, pixel| if pixel == [0xee, 0xf2, 0xf6] { [255; 3] } else { pixel });
    assert!(!paler.looks_like(&wanted));
    // The rule is the last thing on the page that is not paper.
    let last = picture.pixels().rposition(|pixel| pixel != [255; 3]).unwrap() / picture.width;
    let ruleless = changed(&picture, |row, _, pixel| if row + 1 >= last { [255; 3] } else { pixel });
    assert!(!ruleless.looks_like(&wanted));
    let cropped = Picture {
        height: picture.height - 1,
        bytes: picture.bytes[..picture.bytes.len() - picture.width * 3].to_vec(),
        ..picture
    };
    assert!(!cropped.looks_like(&wanted));
}
