//! What stands under its key, in the order of the keys: the writes of a field, the stamps of a form, the fields of a card.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::map::another;

/// A map of a few dozen entries, in one row of memory.
///
/// Written and read as every map. A tree would be faster from some thousands on, which no paper comes near, and the
/// phone would download its balancing once for each kind of content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<K, T> {
    row: Vec<(K, T)>,
}

impl<K, T> Default for Entries<K, T> {
    fn default() -> Self {
        Self { row: Vec::new() }
    }
}

impl<K: Ord, T> Entries<K, T> {
    /// What stands under a key.
    pub fn get(&self, key: &K) -> Option<&T> {
        self.place(key).ok().map(|at| &self.row[at].1)
    }

    /// Puts `entry` under a key where nothing stands yet.
    pub fn enter(&mut self, key: K, entry: T) {
        if let Err(at) = self.place(&key) {
            self.row.insert(at, (key, entry));
        }
    }

    /// Puts `entry` under a key, in the place of what stood there.
    pub fn insert(&mut self, key: K, entry: T) {
        match self.place(&key) {
            Ok(at) => self.row[at].1 = entry,
            Err(at) => self.row.insert(at, (key, entry)),
        }
    }

    /// What stands under a key, and a new one where there is nothing.
    pub fn or_default(&mut self, key: K) -> &mut T
    where
        T: Default,
    {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.row.insert(at, (key, T::default()));
            at
        });
        &mut self.row[at].1
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.row.binary_search_by(|(there, _)| there.cmp(key))
    }
}

impl<K, T> Entries<K, T> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &T)> {
        self.row.iter().map(|(key, entry)| (key, entry))
    }

    /// What stands under the keys.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.row.iter().map(|(_, entry)| entry)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }
}

impl<C, K: Encode<C>, T: Encode<C>> Encode<C> for Entries<K, T> {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.map(self.row.len() as u64)?;
        for (key, entry) in &self.row {
            key.encode(e, ctx)?;
            entry.encode(e, ctx)?;
        }
        Ok(())
    }
}

impl<'b, C, K: Decode<'b, C> + Ord, T: Decode<'b, C>> Decode<'b, C> for Entries<K, T> {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let mut entries = Self::default();
        let mut left = d.map()?;
        while another(d, &mut left)? {
            let key = K::decode(d, ctx)?;
            entries.insert(key, T::decode(d, ctx)?);
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn entries_are_kept_written_and_read_as_a_map_in_the_order_of_its_keys() {
        let tree: BTreeMap<u8, u8> = [(3, 1), (1, 2), (2, 3)].into();
        let mut entries = Entries::default();
        for (key, entry) in [(3, 1), (1, 2), (2, 9), (3, 8)] {
            entries.enter(key, entry);
        }
        entries.insert(2, 3);
        *entries.or_default(1) += 0;
        assert!(entries.iter().eq(tree.iter()));
        let bytes = minicbor::to_vec(&entries).expect("into memory");
        assert_eq!(bytes, minicbor::to_vec(&tree).expect("into memory"));
        assert_eq!(minicbor::decode::<Entries<u8, u8>>(&bytes).expect("a map"), entries);
        assert_eq!((entries.get(&2), entries.get(&4)), (Some(&3), None));
    }
}
