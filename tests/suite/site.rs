//! Holds the careers site: what it has, what of a role never reaches it, what hostile
//! words do on it, and that a visitor never sees half of one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rolebook::model;
use rolebook::resolve::public_fields;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{Library, Run, poppler, repository};

/// The sample library on a day when all of its openings are open.
const TODAY: &str = "2026-11-24";

fn site(library: &Library, arguments: &[&str]) -> Run {
    let mut all = vec!["site", ".", "--no-system-fonts", "--today", TODAY];
    all.extend(arguments);
    library.run(&all)
}

fn sample() -> Library {
    Library::copy_of(&repository().join("data"))
}

/// A library of one opening, to which each test adds what it is about.
fn one(role: &Value) -> Library {
    let settings = json!({
        "languages": ["zh-CN", "en"],
        "organization": { "name": { "zh-CN": "甲公司", "en": "A Ltd" } },
        "site": { "base_url": "https://jobs.example.com" },
    });
    Library::new().file("rolebook.json", settings.to_string()).role("clerk", role.to_string())
}

fn clerk() -> Value {
    json!({
        "title": { "zh-CN": "大客户经理", "en": "Clerk" },
        "summary": { "zh-CN": "服务客户。", "en": "Serves customers." },
        "locations": [{ "address": { "country": "CN", "locality": { "zh-CN": "上海", "en": "Shanghai" } } }],
        "posting": { "date_posted": "2026-11-01", "valid_through": "2026-12-31" },
    })
}

/// What the attribute of the elements is.
fn attributes(html: &str, selector: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|it| it.attr(attribute)).map(str::to_string).collect()
}

/// What the elements say.
fn text_of(html: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|it| it.text().collect()).collect()
}

/// The JobPosting of a page; none if it has none.
fn posting(html: &str) -> Option<Value> {
    let page = Html::parse_document(html);
    let selector = Selector::parse("script[type='application/ld+json']").unwrap();
    let script = page.select(&selector).next()?;
    Some(serde_json::from_str(&script.text().collect::<String>()).unwrap())
}

fn pages(run: &Run) -> Vec<String> {
    run.files().into_iter().filter(|path| path.ends_with(".html")).collect()
}

#[test]
fn the_sample_library_has_every_kind_of_page_and_file() {
    let run = site(&sample(), &["--no-pdf"]).must_succeed();
    assert!(run.stderr.starts_with("7 openings open, "), "{}", run.stderr);
    let files = run.files();
    for path in [
        "site/index.html",
        "site/404.html",
        "site/robots.txt",
        "site/sitemap.xml",
        "site/jobs.json",
        "site/en/index.html",
        "site/en/about.html",
        "site/en/benefits.html",
        "site/en/feed.xml",
        "site/en/feed.json",
        "site/zh-CN/jobs/account-manager-enterprise.html",
        "site/zh-CN/families/sales-and-marketing.html",
        "site/zh-CN/departments/human-resources.html",
        "site/zh-CN/places/binjiang.html",
        "site/zh-CN/types/full-time.html",
    ] {
        assert!(files.iter().any(|file| file == path), "no {path} in {files:?}");
    }
    for path in pages(&run) {
        let size = run.text(&path).len();
        assert!(size < 50 * 1024, "{path} has {size} bytes");
    }
    // The variants of the account manager stand beside each other, and no internal role.
    let family = run.text("site/en/families/sales-and-marketing.html");
    assert!(attributes(&family, "table thead a", "href").len() >= 3, "{family}");
    let robots = run.text("site/robots.txt");
    assert!(robots.ends_with("Sitemap: https://careers.example.com/sitemap.xml\n"), "{robots}");
}

#[test]
fn a_page_is_found_in_its_other_language() {
    let run = site(&sample(), &["--no-pdf"]).must_succeed();
    let page = run.text("site/en/jobs/compensation-manager.html");
    assert_eq!(
        attributes(&page, "link[rel=canonical]", "href"),
        ["https://careers.example.com/en/jobs/compensation-manager.html"]
    );
    assert_eq!(attributes(&page, "link[rel=alternate]", "hreflang"), ["zh-CN", "en"]);
    assert_eq!(attributes(&page, ".tongues a", "href"), ["../../zh-CN/jobs/compensation-manager.html"]);
    let image = &attributes(&page, "meta[property='og:image']", "content")[0];
    let picture = run.path(&image.replace("https://careers.example.com", "site"));
    let (width, height) = {
        let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(picture).unwrap()));
        let reader = decoder.read_info().unwrap();
        (reader.info().width, reader.info().height)
    };
    assert_eq!((width, height), rolebook::render::PICTURE_SIZE);
    // One that is written in one language only is there in that one.
    let mut role = clerk();
    role["title"] = json!({ "en": "Clerk" });
    let run = site(&one(&role), &["--no-pdf"]).must_succeed();
    assert!(!run.path("site/zh-CN/jobs/clerk.html").exists());
    let page = run.text("site/en/jobs/clerk.html");
    assert_eq!(attributes(&page, "link[rel=alternate]", "hreflang"), ["en"]);
    assert_eq!(attributes(&page, ".tongues a", "href"), ["../../zh-CN/index.html"]);
}

#[test]
fn a_job_posting_has_what_google_asks_for() {
    let run = site(&sample(), &["--no-pdf"]).must_succeed();
    let found = posting(&run.text("site/en/jobs/account-manager-enterprise.html")).unwrap();
    for (pointer, value) in [
        ("/@type", json!("JobPosting")),
        ("/title", json!("Account Manager, Enterprise")),
        ("/datePosted", json!("2026-11-16")),
        ("/validThrough", json!("2027-02-15T23:59:59")),
        ("/employmentType", json!("FULL_TIME")),
        ("/hiringOrganization/name", json!("Shuoyu Group Co., Ltd.")),
        ("/hiringOrganization/sameAs", json!("https://www.example.com")),
        ("/jobLocation/address/addressCountry", json!("CN")),
        ("/baseSalary/currency", json!("CNY")),
        ("/baseSalary/value/minValue", json!(9000.0)),
        ("/baseSalary/value/unitText", json!("MONTH")),
        ("/identifier/value", json!("SY-MK-AM-02")),
        ("/directApply", json!(true)),
        ("/totalJobOpenings", json!(2)),
        ("/educationRequirements/credentialCategory", json!("bachelor degree")),
        ("/experienceRequirements/monthsOfExperience", json!(24)),
        ("/experienceInPlaceOfEducation", json!(false)),
    ] {
        assert_eq!(found.pointer(pointer), Some(&value), "{pointer} in {found:#}");
    }
    let description = found["description"].as_str().unwrap();
    assert!(description.contains("<li>Visit prospects and give product demonstrations</li>"));
    // Work from anywhere, and applicants from somewhere.
    let mut role = clerk();
    role["locations"] = json!([]);
    role["conditions"] = json!({ "workplace": "remote" });
    role["posting"]["applicant_regions"] = json!(["China"]);
    let run = site(&one(&role), &["--no-pdf"]).must_succeed();
    let found = posting(&run.text("site/en/jobs/clerk.html")).unwrap();
    assert_eq!(found["jobLocationType"], "TELECOMMUTE");
    assert_eq!(found["applicantLocationRequirements"]["name"], "China");
    assert_eq!(found.get("jobLocation"), None);
}

#[test]
fn an_opening_that_lacks_what_it_must_have_blocks_the_site() {
    let mut role = clerk();
    role.as_object_mut().unwrap().remove("locations");
    role["posting"] = json!({ "openings": 1 });
    let run = site(&one(&role), &["--no-pdf"]).must_find();
    for words in [
        "error[incomplete_opening]: the opening has no date",
        "error[incomplete_opening]: the opening has no place of work with a country",
        "roles/clerk.json:1:",
        "help: add to `posting`: \"date_posted\"",
        "nothing was published: 2 errors",
    ] {
        assert!(run.stderr.contains(words), "no `{words}` in:\n{}", run.stderr);
    }
    assert!(!run.path("site").exists());
    // Duties say what the work is, whatever the summary is; and who may live anywhere in a
    // region needs no country of a place.
    let mut role = clerk();
    role["summary"] = role["title"].clone();
    let run = site(&one(&role), &["--no-pdf"]).must_find();
    assert!(run.stderr.contains("the opening does not say what the work is"), "{}", run.stderr);
    role["duties"] = json!([{ "statement": { "zh-CN": "做事。", "en": "Works." } }]);
    role["locations"] = json!([{ "name": { "zh-CN": "家中", "en": "Home" } }]);
    role["conditions"] = json!({ "workplace": "remote" });
    let run = site(&one(&role), &["--no-pdf"]).must_find();
    assert!(run.stderr.contains("does not say where applicants may live"), "{}", run.stderr);
    role["posting"]["applicant_regions"] = json!([{ "zh-CN": "中国", "en": "China" }]);
    site(&one(&role), &["--no-pdf"]).must_succeed();
    let run = site(&one(&clerk()), &["--base-url", "example.com"]).must_find();
    assert!(run.stderr.contains("`example.com` is no address that a site can stand under"), "{}", run.stderr);
}

#[test]
fn an_opening_that_has_closed_says_so_and_is_nowhere_else() {
    let library = one(&clerk());
    let on = |day: &str| library.run(&["site", ".", "--no-pdf", "--today", day]).must_succeed();
    let run = on("2026-12-31");
    assert!(posting(&run.text("site/en/jobs/clerk.html")).is_some());
    let until = text_of(&run.text("site/zh-CN/jobs/clerk.html"), ".until");
    assert_eq!(until, ["2026年12月31日截止"]);
    let run = on("2027-01-01");
    assert!(run.stderr.starts_with("0 openings open, 1 closed, "), "{}", run.stderr);
    let page = run.text("site/en/jobs/clerk.html");
    assert!(page.contains("Clerk is no longer open") && page.contains("content=\"noindex\""), "{page}");
    assert!(posting(&page).is_none());
    for path in ["sitemap.xml", "en/feed.xml", "en/feed.json", "jobs.json", "en/index.html"] {
        assert!(!run.text(&format!("site/{path}")).contains("jobs/clerk"), "{path}");
    }
    let run = on("2026-10-31");
    assert!(run.stderr.starts_with("0 openings open, 1 not posted yet, "), "{}", run.stderr);
    assert!(!run.path("site/en/jobs/clerk.html").exists());
}

/// A value for every field of the schema; texts are secrets, each with its field's path
/// in it if the field is private and `fine` if it is public.
fn planted(schema: &Value, path: &str, public: &BTreeSet<String>, secrets: &mut Vec<String>) -> Value {
    let root = model::role_schema();
    let reference = schema.get("x-reference").and_then(Value::as_str);
    let name = schema.get("$ref").and_then(Value::as_str).unwrap_or_default();
    let schema = if name.is_empty() { schema } else { root.pointer(name.trim_start_matches('#')).unwrap() };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => schema["anyOf"][0]["type"].as_str().into_iter().collect(),
    };
    // What a text would not be.
    match path {
        "duties.kpi_refs" => return json!(["secret-kpis-id"]),
        "authorities.right" => return json!("propose"),
        "compensation.range.months_per_year" => return json!(13),
        _ => {}
    }
    let key = path.rsplit('.').next().unwrap_or_default();
    match kinds.first().copied().unwrap_or_default() {
        "object" => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            let skip = ["$schema", "schema_version", "extends", "variables", "remove", "after", "theme"];
            let members = properties.iter().filter(|(key, _)| !skip.contains(&key.as_str()));
            let at = |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            let members =
                members.map(|(key, schema)| (key.clone(), planted(schema, &at(key), public, secrets)));
            members.filter(|(_, value)| !value.is_null()).collect()
        }
        "array" => json!([planted(&schema["items"], path, public, secrets)]),
        "boolean" => json!(key != "public"),
        "integer" => json!(3),
        // Nothing else on the site has such digits.
        "number" if public.contains(path) => json!(50),
        "number" => {
            secrets.push("73".to_string() + "." + "31");
            json!(73.31)
        }
        _ if schema.get("enum").is_some() => schema["enum"][0].clone(),
        _ if reference == Some("kpi") => json!("secret-kpis-id"),
        _ if reference == Some("competency") => Value::Null,
        _ if schema.get("format").is_some() => {
            json!(if public.contains(path) { "2026-11-01" } else { "1987-06-05" })
        }
        _ if schema["pattern"] == "^[A-Z]{3}$" => json!("CNY"),
        _ if schema["pattern"] == "^[A-Z]{2}$" => json!("CN"),
        _ if key == "id" => json!(format!("secret-{}", path.replace(['.', '_'], "-"))),
        _ if public.contains(path) => json!(format!("fine {}", path.replace('_', " "))),
        _ => {
            let secret = format!("Secret·{}", path.replace('_', "-"));
            secrets.push(secret.clone());
            // A text in each language, so that none is taken for an id.
            if kinds.contains(&"object") { json!({ "zh-CN": secret, "en": secret }) } else { json!(secret) }
        }
    }
}

#[test]
fn nothing_private_of_a_role_is_anywhere_in_its_site() {
    let public: BTreeSet<String> = public_fields().into_iter().collect();
    let mut secrets = Vec::new();
    let mut role = planted(model::role_schema(), "", &public, &mut secrets);
    for key in ["title", "summary"] {
        role[key] = json!({ "zh-CN": format!("公开 {key}"), "en": format!("Fine {key}") });
    }
    role["posting"]["date_posted"] = json!("2026-11-01");
    role["posting"]["valid_through"] = json!("2026-12-31");
    role["posting"]["apply"] = json!({ "url": "https://apply.example.com", "email": "hr@example.com" });
    assert!(secrets.len() > 40, "{secrets:?}");
    // A superior of the library's own, whose name is nobody's business either.
    role["reporting"]["reports_to"] = json!("secret-superior");
    role["reporting"]["deputy"] = json!("secret-superior");
    let superior =
        json!({ "title": { "zh-CN": "Secret·boss", "en": "Secret·boss" }, "notes": "Secret·notes" });
    let settings = json!({
        "languages": ["zh-CN", "en"],
        "organization": { "name": { "zh-CN": "甲公司", "en": "A Ltd" } },
        "site": { "base_url": "https://jobs.example.com" },
        "sign_off": { "statement": "Secret·statement", "blocks": [{ "id": "secret-block", "name": "Secret·signer" }] },
        "theme_settings": { "footer": { "text": "Secret·footer" } },
        "variables": { "unused": "Secret·variable" },
    });
    let library = Library::new()
        .file("rolebook.json", settings.to_string())
        .role("opening", role.to_string())
        .role("secret-superior", superior.to_string());
    let run = site(&library, &[]).must_succeed();
    let mut open = vec![run.path("site")];
    let mut files = 0;
    let look = |path: &Path, text: &str| {
        let lower = text.to_lowercase();
        for word in ["secret", "73.31", "1987"] {
            assert!(!lower.contains(word), "`{word}` is in {}: {text}", path.display());
        }
    };
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            files += 1;
            assert!(!path.to_string_lossy().to_lowercase().contains("secret"), "{}", path.display());
            let bytes = fs::read(&path).unwrap();
            look(&path, &String::from_utf8_lossy(&bytes));
            if path.extension().is_some_and(|extension| extension == "pdf") {
                let carried = rolebook::render::read_carried(&bytes).unwrap();
                look(&path, &String::from_utf8(carried).unwrap());
                look(&path, &poppler("pdfinfo", &[&path.to_string_lossy()]));
                look(&path, &poppler("pdftotext", &[&path.to_string_lossy(), "-"]));
            }
        }
    }
    assert!(files > 20, "{files}");
    // What is public is there.
    let page = run.text("site/en/jobs/opening.html");
    for words in ["fine duties.statement", "fine qualifications.skills.name", "fine posting.notes"] {
        assert!(page.contains(words), "no `{words}` in {page}");
    }
}

/// Every field that the site may show. A field that is new in the model is private
/// until it is marked, and this list says that somebody decided so.
#[test]
fn the_public_fields_are_these() {
    let path = repository().join("tests/truth/public-fields.txt");
    let current = public_fields().join("\n") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &current).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), current);
    for private in
        ["authorities", "kpis", "relations", "reporting", "sign_off", "revisions", "notes", "document"]
    {
        assert!(!current.lines().any(|field| field.starts_with(private)), "{private}");
    }
}

#[test]
fn hostile_words_do_nothing_on_a_site() {
    let inert = "</script><img src=x onerror=alert(1)>\"'&<!--]]>";
    let hostile = &inert.replace("<!--", "\u{2066}<!--\u{202e}");
    let mut role = clerk();
    for key in ["title", "summary", "purpose", "family"] {
        role[key] = json!({ "zh-CN": hostile, "en": format!("{key} {hostile}") });
    }
    role["organization"] = json!({ "unit": { "zh-CN": hostile, "en": hostile } });
    role["locations"][0]["address"]["locality"] = json!({ "zh-CN": hostile, "en": hostile });
    role["posting"]["apply"] = json!({
        "url": "javascript:alert(1)", "email": "a@b.c\"><script>alert(1)</script>",
        "instructions": "[click](javascript:alert(1)) <script>alert(1)</script>",
    });
    role["organization"]["unit"] = json!("sales");
    let settings = json!({
        "languages": ["zh-CN", "en"],
        "organization": { "name": { "zh-CN": hostile, "en": hostile }, "overview": hostile },
        "units": [{ "id": "sales", "name": { "zh-CN": hostile, "en": hostile } }],
        "site": { "base_url": "https://jobs.example.com", "title": hostile, "about": hostile },
    });
    let run = site(&one(&role).file("rolebook.json", settings.to_string()), &[]).must_succeed();
    let written = run.files().into_iter().filter(|path| !path.ends_with(".png") && !path.ends_with(".pdf"));
    for path in written {
        let turning = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!run.text(&path).contains(turning), "{path} turns the words of others");
    }
    for path in pages(&run) {
        let html = run.text(&path);
        let page = Html::parse_document(&html);
        let all = Selector::parse("*").unwrap();
        for element in page.select(&all) {
            let handlers =
                element.value().attrs().filter(|(name, _)| name.starts_with("on") || *name == "style");
            assert_eq!(handlers.count(), 0, "{path}: {}", element.html());
            if element.value().name() == "script" {
                let kind = element.attr("type");
                assert!(element.attr("src").is_some() || kind == Some("application/ld+json"), "{path}");
            }
            for attribute in ["href", "src"] {
                let address = element.attr(attribute).unwrap_or_default();
                assert!(!address.starts_with("javascript"), "{path}: {address}");
            }
        }
        let policy = attributes(&html, "meta[http-equiv='Content-Security-Policy']", "content");
        assert!(policy[0].contains("default-src 'none'") && !policy[0].contains("unsafe"), "{path}");
    }
    let found = posting(&run.text("site/en/jobs/clerk.html")).unwrap();
    assert_eq!(found["title"], format!("title {inert}"));
    for path in ["site/jobs.json", "site/en/feed.json"] {
        let _: Value = serde_json::from_str(&run.text(path)).unwrap();
    }
    let feed = run.text("site/en/feed.xml");
    let mut reader = quick_xml::Reader::from_str(&feed);
    let mut titles = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(start) => titles += usize::from(start.name().as_ref() == "title"),
            _ => {}
        }
    }
    assert_eq!(titles, 2);
}

#[test]
fn a_site_stands_under_a_path_too() {
    let run =
        site(&one(&clerk()), &["--no-pdf", "--base-url", "https://example.org/careers/"]).must_succeed();
    assert!(
        run.text("site/sitemap.xml").contains("<loc>https://example.org/careers/en/jobs/clerk.html</loc>")
    );
    let page = run.text("site/404.html");
    assert!(attributes(&page, "a", "href").contains(&"/careers/en/index.html".to_string()), "{page}");
    assert!(attributes(&page, "link[rel=stylesheet]", "href")[0].starts_with("/careers/assets/site."));
}

#[test]
fn a_site_is_replaced_as_a_whole_or_not_at_all() {
    let library = one(&clerk());
    site(&library, &["--no-pdf"]).must_succeed();
    let out = library.path().join("dist/site");
    fs::write(out.join("CNAME"), "jobs.example.com").unwrap();
    fs::create_dir_all(out.join(".git/refs/heads")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../elsewhere", out.join("en/more")).unwrap();
    let before = fs::read_to_string(out.join("en/jobs/clerk.html")).unwrap();
    // A failed build leaves the old one, and nothing beside it.
    let library = library.role("other", r#"{"title": {"en": "Other"}, "posting": {"openings": 1}}"#);
    let run = site(&library, &["--no-pdf"]).must_find();
    assert!(run.stderr.contains("the site in dist/site is as it was"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(out.join("en/jobs/clerk.html")).unwrap(), before);
    assert_eq!(fs::read_dir(library.path().join("dist")).unwrap().count(), 1);
    // What is gone from the library is gone from the site; what somebody put there stays.
    fs::remove_file(library.path().join("roles/other.json")).unwrap();
    fs::rename(library.path().join("roles/clerk.json"), library.path().join("roles/agent.json")).unwrap();
    let run = site(&library, &["--no-pdf"]).must_succeed();
    assert!(!run.path("site/en/jobs/clerk.html").exists() && run.path("site/en/jobs/agent.html").exists());
    assert_eq!(run.text("site/CNAME"), "jobs.example.com");
    assert!(out.join(".git/refs/heads").is_dir());
    #[cfg(unix)]
    assert_eq!(fs::read_link(out.join("en/more")).unwrap(), Path::new("../elsewhere"));
    assert_eq!(fs::read_dir(library.path().join("dist")).unwrap().count(), 1);
    // A folder of somebody else's is left alone.
    let library = library.file("other/precious.txt", "mine");
    let run = site(&library, &["--no-pdf", "--out", "other"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("other has files in it that are no site of rolebook's"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(library.path().join("other/precious.txt")).unwrap(), "mine");
    #[cfg(target_os = "linux")]
    {
        let run = site(&library, &["--no-pdf", "--out", "/proc"]);
        assert_eq!(run.status, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains("/proc is where a disk or volume begins"), "{}", run.stderr);
        assert!(run.stderr.contains("name a folder in it: --out /proc/site"), "{}", run.stderr);
    }
}

#[test]
fn a_site_may_stand_in_the_folder_that_one_is_in() {
    let library = one(&clerk());
    let here = library.path().join("public");
    fs::create_dir(&here).unwrap();
    for _ in 0..2 {
        let run = library.run_in(&here, &["site", "..", "--no-pdf", "--today", TODAY, "--out", "."]);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert!(here.join("en/jobs/clerk.html").exists());
    }
}

#[test]
fn a_site_in_one_language_asks_for_none() {
    let settings = json!({
        "languages": ["zh-CN"],
        "organization": { "name": "甲公司" },
        "site": { "base_url": "https://jobs.example.com" },
    });
    let run = site(&one(&clerk()).file("rolebook.json", settings.to_string()), &["--no-pdf"]).must_succeed();
    let root = run.text("site/index.html");
    assert_eq!(attributes(&root, "meta[http-equiv=refresh]", "content"), ["0; url=zh-CN/index.html"]);
    assert_eq!(text_of(&root, "main a"), ["查看招聘岗位"]);
    assert!(!run.path("site/en").exists());
    let page = run.text("site/zh-CN/index.html");
    assert_eq!(text_of(&page, ".tongues"), [""; 0]);
    assert_eq!(text_of(&page, ".brand span"), ["甲公司招聘"]);
    // In several, it asks.
    let root = site(&one(&clerk()), &["--no-pdf"]).must_succeed().text("site/index.html");
    assert_eq!(attributes(&root, "meta[http-equiv=refresh]", "content"), [""; 0]);
    assert_eq!(text_of(&root, "main a"), ["简体中文", "English"]);
}

#[test]
fn a_site_without_openings_says_so_and_has_nothing_to_search() {
    let mut role = clerk();
    role.as_object_mut().unwrap().remove("posting");
    let run = site(&one(&role), &["--no-pdf"]).must_succeed();
    assert!(run.stderr.starts_with("0 openings open, "), "{}", run.stderr);
    let page = run.text("site/en/index.html");
    assert_eq!(text_of(&page, ".openings li"), ["There are no openings at the moment."]);
    assert_eq!(text_of(&page, "form, .count").concat(), "");
    assert_eq!(attributes(&page, "form", "class"), [""; 0]);
}

#[test]
fn an_opening_in_none_of_the_languages_is_told() {
    let mut role = clerk();
    role["title"] = json!({ "en": "Clerk" });
    let run = site(&one(&role), &["--no-pdf", "--lang", "zh-CN"]).must_succeed();
    assert!(run.stderr.contains("has no title in a language of the site (zh-CN)"), "{}", run.stderr);
    assert!(run.stderr.contains("0 openings open, ") && run.stderr.contains("1 warning"), "{}", run.stderr);
}

#[test]
fn variants_share_rows_only_for_what_they_share() {
    let duty = |area: &str, statement: &str| json!({ "area": { "zh-CN": area, "en": area }, "statement": { "zh-CN": statement, "en": statement } });
    let variant = |own: [&str; 2]| {
        let duties = [duty("Contracts", own[0]), duty(own[0], "x"), duty(own[1], "y")];
        json!({ "extends": "clerk", "duties": duties, "title": { "zh-CN": own[0], "en": own[0] } })
    };
    let mut role = clerk();
    role["family"] = json!({ "zh-CN": "销售", "en": "Sales" });
    let library = one(&role)
        .role("north", variant(["Grids", "Meters"]).to_string())
        .role("south", variant(["Ships", "Docks"]).to_string());
    let page = site(&library, &["--no-pdf"]).must_succeed().text("site/en/families/sales.html");
    let rows = text_of(&page, ".compared tbody tr");
    let found: Vec<&str> = rows.iter().map(String::as_str).filter(|row| row.contains("Grids")).collect();
    assert_eq!(text_of(&page, ".compared td li"), ["Grids", "Meters", "Ships", "Docks"]);
    assert_eq!(found, ["Contracts—GridsShips", "Further duties—GridsMetersShipsDocks"]);
}

#[test]
fn a_page_of_variants_that_say_much_is_small() {
    let text = |zh: String| json!({ "zh-CN": zh, "en": "English" });
    let mut role = clerk();
    role["family"] = json!({ "zh-CN": "销售", "en": "Sales" });
    role.as_object_mut().unwrap().remove("posting");
    let mut library = one(&role);
    for number in 0..11 {
        // Six duties that all have, and six of its own.
        let name =
            |duty: usize| if duty < 6 { format!("职责{duty}") } else { format!("职责{duty}·{number}") };
        let duty = |duty: usize| json!({ "area": text(name(duty) + &"责".repeat(30)), "statement": text("长".repeat(200)) });
        let place = |place: usize| {
            let address = json!({ "country": "CN", "locality": text(format!("市{place}")), "street": text("路".repeat(60)) });
            json!({ "name": text(format!("地{place}") + &"点".repeat(30)), "address": address })
        };
        let role = json!({
            "extends": "clerk",
            "title": text(format!("岗位{number}") + &"名".repeat(60)),
            "posting": { "date_posted": "2026-11-01" },
            "duties": (0..12).map(duty).collect::<Vec<_>>(),
            "locations": (0..8).map(place).collect::<Vec<_>>(),
        });
        library = library.role(&format!("variant-{number}"), role.to_string());
    }
    let run = site(&library, &["--no-pdf"]).must_succeed();
    for path in ["site/zh-CN/families/sales.html", "site/zh-CN/families/sales.p2.html"] {
        let size = run.text(path).len();
        assert!(size < 50 * 1024, "{path} has {size} bytes");
    }
}

#[test]
fn a_font_of_the_library_makes_new_pictures() {
    let pictures = |run: &Run| -> Vec<String> {
        run.files().into_iter().filter(|path| path.ends_with(".png")).collect()
    };
    let library = one(&clerk());
    let before = pictures(&site(&library, &["--no-pdf"]).must_succeed());
    assert_eq!(before, pictures(&site(&library, &["--no-pdf"]).must_succeed()));
    let font = fs::read_dir(repository().join("fonts")).unwrap().map(|it| it.unwrap().path());
    let font = font.into_iter().find(|path| path.extension().is_some_and(|it| it == "ttf")).unwrap();
    fs::create_dir(library.path().join("fonts")).unwrap();
    fs::copy(&font, library.path().join("fonts/own.ttf")).unwrap();
    assert_ne!(before, pictures(&site(&library, &["--no-pdf"]).must_succeed()));
}

#[test]
fn the_same_library_makes_the_same_site() {
    let library = sample();
    let first = site(&library, &["--jobs", "1", "--out", "dist/a"]).must_succeed();
    let second = site(&library, &["--jobs", "4", "--out", "dist/b"]).must_succeed();
    let files: Vec<String> = first.files().into_iter().filter(|path| path.starts_with("a/")).collect();
    assert!(files.len() > 80, "{files:?}");
    for path in files {
        let other = path.replacen("a/", "b/", 1);
        assert!(fs::read(first.path(&path)).unwrap() == fs::read(second.path(&other)).unwrap(), "{path}");
    }
    // A second build takes over what it need not make again.
    let again = site(&library, &["--out", "dist/a"]).must_succeed();
    let pdf = "a/en/jobs/compensation-manager.pdf";
    assert!(
        fs::read(again.path(pdf)).unwrap() == fs::read(again.path(&pdf.replacen("a/", "b/", 1))).unwrap()
    );
}

#[test]
fn a_library_overrides_templates_and_a_lost_link_is_found() {
    let library = one(&clerk()).file(
        "templates/site/closed.html",
        "{% extends \"base.html\" %}{% block main %}<p><a href=\"nowhere.html\">x</a></p>{% endblock main %}",
    );
    let run = library.run(&["site", ".", "--no-pdf", "--today", "2027-06-01"]).must_find();
    assert!(
        run.stderr.contains("error[lost_link]: a link leads to `en/jobs/nowhere.html`"),
        "{}",
        run.stderr
    );
    // Whatever a picture looks like, it is as large as pages say.
    let card = fs::read_to_string(repository().join("templates/typst/card.typ")).unwrap();
    for (page, says) in [("width: 1001pt", "1001 by 630"), ("width: 9000pt", "9000 by 630")] {
        let card = card.replacen("width: 1200pt", page, 1);
        let run = site(&one(&clerk()).file("templates/typst/card.typ", card), &["--no-pdf"]).must_find();
        let message = format!("the picture's page is {says} points, not 1200 by 630");
        assert!(run.stderr.contains(&message), "{}", run.stderr);
    }
    let library = library.file("templates/site/site.css", "body { color: {{ site.look.accent }}; }");
    let library = library.file("templates/site/closed.html", "{{ page.nothing }}");
    let run = library.run(&["site", ".", "--no-pdf", "--today", "2027-06-01"]).must_find();
    assert!(run.stderr.contains("templates/site/closed.html:1:"), "{}", run.stderr);
}

#[test]
fn jobs_json_conforms_to_its_schema() {
    let library = sample();
    let run = site(&library, &["--no-pdf"]).must_succeed();
    let schema: Value =
        serde_json::from_str(&library.run(&["schema", "jobs"]).must_succeed().stdout).unwrap();
    let board: Value = serde_json::from_str(&run.text("site/jobs.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&board).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let openings = board["openings"].as_array().unwrap();
    let ids: Vec<&str> = openings.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 7 && ids.is_sorted(), "{ids:?}");
    // The elements that the schema names are those that there are.
    let named =
        schema["$defs"]["BoardText"]["properties"]["description_html"]["description"].as_str().unwrap();
    let named: BTreeSet<&str> = named.split(": ").nth(1).unwrap().split([',', ' ']).collect();
    for opening in openings {
        let html = Html::parse_fragment(opening["languages"]["en"]["description_html"].as_str().unwrap());
        for element in html.select(&Selector::parse("html > *, html > * *").unwrap()) {
            assert!(named.contains(element.value().name()), "{} is not in {named:?}", element.value().name());
        }
    }
    assert_eq!(board["openings"][0]["languages"]["en"]["organization"], "Shuoyu Group Co., Ltd.");
}

#[test]
fn a_search_finds_parts_of_words() {
    let run = site(&one(&clerk()), &["--no-pdf"]).must_succeed();
    let index = run.files().into_iter().find(|path| path.contains("zh-CN/search.")).unwrap();
    let index: Value = serde_json::from_str(&run.text(&index)).unwrap();
    let words = index["openings"][0]["w"].as_str().unwrap();
    assert!(words.contains("客户") && words.contains("上海"), "{words}");
    assert_eq!(index["facets"][0], json!(["place", "shanghai"]));
}
