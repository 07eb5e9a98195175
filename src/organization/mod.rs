//! Owns the organization that the roles of a library make together: its positions, and
//! who reports to whom, who decides what. May import `resolve` and everything below it,
//! `check` and `compare`.

mod lines;
mod matters;
mod positions;
mod units;

pub use lines::{Cut, Place, ReportingLines, Who};
pub use matters::{Fault, Holder, Matter, Part, faults, matters};
pub use positions::{Position, Positions, positions};
pub use units::Units;
