//! Owns the answers of the preview: who is answered, with what, and under which rules a
//! browser shows it. May import the rest of `serve`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::chart;
use super::comparison;
use super::documents::{Documents, Key, editions};
use super::guard::{Refusal, admit};
use super::library::Snapshot;
use super::live::Live;
use super::pages::{Page, Pages};
use super::route::{Route, Shows};
use crate::cli::config::UiLanguage;
use crate::render::{PreviewTemplates, Target};
use crate::site::digest;

/// A page of ours: its own files and nothing else.
const PAGE_RULES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A document of the library: it may look as it likes, and do nothing.
const DOCUMENT_RULES: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// A PDF: the browser's own viewer has a style and asks for the file again.
const PDF_RULES: &str = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; img-src 'self'; \
    frame-ancestors 'self'";

/// What answers.
pub(super) struct Server {
    pub(super) live: Arc<Live>,
    pub(super) documents: Documents,
    pub(super) pages: Pages,
    /// The language of the first page.
    pub(super) ui: UiLanguage,
    pub(super) port: u16,
    /// One PDF is made at a time. One that waits is made of what the library says when its
    /// turn comes, so that of many changes only the last is typeset.
    pub(super) press: Semaphore,
}

/// What is sent.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    rules: &'static str,
    bytes: Bytes,
}

impl Answer {
    fn page(page: Page) -> Self {
        let status = if page.found { StatusCode::OK } else { StatusCode::NOT_FOUND };
        Self { status, kind: "text/html; charset=utf-8", rules: PAGE_RULES, bytes: page.html.into() }
    }
}

/// The addresses, all of which one function answers.
pub(super) fn router(server: Arc<Server>) -> Router {
    Router::new().fallback(answer).with_state(server)
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    match admit(&head.method, &head.uri, &head.headers, server.port) {
        Ok(()) => {}
        Err(Refusal::Stranger) => {
            let words = "this is a preview for browsers on this machine\n";
            return under_rules(PAGE_RULES, (StatusCode::FORBIDDEN, words).into_response());
        }
        Err(Refusal::Method) => {
            let allow = [(header::ALLOW, "GET, HEAD")];
            return under_rules(PAGE_RULES, (StatusCode::METHOD_NOT_ALLOWED, allow).into_response());
        }
    }
    let route = Route::of(head.uri.path(), head.uri.query().unwrap_or_default());
    match route {
        Some(Route::Home) => {
            let to = format!("/{}/", server.ui.language());
            under_rules(PAGE_RULES, (StatusCode::FOUND, [(header::LOCATION, to)]).into_response())
        }
        Some(Route::Events) => under_rules(PAGE_RULES, events(&server)),
        route => {
            let known = head.headers.get(header::IF_NONE_MATCH).cloned();
            let permit = match &route {
                Some(Route::Document { target: Target::Pdf, .. }) => server.press.acquire().await.ok(),
                _ => None,
            };
            let made = {
                let server = Arc::clone(&server);
                tokio::task::spawn_blocking(move || server.make(route.as_ref())).await
            };
            drop(permit);
            match made {
                Ok(answer) => send(answer, known.as_ref()),
                Err(_) => under_rules(PAGE_RULES, StatusCode::INTERNAL_SERVER_ERROR.into_response()),
            }
        }
    }
}

/// The moments at which a page may look otherwise, as they come.
fn events(server: &Server) -> Response {
    let moments = WatchStream::new(server.live.moments());
    let events =
        moments.map(|moment| Ok::<_, Infallible>(Event::default().event("change").data(moment.to_string())));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// Sends what was made, or that the browser has it already.
fn send(answer: Answer, known: Option<&HeaderValue>) -> Response {
    let tag = format!("\"{}\"", digest(&answer.bytes));
    let same = known.is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, answer.kind)];
        (answer.status, kind, Body::from(answer.bytes)).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    under_rules(answer.rules, response)
}

fn under_rules(rules: &'static str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, rules),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

impl Server {
    /// Makes what is asked for.
    fn make(&self, route: Option<&Route>) -> Answer {
        let snapshot = self.live.snapshot();
        match route {
            Some(Route::Overview(ui)) => Answer::page(self.pages.overview(&snapshot, *ui)),
            Some(Route::Findings(ui)) => Answer::page(self.pages.findings(&snapshot, *ui)),
            Some(route @ Route::Role { ui, .. }) => {
                let page = self.pages.role(&snapshot, &self.documents, route);
                Answer::page(page.unwrap_or_else(|| self.pages.missing(&snapshot, *ui)))
            }
            Some(Route::Organization(ui)) => {
                let drawn = chart::svg(&snapshot, ui.language());
                let version = drawn.as_ref().map(|drawn| digest(drawn.as_bytes()));
                Answer::page(self.pages.organization(&snapshot, *ui, version.as_deref()))
            }
            Some(Route::Chart(language)) => match chart::svg(&snapshot, *language) {
                Some(svg) => Answer {
                    status: StatusCode::OK,
                    kind: "image/svg+xml",
                    rules: DOCUMENT_RULES,
                    bytes: svg.into(),
                },
                None => self.missing(&snapshot),
            },
            Some(Route::Compare { ui, ids, language }) => {
                let (languages, language) = comparison::languages(&snapshot, ids, *language, *ui);
                let compared = comparison::page(&snapshot, ids, language);
                let version = compared.as_deref().map(digest);
                let page = self.pages.compare(&snapshot, *ui, ids, &languages, language, version.as_deref());
                Answer::page(page)
            }
            Some(Route::Comparison { ids, language }) => match comparison::page(&snapshot, ids, *language) {
                Some(bytes) => document(bytes.into()),
                None => self.missing(&snapshot),
            },
            Some(Route::Document { id, edition, theme, target }) => {
                let key = Key { id: id.clone(), edition: *edition, theme: theme.clone(), target: *target };
                self.document(&snapshot, &key)
            }
            Some(Route::Logo) => match snapshot.world.as_ref().and_then(|world| world.kit.logo.as_ref()) {
                Some((kind, bytes)) => Answer {
                    status: StatusCode::OK,
                    kind,
                    rules: DOCUMENT_RULES,
                    bytes: Bytes::copy_from_slice(bytes),
                },
                None => self.missing(&snapshot),
            },
            Some(Route::Asset(name)) => Answer {
                status: StatusCode::OK,
                kind: match name.rsplit_once('.') {
                    Some((_, "css")) => "text/css; charset=utf-8",
                    Some((_, "js")) => "text/javascript; charset=utf-8",
                    _ => "image/svg+xml",
                },
                rules: PAGE_RULES,
                bytes: Bytes::from_static(PreviewTemplates::asset(name).as_bytes()),
            },
            Some(Route::Home | Route::Events) | None => self.missing(&snapshot),
        }
    }

    fn missing(&self, snapshot: &Snapshot) -> Answer {
        Answer::page(self.pages.missing(snapshot, self.ui))
    }

    fn document(&self, snapshot: &Snapshot, key: &Key) -> Answer {
        let (Some(world), Some(cell)) = (&snapshot.world, snapshot.roles.get(&key.id)) else {
            return self.missing(snapshot);
        };
        let known = |theme: &String| world.kit.themes.contains(theme);
        let row = match cell.before(world, &key.id) {
            Some(before) => super::row::Row::of(&before.catalog, &key.id),
            None => cell.row(world, &key.id).clone(),
        };
        if !key.theme.as_ref().is_none_or(known) || !editions(&row.languages).contains(&key.edition) {
            return self.missing(snapshot);
        }
        let shown = self.documents.make(snapshot, key);
        if key.target == Target::Pdf && !shown.findings.is_empty() {
            // The page around it has to say so.
            self.live.announce();
        }
        match shown.bytes {
            Some(bytes) if key.target == Target::Pdf => {
                Answer { status: StatusCode::OK, kind: "application/pdf", rules: PDF_RULES, bytes }
            }
            Some(bytes) => document(bytes),
            None => {
                let route = Route::Role {
                    ui: self.ui,
                    id: key.id.clone(),
                    edition: Some(key.edition),
                    theme: key.theme.clone(),
                    shows: Shows::Html,
                };
                let page = self.pages.role(snapshot, &self.documents, &route);
                let page = page.map(|page| Page { found: false, ..page });
                Answer::page(page.unwrap_or_else(|| self.pages.missing(snapshot, self.ui)))
            }
        }
    }
}

fn document(bytes: Bytes) -> Answer {
    Answer { status: StatusCode::OK, kind: "text/html; charset=utf-8", rules: DOCUMENT_RULES, bytes }
}
