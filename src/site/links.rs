//! Owns the check that every link inside a site leads somewhere. May import nothing of
//! rolebook.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::RwLock;

use memchr::memmem::Finder;

use super::address::BaseUrl;

/// The links of the pages written so far.
#[derive(Debug, Default)]
pub struct LinkCheck {
    /// The path of the site's address.
    base: String,
    /// What is linked to, and the first page that does so.
    targets: RwLock<BTreeMap<String, String>>,
    /// The same for the anchors of other pages: page and anchor.
    anchors: RwLock<BTreeMap<(String, String), String>>,
    lost: RwLock<Vec<LostLink>>,
}

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LostLink {
    /// The page that has it.
    pub page: String,
    /// What it leads to.
    pub target: String,
}

impl LinkCheck {
    /// A check of a site that stands under an address.
    pub fn new(base: &BaseUrl) -> Self {
        Self { base: format!("{}/", base.path()), ..Self::default() }
    }

    /// Takes note of the links of a page. Templates write attributes as `href="…"`.
    pub fn page(&self, path: &str, html: &str) {
        for attribute in [" href=\"", " src=\"", " data-index=\""] {
            let finder = Finder::new(attribute);
            for at in finder.find_iter(html.as_bytes()) {
                let rest = &html[at + attribute.len()..];
                let value = &rest[..rest.find('"').unwrap_or_default()];
                self.link(path, html, value);
            }
        }
    }

    fn link(&self, page: &str, html: &str, value: &str) {
        let scheme = value.split(['/', '?', '#']).next().unwrap_or_default();
        if scheme.contains(':') || value.starts_with("//") {
            return;
        }
        let (address, fragment) = value.split_once('#').unwrap_or((value, ""));
        let address = address.split('?').next().unwrap_or_default();
        if address.is_empty() {
            if !fragment.is_empty() && !has_anchor(html, fragment) {
                self.lose(page, value);
            }
            return;
        }
        let Some(mut target) = self.resolve(page, address) else { return self.lose(page, value) };
        if target.is_empty() || target.ends_with('/') {
            target.push_str("index.html");
        }
        if !fragment.is_empty()
            && let Ok(mut anchors) = self.anchors.write()
        {
            let anchor = (target.clone(), fragment.to_string());
            anchors.entry(anchor).or_insert_with(|| page.to_string());
        }
        if self.targets.read().is_ok_and(|known| known.contains_key(&target)) {
            return;
        }
        if let Ok(mut targets) = self.targets.write() {
            targets.entry(target).or_insert_with(|| page.to_string());
        }
    }

    /// The path in the site that an address of a page leads to.
    fn resolve(&self, page: &str, address: &str) -> Option<String> {
        if address.starts_with('/') {
            return address.strip_prefix(&self.base).map(str::to_string);
        }
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
        for step in address.split('/') {
            match step {
                ".." => {
                    steps.pop()?;
                }
                "." => {}
                step => steps.push(step),
            }
        }
        Some(steps.join("/"))
    }

    fn lose(&self, page: &str, target: &str) {
        if let Ok(mut lost) = self.lost.write() {
            lost.push(LostLink { page: page.to_string(), target: target.to_string() });
        }
    }

    /// The links that lead to none of these files, or to an anchor that is not on the page,
    /// which `read` gives; sorted.
    pub fn lost(&self, files: &[String], read: impl Fn(&str) -> String) -> Vec<LostLink> {
        let files: BTreeSet<&str> = files.iter().map(String::as_str).collect();
        let mut lost = self.lost.read().map(|lost| lost.clone()).unwrap_or_default();
        let mut lose = |page: &str, target: &str| {
            lost.push(LostLink { page: page.to_string(), target: target.to_string() });
        };
        if let Ok(targets) = self.targets.read() {
            let nowhere = targets.iter().filter(|(target, _)| !files.contains(target.as_str()));
            nowhere.for_each(|(target, page)| lose(page, target));
        }
        if let Ok(anchors) = self.anchors.read() {
            for ((target, anchor), page) in
                anchors.iter().filter(|((target, _), _)| files.contains(&**target))
            {
                if !has_anchor(&read(target), anchor) {
                    lose(page, &format!("{target}#{anchor}"));
                }
            }
        }
        lost.sort();
        lost
    }
}

fn has_anchor(html: &str, anchor: &str) -> bool {
    html.contains(&format!(" id=\"{anchor}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_or_is_lost() {
        let check = LinkCheck::new(&BaseUrl::parse("https://a.example/x").unwrap());
        let html = r##"<main id="main"><a href="#main"></a><a href="#no"></a><a href="../a.html?b#c"></a>
            <a href="https://b"></a><a href="mailto:b@c"></a><a href="/x/en/"></a><a href="/y"></a>
            <img src="../../../z.png"><a href="../index.html#a"></a><a href="../index.html#b"></a></main>"##;
        check.page("en/jobs/b.html", html);
        let read = |_: &str| "<p id=\"a\" class=\"c\">".to_string();
        let lost = check.lost(&["en/a.html".into(), "en/index.html".into()], read);
        let targets: Vec<&str> = lost.iter().map(|lost| lost.target.as_str()).collect();
        assert_eq!(targets, ["#no", "../../../z.png", "/y", "en/a.html#c", "en/index.html#b"]);
        assert_eq!(check.lost(&["en/a.html".into()], read).len(), 5);
    }
}
