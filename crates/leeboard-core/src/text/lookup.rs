//! Finds what is known of a word, by a hash: every word of every reply is looked up.
//!
//! Owns the table. Its contents belong to the rooms that list words.

/// Words with what is known of each. Made once from lists of the source; never grows.
#[derive(Debug)]
pub(crate) struct Lookup<T> {
    /// Sorted by word, each word once.
    entries: Vec<(&'static str, T)>,
    /// Index of a word plus one by its hash; 0 is free. Open addressing; a power of two, at most a
    /// quarter of which is taken.
    slots: Vec<u16>,
}

impl<T> Lookup<T> {
    /// What is known of a lower-case word.
    pub(crate) fn get(&self, word: &str) -> Option<&T> {
        let mut at = self.place(word);
        loop {
            let slot = self.slots.get(at).copied().map_or(0, usize::from);
            let (known, value) = self.entries.get(slot.checked_sub(1)?)?;
            if *known == word {
                return Some(value);
            }
            at = self.after(at);
        }
    }

    fn place(&self, word: &str) -> usize {
        hash(word) as usize & (self.slots.len().wrapping_sub(1))
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len().wrapping_sub(1))
    }

    /// A table of words, each with the values that `join` makes of all that are listed for it.
    pub(crate) fn joined(
        words: impl IntoIterator<Item = (&'static str, T)>,
        join: impl Fn(&mut T, T),
    ) -> Self {
        let mut all: Vec<(&'static str, T)> = words.into_iter().collect();
        all.sort_by_key(|&(word, _)| word);
        let mut entries: Vec<(&'static str, T)> = Vec::with_capacity(all.len());
        for (word, value) in all {
            match entries.last_mut() {
                Some((last, known)) if *last == word => join(known, value),
                _ => entries.push((word, value)),
            }
        }
        // A list of the source has a few thousand words; what a u16 cannot count is left out.
        entries.truncate(usize::from(u16::MAX - 1));
        let mut table = Self { slots: vec![0; (4 * entries.len() + 1).next_power_of_two()], entries };
        for n in 0..table.entries.len() {
            let mut at = table.entries.get(n).map_or(0, |(word, _)| table.place(word));
            while table.slots.get(at).is_some_and(|&taken| taken != 0) {
                at = table.after(at);
            }
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = u16::try_from(n + 1).unwrap_or_default();
            }
        }
        table
    }
}

impl<T> FromIterator<(&'static str, T)> for Lookup<T> {
    /// Of a word that is listed twice the first value holds.
    fn from_iter<I: IntoIterator<Item = (&'static str, T)>>(words: I) -> Self {
        Self::joined(words, |_, _| {})
    }
}

/// FNV-1a, folded; the same on every machine.
pub(crate) fn hash(word: &str) -> u32 {
    let hash =
        word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_word_is_found_and_no_other() {
        let words = ["a", "b", "abc", "ab", "keel", "a"];
        let table: Lookup<usize> = words.iter().enumerate().map(|(n, word)| (*word, n)).collect();
        assert_eq!(words.map(|word| table.get(word).copied()), [0, 1, 2, 3, 4, 0].map(Some));
        assert!(["", "c", "keels", "kee"].iter().all(|word| table.get(word).is_none()));
        let summed = Lookup::joined(words.map(|word| (word, 1)), |sum, more| *sum += more);
        assert_eq!((summed.get("a"), summed.get("b")), (Some(&2), Some(&1)));
        assert!(Lookup::<()>::from_iter([]).get("a").is_none());
    }
}
