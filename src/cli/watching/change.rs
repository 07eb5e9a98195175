//! Owns which part of a library a file is, so that only that is read anew. May import
//! `model` and the catalog's names.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::catalog::SETTINGS_FILE;
use crate::model::{LibrarySettings, is_id};

/// What changed of a library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Changes {
    /// The roles whose files changed.
    pub(in crate::cli) roles: BTreeSet<String>,
    /// Whether the files of roles may be other ones now.
    pub(in crate::cli) list: bool,
    /// Whether something changed that documents are made with: templates, themes, words,
    /// fonts, the logo.
    pub(in crate::cli) look: bool,
    /// Whether the settings changed, or something that they name and the checks use.
    pub(in crate::cli) settings: bool,
    /// Whether anything may have changed.
    pub(in crate::cli) everything: bool,
}

/// The files that a library's settings name, as paths in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Named {
    pub(in crate::cli) logo: Option<PathBuf>,
    pub(in crate::cli) packs: Vec<PathBuf>,
}

impl Named {
    /// Those of these settings.
    pub(in crate::cli) fn of(settings: &LibrarySettings) -> Self {
        let (organization, check) = (settings.organization.as_ref(), settings.check.as_ref());
        Self {
            logo: organization.and_then(|it| it.logo.as_deref()).map(in_library),
            packs: check.map(|it| it.packs.iter().map(|it| in_library(it)).collect()).unwrap_or_default(),
        }
    }
}

/// A path of the settings as the system names what happens in the library.
fn in_library(name: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in Path::new(name).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()),
            _ => path.push(part),
        }
    }
    path
}

impl Changes {
    /// Everything.
    pub(in crate::cli) fn all() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whether there are none.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds a file by its path in the library; one that is none of its does not count.
    pub(in crate::cli) fn add(&mut self, path: &Path, named: &Named) {
        let parts: Vec<&str> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        let inert = |name: &str| name.starts_with('.') || name.starts_with("~$");
        match &parts[..] {
            // A folder that came anew, with whatever is in it.
            [] | ["roles"] => self.everything = true,
            [SETTINGS_FILE] => self.settings = true,
            ["roles", name] if inert(name) => {}
            ["roles", name] => match name.strip_suffix(".json").filter(|id| is_id(id)) {
                Some(id) => drop(self.roles.insert(id.to_string())),
                None => self.list = true,
            },
            ["templates" | "locales" | "fonts"] => self.look = true,
            ["templates" | "locales" | "fonts", .., name] if !inert(name) => self.look = true,
            _ => {}
        }
        let below = |file: &PathBuf| file.starts_with(path);
        self.look |= named.logo.as_ref().is_some_and(below);
        self.settings |= named.packs.iter().any(below);
    }

    /// The files of the roles and of the settings among them.
    pub(super) fn files(&self, root: &Path) -> Vec<PathBuf> {
        let role = |id: &String| root.join("roles").join(format!("{id}.json"));
        let settings = self.settings.then(|| root.join(SETTINGS_FILE));
        self.roles.iter().map(role).chain(settings).collect()
    }

    /// Adds those of another moment.
    pub(in crate::cli) fn extend(&mut self, other: Self) {
        self.roles.extend(other.roles);
        self.list |= other.list;
        self.look |= other.look;
        self.settings |= other.settings;
        self.everything |= other.everything;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CheckSettings, Organization};

    #[test]
    fn a_file_is_known_however_the_settings_write_its_path() {
        let settings = |logo: &str, pack: &str| LibrarySettings {
            organization: Some(Organization { logo: Some(logo.to_string()), ..Default::default() }),
            check: Some(CheckSettings { packs: vec![pack.to_string()], ..Default::default() }),
            ..Default::default()
        };
        for (logo, pack) in [("assets/logo.svg", "own.json"), ("./assets//logo.svg", "rules/../own.json")] {
            let named = Named::of(&settings(logo, pack));
            let mut changes = Changes::default();
            changes.add(Path::new("assets/logo.svg"), &named);
            assert!(changes.look && !changes.settings, "{logo}");
            changes.add(Path::new("own.json"), &named);
            assert!(changes.settings, "{pack}");
        }
    }

    #[test]
    fn a_file_is_the_part_of_the_library_that_it_is() {
        let named = Named { logo: Some("assets/logo.svg".into()), packs: vec!["rules/own.json".into()] };
        let of = |path: &str| {
            let mut changes = Changes::default();
            changes.add(Path::new(path), &named);
            changes
        };
        let role = of("roles/account-manager.json");
        assert!(!role.list && !role.look && !role.settings && !role.everything);
        assert_eq!(role.roles.iter().collect::<Vec<_>>(), ["account-manager"]);
        assert!(of("roles/Bad Name.json").roles.is_empty());
        assert!(of("roles/Bad Name.json").list);
        assert!(of("rolebook.json").settings);
        for look in ["templates/html/form.css", "locales/en.json", "fonts/a.ttf", "assets/logo.svg", "assets"]
        {
            assert!(of(look).look, "{look}");
        }
        assert!(of("rules/own.json").settings);
        assert!(of("roles").everything && of("").everything);
        for other in ["dist/en/a.html", "roles/.a.json.swp", "roles/~$a.json", ".git/index", "notes.txt"] {
            assert!(of(other).is_empty(), "{other}");
        }
    }
}
