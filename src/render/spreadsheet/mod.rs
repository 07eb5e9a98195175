//! Owns tables as files of spreadsheets: CSV and XLSX. May import `view`.

mod text;
mod workbook;

pub use text::csv;
pub use workbook::xlsx;
