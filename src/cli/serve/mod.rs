//! Owns the command `serve`: a library in a browser on this machine, which shows every
//! change at once. May import everything but the other commands, and of these what `build`
//! and `compare` make documents by.

mod chart;
mod comparison;
mod documents;
mod finding;
mod guard;
mod http;
mod library;
mod live;
mod pages;
mod route;
mod row;
mod words;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use tokio::sync::Semaphore;

use self::documents::Documents;
use self::http::{Server, router};
use self::live::{Keeper, Live, News};
use self::pages::Pages;
use super::config::{BuildConfig, ServeConfig};
use super::crew::{Crew, STACK};
use super::watching::{Signal, Watch};
use super::{Failure, Outcome};
use crate::diagnostic::Message;
use crate::render::prepare_engine;

/// The port, if none is asked for, and the number of those after it that are tried.
const PORTS: (u16, u16) = (4173, 32);

/// What to say where there is no library yet: the preview shows it as soon as there is.
fn missing(folder: &Path) -> Option<Message> {
    let failure = super::library::must_be_one_for(folder, &|near| format!("rolebook serve {near}")).err()?;
    let (Failure::Usage { message, .. } | Failure::Environment(message)) = failure else { return None };
    Some(Message::new(
        format!("{}; the preview waits for one", message.en),
        format!("{}；出现岗位库后即开始预览", message.zh_cn),
    ))
}

pub(in crate::cli) fn run(config: &ServeConfig) -> Result<Outcome, Failure> {
    let listener = listen(config.port)?;
    let address = listener.local_addr()?;
    let (signals, inbox) = mpsc::channel::<Signal>();
    // Watched before it is read, so that no change is missed.
    let watch = Watch::begin(&config.library, signals.clone(), inbox)?;
    let (sender, news) = mpsc::channel();
    let live = Arc::new(Live::new());
    let keeper = Keeper {
        live: Arc::clone(&live),
        config: Arc::new(BuildConfig::preview_of(config)),
        crew: Crew::of(0)?,
        news,
        sender: sender.clone(),
        signals,
    };
    let server = Server {
        live,
        documents: Documents::new(Crew::of(0)?),
        pages: Pages::new(),
        ui: config.ui,
        port: address.port(),
        press: Semaphore::new(1),
    };
    spawn("typst", prepare_engine)?;
    spawn("watch", move || watch.run(|changes| sender.send(News::Changes(changes)).is_ok()))?;
    keeper.begin();
    spawn("keep", move || keeper.run())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .max_blocking_threads(32)
        .build()?;
    let url = format!("http://{address}/");
    writeln!(std::io::stdout(), "{url}")?;
    std::io::stdout().flush()?;
    if let Some(says) = missing(&config.library) {
        writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    }
    let name = pages::folder_name(&config.library);
    let says = Message::new(
        format!("preview of {name}; it shows every change at once. Ctrl-C ends it"),
        format!("正在预览 {name}，修改后随即显示。按 Ctrl-C 结束"),
    );
    writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    if config.open && open::that_detached(&url).is_err() {
        let says = Message::new(
            "no browser could be opened; open the address by hand",
            "无法打开浏览器，请手动打开上面的网址",
        );
        writeln!(anstream::stderr(), "{}", config.ui.of(&says))?;
    }
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let app = router(Arc::new(server));
        tokio::select! {
            served = async { axum::serve(listener, app).await } => served,
            stopped = tokio::signal::ctrl_c() => stopped,
        }
    })?;
    // What is still being typeset is for nobody.
    runtime.shutdown_background();
    Ok(Outcome::Fine)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    std::thread::Builder::new().name(name.to_string()).stack_size(STACK).spawn(work)?;
    Ok(())
}

/// A socket on this machine, which no other one reaches.
fn listen(asked: Option<u16>) -> Result<TcpListener, Failure> {
    let bind = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let (first, count) = PORTS;
    let (ports, last) = match asked {
        Some(port) => (port..=port, port),
        None => (first..=first + count, first + count),
    };
    let mut error = None;
    for port in ports {
        match bind(port) {
            Ok(listener) => return Ok(listener),
            Err(found) => error = Some(found),
        }
    }
    let reason = error.map(|error| crate::fs::reason(&error)).unwrap_or_else(|| Message::same(""));
    let ports = if asked.is_some() { last.to_string() } else { format!("{first}–{last}") };
    Err(Failure::Usage {
        message: Message::new(
            format!("cannot listen on port {ports}: {}", reason.en),
            format!("无法监听端口 {ports}：{}", reason.zh_cn),
        ),
        hints: vec![Message::new(
            "name another port, such as --port 8080; --port 0 takes any that is free",
            "请换一个端口，例如 --port 8080；--port 0 自动选用空闲端口",
        )],
    })
}
