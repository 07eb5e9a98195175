//! Owns the library as the preview has it at any moment: whoever asks gets the last one,
//! and is told of the next. One thread keeps it. May import the rest of `serve`.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tokio::sync::watch;

use super::finding::Finding;
use super::library::Snapshot;
use crate::cli::config::BuildConfig;
use crate::cli::crew::Crew;
use crate::cli::watching::{Changes, Named, Signal};

/// So long after a change, pages that are open come before what nobody waits for.
const PAGES_FIRST: Duration = Duration::from_millis(250);

/// So many roles are checked before it is looked whether something changed.
const SLICE: usize = 8;

/// The library at this moment.
pub(super) struct Live {
    snapshot: RwLock<Arc<Snapshot>>,
    /// Goes up whenever a page may look otherwise.
    moment: watch::Sender<u64>,
}

/// What reaches the keeping thread.
pub(super) enum News {
    /// Something of the library changed.
    Changes(Changes),
    /// The rules of the library were held against it as it was at a generation.
    Between { generation: u64, found: std::collections::BTreeMap<String, Vec<Finding>> },
}

impl Live {
    pub(super) fn new() -> Self {
        Self { snapshot: RwLock::new(Arc::new(Snapshot::empty())), moment: watch::Sender::new(0) }
    }

    /// The library as it is.
    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The moments at which a page may look otherwise.
    pub(super) fn moments(&self) -> watch::Receiver<u64> {
        self.moment.subscribe()
    }

    /// Says that a page may look otherwise.
    pub(super) fn announce(&self) {
        self.moment.send_modify(|moment| *moment += 1);
    }

    fn publish(&self, snapshot: Snapshot) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        self.announce();
    }
}

/// What keeps a library: reads what changed, then checks what nobody asked for yet.
pub(super) struct Keeper {
    pub(super) live: Arc<Live>,
    pub(super) config: Arc<BuildConfig>,
    pub(super) crew: Crew,
    pub(super) news: Receiver<News>,
    pub(super) sender: Sender<News>,
    pub(super) signals: Sender<Signal>,
}

impl Keeper {
    /// Reads the library for the first time.
    pub(super) fn begin(&self) {
        self.read(&Changes::all());
    }

    /// Keeps it until the program ends.
    pub(super) fn run(self) {
        let mut comparing = false;
        // Whether there is something among the files of roles that is none.
        let mut list = false;
        let mut since = Instant::now();
        loop {
            let idle = !list && !self.is_behind(comparing);
            let news = if idle {
                self.news.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                self.news.recv_timeout(PAGES_FIRST.saturating_sub(since.elapsed()))
            };
            match news {
                Ok(News::Changes(mut changes)) => {
                    // An editor leaves and takes away files beside those that it writes.
                    if !changes.roles.is_empty() {
                        list |= std::mem::take(&mut changes.list);
                    }
                    self.read(&changes);
                    since = Instant::now();
                }
                Ok(News::Between { generation, found }) => {
                    comparing = false;
                    let snapshot = self.live.snapshot();
                    if snapshot.generation == generation {
                        self.live.publish(snapshot.with_between(found));
                    }
                }
                Err(RecvTimeoutError::Timeout) if list => {
                    list = false;
                    self.read(&Changes { list: true, ..Changes::default() });
                }
                Err(RecvTimeoutError::Timeout) => comparing |= self.check(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Whether there is something that no rule was held against yet.
    fn is_behind(&self, comparing: bool) -> bool {
        let snapshot = self.live.snapshot();
        snapshot.world.is_some() && !snapshot.checked && !(comparing && snapshot.unchecked().is_empty())
    }

    fn read(&self, changes: &Changes) {
        let snapshot = self.live.snapshot();
        let config = &*self.config;
        let Some(next) = self.crew.together(|| snapshot.after(changes, config)) else { return };
        if let Some(world) = &next.world {
            let named = Named::of(&world.catalog.settings);
            let _ = self.signals.send(Signal::Named(named));
        }
        self.live.publish(next);
    }

    /// Checks a few roles, or all of them against each other; gives whether the latter was
    /// begun.
    fn check(&self) -> bool {
        let snapshot = self.live.snapshot();
        let Some(world) = &snapshot.world else { return false };
        let open = snapshot.unchecked();
        if !open.is_empty() {
            self.crew.together(|| {
                open.par_iter().take_any(SLICE).for_each(|(id, cell)| {
                    cell.entry(world, id);
                });
            });
            return false;
        }
        let sender = self.sender.clone();
        let all = Arc::clone(&snapshot);
        std::thread::spawn(move || {
            let (generation, found) = (all.generation, all.compare_roles());
            let _ = sender.send(News::Between { generation, found });
        });
        true
    }
}
