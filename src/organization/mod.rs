//! Owns the organization that the roles of a library make together: its positions, and
//! who reports to whom. May import `resolve` and everything below it, and `check`.

mod lines;
mod positions;

pub use lines::{Cut, Place, ReportingLines, Who};
pub use positions::{Position, Positions, UnitOrder, positions};
