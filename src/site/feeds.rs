//! Owns what machines read of a site beside its pages: feeds, sitemap, robots.txt. May
//! import `view` and everything below it.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::json;

use super::address::BaseUrl;
use super::entry::Entry;
use crate::view::Locale;

/// The most openings in a feed; readers of feeds ask for the newest.
const IN_A_FEED: usize = 50;

/// What a feed says of itself.
#[derive(Debug, Clone, Copy)]
pub struct FeedHead<'a> {
    /// The title of the site.
    pub title: &'a str,
    /// The employer.
    pub author: &'a str,
    /// The language's BCP 47 tag.
    pub lang: &'a str,
    /// A day for feeds without openings, ISO 8601.
    pub today: &'a str,
}

/// A day as a moment, as RFC 3339 wants it.
fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

/// The Atom feed (RFC 4287) of the openings in a language, newest first.
pub fn atom(head: FeedHead<'_>, entries: &[Entry], base: &BaseUrl) -> Vec<u8> {
    let FeedHead { title, author, lang, today } = head;
    let index = base.of(&format!("{lang}/index.html"));
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    let written = (|| -> std::io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let feed = writer
            .create_element("feed")
            .with_attributes([("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", lang)]);
        feed.write_inner_content(|feed| {
            text(feed, "title", title)?;
            text(feed, "id", &index)?;
            let newest = entries.iter().map(|entry| entry.head.posted.iso.as_str()).max().unwrap_or(today);
            text(feed, "updated", &moment(newest))?;
            let own = base.of(&format!("{lang}/feed.xml"));
            link(feed, &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)])?;
            link(feed, &[("rel", "alternate"), ("type", "text/html"), ("href", &index)])?;
            feed.create_element("author").write_inner_content(|it| text(it, "name", author))?;
            text(feed, "generator", "rolebook")?;
            for entry in entries.iter().take(IN_A_FEED) {
                let url = base.of(&entry.path(lang));
                feed.create_element("entry").write_inner_content(|it| {
                    text(it, "title", &entry.head.title)?;
                    text(it, "id", &url)?;
                    link(it, &[("rel", "alternate"), ("type", "text/html"), ("href", &url)])?;
                    text(it, "published", &moment(&entry.head.posted.iso))?;
                    text(it, "updated", &moment(&entry.head.posted.iso))?;
                    let kinds =
                        entry.head.department.iter().chain(&entry.head.places).chain(&entry.head.family);
                    for facet in kinds {
                        it.create_element("category")
                            .with_attribute(("term", &*facet.label))
                            .write_empty()?;
                    }
                    text(it, "summary", &entry.head.description)
                })?;
            }
            Ok(())
        })?;
        Ok(())
    })();
    written.expect("memory takes a feed");
    writer.into_inner()
}

fn text<W: Write>(writer: &mut Writer<W>, name: &str, words: &str) -> std::io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(words)).map(|_| ())
}

fn link<W: Write>(writer: &mut Writer<W>, attributes: &[(&str, &str)]) -> std::io::Result<()> {
    writer.create_element("link").with_attributes(attributes.iter().copied()).write_empty().map(|_| ())
}

/// The JSON Feed (version 1.1) of the openings in a language, newest first.
pub fn json_feed(head: FeedHead<'_>, entries: &[Entry], base: &BaseUrl, locale: &Locale) -> Vec<u8> {
    let FeedHead { title, author, lang, .. } = head;
    let items = entries.iter().take(IN_A_FEED).map(|entry| {
        let url = base.of(&entry.path(lang));
        let facets = entry.head.department.iter().chain(&entry.head.places).chain(&entry.head.family);
        let tags: Vec<&str> = facets.map(|facet| facet.label.as_str()).collect();
        let row = super::listing::Row::of(entry, locale, lang);
        let content = [&entry.head.description, &row.pay, &row.closes];
        let content: Vec<&str> =
            content.into_iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
        json!({
            "id": url, "url": url, "title": entry.head.title, "content_text": content.join("\n"),
            "summary": entry.head.description, "date_published": moment(&entry.head.posted.iso), "tags": tags,
        })
    });
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": base.of(&format!("{lang}/index.html")),
        "feed_url": base.of(&format!("{lang}/feed.json")),
        "language": lang,
        "authors": [{ "name": author }],
        "items": items.collect::<Vec<_>>(),
    });
    format!("{feed:#}\n").into_bytes()
}

/// A page in the sitemap.
#[derive(Debug, Clone)]
pub struct SitemapPage {
    /// Its path.
    pub path: String,
    /// The day of its content, ISO 8601; empty if it has none.
    pub day: String,
    /// The same page in each language, this one among them: tag and path.
    pub alternates: Vec<(&'static str, String)>,
}

/// The sitemap (sitemaps.org 0.9, with the alternates that Google reads).
pub fn sitemap(pages: &[SitemapPage], base: &BaseUrl) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    let written = (|| -> std::io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let set = writer.create_element("urlset").with_attributes([
            ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"),
            ("xmlns:xhtml", "http://www.w3.org/1999/xhtml"),
        ]);
        set.write_inner_content(|set| {
            for page in pages {
                set.write_event(Event::Text(BytesText::new("\n")))?;
                set.create_element("url").write_inner_content(|it| {
                    text(it, "loc", &base.of(&page.path))?;
                    if !page.day.is_empty() {
                        text(it, "lastmod", &page.day)?;
                    }
                    for (lang, path) in page.alternates.iter().filter(|_| page.alternates.len() > 1) {
                        let href = base.of(path);
                        it.create_element("xhtml:link")
                            .with_attributes([("rel", "alternate"), ("hreflang", *lang), ("href", &*href)])
                            .write_empty()?;
                    }
                    Ok(())
                })?;
            }
            set.write_event(Event::Text(BytesText::new("\n")))
        })?;
        Ok(())
    })();
    written.expect("memory takes a sitemap");
    writer.into_inner()
}

/// What robots may read: all of it.
pub fn robots(base: &BaseUrl) -> Vec<u8> {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", base.of("sitemap.xml")).into_bytes()
}
