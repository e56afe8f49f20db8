//! Concept clusters: motifs that occur in the same turns, or in turns that mean the same.
//!
//! Owns the field of the heaviest motifs and how it falls into clusters. What a cluster means for
//! the patterns is decided in `choose`.

use super::motif::Motif;
use crate::config::PatternConfig;
use crate::symbols::is_phrase;

/// Motifs that are looked at, and whose weight the density of a pattern is a share of.
pub(super) const FIELD: usize = 20;

/// Motifs that make a cluster, at least.
const FEWEST: usize = 3;

/// A motif of the field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    pub(super) motif: Motif,
}

/// The field: the heaviest motifs, and their weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Field<'a> {
    /// Heaviest first, without words that a phrase of the field stands for.
    pub(super) motifs: Vec<Candidate<'a>>,
    /// Of all of them, those words included.
    pub(super) weight: f64,
}

impl<'a> Field<'a> {
    /// The heaviest of the recurring symbols. A word goes whose phrase weighs at least as much:
    /// then at least half of its occurrences are in that phrase.
    pub(super) fn of(mut symbols: Vec<Candidate<'a>>) -> Self {
        let heavier = |one: &Candidate<'_>, other: &Candidate<'_>| {
            other.motif.weight.total_cmp(&one.motif.weight).then_with(|| one.name.cmp(other.name))
        };
        if symbols.len() > FIELD {
            symbols.select_nth_unstable_by(FIELD - 1, heavier);
            symbols.truncate(FIELD);
        }
        symbols.sort_unstable_by(heavier);
        let weight = symbols.iter().map(|it| it.motif.weight).sum();
        let stands_for = |phrase: &Candidate<'_>, word: &Candidate<'_>| {
            phrase.motif.weight >= word.motif.weight && phrase.name.split(' ').any(|it| it == word.name)
        };
        let phrases: Vec<Candidate<'_>> = symbols.iter().filter(|it| is_phrase(it.name)).copied().collect();
        symbols.retain(|it| is_phrase(it.name) || !phrases.iter().any(|phrase| stands_for(phrase, it)));
        Self { motifs: symbols, weight }
    }
}

/// Motifs that belong together, heaviest first, as places in the field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cluster {
    pub(super) members: Vec<usize>,
    /// Of its heaviest motifs, as many as a pattern has.
    pub(super) weight: f64,
}

/// How often two motifs occur together: the Ochiai coefficient of the last 32 cycles, turns of both
/// by the geometric mean of the turns of each, in [0, 1] (Ochiai 1957, the cosine of two sets).
pub(super) fn co_occurrence(one: &Motif, other: &Motif) -> f64 {
    let both = (one.cycles & other.cycles).count_ones();
    let each = f64::from(one.cycles.count_ones()) * f64::from(other.cycles.count_ones());
    if each > 0.0 { f64::from(both) / each.sqrt() } else { 0.0 }
}

/// The clusters of a field: first that of the active pattern, possibly empty, then the others,
/// heaviest first. `near` says how close the turns of a motif are to the active pattern's meaning,
/// where vectors are at hand; then that counts for half.
pub(super) fn clusters(
    field: &Field<'_>,
    active: &[String],
    near: impl Fn(&Motif) -> Option<f64>,
    config: &PatternConfig,
) -> (Cluster, Vec<Cluster>) {
    let motifs = &field.motifs;
    let mut free: Vec<usize> = (0..motifs.len()).collect();
    let core: Vec<usize> = take(&mut free, |at| named(field, at, active));
    let mut own = core.clone();
    if !core.is_empty() {
        own.extend(take(&mut free, |at| {
            let Some(candidate) = motifs.get(at) else { return false };
            let together = togetherness(field, candidate, &core);
            let affinity = near(&candidate.motif).map_or(together, |near| f64::midpoint(together, near));
            affinity >= config.link
        }));
    }
    let mut others = Vec::new();
    while let Some(&seed) = free.first() {
        let mut members = Vec::new();
        free.retain(|&at| {
            let joins = at == seed
                || motifs
                    .get(at)
                    .is_some_and(|candidate| togetherness(field, candidate, &members) >= config.link);
            if joins {
                members.push(at);
            }
            !joins
        });
        others.extend(Some(made(field, members, config)).filter(|cluster| cluster.is_concept(config)));
    }
    others.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    (made(field, own, config), others)
}

impl Cluster {
    /// Whether there are enough motifs for a pattern: a word by itself is none.
    pub(super) fn is_concept(&self, config: &PatternConfig) -> bool {
        self.members.len() >= FEWEST.min(config.attractor_motifs)
    }

    /// The names of its heaviest motifs, as many as a pattern has.
    pub(super) fn names(&self, field: &Field<'_>, config: &PatternConfig) -> Vec<String> {
        let members = self.members.iter().filter_map(|&at| field.motifs.get(at));
        members.take(config.attractor_motifs).map(|it| it.name.to_owned()).collect()
    }
}

fn named(field: &Field<'_>, at: usize, names: &[String]) -> bool {
    field.motifs.get(at).is_some_and(|it| names.iter().any(|name| name == it.name))
}

fn take(free: &mut Vec<usize>, joins: impl Fn(usize) -> bool) -> Vec<usize> {
    let (taken, left) = free.iter().partition(|at| joins(**at));
    *free = left;
    taken
}

/// The mean co-occurrence with some members; 0 without any.
fn togetherness(field: &Field<'_>, candidate: &Candidate<'_>, members: &[usize]) -> f64 {
    let members = members.iter().filter_map(|&at| field.motifs.get(at));
    let (sum, count) = members.fold((0.0, 0_u32), |(sum, count), member| {
        (sum + co_occurrence(&candidate.motif, &member.motif), count + 1)
    });
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

fn made(field: &Field<'_>, mut members: Vec<usize>, config: &PatternConfig) -> Cluster {
    // The field is ranked, so places are ranks.
    members.sort_unstable();
    let heaviest = members.iter().take(config.attractor_motifs).filter_map(|&at| field.motifs.get(at));
    let weight = heaviest.map(|it| it.motif.weight).sum();
    Cluster { members, weight }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, weight: f64, cycles: u32) -> Candidate<'_> {
        let motif = Motif { weight, cycles, recurrence: cycles.count_ones(), ..Motif::default() };
        Candidate { name, motif }
    }

    fn of<'a>(cluster: &Cluster, field: &Field<'a>) -> Vec<&'a str> {
        cluster.members.iter().map(|&at| field.motifs[at].name).collect()
    }

    /// Two subjects, each talked of for four turns.
    fn two() -> Field<'static> {
        Field::of(vec![
            candidate("keel", 9.0, 0b1111_0000),
            candidate("mast", 5.0, 0b1101_0000),
            candidate("red buoy", 6.0, 0b1110_0000),
            candidate("oven", 8.0, 0b0000_1111),
            candidate("flour", 4.0, 0b0000_0111),
            candidate("salt", 3.0, 0b0000_1101),
            candidate("lone", 7.0, 0b1000_0001),
        ])
    }

    #[test]
    fn motifs_of_the_same_turns_make_a_cluster_and_a_lone_word_none() {
        let field = two();
        let config = PatternConfig::default();
        let (own, others) = clusters(&field, &[], |_| None, &config);
        assert!(own.members.is_empty());
        let found: Vec<Vec<&str>> = others.iter().map(|cluster| of(cluster, &field)).collect();
        assert_eq!(found, [vec!["keel", "red buoy", "mast"], vec!["oven", "flour", "salt"]]);
    }

    #[test]
    fn meaning_joins_what_does_not_occur_together() {
        let field = two();
        let config = PatternConfig::default();
        let active = ["keel", "red buoy", "mast"].map(str::to_owned);
        let oven = field.motifs.iter().find(|it| it.name == "oven").unwrap().motif;
        let grown = |near: Option<f64>| {
            let (own, _) = clusters(&field, &active, |motif| near.filter(|_| *motif == oven), &config);
            of(&own, &field).contains(&"oven")
        };
        assert!(!grown(None) && !grown(Some(0.3)) && grown(Some(0.9)));
    }

    #[test]
    fn co_occurrence_grows_with_shared_turns() {
        let of = |one: u32, other: u32| {
            co_occurrence(&candidate("", 1.0, one).motif, &candidate("", 1.0, other).motif)
        };
        assert_eq!(of(0b1100, 0b0011), 0.0);
        assert_eq!(of(0b1100, 0b0110), 0.5);
        assert_eq!(of(0b1100, 0b1100), 1.0);
        assert_eq!(of(0, 0b1), 0.0);
    }

    #[test]
    fn a_phrase_stands_for_its_words_where_it_weighs_as_much() {
        let of = |phrase: f64| {
            let all =
                vec![candidate("buoy", 5.0, 1), candidate("red buoy", phrase, 1), candidate("red", 1.0, 1)];
            let field = Field::of(all);
            (field.motifs.iter().map(|it| it.name).collect::<Vec<_>>(), field.weight)
        };
        assert_eq!(of(5.0), (vec!["red buoy"], 11.0));
        assert_eq!(of(4.0), (vec!["buoy", "red buoy"], 10.0));
    }
}
