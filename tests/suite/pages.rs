//! Holds how pages look: each page of a role, in every theme and edition, against a
//! picture in `tests/golden/pages/`. `UPDATE_GOLDEN=1` draws the pictures anew; a
//! change of look is then seen among the changes of a commit.

use std::collections::BTreeSet;
use std::fs;

use rolebook::catalog::Catalog;
use rolebook::model::{Edition, ThemeSettings};
use rolebook::render::{Markup, Renderer, TemplateSet, ThemeSet};
use rolebook::resolve::resolve;
use rolebook::source::Sources;
use rolebook::view::{Locale, Names, document, pair};
use tiny_skia::{Pixmap, PremultipliedColorU8};
use typst_render::RenderOptions;

use crate::support::{THEMES, repository};

/// How much a channel of a pixel may differ, of 255: as much as one processor
/// rounds otherwise than another, and less than the palest rule from the paper.
const CHANNEL: u8 = 6;

/// How many pixels of a page may differ by more; a letter has about as many.
const PIXELS: usize = 30;

/// The pages of the role of the golden case `document`, a pixel a point.
fn pages() -> Vec<(String, Pixmap)> {
    let catalog = Catalog::load(&repository().join("tests/golden/document")).unwrap();
    let resolved = resolve(&catalog, "account-manager").unwrap();
    let names = Names::of(&catalog);
    let templates =
        TemplateSet::load(&repository().join("none"), &[Markup::Typst], &mut Sources::default()).unwrap();
    let singles = THEMES.iter().flat_map(|theme| [(*theme, "zh-CN"), (*theme, "en")]);
    let mut pages = Vec::new();
    for (name, edition) in singles.chain([("form", "zh-CN+en")]) {
        let theme = ThemeSet::default().theme(name, ThemeSettings::default()).unwrap();
        let view = |language| document(&resolved, &names, &Locale::built_in(language), language, &theme);
        let languages = Edition::from_tag(edition).unwrap();
        let view = match languages.second {
            Some(second) => pair(view(languages.first), view(second)),
            None => view(languages.first),
        };
        let renderer = Renderer::of(&theme, &templates, Vec::new(), false);
        let source = renderer.typst_source(&view).unwrap();
        let typeset = renderer.engine().compile(source).unwrap();
        let options = RenderOptions { pixel_per_pt: 1.0.into(), ..RenderOptions::default() };
        for (number, page) in typeset.document.pages().iter().enumerate() {
            let file = format!("{name}.{edition}.{}.png", number + 1);
            pages.push((file, typst_render::render(page, &options)));
        }
    }
    pages
}

/// How many pixels differ, and where in black; every pixel if the sizes do.
fn difference(wanted: &Pixmap, found: &Pixmap) -> (usize, Pixmap) {
    let mut picture = Pixmap::new(found.width(), found.height()).unwrap();
    if (wanted.width(), wanted.height()) != (found.width(), found.height()) {
        return (found.pixels().len(), picture);
    }
    let mut count = 0;
    let pixels = wanted.pixels().iter().zip(found.pixels());
    for ((wanted, found), out) in pixels.zip(picture.pixels_mut()) {
        let channels = |it: &PremultipliedColorU8| [it.red(), it.green(), it.blue()];
        let differs = channels(wanted)
            .iter()
            .zip(channels(found))
            .any(|(wanted, found)| wanted.abs_diff(found) > CHANNEL);
        let shade = if differs { 0 } else { 255 };
        count += usize::from(differs);
        *out = PremultipliedColorU8::from_rgba(shade, shade, shade, 255).unwrap();
    }
    (count, picture)
}

#[test]
fn every_page_looks_as_approved() {
    let folder = repository().join("tests/golden/pages");
    let failed = repository().join("target/pages");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut present: BTreeSet<String> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut faults = Vec::new();
    for (name, found) in pages() {
        let path = folder.join(&name);
        let wanted = fs::read(&path).ok().map(|bytes| Pixmap::decode_png(&bytes).unwrap());
        let (count, picture) = match &wanted {
            Some(wanted) => difference(wanted, &found),
            None => (found.pixels().len(), found.clone()),
        };
        present.remove(&name);
        if count <= PIXELS {
            continue;
        }
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, found.encode_png().unwrap()).unwrap();
            continue;
        }
        fs::create_dir_all(&failed).unwrap();
        fs::write(failed.join(&name), found.encode_png().unwrap()).unwrap();
        fs::write(failed.join(format!("difference.{name}")), picture.encode_png().unwrap()).unwrap();
        faults.push(format!("{name}: {count} pixels differ; see target/pages/{name} and difference.{name}"));
    }
    for unused in present {
        if update {
            fs::remove_file(folder.join(&unused)).unwrap();
        } else {
            faults.push(format!("{unused} is a picture of no page"));
        }
    }
    assert!(faults.is_empty(), "{}\nif that is meant: UPDATE_GOLDEN=1 tests/run", faults.join("\n"));
}

#[test]
fn a_shift_a_color_and_a_missing_rule_are_seen() {
    let path = repository().join("tests/golden/pages/outline.zh-CN.1.png");
    let page = Pixmap::decode_png(&fs::read(path).unwrap()).unwrap();
    let (width, height) = (page.width() as usize, page.height() as usize);
    assert_eq!(difference(&page, &page).0, 0);

    let mut shifted = page.clone();
    shifted.pixels_mut().copy_within(..width * (height - 2), width * 2);
    assert!(difference(&page, &shifted).0 > PIXELS, "a shift of two points");

    let mut recolored = page.clone();
    for pixel in recolored.pixels_mut() {
        // The accent color is blue; its blue turned down a little.
        if pixel.blue() > pixel.red().saturating_add(40) {
            let blue = pixel.blue() - 20;
            *pixel = PremultipliedColorU8::from_rgba(pixel.red(), pixel.green(), blue, 255).unwrap();
        }
    }
    assert!(difference(&page, &recolored).0 > PIXELS, "another accent color");

    let mut unruled = page.clone();
    let white = PremultipliedColorU8::from_rgba(255, 255, 255, 255).unwrap();
    let is_rule = |row: &[PremultipliedColorU8]| row.iter().filter(|it| it.red() < 250).count() > width / 2;
    let rows: Vec<usize> = (0..height).filter(|at| is_rule(&page.pixels()[at * width..][..width])).collect();
    let rule = *rows.first().expect("the header has a rule");
    unruled.pixels_mut()[rule * width..][..width].fill(white);
    assert!(difference(&page, &unruled).0 > PIXELS, "a missing rule");

    let mut noisy = page.clone();
    for (index, pixel) in noisy.pixels_mut().iter_mut().enumerate() {
        let noise = u8::try_from(index % 4).unwrap();
        let less = |channel: u8| channel.saturating_sub(noise);
        *pixel =
            PremultipliedColorU8::from_rgba(less(pixel.red()), less(pixel.green()), less(pixel.blue()), 255)
                .unwrap();
    }
    assert_eq!(difference(&page, &noisy).0, 0, "another processor's rounding");
}
