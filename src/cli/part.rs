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

/// Roles that a part makes for each thread: so many that to begin again takes a few
/// hundredths of its time.
const SIZE: usize = 128;

/// A part of a run, which is most often all of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// How many roles it makes for each thread.
    size: usize,
    /// The last role that the parts before it looked at. The last part of all has none: it
    /// looks at all roles again, to say what there is to say of them.
    #[serde(default)]
    after: Option<String>,
    /// What the parts before it came to.
    #[serde(default)]
    pub(super) earlier: Share,
    /// How many files they wrote.
    #[serde(default)]
    pub(super) written: usize,
    /// The length of the manifest when the run began.
    #[serde(default)]
    pub(super) began: Option<u64>,
    /// How long they took, in milliseconds.
    #[serde(default)]
    took: u64,
    #[serde(skip, default = "Instant::now")]
    started: Instant,
}

/// What a part came to.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    /// How many roles it made.
    pub(super) made: usize,
    /// How many roles have no documents: they have errors, or are in none of the languages.
    pub(super) left_out: usize,
}

/// What a part leaves to the next one.
#[derive(Debug)]
pub(super) struct Rest {
    /// The last role that was looked at; none if there are no others.
    pub(super) after: Option<String>,
    /// How many files were written.
    pub(super) written: usize,
    /// The length of the manifest when the run began.
    pub(super) began: u64,
}

impl Part {
    /// All of a run.
    pub(super) fn whole() -> Self {
        let (earlier, started) = (Share::default(), Instant::now());
        Self { size: usize::MAX, after: None, earlier, written: 0, began: None, took: 0, started }
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
        self.began.is_some()
    }

    /// Whether another part must follow when it has looked at all its roles.
    pub(super) fn is_followed(&self) -> bool {
        self.after.is_some()
    }

    /// How many roles it makes at the most.
    pub(super) fn limit(&self, threads: usize) -> usize {
        self.size.saturating_mul(threads)
    }

    /// The roles that it looks at, of all; they are in order.
    pub(super) fn roles<'a>(&self, ids: &'a [String]) -> &'a [String] {
        match &self.after {
            Some(after) => &ids[ids.partition_point(|id| id <= after)..],
            None => ids,
        }
    }

    /// How long the run has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_millis(self.took) + self.started.elapsed()
    }

    /// What it and the parts before it came to. The last part of all looks at all roles again.
    pub(super) fn share(&self, own: Share) -> Share {
        let Share { made, left_out } = if self.is_followed() { self.earlier } else { Share::default() };
        Share { made: made + own.made, left_out: left_out + own.left_out }
    }

    /// Goes on in a new process, which takes the place of this one. Comes back where that
    /// cannot be, with all that is left as one part.
    pub(super) fn go_on(self, own: Share, rest: Rest) -> Self {
        let next = Self {
            size: if rest.after.is_some() { self.size } else { usize::MAX },
            earlier: self.share(own),
            written: self.written + rest.written,
            began: Some(rest.began),
            after: rest.after,
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
    fn a_part_goes_on_where_the_one_before_it_ended() {
        let ids = ["a", "b", "c"].map(str::to_string);
        let first = Part { size: 3, ..Part::whole() };
        assert_eq!((first.limit(2), first.is_later(), first.is_followed()), (6, false, false));
        assert_eq!(first.roles(&ids), ids);
        // What came in between is looked at by the last part.
        let next = Part { after: Some("aa".to_string()), began: Some(0), ..first };
        assert_eq!((next.is_later(), next.is_followed(), next.roles(&ids)), (true, true, &ids[1..]));
        let last = Part { after: None, ..next };
        assert_eq!((last.is_later(), last.is_followed(), last.roles(&ids)), (true, false, &ids[..]));
        assert_eq!(Part::whole().limit(64), usize::MAX);
    }

    #[test]
    fn what_is_handed_on_is_read_again() {
        let earlier = Share { made: 6, left_out: 1 };
        let after = Some("b".to_string());
        let part = Part { after, earlier, written: 18, began: Some(7), ..Part::whole() };
        let read: Part = serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap();
        assert_eq!((read.size, read.after.as_deref(), read.written), (usize::MAX, Some("b"), 18));
        assert_eq!((read.earlier.made, read.earlier.left_out, read.began), (6, 1, Some(7)));
        assert!(serde_json::from_str::<Part>(r#"{"size": 3}"#).is_ok());
    }
}
