//! Owns that a build of many roles goes on in the memory of a new process after some of
//! them. May import everything but the commands.
//!
//! Typst's memo keeps the capacity of its tables, and each document that is larger than all
//! before it makes them grow: 10,000 roles took 184 MB in one process, and take no more than
//! their first thousand in several. What an earlier part did is in the manifest, from which
//! any run goes on; only what the last line of a run says of all parts is handed on.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::config::{BuildConfig, PART};
use crate::render::Target;

/// Roles that a part makes for each thread: so many that to begin again takes a hundredth of
/// its time.
const SIZE: usize = 500;

/// A part of a run, which is most often all of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// How many roles it makes for each thread.
    size: usize,
    /// How many roles the parts before it made.
    #[serde(default)]
    pub(super) roles: usize,
    /// How many files they wrote.
    #[serde(default)]
    pub(super) written: usize,
    /// How many roles the part before it had to make, if there was one.
    #[serde(default)]
    had: Option<usize>,
    /// The length of the manifest when the run began.
    #[serde(default)]
    pub(super) began: Option<u64>,
    /// How long they took, in milliseconds.
    #[serde(default)]
    took: u64,
    #[serde(skip, default = "Instant::now")]
    started: Instant,
}

/// What a part did.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Share {
    /// How many roles it had to make.
    pub(super) had: usize,
    /// How many of them have their documents now, and need not be made again.
    pub(super) made: usize,
    /// Whether some are left to the next part.
    pub(super) is_over: bool,
}

impl Part {
    /// All of a run.
    pub(super) fn whole() -> Self {
        let started = Instant::now();
        Self { size: usize::MAX, roles: 0, written: 0, had: None, began: None, took: 0, started }
    }

    /// The part of a run that this process is to do.
    pub(super) fn of(config: &BuildConfig) -> Self {
        // Nothing but a PDF makes the memory grow.
        let is_divided = cfg!(unix)
            && !config.watch
            && !config.mode.dry
            && config.emit.is_none()
            && config.targets.contains(&Target::Pdf);
        if !is_divided {
            return Self::whole();
        }
        let handed_on = config.part.as_ref().and_then(|text| serde_json::from_str(text).ok());
        handed_on.unwrap_or_else(|| Self { size: SIZE, ..Self::whole() })
    }

    /// Whether it is another one than the first.
    pub(super) fn is_later(&self) -> bool {
        self.had.is_some()
    }

    /// How many roles it makes at the most, of so many that there are to make. All of them
    /// if they have not become fewer: then what the manifest says holds no longer, and one
    /// part after the other would begin anew.
    pub(super) fn limit(&self, open: usize, threads: usize) -> usize {
        let fewer = self.had.is_none_or(|had| open < had);
        if fewer { self.size.saturating_mul(threads) } else { usize::MAX }
    }

    /// How long the run has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_millis(self.took) + self.started.elapsed()
    }

    /// Goes on in a new process, which takes the place of this one, after so many files were
    /// written; `began` is the length of the manifest when the run did. Comes back where that
    /// cannot be, with all that is left as one part.
    pub(super) fn go_on(self, share: Share, written: usize, began: u64) -> Self {
        let next = Self {
            size: self.size,
            roles: self.roles + share.made,
            written: self.written + written,
            had: Some(share.had),
            began: Some(began),
            took: u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX),
            started: Instant::now(),
        };
        next.replace_process();
        Self { size: usize::MAX, ..next }
    }

    #[cfg(unix)]
    fn replace_process(&self) {
        use std::os::unix::process::CommandExt;
        let Ok(program) = std::env::current_exe() else { return };
        let mut typed = std::env::args_os();
        let mut command = std::process::Command::new(program);
        if let Some(name) = typed.next() {
            command.arg0(name);
        }
        let handed_on = serde_json::to_string(self).expect("a part is JSON");
        // It returns only where it failed: then this process goes on.
        let _ = command.args(typed).env(PART, handed_on).exec();
    }

    #[cfg(not(unix))]
    fn replace_process(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_makes_some_and_all_where_they_do_not_become_fewer() {
        let first = Part { size: 3, ..Part::whole() };
        assert_eq!((first.limit(100, 2), first.is_later()), (6, false));
        let next = Part { had: Some(100), ..first };
        assert_eq!((next.limit(94, 2), next.is_later()), (6, true));
        assert_eq!(next.limit(100, 2), usize::MAX);
        assert_eq!(Part::whole().limit(1_000_000, 64), usize::MAX);
    }

    #[test]
    fn what_is_handed_on_is_read_again() {
        let part = Part { size: 3, roles: 6, written: 18, had: Some(9), began: Some(7), ..Part::whole() };
        let read: Part = serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap();
        assert_eq!((read.size, read.roles, read.written, read.had, read.began), (3, 6, 18, Some(9), Some(7)));
        assert!(serde_json::from_str::<Part>(r#"{"size": 3}"#).is_ok());
    }
}
