//! Owns how far a run is, as a terminal shows it. May import everything but the commands.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use super::config::UiLanguage;

/// What shows in a terminal how far so many things are, how fast it goes, and how long it
/// will take; nothing where there is no terminal.
pub(super) fn progress_bar(number: usize, ui: UiLanguage) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len}{rest}").expect("a template");
    let style = style.with_key("rest", move |state: &ProgressState, line: &mut dyn Write| {
        let _ = line.write_str(&rest(state.per_sec(), state.eta(), ui));
    });
    ProgressBar::new(number as u64).with_style(style)
}

/// How many are done in a second, and the time that is left; nothing before that is known.
fn rest(per_second: f64, left: Duration, ui: UiLanguage) -> String {
    if per_second <= 0.0 || !per_second.is_finite() {
        return String::new();
    }
    let rate = if per_second < 10.0 { format!("{per_second:.1}") } else { format!("{per_second:.0}") };
    let left = time(left, ui);
    match ui {
        UiLanguage::En => format!(", {rate} per second, {left} left"),
        UiLanguage::ZhCn => format!("，每秒 {rate} 个，剩余 {left}"),
    }
}

/// A time to the second, above a minute to the minute.
fn time(time: Duration, ui: UiLanguage) -> String {
    let seconds = time.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds.div_ceil(60));
    match (ui, seconds, hours) {
        (UiLanguage::En, ..60, _) => format!("{seconds} s"),
        (UiLanguage::ZhCn, ..60, _) => format!("{seconds} 秒"),
        (UiLanguage::En, _, 0) => format!("{minutes} min"),
        (UiLanguage::ZhCn, _, 0) => format!("{minutes} 分钟"),
        (UiLanguage::En, ..) => format!("{hours} h {} min", seconds % 3600 / 60),
        (UiLanguage::ZhCn, ..) => format!("{hours} 小时 {} 分钟", seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_the_time_left_are_said_in_both_languages() {
        let of = |per_second, seconds, ui| rest(per_second, Duration::from_secs(seconds), ui);
        assert_eq!(of(1.3502, 215, UiLanguage::En), ", 1.4 per second, 4 min left");
        assert_eq!(of(123.4, 59, UiLanguage::En), ", 123 per second, 59 s left");
        assert_eq!(of(12.0, 7_500, UiLanguage::En), ", 12 per second, 2 h 5 min left");
        assert_eq!(of(12.0, 14, UiLanguage::ZhCn), "，每秒 12 个，剩余 14 秒");
        assert_eq!(of(0.5, 3_660, UiLanguage::ZhCn), "，每秒 0.5 个，剩余 1 小时 1 分钟");
        assert_eq!(of(0.0, 0, UiLanguage::En), "");
        assert_eq!(of(f64::INFINITY, 0, UiLanguage::En), "");
    }
}
