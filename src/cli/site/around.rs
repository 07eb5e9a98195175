//! Owns what the command `site` writes around the openings: lists, search, feeds,
//! sitemap, and the pages that are not about one of them. May import everything but the
//! commands.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Job, Stop};
use crate::model::Language;
use crate::site::{
    Entry, FeedHead, Listing, Pages, SitemapPage, atom, digest, json_feed, listings, robots, search_index,
    sitemap,
};

/// What is known of the openings once their pages are written.
#[derive(Default)]
pub(super) struct Around {
    /// The open ones in each language.
    entries: BTreeMap<Language, Vec<Entry>>,
    /// Each open one's page, without the language, with its languages and its day.
    pages: Vec<(String, Vec<Language>, String)>,
}

impl Around {
    /// Takes note of an opening, which is open if there are entries.
    pub(super) fn add(&mut self, id: &str, entries: Vec<(Language, Entry)>) {
        let Some((_, first)) = entries.first() else { return };
        let day = first.head.posted.iso.clone();
        let languages = entries.iter().map(|(language, _)| *language).collect();
        self.pages.push((format!("jobs/{id}.html"), languages, day));
        for (language, entry) in entries {
            self.entries.entry(language).or_default().push(entry);
        }
    }
}

/// The pages of a sitemap.
#[derive(Default)]
struct Map(Vec<SitemapPage>);

impl Map {
    /// Adds a page, of which `place` is the path without the language, in each language
    /// that it is there in.
    fn add(&mut self, place: &str, day: &str, of: &[Language]) {
        let path = |language: Language| format!("{language}/{place}");
        let alternates: Vec<(&'static str, String)> =
            of.iter().map(|&language| (language.tag(), path(language))).collect();
        self.0.extend(of.iter().map(|&language| SitemapPage {
            path: path(language),
            day: day.to_string(),
            alternates: alternates.clone(),
        }));
    }
}

impl Job<'_> {
    pub(super) fn write_around(&self, pages: &Pages<'_>, around: Around) -> Result<(), Stop> {
        let languages = &self.prepared.languages;
        let Around { mut entries, pages: of_openings } = around;
        let mut lists: BTreeMap<Language, Vec<Listing>> = BTreeMap::new();
        for &language in languages {
            let entries = entries.entry(language).or_default();
            entries.sort_by(|a, b| (&b.head.posted.iso, &a.head.id).cmp(&(&a.head.posted.iso, &b.head.id)));
            lists.insert(language, listings(entries, self.locale(language), language.tag()));
        }
        let places: BTreeMap<Language, BTreeSet<&str>> = lists
            .iter()
            .map(|(language, lists)| (*language, lists.iter().map(|list| &*list.place).collect()))
            .collect();
        let with = |place: &str| -> Vec<Language> {
            languages.iter().copied().filter(|language| places[language].contains(place)).collect()
        };
        let mut map = Map::default();
        let newest = of_openings.iter().map(|(_, _, day)| day.as_str()).max().unwrap_or_default();
        map.add("index.html", newest, languages);
        for (place, of, day) in &of_openings {
            map.add(place, day, of);
        }
        for &language in languages {
            let index = self.write_machine_files(pages, language, &entries[&language])?;
            lists[&language].par_iter().try_for_each(|list| {
                let html = pages.listing(list, language, &with(&list.place), &index)?;
                self.folder.write(&list.path, html.as_bytes(), "").map_err(Stop::from)
            })?;
            for (path, html) in pages.about(language)? {
                self.folder.write(&path, html.as_bytes(), "")?;
                if language == languages[0] {
                    map.add(path.split_once('/').map_or("", |(_, place)| place), "", languages);
                }
            }
            for list in lists[&language].iter().filter(|list| list.place != "index.html") {
                let of = with(&list.place);
                if of.first() == Some(&language) {
                    map.add(&list.place, &list.newest, &of);
                }
            }
        }
        for (path, html) in pages.outside()? {
            self.folder.write(&path, html.as_bytes(), "")?;
        }
        self.folder.write("sitemap.xml", &sitemap(&map.0, &self.prepared.base), "")?;
        self.folder.write("robots.txt", &robots(&self.prepared.base), "")?;
        Ok(())
    }

    /// The search index and the feeds of a language; the path of the index.
    fn write_machine_files(
        &self,
        pages: &Pages<'_>,
        language: Language,
        entries: &[Entry],
    ) -> Result<String, Stop> {
        let (tag, locale, base) = (language.tag(), self.locale(language), &self.prepared.base);
        let index = search_index(entries, locale, tag);
        let path = format!("{tag}/search.{}.json", digest(&index));
        self.folder.write(&path, &index, "")?;
        let (title, author) = (pages.title(language), pages.organization(language));
        let head = FeedHead { title: &title, author: &author, lang: tag, today: &self.config.today };
        self.folder.write(&format!("{tag}/feed.xml"), &atom(head, entries, base), "")?;
        self.folder.write(&format!("{tag}/feed.json"), &json_feed(head, entries, base, locale), "")?;
        Ok(path)
    }
}
