//! Owns who may ask: only a browser on this machine that means this server, so that no
//! page of another site reads the library under a name of its own. May import nothing of
//! rolebook.

use axum::http::{HeaderMap, Method, Uri, header};

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It means another host, or comes from a page of one: 403.
    Stranger,
    /// It wants to change something: 405.
    Method,
}

/// Whether a request may be answered by the server at this port.
pub(super) fn admit(method: &Method, uri: &Uri, headers: &HeaderMap, port: u16) -> Result<(), Refusal> {
    let is_own = |authority: &str| {
        let (name, said) = match authority.rsplit_once(':') {
            Some((name, said)) if !said.ends_with(']') => (name, said.parse().ok()),
            _ => (authority, Some(80)),
        };
        said == Some(port)
            && ["127.0.0.1", "[::1]", "localhost"].iter().any(|own| own.eq_ignore_ascii_case(name))
    };
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some() || !host.is_some_and(is_own) {
        return Err(Refusal::Stranger);
    }
    if uri.authority().is_some_and(|authority| !is_own(authority.as_str())) {
        return Err(Refusal::Stranger);
    }
    for origin in headers.get_all(header::ORIGIN) {
        let authority = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        if !authority.is_some_and(is_own) {
            return Err(Refusal::Stranger);
        }
    }
    if *method == Method::GET || *method == Method::HEAD { Ok(()) } else { Err(Refusal::Method) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &Method, uri: &str, headers: &[(&'static str, &str)]) -> Result<(), Refusal> {
        let pairs = headers.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, axum::http::HeaderValue::from_str(value).unwrap())
        });
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value);
        }
        admit(method, &uri.parse().unwrap(), &map, 4173)
    }

    #[test]
    fn only_this_machine_under_its_own_names_is_answered() {
        for host in ["127.0.0.1:4173", "localhost:4173", "LOCALHOST:4173", "[::1]:4173"] {
            assert_eq!(ask(&Method::GET, "/", &[("host", host)]), Ok(()), "{host}");
            let origin = format!("http://{host}");
            assert_eq!(ask(&Method::GET, "/", &[("host", host), ("origin", &origin)]), Ok(()), "{origin}");
        }
        for host in [
            "evil.example:4173",
            "127.0.0.1",
            "localhost:80",
            "localhost.evil.example:4173",
            "127.0.0.1.nip.io:4173",
            "[::1]",
            "127.0.0.2:4173",
            "",
            "localhost:4173:4173",
            "user@localhost:4173",
        ] {
            assert_eq!(ask(&Method::GET, "/", &[("host", host)]), Err(Refusal::Stranger), "{host}");
        }
        assert_eq!(ask(&Method::GET, "/", &[]), Err(Refusal::Stranger));
        let twice = [("host", "localhost:4173"), ("host", "evil.example")];
        assert_eq!(ask(&Method::GET, "/", &twice), Err(Refusal::Stranger));
        let host = ("host", "localhost:4173");
        for origin in ["null", "https://localhost:4173", "http://evil.example", "http://localhost", "file://"]
        {
            assert_eq!(
                ask(&Method::GET, "/", &[host, ("origin", origin)]),
                Err(Refusal::Stranger),
                "{origin}"
            );
        }
        assert_eq!(ask(&Method::GET, "http://evil.example/", &[host]), Err(Refusal::Stranger));
    }

    #[test]
    fn nothing_can_be_changed() {
        let host = [("host", "localhost:4173")];
        assert_eq!(ask(&Method::HEAD, "/", &host), Ok(()));
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
            assert_eq!(ask(&method, "/", &host), Err(Refusal::Method), "{method}");
        }
    }
}
