//! Owns the command `schema`. May import everything but the
//! other commands.

use std::io::Write;

use super::args::{SchemaArgs, SchemaOf};
use super::{Failure, Outcome, verdict};
use crate::{compare, model, publish, render, site};

pub(super) fn run(args: &SchemaArgs) -> Result<Outcome, Failure> {
    let schema = match args.of {
        SchemaOf::Role => model::generate_role_schema(),
        SchemaOf::Library => model::generate_library_schema(),
        SchemaOf::Theme => model::generate_theme_schema(),
        SchemaOf::Wording => model::generate_wording_schema(),
        SchemaOf::Comparison => compare::schema(),
        SchemaOf::Jobs => site::board_schema(),
        SchemaOf::Esign => render::esign_schema(),
        SchemaOf::Verify => verdict::schema(),
        SchemaOf::Release => publish::release_schema(),
    };
    writeln!(std::io::stdout().lock(), "{schema:#}")?;
    Ok(Outcome::Fine)
}
