//! Owns the one type in which every stage reports what it found. May import
//! nothing of rolebook but `source`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::source::Span;

/// What is wrong, in both languages that rolebook speaks. Lower case, no full
/// stop, names the value that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// In English.
    pub en: String,
    /// In Simplified Chinese.
    pub zh_cn: String,
}

impl Message {
    /// A message in both languages.
    pub fn new(en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        Self { en: en.into(), zh_cn: zh_cn.into() }
    }

    /// A message that reads the same in both languages, such as an excerpt.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: text.clone(), zh_cn: text }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The role is left out.
    Error,
    /// The role is built; somebody should look.
    Warning,
    /// Worth knowing; nothing needs to be done.
    Info,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// What kind of finding it is; stable, so that scripts can rely on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)+
            /// What a rule that is data found, by the rule's own code.
            Rule(RuleCode),
        }

        impl Code {
            /// Every code that is not a rule's that is data.
            pub const BUILT_IN: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is printed and configured.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Rule(code) => code.0,
                }
            }
        }
    };
}

codes! {
    /// A file cannot be read.
    UnreadableFile = "unreadable_file",
    /// A file is larger than rolebook reads.
    FileTooLarge = "file_too_large",
    /// A file is not UTF-8.
    InvalidUtf8 = "invalid_utf8",
    /// A text is not JSON.
    SyntaxError = "syntax_error",
    /// Lists and objects are nested too deeply.
    NestingTooDeep = "nesting_too_deep",
    /// An object has a key twice.
    DuplicateKey = "duplicate_key",
    /// A text holds a character that cannot be printed.
    ControlCharacter = "control_character",
    /// A value is of another type than the model's.
    WrongType = "wrong_type",
    /// A key is not the model's.
    UnknownKey = "unknown_key",
    /// A value is not one of those to choose from, or outside its range or form.
    InvalidValue = "invalid_value",
    /// Something in `roles/` is no role, or there is none.
    NotARole = "not_a_role",
    /// Something in `fonts/` is no font.
    NotAFont = "not_a_font",
    /// A file's name is not an id.
    InvalidId = "invalid_id",
    /// Two items of one list have the same id.
    DuplicateId = "duplicate_id",
    /// An id refers to nothing.
    BrokenReference = "broken_reference",
    /// An item of a list does not say what it is about.
    IncompleteItem = "incomplete_item",
    /// Roles extend each other in a circle.
    ExtendsCycle = "extends_cycle",
    /// A role that is named has errors of its own.
    NamedRoleHasErrors = "named_role_has_errors",
    /// The base of a role has errors of its own.
    BaseHasErrors = "base_has_errors",
    /// A placeholder has no value.
    UnresolvedPlaceholder = "unresolved_placeholder",
    /// A role, or a section of its own, has no title.
    MissingTitle = "missing_title",
    /// A text lacks the language of the document.
    MissingTranslation = "missing_translation",
    /// A text is still that of the skeleton which `rolebook new` writes.
    Unwritten = "unwritten",
    /// A requested language is not one of the role's.
    LanguageNotAvailable = "language_not_available",
    /// An opening lacks what it must say to be published.
    IncompleteOpening = "incomplete_opening",
    /// The site has no address, or one that it cannot stand under.
    InvalidBaseUrl = "invalid_base_url",
    /// A link of the site leads nowhere.
    LostLink = "lost_link",
    /// Words that were to find a place to sign stand elsewhere too.
    AmbiguousKeyword = "ambiguous_keyword",
    /// A template cannot be parsed or rendered.
    TemplateError = "template_error",
    /// No font has a character.
    MissingGlyph = "missing_glyph",
    /// A theme names a font that is not there.
    MissingFont = "missing_font",
    /// Typesetting failed.
    TypesetError = "typeset_error",
    /// Text stands outside its cell or its page.
    TextOverflow = "text_overflow",
}

/// The code of a rule that is data. Cheap to copy: each code is kept once, for as long
/// as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleCode(&'static str);

impl RuleCode {
    /// The code with these letters.
    pub fn new(code: &str) -> Self {
        static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = known.get(code) {
            return Self(kept);
        }
        let kept: &'static str = Box::leak(code.into());
        known.insert(kept);
        Self(kept)
    }

    /// Its letters.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Another place that belongs to a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: Message,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found.
    pub message: Message,
    /// Where; `None` only where there is no text to point at.
    pub span: Option<Span>,
    /// Whom it concerns, where there is no text to point at: a path or an id.
    pub subject: Option<String>,
    /// JSON Pointer (RFC 6901) to the value in its role.
    pub pointer: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Why it is one, where its rule gives a reason.
    pub reason: Option<Message>,
    /// What to do about it.
    pub hints: Vec<Message>,
    /// What to say of it on one line, where many of its kind in one file are
    /// reported as one.
    pub brief: Option<Message>,
    /// Whether an exception that the author claims for the value justifies it, so that
    /// it is reported and no fault.
    pub honored: bool,
    /// The one safe answer to it, if there is one.
    pub fix: Option<Fix>,
}

/// What a text becomes by which a finding is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The part of the text, as it was written.
    pub span: Span,
    /// What takes its place, as it is to be written.
    pub with: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, message: Message) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message,
            span: None,
            subject: None,
            pointer: None,
            related: Vec::new(),
            reason: None,
            hints: Vec::new(),
            brief: None,
            honored: false,
            fix: None,
        }
    }

    /// A warning.
    pub fn warning(code: Code, message: Message) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// What is worth knowing.
    pub fn info(code: Code, message: Message) -> Self {
        Self { severity: Severity::Info, ..Self::error(code, message) }
    }

    /// Points at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Names what it concerns, where there is no text to point at.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds the pointer to the value.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, span: Span, message: Message) -> Self {
        self.related.push(Related { span, message });
        self
    }

    /// Lets it be reported together with others of its kind.
    #[must_use]
    pub fn brief(mut self, en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        self.brief = Some(Message::new(en, zh_cn));
        self
    }

    /// Gives the one safe answer to it.
    #[must_use]
    pub fn fix(mut self, span: Span, with: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, with: with.into() });
        self
    }

    /// Says why it is one.
    #[must_use]
    pub fn reason(mut self, en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        self.reason = Some(Message::new(en, zh_cn));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, en: impl Into<String>, zh_cn: impl Into<String>) -> Self {
        self.hints.push(Message::new(en, zh_cn));
        self
    }
}

/// The choice nearest to what was written, if one is near enough to be meant.
pub fn did_you_mean<'a>(found: &str, choices: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f64, &str)> = None;
    let found_length = found.chars().count();
    for choice in choices {
        let choice_length = choice.chars().count();
        let length = found_length.max(choice_length).max(1);
        // They differ by at least as many letters as one is longer: no need to count in a
        // text of a million.
        if found_length.abs_diff(choice_length) * 10 > length * 4 {
            continue;
        }
        let score = strsim::damerau_levenshtein(&found.to_lowercase(), &choice.to_lowercase());
        #[expect(clippy::cast_precision_loss, reason = "lengths of words")]
        let distance = score as f64 / length as f64;
        // Up to four letters in ten may differ: `dutes`, `titel`, `repots_to`.
        if distance <= 0.4 && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, choice));
        }
    }
    best.map(|(_, choice)| choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_code_is_its_letters_and_kept_once() {
        let (first, again) = (RuleCode::new("limits_gender"), RuleCode::new(&String::from("limits_gender")));
        assert_eq!(Code::Rule(first), Code::Rule(again));
        assert!(std::ptr::eq(first.as_str(), again.as_str()));
        assert_ne!(Code::Rule(first), Code::Rule(RuleCode::new("limits_age")));
        assert_eq!(Code::Rule(first).as_str(), "limits_gender");
    }

    #[test]
    fn did_you_mean_finds_a_slip_and_rejects_a_stranger() {
        assert_eq!(did_you_mean("dutes", ["title", "duties"]), Some("duties"));
        assert_eq!(did_you_mean("Titel", ["title", "duties"]), Some("title"));
        assert_eq!(did_you_mean("salary", ["title", "duties"]), None);
    }
}
