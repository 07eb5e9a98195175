//! Owns texts in one or more languages. May import nothing of rolebook.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A language that rolebook writes documents in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
pub enum Language {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Every language, in the order in which they are listed to people.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The BCP 47 tag, as it is written in JSON, in `lang` attributes and in
    /// output folders.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language that somebody means who writes this in place of its tag.
    pub fn meant(word: &str) -> Option<Self> {
        match &*word.trim().to_lowercase().replace('_', "-") {
            "zh" | "cn" | "zh-cn" | "zh-hans" | "zh-hans-cn" | "zhcn" | "chs" | "chinese" | "中文"
            | "汉语" | "简体中文" | "中文（简体）" => Some(Self::ZhCn),
            "en" | "eng" | "en-us" | "en-gb" | "english" | "英文" | "英语" => Some(Self::En),
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// What languages a document is in: one, or two beside each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    /// The language; of two, the one on the left.
    pub first: Language,
    /// The language on the right.
    pub second: Option<Language>,
}

impl Edition {
    /// The edition that is written like this: `zh-CN`, or `zh-CN+en` for two
    /// different languages.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let (first, second) = match tag.split_once('+') {
            Some((first, second)) => (first, Some(Language::from_tag(second)?)),
            None => (tag, None),
        };
        let first = Language::from_tag(first)?;
        (second != Some(first)).then_some(Self { first, second })
    }

    /// Its languages.
    pub fn languages(self) -> impl Iterator<Item = Language> {
        std::iter::once(self.first).chain(self.second)
    }
}

impl From<Language> for Edition {
    fn from(first: Language) -> Self {
        Self { first, second: None }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.second {
            Some(second) => write!(f, "{}+{second}", self.first),
            None => write!(f, "{}", self.first),
        }
    }
}

/// A text: one string that serves every language, or one string per language.
/// Markdown is allowed inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// The same words in every language.
    Plain(String),
    /// Words per language; a language that is absent or blank is a missing
    /// translation.
    Localized(Localized),
}

/// The strings of a [`Text`] that differs by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Localized {
    /// The Simplified Chinese words.
    #[serde(rename = "zh-CN", skip_serializing_if = "Option::is_none")]
    pub zh_cn: Option<String>,
    /// The English words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// What is written for exactly this language, be it empty; a plain text is
    /// written for every one.
    pub fn written(&self, language: Language) -> Option<&str> {
        match (self, language) {
            (Self::Plain(text), _) => Some(text),
            (Self::Localized(texts), Language::ZhCn) => texts.zh_cn.as_deref(),
            (Self::Localized(texts), Language::En) => texts.en.as_deref(),
        }
    }

    /// The words in exactly this language; a string of white space has none.
    pub fn get(&self, language: Language) -> Option<&str> {
        self.written(language).filter(|text| !text.trim().is_empty())
    }

    /// The text with each of its strings changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Plain(text) => Self::Plain(change(text)),
            Self::Localized(texts) => Self::Localized(Localized {
                zh_cn: texts.zh_cn.as_deref().map(&change),
                en: texts.en.as_deref().map(&change),
            }),
        }
    }

    /// The words in this language, or else in the first language that has any.
    /// The language that was found comes along; `None` for a plain text.
    pub fn get_or_any(&self, language: Language) -> Option<(&str, Option<Language>)> {
        if let Self::Plain(_) = self {
            return Some((self.get(language)?, None));
        }
        std::iter::once(language)
            .chain(Language::ALL)
            .find_map(|language| Some((self.get(language)?, Some(language))))
    }
}

// Written by hand: serde would first copy whatever it finds and then try one after the
// other, for each of some hundred texts of a role.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;

        impl<'de> Visitor<'de> for Words {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or one per language")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text::Plain(text.to_string()))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, texts: A) -> Result<Text, A::Error> {
                Localized::deserialize(de::value::MapAccessDeserializer::new(texts)).map(Text::Localized)
            }
        }

        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    // Written by hand: a union of `type`s, not an `anyOf`, gives an editor and
    // the conformance walk one plain sentence to say.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text (Markdown allowed): one string for every language, or one string per language",
            "type": ["string", "object", "null"],
            "properties": {
                "zh-CN": { "description": "Simplified Chinese", "type": ["string", "null"] },
                "en": { "description": "English", "type": ["string", "null"] },
            },
            "additionalProperties": false,
        })
    }
}
