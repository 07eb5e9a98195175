//! Holds the preview: who is answered, that an edit shows at once, and what is shown while
//! there are errors. Asked over a plain socket.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::support::{Library, repository};

/// A role, and the words by which its document is told.
const ROLE: &str = r#"{ "title": { "zh-CN": "调度员", "en": "Dispatcher" }, "summary": { "zh-CN": "安排车辆", "en": "Plans the rides" } }"#;

/// So long nothing of a test takes, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running preview of a library.
struct Preview {
    program: Child,
    port: u16,
    library: Library,
}

/// An answer of the server.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

impl Preview {
    fn of(library: Library) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(["serve", ".", "--port", "0", "--no-system-fonts", "--ui-lang", "en"])
            .current_dir(library.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().trim_end_matches('/').rsplit(':').next().unwrap();
        let port = port.parse().unwrap_or_else(|_| panic!("no port in {line:?}"));
        Self { program, port, library }
    }

    fn stream(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request as it stands.
    fn ask(&self, request: &str) -> Answer {
        let mut stream = self.stream();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, path: &str) -> Answer {
        let port = self.port;
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"))
    }

    /// Asks until the answer is as it is to be.
    #[track_caller]
    fn until(&self, path: &str, says: impl Fn(&str) -> bool) -> (String, Duration) {
        let begun = Instant::now();
        loop {
            let text = self.get(path).text();
            if says(&text) {
                return (text, begun.elapsed());
            }
            assert!(begun.elapsed() < PATIENCE, "{path} never says so:\n{text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.library.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes as careful editors do: beside the file, then in its place.
    fn rename_into(&self, name: &str, text: &str) {
        let path = self.library.path().join(name);
        let beside = path.with_extension("json~");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, &path).unwrap();
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn preview() -> Preview {
    Preview::of(Library::new().role("dispatcher", ROLE))
}

#[test]
fn only_a_browser_on_this_machine_that_means_it_is_answered() {
    let preview = preview();
    let port = preview.port;
    let status = |request: String| preview.ask(&format!("{request}Connection: close\r\n\r\n")).status;
    let get = |headers: &str| status(format!("GET /en/ HTTP/1.1\r\n{headers}"));
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(get(&format!("Host: {host}:{port}\r\n")), 200, "{host}");
        assert_eq!(get(&format!("Host: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n")), 200, "{host}");
    }
    for refused in [
        format!("Host: rolebook.example:{port}\r\n"),
        format!("Host: 127.0.0.1.nip.io:{port}\r\n"),
        "Host: 127.0.0.1\r\n".to_string(),
        format!("Host: localhost:{}\r\n", port.wrapping_add(1)),
        format!("Host: localhost:{port}\r\nOrigin: https://rolebook.example\r\n"),
        format!("Host: localhost:{port}\r\nOrigin: null\r\n"),
    ] {
        assert_eq!(get(&refused), 403, "{refused}");
    }
    for path in
        ["/events", "/documents/en/dispatcher.html", "/documents/en/dispatcher.pdf", "/assets/preview.js"]
    {
        let request = format!("GET {path} HTTP/1.1\r\nHost: rolebook.example\r\n");
        assert_eq!(status(request), 403, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!("{method} /en/ HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\n");
        assert_eq!(status(request), 405, "{method}");
    }
    let request = format!("HEAD /en/ HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let head = preview.ask(&request);
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn nothing_but_its_own_output_is_served() {
    let preview = preview();
    preview.write("secret.txt", "for nobody");
    for path in [
        "/rolebook.json",
        "/roles/dispatcher.json",
        "/../secret.txt",
        "/secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/documents/en/..%2f..%2fsecret.html",
        "/documents/../secret.txt",
        "/documents/en/dispatcher.md",
        "/documents/en/dispatcher.html?theme=..%2F..%2Fsecret",
        "/documents/en/nobody.html",
        "/documents/en/dispatcher.html?theme=no-such-theme",
        "/en/roles/nobody",
        "//secret.txt",
        "/etc/passwd",
    ] {
        let answer = preview.get(path);
        assert!(!answer.text().contains("for nobody"), "{path}");
        let wanted =
            if path.contains("..%2FSecret") || path.ends_with("theme=..%2F..%2Fsecret") { 200 } else { 404 };
        assert_eq!(answer.status, wanted, "{path}");
    }
    for path in ["/en/", "/documents/en/dispatcher.html", "/assets/preview.js", "/nowhere"] {
        let answer = preview.get(path);
        let rules = answer.header("content-security-policy").unwrap();
        assert!(rules.starts_with("default-src 'none'") && !rules.contains("unsafe-eval"), "{path}: {rules}");
        assert!(!rules.contains("script-src 'unsafe"), "{path}: {rules}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
    let moved = preview.get("/");
    assert_eq!((moved.status, moved.header("location")), (302, Some("/en/")));
}

#[test]
fn an_edit_is_told_and_its_new_words_are_served() {
    let preview = preview();
    let page = "/documents/en/dispatcher.html";
    assert!(preview.get(page).text().contains("Plans the rides"));
    let mut events = preview.stream();
    let port = preview.port;
    write!(events, "GET /events HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").unwrap();
    let mut events = BufReader::new(events);
    let mut next = || {
        let mut line = String::new();
        while !line.starts_with("data:") {
            line.clear();
            assert!(events.read_line(&mut line).unwrap() > 0, "the stream ended");
        }
        line.trim_start_matches("data:").trim().parse::<u64>().unwrap()
    };
    let first = next();
    preview.write("roles/dispatcher.json", &ROLE.replace("Plans the rides", "Plans the tours"));
    let mut moment = next();
    while !preview.get(page).text().contains("Plans the tours") {
        moment = next();
    }
    assert!(moment > first);
    // A name that comes by renaming, as from an editor.
    preview.rename_into("roles/dispatcher.json", &ROLE.replace("Plans the rides", "Plans the flights"));
    preview.until(page, |text| text.contains("Plans the flights"));
    // A role that comes, and goes.
    let role = ROLE.replace("Dispatcher", "Deputy Dispatcher");
    preview.write("roles/deputy.json", &role);
    preview.until("/en/", |text| text.contains("Deputy Dispatcher"));
    fs::remove_file(preview.library.path().join("roles/deputy.json")).unwrap();
    preview.until("/en/", |text| !text.contains("Deputy Dispatcher"));
    assert_eq!(preview.get("/en/roles/deputy").status, 404);
}

#[test]
fn whatever_a_document_is_made_with_shows_when_it_changes() {
    let library = Library::copy_of(&repository().join("docs/example-theme"));
    let preview = Preview::of(library);
    let page = "/documents/en/librarian.html";
    assert_eq!(preview.get(page).status, 200);
    let css = fs::read_to_string(preview.library.path().join("templates/html/letter.css")).unwrap();
    preview.write("templates/html/letter.css", &format!("{css}\n.marked-by-the-test {{ color: red }}\n"));
    preview.until(page, |text| text.contains("marked-by-the-test"));
    preview.write("locales/en.json", r#"{ "document_title": "About the {title}" }"#);
    preview.until(page, |text| text.contains("<title>About the "));
    let settings = fs::read_to_string(preview.library.path().join("rolebook.json")).unwrap();
    let renamed = settings.replacen('{', "{ \"variables\": {},", 1);
    assert_ne!(renamed, settings);
    let mut settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
    settings["organization"]["name"] =
        serde_json::json!({ "zh-CN": "城市书馆", "en": "Borrowed Books Hall" });
    preview.write("rolebook.json", &settings.to_string());
    preview.until(page, |text| text.contains("Borrowed Books Hall"));
    let logo = preview.library.path().join("assets/logo.svg");
    let drawn = fs::read_to_string(&logo).unwrap();
    let before = preview.get("/logo").text();
    preview.write("assets/logo.svg", &drawn.replacen("<svg", "<svg data-marked=\"1\"", 1));
    preview.until("/logo", |text| text != before);
}

#[test]
fn an_error_keeps_the_last_good_document_and_says_what_is_wrong_until_it_is_mended() {
    let preview = preview();
    let (page, pdf, role) =
        ("/documents/en/dispatcher.html", "/documents/en/dispatcher.pdf", "/en/roles/dispatcher");
    let good = preview.get(page).text();
    preview.write("roles/dispatcher.json", &ROLE.replace("summary", "sumary"));
    let (text, _) = preview.until(role, |text| text.contains("This role has errors"));
    assert!(text.contains("unknown key <code>sumary</code>"), "{text}");
    assert!(text.contains("roles/dispatcher.json:1:"), "{text}");
    assert!(text.contains("did you mean <code>summary</code>?"), "{text}");
    assert!(text.contains("<mark>"), "{text}");
    assert_eq!(preview.get(page).text(), good);
    // Whatever of it nobody had asked for before is still to be had.
    assert!(preview.get(pdf).body.starts_with(b"%PDF-"));
    assert!(preview.get("/documents/zh-CN/dispatcher.html?theme=outline").text().contains("安排车辆"));
    assert!(preview.get("/zh-CN/roles/dispatcher").text().contains("此岗位有错误"));
    preview.write("roles/dispatcher.json", "{ \"title\": ");
    preview.until(role, |text| text.contains("syntax_error"));
    assert_eq!(preview.get(page).text(), good);
    preview.write("roles/dispatcher.json", &ROLE.replace("Plans", "Arranges"));
    let (text, _) = preview.until(role, |text| !text.contains("This role has errors"));
    assert!(!text.contains("sumary"), "{text}");
    assert!(preview.get(page).text().contains("Arranges the rides"));
}

#[test]
fn what_only_a_pdf_cannot_do_is_said_beside_it() {
    let preview = preview();
    let (pdf, role) = ("/documents/en/dispatcher.pdf", "/en/roles/dispatcher");
    let good = preview.get(pdf).body;
    assert!(good.starts_with(b"%PDF-"));
    // A character that no font has.
    preview.write("roles/dispatcher.json", &ROLE.replace("Plans", "Plans \u{1F9F3}"));
    preview.until("/documents/en/dispatcher.html", |text| text.contains('\u{1F9F3}'));
    assert_eq!(preview.get(pdf).body, good);
    let (text, _) = preview.until(role, |text| text.contains("missing_glyph"));
    assert!(text.contains("This role has errors"), "{text}");
}

#[test]
fn settings_with_errors_stop_nothing_that_was_shown() {
    let preview = preview();
    let page = "/documents/en/dispatcher.html";
    let good = preview.get(page).text();
    preview.write("rolebook.json", r#"{ "languages": ["zh-CN", "en"], "them": "form" }"#);
    let (text, _) = preview.until("/en/", |text| text.contains("The library has errors"));
    assert!(text.contains("unknown key <code>them</code>") && text.contains("Dispatcher"), "{text}");
    assert_eq!(preview.get(page).text(), good);
    preview.write("roles/dispatcher.json", &ROLE.replace("Plans", "Arranges"));
    preview.until(page, |text| text.contains("Arranges the rides"));
    preview.write("rolebook.json", r#"{ "languages": ["zh-CN", "en"], "theme": "outline" }"#);
    preview.until("/en/", |text| !text.contains("The library has errors"));
    preview.until(page, |text| text.contains("class=\"outline\""));
}

#[test]
fn a_library_that_is_not_there_yet_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let preview = Preview::of(Library::at(folder));
    let (text, _) = preview.until("/en/", |text| text.contains("cannot be shown yet"));
    assert!(text.contains("rolebook.json"), "{text}");
    assert!(preview.get("/zh-CN/").text().contains("暂时无法显示此岗位库"));
    assert_eq!(preview.get("/documents/en/dispatcher.html").status, 404);
    assert_eq!(preview.get("/charts/en.svg").status, 404);
    preview.write("roles/dispatcher.json", ROLE);
    preview.write("rolebook.json", "{ \"languages\": [");
    preview.until("/en/", |text| text.contains("syntax_error"));
    preview.write("rolebook.json", r#"{ "languages": ["zh-CN", "en"] }"#);
    preview.until("/en/", |text| text.contains("Dispatcher"));
    preview.until("/documents/en/dispatcher.html", |text| text.contains("Plans the rides"));
}

#[test]
fn a_file_that_is_empty_for_a_moment_is_being_written() {
    let preview = Preview::of(Library::new().role("dispatcher", ROLE));
    assert!(preview.get("/en/").text().contains("Dispatcher"));
    let is_complained_of = || preview.get("/en/findings").text().contains("syntax_error");
    preview.write("roles/dispatcher.json", "");
    for _ in 0..10 {
        assert!(!is_complained_of(), "it is not complained of at once");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    preview.write("roles/dispatcher.json", &ROLE.replace("\"Dispatcher\"", "\"Traffic Controller\""));
    preview.until("/en/", |text| text.contains("Traffic Controller"));
    // One that stays empty is.
    preview.write("roles/dispatcher.json", "");
    preview.until("/en/findings", |text| text.contains("syntax_error"));
}

#[test]
fn what_stands_in_the_way_of_a_comparison_is_said() {
    let chinese = r#"{ "title": { "zh-CN": "甲" } }"#;
    let english = r#"{ "title": { "en": "B" } }"#;
    let library = Library::new().role("dispatcher", ROLE).role("broken", r#"{ "title": 1 }"#);
    let preview = Preview::of(library.role("a", chinese).role("b", english));
    let says = |query: &str| {
        let page = preview.get(&format!("/en/compare?{query}")).text();
        let vacant = page.split_once("<div class=\"vacant\">").expect("nothing is compared").1;
        vacant.split_once("</div>").unwrap().0.to_string()
    };
    let unsound = says("role=dispatcher&role=broken");
    assert!(unsound.contains("until the errors of these roles are mended"), "{unsound}");
    assert!(unsound.contains("/en/roles/broken") && !unsound.contains("Dispatcher"), "{unsound}");
    assert!(says("role=a&role=b").contains("no language in common"));
}

#[test]
fn words_with_errors_change_nothing_that_was_shown() {
    let preview = Preview::of(Library::new().role("dispatcher", ROLE));
    let words = |code: &str| format!(r#"{{"document_title": "About the {{title}}"{code}}}"#);
    preview.write("locales/en.json", &words(""));
    preview.until("/documents/en/dispatcher.html", |text| text.contains("About the Dispatcher"));
    preview.write("locales/en.json", &words(r#", "bok": {}"#));
    preview.until("/en/", |text| text.contains("unknown_key"));
    assert!(preview.get("/documents/en/dispatcher.html").text().contains("About the Dispatcher"));
}

#[test]
fn a_change_reaches_the_variants_and_those_who_name_it() {
    let variant =
        r#"{ "extends": "dispatcher", "title": { "zh-CN": "夜班调度员", "en": "Night Dispatcher" } }"#;
    let driver =
        r#"{ "title": { "zh-CN": "司机", "en": "Driver" }, "reporting": { "reports_to": "dispatcher" } }"#;
    let library =
        Library::new().role("dispatcher", ROLE).role("night-dispatcher", variant).role("driver", driver);
    let preview = Preview::of(library);
    let (of_variant, of_driver) = ("/documents/en/night-dispatcher.html", "/documents/en/driver.html");
    assert!(preview.get(of_variant).text().contains("Plans the rides"));
    assert!(preview.get(of_driver).text().contains("Dispatcher"));
    let changed = ROLE.replace("\"Dispatcher\"", "\"Traffic Controller\"").replace("rides", "tours");
    preview.write("roles/dispatcher.json", &changed);
    preview.until(of_variant, |text| text.contains("Plans the tours"));
    preview.until(of_driver, |text| text.contains("Traffic Controller"));
    // A base with errors: its variants stay as they were, and say why.
    let good = preview.get(of_variant).text();
    preview.write("roles/dispatcher.json", "{");
    preview.until("/en/roles/night-dispatcher", |text| text.contains("base_has_errors"));
    assert_eq!(preview.get(of_variant).text(), good);
    // So do those who name it, and what the overview says of it.
    assert!(preview.get(of_driver).text().contains("Traffic Controller"));
    assert!(preview.get("/en/roles/driver").text().contains("named_role_has_errors"));
    let overview = preview.get("/en/").text();
    assert!(overview.contains("Traffic Controller") && overview.contains("Night Dispatcher"), "{overview}");
    let compared = preview.get("/comparisons/en.html?role=dispatcher&role=night-dispatcher");
    assert_eq!(compared.status, 200);
    assert!(compared.text().contains("Night Dispatcher"));
}

#[test]
fn what_the_checks_find_stands_beside_the_role_and_on_a_page_of_all() {
    let posting = ROLE.replacen('{', "{ \"reporting\": { \"reports_to\": \"nobody-here\" },", 1);
    let preview = Preview::of(Library::new().role("dispatcher", ROLE).role("driver", posting));
    let (text, _) = preview.until("/en/findings", |text| text.contains("broken_reference"));
    assert!(text.contains("roles/driver.json:1:"), "{text}");
    preview.until("/zh-CN/findings", |text| text.contains("没有岗位 <code>nobody-here</code>"));
    preview.until("/en/roles/driver", |text| text.contains("broken_reference"));
    assert!(!preview.get("/en/roles/dispatcher").text().contains("broken_reference"));
}

/// The lines that a program says, as they come.
fn lines_of(program: &mut Child) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    let said = BufReader::new(program.stderr.take().unwrap());
    std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

#[cfg(unix)]
#[test]
fn build_with_watch_builds_again_and_keeps_what_was_good() {
    let library = Library::new().role("dispatcher", ROLE);
    let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"))
        .args(["build", ".", "--watch", "--format", "md", "--no-system-fonts", "--ui-lang", "en"])
        .current_dir(library.path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = lines_of(&mut program);
    let until = |part: &str| loop {
        let line = lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nobody says {part}"));
        if line.contains(part) {
            return line;
        }
    };
    let path = library.path().join("dist/en/dispatcher.md");
    let written = || fs::read_to_string(&path).unwrap();
    until("waiting for changes");
    assert!(written().contains("Plans the rides"));
    let role = library.path().join("roles/dispatcher.json");
    fs::write(&role, ROLE.replace("rides", "tours")).unwrap();
    until("1 role");
    assert!(written().contains("Plans the tours"));
    // An error is shown with its place, and the file stays.
    fs::write(&role, ROLE.replace("summary", "sumary")).unwrap();
    until("unknown key `sumary`");
    until("roles/dispatcher.json:1:");
    until("1 error");
    assert!(written().contains("Plans the tours"));
    fs::write(&role, ROLE.replace("rides", "flights")).unwrap();
    until("0 errors");
    assert!(written().contains("Plans the flights"));
    // What is written is no change of the library.
    assert!(lines.recv_timeout(Duration::from_millis(500)).is_err());
    let sent = Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(program.wait().unwrap().code(), Some(0));
}

#[test]
fn a_file_that_nobody_changes_is_not_watched() {
    let library = Library::new().file("signed.json", "{}");
    let run = library.run(&["build", "signed.json", "--watch"]);
    assert_eq!(run.status, Some(2));
    run.must_say("--watch goes with a library");
}

#[test]
fn a_page_in_two_languages_is_headed_in_that_of_the_preview_first() {
    let preview = preview();
    let heading = |path: &str| {
        let page = scraper::Html::parse_document(&preview.get(path).text());
        let heading = page.select(&scraper::Selector::parse("h1").unwrap()).next().unwrap();
        heading.text().collect::<String>()
    };
    assert_eq!(heading("/en/roles/dispatcher?lang=zh-CN%2Ben"), "Dispatcher / 调度员");
    assert_eq!(heading("/zh-CN/roles/dispatcher?lang=zh-CN%2Ben"), "调度员 / Dispatcher");
    assert_eq!(heading("/en/roles/dispatcher?lang=zh-CN"), "调度员");
}

#[test]
fn one_role_is_not_compared_and_what_is_said_of_it_is_a_sentence() {
    let page = preview().get("/en/compare?role=dispatcher").text();
    assert!(
        page.contains("<p class=\"file\">Choose two to six roles on the overview to compare them.</p>"),
        "{page}"
    );
    assert!(page.contains("<li><a href=\"/en/roles/dispatcher\">"), "{page}");
}

#[test]
fn the_organization_chart_leads_to_the_roles() {
    let driver =
        r#"{ "title": { "zh-CN": "司机", "en": "Driver" }, "reporting": { "reports_to": "dispatcher" } }"#;
    let preview = Preview::of(Library::new().role("dispatcher", ROLE).role("driver", driver));
    assert!(preview.get("/en/organization").text().contains("src=\"/charts/en.svg\""));
    let chart = preview.get("/charts/en.svg");
    assert_eq!(chart.header("content-type"), Some("image/svg+xml"));
    let chart = chart.text();
    assert!(chart.contains("target=\"_top\" href=\"/en/roles/driver\""), "{chart}");
    preview.write("roles/driver.json", &driver.replace("Driver", "Chauffeur"));
    preview.until("/charts/en.svg", |text| text.contains("Chauffeur"));
}

#[test]
fn that_there_is_no_library_is_said_in_the_terminal() {
    let folder = Library::new();
    for (name, says) in [
        ("nowhere", "nowhere is not a folder; name the folder of the library; the preview waits for one"),
        ("roles", "a library is a folder with a rolebook.json; the preview waits for one"),
        (".", "preview of "),
    ] {
        std::fs::create_dir_all(folder.path().join("roles")).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rolebook"))
            .args(["serve", name, "--port", "0", "--no-system-fonts", "--ui-lang", "en"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stderr.take().unwrap()).read_line(&mut line).unwrap();
        program.kill().unwrap();
        program.wait().unwrap();
        assert!(line.contains(says), "{name}: {line}");
    }
}
