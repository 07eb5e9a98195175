//! Owns the addresses of the preview: which there are, and what each asks for. No address
//! is a path of the disk. May import `model` and the interface's languages.

use crate::cli::config::UiLanguage;
use crate::model::{Edition, Language, is_id};
use crate::render::Target;

/// What an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// The first page, in the language of the program.
    Home,
    /// All roles.
    Overview(UiLanguage),
    /// All findings.
    Findings(UiLanguage),
    /// A role beside what is found in it.
    Role { ui: UiLanguage, id: String, edition: Option<Edition>, theme: Option<String>, shows: Shows },
    /// Who reports to whom.
    Organization(UiLanguage),
    /// Roles beside each other.
    Compare { ui: UiLanguage, ids: Vec<String>, language: Option<Language> },
    /// A document itself.
    Document { id: String, edition: Edition, theme: Option<String>, target: Target },
    /// A comparison itself.
    Comparison { ids: Vec<String>, language: Language },
    /// The chart itself.
    Chart(Language),
    /// The organization's logo.
    Logo,
    /// What the pages are made with.
    Asset(&'static str),
    /// The moments at which a page may look otherwise.
    Events,
}

/// What of a role is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shows {
    /// The page and the PDF beside each other.
    #[default]
    Both,
    /// The page.
    Html,
    /// The PDF.
    Pdf,
}

impl Shows {
    /// Everything that can be shown.
    pub(super) const ALL: [Self; 3] = [Self::Both, Self::Html, Self::Pdf];

    /// Its name in an address.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Html => "html",
            Self::Pdf => "pdf",
        }
    }
}

/// The files that all pages are made with.
pub(super) const ASSETS: [&str; 3] = ["preview.css", "preview.js", "icon.svg"];

impl Route {
    /// What this path and query ask for; nothing that there is, for most.
    pub(super) fn of(path: &str, query: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let all = |name: &str| {
            let named = pairs.iter().filter(|(key, value)| key == name && !value.is_empty());
            named.map(|(_, value)| value.clone()).collect::<Vec<String>>()
        };
        let one = |name: &str| all(name).into_iter().next();
        let theme = || one("theme").filter(|theme| is_id(theme));
        let ids = || all("role").into_iter().filter(|id| is_id(id)).collect::<Vec<String>>();
        Some(match &parts[..] {
            [""] => Self::Home,
            ["events"] => Self::Events,
            ["logo"] => Self::Logo,
            ["assets", name] => Self::Asset(ASSETS.into_iter().find(|asset| asset == name)?),
            ["documents", edition, file] => {
                let (id, extension) = file.rsplit_once('.')?;
                let target =
                    [Target::Html, Target::Pdf].into_iter().find(|it| it.extension() == extension)?;
                let edition = edition_of(edition)?;
                let id = Some(id.to_string()).filter(|id| is_id(id))?;
                Self::Document { id, edition, theme: theme(), target }
            }
            ["comparisons", language] => Self::Comparison {
                ids: ids(),
                language: Language::from_tag(language.strip_suffix(".html")?)?,
            },
            [ui, ""] => Self::Overview(ui_of(ui)?),
            [ui, "findings"] => Self::Findings(ui_of(ui)?),
            [ui, "organization"] => Self::Organization(ui_of(ui)?),
            ["charts", language] => Self::Chart(Language::from_tag(language.strip_suffix(".svg")?)?),
            [ui, "compare"] => {
                let language = one("lang").and_then(|tag| Language::from_tag(&tag));
                Self::Compare { ui: ui_of(ui)?, ids: ids(), language }
            }
            [ui, "roles", id] if is_id(id) => Self::Role {
                ui: ui_of(ui)?,
                id: (*id).to_string(),
                edition: one("lang").and_then(|tag| edition_of(&tag)),
                theme: theme(),
                shows: one("show")
                    .and_then(|name| Shows::ALL.into_iter().find(|it| it.name() == name))
                    .unwrap_or_default(),
            },
            _ => return None,
        })
    }
}

/// The edition with this tag, as browsers may write it in an address.
fn edition_of(tag: &str) -> Option<Edition> {
    Edition::from_tag(&tag.replace("%2B", "+").replace(' ', "+"))
}

fn ui_of(tag: &str) -> Option<UiLanguage> {
    [UiLanguage::ZhCn, UiLanguage::En].into_iter().find(|ui| ui.language().tag() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_anywhere_else() {
        for path in [
            "/../rolebook.json",
            "/assets/../rolebook.json",
            "/assets/..%2frolebook.json",
            "/documents/zh-CN/../../rolebook.json",
            "/documents/zh-CN/..%2F..%2Frolebook.html",
            "/documents/xx/account-manager.html",
            "/documents/zh-CN/account-manager.md",
            "/documents/zh-CN/.html",
            "/en/roles/../../x",
            "/en/roles/A.b",
            "//etc/passwd",
            "/en",
            "etc/passwd",
            "/roles/account-manager.json",
            "",
        ] {
            assert_eq!(Route::of(path, ""), None, "{path}");
        }
    }

    #[test]
    fn an_address_says_what_is_shown() {
        let both = Edition::from_tag("zh-CN+en");
        for query in ["lang=zh-CN%2Ben&theme=outline&show=pdf", "lang=zh-CN+en&theme=outline&show=pdf"] {
            let Some(Route::Role { id, edition, theme, shows, .. }) = Route::of("/en/roles/a-b", query)
            else {
                panic!("{query}");
            };
            assert_eq!((&*id, edition, theme.as_deref(), shows), ("a-b", both, Some("outline"), Shows::Pdf));
        }
        for path in ["/documents/zh-CN+en/a.pdf", "/documents/zh-CN%2Ben/a.pdf"] {
            let document = Route::of(path, "theme=..%2Fx");
            let wanted =
                Route::Document { id: "a".into(), edition: both.unwrap(), theme: None, target: Target::Pdf };
            assert_eq!(document, Some(wanted));
        }
    }
}
