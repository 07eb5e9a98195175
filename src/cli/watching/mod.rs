//! Owns the watching of a library's folders: what changes on the disk is told once it has
//! been quiet for a moment. May import everything but the commands.

mod change;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

pub(super) use change::{Changes, Named};

use super::Failure;
use crate::diagnostic::Message;
use crate::fs;

/// After so long without another event, a change is taken for complete: editors write a
/// file in several steps.
const QUIET: Duration = Duration::from_millis(30);

/// A change is told after so long at the latest, however busy the disk is.
const LONGEST: Duration = Duration::from_millis(120);

/// A file that has become empty is taken for one that somebody is writing, for so long.
const UNFILLED: Duration = Duration::from_millis(500);

fn cannot_watch(error: &notify::Error) -> Failure {
    Failure::Environment(Message::new(
        format!("cannot watch the library for changes: {error}"),
        format!("无法监视岗位库的变化：{error}"),
    ))
}

/// What reaches the watching thread.
pub(super) enum Signal {
    /// Something happened on the disk, or cannot be told.
    Event(notify::Result<Event>),
    /// The settings name other files now.
    Named(Named),
}

/// The next signals, until it is quiet or for so long; none if there will be no more.
fn batch(signals: &Receiver<Signal>, longest: Duration) -> Option<Vec<Signal>> {
    let mut batch = vec![signals.recv().ok()?];
    let first = Instant::now();
    loop {
        let left = longest.saturating_sub(first.elapsed());
        // What comes later is of the next batch.
        if left.is_zero() {
            return Some(batch);
        }
        match signals.recv_timeout(QUIET.min(left)) {
            Ok(signal) => batch.push(signal),
            Err(RecvTimeoutError::Timeout) => return Some(batch),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// The folders of a library that are watched.
pub(super) struct Watch {
    /// With links followed, as the system names what happens in it.
    root: PathBuf,
    named: Named,
    watcher: RecommendedWatcher,
    watched: BTreeMap<PathBuf, RecursiveMode>,
    signals: Receiver<Signal>,
}

impl Watch {
    /// Watches a library, which may not be there yet.
    pub(super) fn begin(
        root: &Path,
        sender: Sender<Signal>,
        signals: Receiver<Signal>,
    ) -> Result<Self, Failure> {
        let watcher = notify::recommended_watcher(move |event| {
            let _ = sender.send(Signal::Event(event));
        });
        let watcher = watcher.map_err(|error| cannot_watch(&error))?;
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        let (root, named) = (fs::resolved(&root), Named::default());
        let mut watch = Self { root, named, watcher, watched: BTreeMap::new(), signals };
        watch.arrange();
        Ok(watch)
    }

    /// Tells `report` what changes, until nobody listens any more.
    pub(super) fn run(mut self, report: impl Fn(Changes) -> bool) {
        while let Some(changes) = self.next() {
            if !changes.is_empty() && !report(changes) {
                break;
            }
        }
    }

    /// What changed, once it is quiet; none if there will be no more.
    fn next(&mut self) -> Option<Changes> {
        let mut changes = Changes::default();
        let mut folders = false;
        for signal in batch(&self.signals, LONGEST)? {
            folders |= self.take(signal, &mut changes);
        }
        let began = Instant::now();
        while began.elapsed() < UNFILLED
            && changes.files(&self.root).iter().any(|path| fs::is_empty_file(path))
        {
            match self.signals.recv_timeout(QUIET) {
                Ok(signal) => folders |= self.take(signal, &mut changes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        if folders {
            self.arrange();
        }
        Some(changes)
    }

    /// Adds what a signal tells; gives whether it is about a folder that is watched.
    fn take(&mut self, signal: Signal, changes: &mut Changes) -> bool {
        match signal {
            Signal::Event(Ok(event)) => self.add(&event, changes),
            // What was missed may be anything.
            Signal::Event(Err(_)) => {
                changes.extend(Changes::all());
                false
            }
            Signal::Named(named) => {
                self.named = named;
                true
            }
        }
    }

    /// Adds what an event changes; gives whether it is about a folder that is watched.
    fn add(&self, event: &Event, changes: &mut Changes) -> bool {
        if event.need_rescan() {
            changes.extend(Changes::all());
            return true;
        }
        let counts = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            EventKind::Access(_) => false,
            _ => true,
        };
        if !counts {
            return false;
        }
        let mut folders = false;
        for path in &event.paths {
            let own = matches!(event.kind, EventKind::Modify(ModifyKind::Metadata(_))) && path.is_dir();
            if own {
                continue;
            }
            folders |= self.watched.keys().any(|folder| folder.starts_with(path)) || path.is_dir();
            match path.strip_prefix(&self.root) {
                Ok(relative) => changes.add(relative, &self.named),
                Err(_) if self.root.starts_with(path) => changes.extend(Changes::all()),
                Err(_) => {}
            }
        }
        folders
    }

    /// The folders in which something of the library may change.
    fn wanted(&self) -> BTreeMap<PathBuf, RecursiveMode> {
        let mut wanted = BTreeMap::new();
        let mut add = |folder: PathBuf, mode| {
            if fs::is_folder(&folder) {
                wanted.insert(folder, mode);
            }
        };
        for name in ["roles", "locales", "fonts"] {
            add(self.root.join(name), RecursiveMode::NonRecursive);
        }
        add(self.root.join("templates"), RecursiveMode::Recursive);
        for file in self.named.logo.iter().chain(&self.named.packs) {
            let folder = self.root.join(file);
            if let Some(folder) =
                folder.parent().filter(|folder| !folder.starts_with(self.root.join("templates")))
            {
                add(folder.to_owned(), RecursiveMode::NonRecursive);
            }
        }
        // Of a library that is not there, the folder in which it would come.
        if let Some(there) = self.root.ancestors().find(|folder| fs::is_folder(folder)) {
            wanted.insert(there.to_owned(), RecursiveMode::NonRecursive);
        }
        wanted
    }

    /// Watches what is to be watched now. A folder that came again is watched anew.
    fn arrange(&mut self) {
        let wanted = self.wanted();
        for folder in self.watched.keys().filter(|folder| !wanted.contains_key(*folder)) {
            // One that is gone is watched no more already.
            let _ = self.watcher.unwatch(folder);
        }
        let watch = |(folder, mode): &(PathBuf, RecursiveMode)| self.watcher.watch(folder, *mode).is_ok();
        self.watched = wanted.into_iter().filter(watch).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_ends_a_batch_nothing_is_swallowed() {
        let (sender, signals) = std::sync::mpsc::channel();
        for _ in 0..2 {
            sender.send(Signal::Event(Ok(Event::default()))).unwrap();
            sender.send(Signal::Event(Err(notify::Error::generic("missed")))).unwrap();
            sender.send(Signal::Named(Named::default())).unwrap();
        }
        drop(sender);
        let mut told = (0, 0, 0);
        while let Some(batch) = batch(&signals, Duration::ZERO) {
            for signal in batch {
                match signal {
                    Signal::Event(Ok(_)) => told.0 += 1,
                    Signal::Event(Err(_)) => told.1 += 1,
                    Signal::Named(_) => told.2 += 1,
                }
            }
        }
        assert_eq!(told, (2, 2, 2));
    }
}
