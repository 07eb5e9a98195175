//! Owns how many things are worked on at once, and that Ctrl-C stops between two of
//! them. May import everything but the commands.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Failure;
use crate::diagnostic::Message;

/// The stack of a thread, in bytes: that of a main thread, on which Typst itself runs.
pub(super) const STACK: usize = 8 * 1024 * 1024;

/// The threads of a run: the same ones for one thing that shares its work out and for many
/// things at once, since each thread keeps memory of its own.
///
/// Typst lays out pages in parallel, and a thread that waits for a page takes up what else
/// there is to do. Were that another role, roles would nest on one stack, and so many were
/// in memory at once. So a thread goes from role to role by itself, and what it can take up
/// of others are their pages.
pub(super) struct Crew {
    pool: ThreadPool,
}

impl Crew {
    /// So many threads; one per core for 0.
    pub(super) fn of(threads: usize) -> Result<Self, Failure> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
        let pool = pool.map_err(|error| {
            Failure::Environment(Message::new(
                format!("cannot start threads: {error}"),
                format!("无法启动线程：{error}"),
            ))
        })?;
        Ok(Self { pool })
    }

    /// How many things are worked on at once.
    pub(super) fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Does one thing that shares its work out by itself.
    pub(super) fn together<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }

    /// Does the same to each of these, and gives what came of them in their order. The
    /// first failure ends it; after Ctrl-C, what comes is of the first ones only.
    pub(super) fn each<T: Sync, R: Send, E: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> Result<R, E> + Sync,
    ) -> Result<Vec<R>, E> {
        if let [only] = items {
            return if asked_to_stop() {
                Ok(Vec::new())
            } else {
                self.together(|| std::iter::once(work(only)).collect())
            };
        }
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let done = Mutex::new(Vec::with_capacity(items.len()));
        self.pool.broadcast(|_| {
            while !failed.load(Ordering::Relaxed) && !asked_to_stop() {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(at) else { break };
                let result = work(item);
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_unstable_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, result)| result).collect()
    }
}

/// Memory in pages of 4 KiB, for what looks at a whole library: of 1,000 roles it takes
/// 130 MB instead of 184 MB so. A single document takes a tenth less time in large ones.
pub(super) fn prefer_small_pages() {
    // A kernel that cannot do it makes no other document.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Whether somebody pressed Ctrl-C.
static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on, Ctrl-C stops between two things; pressed again, at once.
pub(super) fn stop_between() {
    // Where it cannot be heard, it ends the program as ever.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(super::STOPPED.into());
        }
    });
}

/// Whether the work is to stop.
pub(super) fn asked_to_stop() -> bool {
    ASKED.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn no_thread_takes_up_a_thing_while_it_is_at_another() {
        thread_local!(static DEPTH: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });
        let crew = Crew::of(4).unwrap();
        let items: Vec<usize> = (0..200).collect();
        let deepest = AtomicUsize::new(0);
        let done = crew.each(&items, |&item| {
            let depth = DEPTH.get() + 1;
            DEPTH.set(depth);
            deepest.fetch_max(depth, Ordering::Relaxed);
            let sum: usize = (0..64_usize).into_par_iter().map(|part| part * item).sum();
            DEPTH.set(depth - 1);
            Ok::<_, ()>(sum)
        });
        assert_eq!(done.unwrap(), items.iter().map(|item| item * 2016).collect::<Vec<_>>());
        assert_eq!(deepest.into_inner(), 1);
    }

    #[test]
    fn the_first_failure_ends_it() {
        let crew = Crew::of(1).unwrap();
        let items: Vec<usize> = (0..1000).collect();
        let begun = AtomicUsize::new(0);
        let result = crew.each(&items, |&item| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item == 5 { Err(item) } else { Ok(item) }
        });
        assert_eq!(result, Err(5));
        assert_eq!(begun.into_inner(), 6);
    }
}
