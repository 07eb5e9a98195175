//! Owns the addresses of a site: the one that it stands under, and those of its pages.
//! May import nothing of rolebook.

use std::fmt;

/// The address that a site stands under, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    whole: String,
    /// Where the path begins.
    path_start: usize,
}

/// The text is no address that a site can stand under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidBaseUrl;

impl BaseUrl {
    /// The address in a text: `https://HOST` or `https://HOST/PATH`, in ASCII, with
    /// nothing after the path.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let whole = text.trim_end_matches('/');
        let rest = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"));
        let rest = rest.ok_or(InvalidBaseUrl)?;
        let scheme = whole.len() - rest.len();
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let of_host = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        let of_path = |c: char| c.is_ascii_alphanumeric() || "-._~%+@/".contains(c);
        let steps = path.split('/').skip(1);
        let fine = !host.is_empty()
            && host.chars().all(of_host)
            && host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && path.chars().all(of_path)
            && steps.clone().all(|step| !step.is_empty() && step != "." && step != "..");
        if !fine {
            return Err(InvalidBaseUrl);
        }
        Ok(Self { path_start: scheme + host.len(), whole: whole.to_string() })
    }

    /// The address of a file of the site; a folder's `index.html` goes by the folder.
    pub fn of(&self, path: &str) -> String {
        let folder = path.strip_suffix("index.html").filter(|rest| rest.is_empty() || rest.ends_with('/'));
        format!("{}/{}", self.whole, folder.unwrap_or(path))
    }

    /// The path of the address: empty, or `/careers`.
    pub fn path(&self) -> &str {
        &self.whole[self.path_start..]
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.whole)
    }
}

/// The steps from a page's folder up to the site's: `../../` for `en/jobs/a.html`.
pub(super) fn root_of(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_has_a_path_or_none() {
        let of = |text: &str, path: &str| BaseUrl::parse(text).map(|base| base.of(path));
        assert_eq!(of("https://a.example", "en/index.html").unwrap(), "https://a.example/en/");
        assert_eq!(of("https://a.example/", "index.html").unwrap(), "https://a.example/");
        assert_eq!(of("http://a.example:80/x/y/", "en/b.html").unwrap(), "http://a.example:80/x/y/en/b.html");
        for wrong in [
            "a.example",
            "ftp://a.example",
            "https://",
            "https://a b",
            "https://a/?x",
            "https://a/../b",
            "https://a/\"",
            "javascript:1",
        ] {
            assert_eq!(BaseUrl::parse(wrong), Err(InvalidBaseUrl), "{wrong}");
        }
        assert_eq!(BaseUrl::parse("https://a.example/x/").unwrap().path(), "/x");
        assert_eq!((root_of("index.html").as_str(), root_of("en/jobs/a.html").as_str()), ("", "../../"));
    }
}
