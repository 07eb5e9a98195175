//! Owns the section that is signed. May import what `build` may.

use super::Builder;
use crate::model::{Party, Term};
use crate::view::rich::Rich;
use crate::view::{Body, SignatureView};

impl Builder<'_> {
    /// The role's own sign-off, into which `resolve` has put what it leaves to
    /// the library.
    pub(super) fn sign_off(&self) -> Option<Body> {
        let sign_off = self.role.sign_off.as_ref()?;
        let statement = self.optional(sign_off.statement.as_ref(), "/sign_off/statement");
        let blocks: Vec<SignatureView> = sign_off
            .blocks
            .iter()
            .enumerate()
            .map(|(index, block)| {
                let at = format!("/sign_off/blocks/{index}");
                let party = block.party.unwrap_or(Party::JobHolder);
                // A block without a word at its head is nobody's, on paper and in a form.
                let given = self.optional(block.label.as_ref(), &format!("{at}/label"));
                let label = if given.to_plain().trim().is_empty() {
                    Rich::plain(self.locale.term(party), format!("{at}/party"))
                } else {
                    given
                };
                SignatureView {
                    party: party.key(),
                    label,
                    name: self.optional(block.name.as_ref(), &format!("{at}/name")),
                    title: self.optional(block.title.as_ref(), &format!("{at}/title")),
                    date: block.date.unwrap_or(true),
                    seal: block.seal.unwrap_or(false),
                    lock: block.lock,
                }
            })
            .collect();
        (!blocks.is_empty() || !statement.is_empty()).then_some(Body::SignOff { statement, blocks })
    }
}
