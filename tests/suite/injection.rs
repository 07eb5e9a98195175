//! Holds that no text of a role can run, in any place and target.
