//! Moving a company from one store to another, whole, with the proof that nothing changed on the way.
//!
//! It copies tables as they are, without knowing what they mean: whatever later steps add to them is moved as well. Nothing
//! is judged anew, so positions, links, signatures, sessions and the epoch stay, and a phone notices nothing.

use std::future::Future;

use sync_core::{
    log::{Hash, sha256},
    unit::CompanyId,
};

use super::{Snapshot, Store, StoreError, Stored, Unit};

/// A table that belongs to companies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns by name, with what they hold.
    pub columns: Vec<(String, Holds)>,
    /// The columns of its key after the company, in order.
    pub key: Vec<String>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// Whole numbers.
    Numbers,
    /// Bytes.
    Bytes,
    /// Words.
    Words,
}

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number, where there is one.
    Number(Option<i64>),
    /// Bytes, where there are any.
    Bytes(Option<Vec<u8>>),
    /// Words, where there are any.
    Words(Option<String>),
}

impl Value {
    /// Told apart from every other value, whatever stands beside it.
    fn write(&self, into: &mut Vec<u8>) {
        let mut sized = |sign: u8, bytes: &[u8]| {
            into.push(sign);
            into.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            into.extend_from_slice(bytes);
        };
        match self {
            Self::Number(Some(number)) => sized(1, &number.to_be_bytes()),
            Self::Bytes(Some(bytes)) => sized(2, bytes),
            Self::Words(Some(words)) => sized(3, words.as_bytes()),
            Self::Number(None) | Self::Bytes(None) | Self::Words(None) => sized(0, &[]),
        }
    }
}

impl Table {
    /// How many rows are held in memory at once: few where each may be a photo.
    fn rows_at_once(&self) -> u32 {
        if self.columns.iter().any(|(name, _)| name == "bytes") { 8 } else { 500 }
    }

    /// The values of a row's key, to go on after it.
    fn key_of(&self, row: &[Value]) -> Vec<Value> {
        let place = |column: &String| self.columns.iter().position(|(name, _)| name == column);
        self.key.iter().filter_map(place).filter_map(|place| row.get(place).cloned()).collect()
    }
}

/// What moving asks of a unit beyond writing: its tables, as they are.
pub trait Movable: Unit {
    /// The tables that belong to companies, by name.
    fn tables(&mut self) -> impl Future<Output = Stored<Vec<Table>>> + Send;

    /// The company's rows after a key, in the order of keys; each with the values of the table's columns.
    fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<Vec<Value>>>> + Send;

    /// Takes in rows.
    fn take(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> impl Future<Output = Stored<()>> + Send;

    /// Lets this unit rest between two statements for as long as the other store needs.
    fn be_patient(&mut self) -> impl Future<Output = Stored<()>> + Send;

    /// Notes that the company's book is kept elsewhere from now on: whoever still serves it here is refused.
    fn mark_moved(&mut self) -> impl Future<Output = Stored<()>> + Send;
}

/// What was moved of one table, and that it is the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    /// The table.
    pub table: String,
    /// How many rows it has of the company.
    pub rows: u64,
    /// The hash over all of them, in the order of their keys.
    pub hash: Hash,
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It is there, and the same.
    Now(Vec<Same>),
    /// It was there and is the same: an earlier move had been cut off before it was noted.
    Before(Vec<Same>),
}

impl Moved {
    /// Each table, with what is the same about it.
    pub fn proof(&self) -> &[Same] {
        match self {
            Self::Now(proof) | Self::Before(proof) => proof,
        }
    }
}

/// Moves a company. All or nothing: until every row has been read again in the new store and compared, nothing of it is
/// kept there; from then on the old store does not serve it any more.
///
/// # Errors
/// [`StoreError::Conflict`] where the new store has the company already, and another book under it. Any other as it comes;
/// then the old store goes on as before.
pub async fn move_company<From, To>(from: &From, to: &To, company: CompanyId) -> Stored<Moved>
where
    From: Store<Unit: Movable>,
    To: Store<Unit: Movable>,
{
    let (mut source, mut target) = (from.begin(company).await?, to.begin(company).await?);
    source.be_patient().await?;
    target.be_patient().await?;
    // Whether it was moved before is told by its head.
    source.head().await?;
    let tables = source.tables().await?;
    if target.tables().await? != tables {
        return Err(StoreError::Migration("the two stores have different tables".into()));
    }
    let there = to.companies().await?.iter().any(|there| there.id == company);
    let mut proof = Vec::new();
    for table in &tables {
        let copied = if there { None } else { Some(&mut target) };
        let meant = copy(&mut source, copied, table).await?;
        let came = copy(&mut target, None::<&mut From::Unit>, table).await?;
        if came != meant {
            let what = format!(
                "{}: {} rows here, {} rows there, and not the same",
                table.name, meant.rows, came.rows
            );
            return Err(if there {
                StoreError::Conflict(format!(
                    "the company is in the new store already, with another book ({what})"
                ))
            } else {
                StoreError::Corrupt(what)
            });
        }
        proof.push(meant);
    }
    if there {
        drop(target);
    } else {
        target.commit().await?;
    }
    source.mark_moved().await?;
    source.commit().await?;
    Ok(if there { Moved::Before(proof) } else { Moved::Now(proof) })
}

/// Reads a table to its end, and writes it where it is to be written.
async fn copy<F: Movable, T: Movable>(
    source: &mut F,
    mut target: Option<&mut T>,
    table: &Table,
) -> Stored<Same> {
    let mut same = Same { table: table.name.clone(), rows: 0, hash: [0; 32] };
    let mut after: Option<Vec<Value>> = None;
    let mut bytes = Vec::new();
    loop {
        let rows = source.page(table, after.as_deref(), table.rows_at_once()).await?;
        let Some(last) = rows.last() else { return Ok(same) };
        after = Some(table.key_of(last));
        let ended = (rows.len() as u64) < u64::from(table.rows_at_once()) || table.key.is_empty();
        for row in &rows {
            bytes.clear();
            for value in row {
                value.write(&mut bytes);
            }
            same.hash = sha256(&[&same.hash, &bytes]);
            same.rows += 1;
        }
        if let Some(target) = target.as_deref_mut() {
            target.take(table, rows).await?;
        }
        if ended {
            return Ok(same);
        }
    }
}
