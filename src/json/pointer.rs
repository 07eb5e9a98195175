//! Owns the way to a value, as a walk knows it and as it is said: a JSON Pointer
//! (RFC 6901). May import nothing of rolebook.

use std::fmt;

/// The way to a value that a walk has come to. It costs nothing until somebody asks for
/// it in words: of ten thousand values few are named in a finding.
#[derive(Debug, Clone, Copy)]
pub enum Pointer<'a> {
    /// To the value that the walk began with.
    Root,
    /// To the value of a key.
    Key(&'a Pointer<'a>, &'a str),
    /// To an item of a list, from 0.
    Item(&'a Pointer<'a>, usize),
}

impl<'a> Pointer<'a> {
    /// One step further, to the value of a key.
    pub fn key(&'a self, key: &'a str) -> Self {
        Self::Key(self, key)
    }

    /// One step further, to an item.
    pub fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// The last step, and the way before it: a key, or nothing for an item. None at the
    /// root.
    pub fn last(&self) -> Option<(&'a Self, &'a str)> {
        match *self {
            Self::Root => None,
            Self::Key(before, key) => Some((before, key)),
            Self::Item(before, _) => Some((before, "")),
        }
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(before, key) if key.contains(['~', '/']) => {
                write!(f, "{before}/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Self::Key(before, key) => write!(f, "{before}/{key}"),
            Self::Item(before, index) => write!(f, "{before}/{index}"),
        }
    }
}

impl From<&Pointer<'_>> for String {
    fn from(pointer: &Pointer<'_>) -> Self {
        pointer.to_string()
    }
}

/// A JSON Pointer with one more step.
pub fn join_pointer(pointer: &str, step: impl fmt::Display) -> String {
    use fmt::Write as _;
    let mut joined = String::with_capacity(pointer.len() + 16);
    joined.push_str(pointer);
    joined.push('/');
    let start = joined.len();
    let _ = write!(joined, "{step}");
    if joined[start..].contains(['~', '/']) {
        let step = joined.split_off(start);
        joined.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_said_as_a_pointer() {
        let (root, key) = (Pointer::Root, "a/b~c");
        let list = root.key(key);
        assert_eq!(list.item(3).key("d").to_string(), "/a~1b~0c/3/d");
        assert_eq!(join_pointer("", key), list.to_string());
        assert_eq!(root.to_string(), "");
    }
}
