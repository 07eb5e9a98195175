//! Owns which matters there are authorities over, and who has which: what several roles
//! have authority over is one matter, and what is amiss with it is noted. May import
//! `lines`, `compare` and everything below them.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{ReportingLines, Who};
use super::positions::Position;
use crate::compare::{SAME_FROM, alike};
use crate::markdown;
use crate::model::{
    Authority, AuthorityDomain, AuthorityLimit, AuthorityRight, AuthorityRights, Language, RoleReference,
    Text,
};

/// From this similarity on, two matters are one though their words differ. Of the sample
/// library's matters no two reach it; what differs in scope alone (heads of department and
/// below, those below them) stays below.
const ONE_FROM: f64 = 0.85;

/// From this similarity on, two matters may be one: somebody should look.
const MAYBE_FROM: f64 = 0.6;

/// A matter.
#[derive(Debug)]
pub struct Matter<'a> {
    /// The domain that the first of its holders names.
    pub domain: Option<AuthorityDomain>,
    /// The words of the first.
    pub words: &'a Text,
    /// Who has authority over it, superiors before those below them.
    pub holders: Vec<Holder<'a>>,
}

/// Somebody who has authority over a matter.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Where in the reporting lines.
    pub place: usize,
    /// Who.
    pub position: &'a Position,
    /// Which authority.
    pub authority: &'a Authority,
}

/// What is amiss with a matter.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault<'a> {
    /// Some propose or review it, and nobody decides.
    NobodyDecides(usize),
    /// Somebody both proposes it and decides.
    ProposesAndDecides(usize, &'a str),
    /// Two of one unit decide up to the same limit.
    SameLimit(usize, &'a str, &'a str),
    /// Somebody may decide more than a superior.
    AboveSuperior(usize, &'a str, &'a str),
    /// What is beyond the limits goes to a role that has no right to decide these matters.
    DecidesNothingBeyond(&'a str, Vec<usize>),
    /// The roles do not agree on the domain.
    Domains(usize, Vec<AuthorityDomain>),
    /// The roles have different words for it.
    Words(usize, Vec<&'a Text>),
    /// Another matter may be the same.
    Alike(usize, usize),
}

/// What a right means for a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// To propose or recommend.
    Propose,
    /// To review or confirm.
    Review,
    /// To approve or decide.
    Decide,
    /// To carry out or allocate.
    Execute,
    /// To supervise, inspect, accept or evaluate.
    Supervise,
    /// To be informed or to report.
    Inform,
}

impl Part {
    /// Every part, in the order of the work.
    pub const ALL: [Self; 6] =
        [Self::Propose, Self::Review, Self::Decide, Self::Execute, Self::Supervise, Self::Inform];

    /// The part that a right has.
    pub fn of(right: AuthorityRight) -> Self {
        use AuthorityRight as R;
        match right {
            R::Propose | R::Recommend => Self::Propose,
            R::Review | R::Confirm => Self::Review,
            R::Approve | R::Decide => Self::Decide,
            R::Execute | R::Allocate => Self::Execute,
            R::Supervise | R::Inspect | R::Accept | R::Evaluate => Self::Supervise,
            R::BeInformed | R::Report => Self::Inform,
        }
    }
}

impl<'a> Holder<'a> {
    /// The rights, in the order of the work.
    pub fn rights(&self) -> &'a [AuthorityRight] {
        self.authority.right.as_ref().map(AuthorityRights::as_slice).unwrap_or_default()
    }

    /// Whether one of the rights has this part.
    pub fn has(&self, part: Part) -> bool {
        self.rights().iter().any(|&right| Part::of(right) == part)
    }
}

/// The matters of an organization by domain, in the order of those who have them; an
/// authority that does not say what it is over is none.
pub fn matters<'a>(lines: &ReportingLines<'a>) -> Vec<Matter<'a>> {
    let mut all: Vec<Holder<'a>> = Vec::new();
    for place in lines.in_order() {
        if let Who::Role(position) = lines.places[place].who
            && !position.is_archived()
        {
            let own = position.authorities.iter().filter(|authority| authority.matter.is_some());
            all.extend(own.map(|authority| Holder { place, position, authority }));
        }
    }
    let mut groups: Vec<Matter<'a>> = Vec::new();
    let mut of_root: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, root) in joined(&all).into_iter().enumerate() {
        let holder = all[index];
        let Some(words) = &holder.authority.matter else { continue };
        let at = *of_root.entry(root).or_insert_with(|| {
            groups.push(Matter { domain: None, words, holders: Vec::new() });
            groups.len() - 1
        });
        groups[at].domain = groups[at].domain.or(holder.authority.domain);
        groups[at].holders.push(holder);
    }
    let rank = |domain: Option<AuthorityDomain>| {
        domain.and_then(|it| AuthorityDomain::ALL.iter().position(|&known| known == it)).unwrap_or(usize::MAX)
    };
    groups.sort_by_key(|matter| rank(matter.domain));
    groups
}

/// Pairs of texts that are about the same thing at least so much in every language that
/// both have, and how much: a matrix has the same rows in every language.
fn alike_in_all(texts: &[Option<&Text>], least: f64) -> Vec<(usize, usize, f64)> {
    let has = |index: usize, language| texts[index].is_some_and(|text| text.get(language).is_some());
    let mut found: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    for language in Language::ALL {
        let words = texts.iter().map(|text| text.and_then(|text| text.get(language)).map(markdown::plain));
        let words: Vec<String> = words.map(Option::unwrap_or_default).collect();
        for (one, other, similarity) in alike(&words, least) {
            found.entry((one, other)).or_default().push(similarity);
        }
    }
    let in_all = found.into_iter().filter_map(|((one, other), similarities)| {
        let languages = Language::ALL.into_iter().filter(|&it| has(one, it) && has(other, it)).count();
        let least = similarities.iter().copied().fold(1.0, f64::min);
        (similarities.len() == languages).then_some((one, other, least))
    });
    in_all.collect()
}

/// For each authority, the first one that is over the same matter.
fn joined(all: &[Holder<'_>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..all.len()).collect();
    fn root(first: &mut [usize], mut at: usize) -> usize {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        at
    }
    let mut join = |one: usize, other: usize| {
        let (one, other) = (root(&mut first, one), root(&mut first, other));
        let (low, high) = (one.min(other), one.max(other));
        first[high] = low;
    };
    // The same words, in any language.
    let mut by_words: BTreeMap<(Language, String), usize> = BTreeMap::new();
    for (index, holder) in all.iter().enumerate() {
        let Some(matter) = &holder.authority.matter else { continue };
        for language in Language::ALL {
            let words = matter.get(language).map(folded).filter(|words| !words.is_empty());
            if let Some(words) = words {
                join(*by_words.entry((language, words)).or_insert(index), index);
            }
        }
    }
    let texts: Vec<Option<&Text>> = all.iter().map(|holder| holder.authority.matter.as_ref()).collect();
    let digits = |index: usize| {
        let words = texts[index].and_then(|text| text.get_or_any(Language::ZhCn)).map_or("", |it| it.0);
        words.chars().filter(char::is_ascii_digit).collect::<String>()
    };
    for (one, other, similarity) in alike_in_all(&texts, SAME_FROM) {
        let (first, second) = (all[one], all[other]);
        let same_id = first.authority.id.is_some() && first.authority.id == second.authority.id;
        // What differs in a figure alone is another matter.
        if (similarity >= ONE_FROM || same_id) && digits(one) == digits(other) {
            join(one, other);
        }
    }
    // What variants take over from one base, and what it has itself, is the same, whatever
    // words they have for it.
    let mut by_base: BTreeMap<(&str, &str, String), usize> = BTreeMap::new();
    for (index, holder) in all.iter().enumerate() {
        if let Some(id) = &holder.authority.id {
            let base = holder.position.bases.last().unwrap_or(&holder.position.id);
            join(*by_base.entry((base.as_str(), id.as_str(), digits(index))).or_insert(index), index);
        }
    }
    (0..all.len()).map(|at| root(&mut first, at)).collect()
}

fn said(text: Option<&Text>, language: Language) -> String {
    text.and_then(|text| text.get_or_any(language))
        .map(|(words, _)| markdown::plain(words))
        .unwrap_or_default()
}

/// A text as it is compared: letters and digits, lower case.
fn folded(text: &str) -> String {
    markdown::plain(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is amiss with matters, by kind.
pub fn faults<'a>(matters: &[Matter<'a>], lines: &ReportingLines<'a>, language: Language) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut beyond: BTreeMap<&'a str, Vec<usize>> = BTreeMap::new();
    for (at, matter) in matters.iter().enumerate() {
        let deciders: Vec<&Holder<'a>> =
            matter.holders.iter().filter(|holder| holder.has(Part::Decide)).collect();
        let asks = |holder: &Holder<'_>| holder.has(Part::Propose) || holder.has(Part::Review);
        if deciders.is_empty() && matter.holders.iter().any(asks) {
            faults.push(Fault::NobodyDecides(at));
        }
        for holder in &deciders {
            if holder.has(Part::Propose) {
                faults.push(Fault::ProposesAndDecides(at, &holder.position.id));
            }
            let superior = holder.authority.escalates_to.as_ref().and_then(RoleReference::id);
            let of_library =
                superior.filter(|id| lines.places.iter().any(|place| place.who.id() == Some(id)));
            if let Some(superior) = of_library
                && deciders.iter().all(|other| other.position.id != superior)
            {
                let known = beyond.entry(superior).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        limits(at, &deciders, lines, &mut faults);
        let domains: Vec<AuthorityDomain> = AuthorityDomain::ALL
            .iter()
            .copied()
            .filter(|&domain| matter.holders.iter().any(|holder| holder.authority.domain == Some(domain)))
            .collect();
        if domains.len() > 1 {
            faults.push(Fault::Domains(at, domains));
        }
        let mut seen = BTreeSet::new();
        let words = matter.holders.iter().filter_map(|holder| holder.authority.matter.as_ref());
        let words: Vec<&'a Text> =
            words.filter(|text| seen.insert(folded(&said(Some(text), language)))).collect();
        if words.len() > 1 {
            faults.push(Fault::Words(at, words));
        }
    }
    faults.extend(beyond.into_iter().map(|(superior, at)| Fault::DecidesNothingBeyond(superior, at)));
    let texts: Vec<Option<&Text>> = matters.iter().map(|matter| Some(matter.words)).collect();
    let near = alike_in_all(&texts, MAYBE_FROM);
    faults.extend(near.into_iter().map(|(one, other, _)| Fault::Alike(one, other)));
    faults.sort_by_key(Fault::rank);
    faults
}

impl Fault<'_> {
    fn rank(&self) -> usize {
        match self {
            Self::NobodyDecides(_) => 0,
            Self::DecidesNothingBeyond(..) => 1,
            Self::AboveSuperior(..) => 2,
            Self::SameLimit(..) => 3,
            Self::ProposesAndDecides(..) => 4,
            Self::Domains(..) => 5,
            Self::Words(..) => 6,
            Self::Alike(..) => 7,
        }
    }

    /// The matters that it is about.
    pub fn matters(&self) -> Vec<usize> {
        match self {
            Self::NobodyDecides(at)
            | Self::ProposesAndDecides(at, _)
            | Self::SameLimit(at, ..)
            | Self::AboveSuperior(at, ..)
            | Self::Domains(at, _)
            | Self::Words(at, _) => vec![*at],
            Self::DecidesNothingBeyond(_, matters) => matters.clone(),
            Self::Alike(one, other) => vec![*one, *other],
        }
    }
}

/// What is amiss with the limits of those who decide a matter.
fn limits<'a>(at: usize, deciders: &[&Holder<'a>], lines: &ReportingLines<'_>, faults: &mut Vec<Fault<'a>>) {
    for (index, holder) in deciders.iter().enumerate() {
        for other in &deciders[index + 1..] {
            let (one, two) = (&holder.position.id, &other.position.id);
            // Those above stand before those below them.
            if lines.is_above(holder.place, other.place) {
                if reaches_further(other.authority.limit.as_ref(), holder.authority.limit.as_ref()) {
                    faults.push(Fault::AboveSuperior(at, two, one));
                }
            } else if holder.position.unit.is_some()
                && holder.position.unit == other.position.unit
                && holder.authority.limit == other.authority.limit
                && holder.authority.conditions == other.authority.conditions
            {
                faults.push(Fault::SameLimit(at, one, two));
            }
        }
    }
}

/// Whether a limit lets more pass than another one that is counted in the same way.
fn reaches_further(limit: Option<&AuthorityLimit>, other: Option<&AuthorityLimit>) -> bool {
    let amount = |limit: Option<&AuthorityLimit>| limit.and_then(|limit| limit.amount);
    match (amount(limit), amount(other)) {
        (None, Some(_)) => true,
        (Some(own), Some(above)) => {
            let counted =
                |limit: Option<&AuthorityLimit>| limit.map(|limit| (limit.currency.clone(), limit.per));
            counted(limit) == counted(other) && own > above
        }
        (_, None) => false,
    }
}
