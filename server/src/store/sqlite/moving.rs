//! Tables as they are, for a move to another store.

use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};
use sync_core::{scope::Scope, unit::CustomerId};

use super::{
    SqliteUnit,
    read::{SCOPE, kept_scope, push_in_book},
    trouble,
};
use crate::store::{
    StoreError, Stored,
    codec::Columns,
    moving::{Holds, Movable, Table, Value},
};

/// The most values in one statement.
const MOST_VALUES: usize = 30_000;

/// How a file keeps a column. Decision 036.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    /// As it is meant.
    AsMeant,
    /// The company by the number of its book, in a column of that name.
    ByNumber,
    /// The scope empty, where it is that of the customer whom the paper names.
    Short,
}

/// The column of a number in place of the company.
const BOOK: &str = "book";

impl Keeping {
    /// What is kept otherwise than it is meant stands here alone.
    fn of(table: &Table, column: &str) -> Self {
        match (table.name.as_str(), column) {
            ("papers", "company") => Self::ByNumber,
            ("papers", "scope") => Self::Short,
            _ => Self::AsMeant,
        }
    }
}

impl SqliteUnit {
    /// Gives the company the number by which its papers say whose they are, where it has none.
    pub(super) async fn open_book(&mut self) -> Stored<i64> {
        sqlx::query("INSERT INTO books (company) VALUES (?) ON CONFLICT (company) DO NOTHING")
            .bind(&self.company[..])
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        self.book().await
    }

    /// That number, asked once.
    pub(super) async fn book(&mut self) -> Stored<i64> {
        if let Some(book) = self.book {
            return Ok(book);
        }
        let mut query = self.of_company("SELECT number FROM books");
        let rows = self.rows(&mut query).await?;
        let row = rows.first().ok_or_else(|| StoreError::Corrupt("no such company in this store".into()))?;
        Ok(*self.book.insert(row.number("number")?))
    }

    async fn table(&mut self, name: String) -> Stored<Table> {
        let rows = sqlx::query("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY name")
            .bind(&name)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(trouble)?;
        let mut columns = Vec::new();
        let mut key: Vec<(i64, String)> = Vec::new();
        for row in &rows {
            let column: String = row.try_get(0).map_err(trouble)?;
            let holds = match row.try_get(1).map_err(trouble)? {
                "INTEGER" => Holds::Numbers,
                "TEXT" => Holds::Words,
                _ => Holds::Bytes,
            };
            let place: i64 = row.try_get(2).map_err(trouble)?;
            if column == BOOK {
                columns.push(("company".into(), Holds::Bytes));
                continue;
            }
            if place > 0 && column != "company" {
                key.push((place, column.clone()));
            }
            columns.push((column, holds));
        }
        columns.sort();
        key.sort();
        Ok(Table { name, columns, key: key.into_iter().map(|(_, column)| column).collect() })
    }
}

impl Movable for SqliteUnit {
    async fn tables(&mut self) -> Stored<Vec<Table>> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT t.name FROM sqlite_schema t WHERE t.type = 'table' AND EXISTS \
             (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name IN ('company', 'book')) AND t.name <> 'books' \
             ORDER BY t.name",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(trouble)?;
        let mut tables = Vec::new();
        for name in names {
            tables.push(self.table(name).await?);
        }
        Ok(tables)
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>, limit: u32) -> Stored<Vec<Vec<Value>>> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
        let mut columns = query.separated(", ");
        for (name, _) in &table.columns {
            match Keeping::of(table, name) {
                Keeping::AsMeant => columns.push(format!("\"{name}\"")),
                Keeping::ByNumber => columns.push_bind(self.company().to_vec()),
                Keeping::Short => columns.push(SCOPE),
            };
        }
        query.push(" FROM ").push(&table.name).push(" WHERE ");
        if Keeping::of(table, "company") == Keeping::ByNumber {
            push_in_book(&mut query, self.company());
        } else {
            query.push("company = ").push_bind(self.company().to_vec());
        }
        if let Some(after) = after.filter(|after| !after.is_empty()) {
            query.push(" AND (");
            push_names(&mut query, table.key.iter().map(String::as_str));
            query.push(") > (");
            let mut values = query.separated(", ");
            for value in after {
                match value.clone() {
                    Value::Number(number) => values.push_bind(number),
                    Value::Bytes(bytes) => values.push_bind(bytes),
                    Value::Words(words) => values.push_bind(words),
                };
            }
            query.push(")");
        }
        if !table.key.is_empty() {
            query.push(" ORDER BY ");
            push_names(&mut query, table.key.iter().map(String::as_str));
        }
        query.push(" LIMIT ").push_bind(i64::from(limit));
        self.rows(&mut query).await?.iter().map(|row| values(row, table)).collect()
    }

    async fn take(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Stored<()> {
        let book = self.open_book().await?;
        for some in rows.chunks((MOST_VALUES / table.columns.len()).max(1)) {
            let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO ");
            query.push(&table.name).push(" (");
            let columns = table.columns.iter().map(|(name, _)| match Keeping::of(table, name) {
                Keeping::ByNumber => BOOK,
                Keeping::AsMeant | Keeping::Short => name,
            });
            push_names(&mut query, columns);
            query.push(") ");
            query.push_values(some, |mut places, row| {
                for ((name, _), value) in table.columns.iter().zip(row) {
                    match (Keeping::of(table, name), value) {
                        (Keeping::ByNumber, _) => places.push_bind(book),
                        (Keeping::Short, _) => places.push_bind(short_scope(table, row)),
                        (Keeping::AsMeant, Value::Number(number)) => places.push_bind(*number),
                        (Keeping::AsMeant, Value::Bytes(bytes)) => places.push_bind(bytes.clone()),
                        (Keeping::AsMeant, Value::Words(words)) => places.push_bind(words.clone()),
                    };
                }
            });
            query.build().execute(&mut *self.tx).await.map_err(trouble)?;
        }
        Ok(())
    }

    async fn be_patient(&mut self) -> Stored<()> {
        Ok(())
    }

    async fn mark_moved(&mut self) -> Stored<()> {
        sqlx::query("UPDATE company SET copied = 2 WHERE company = ?")
            .bind(&self.company[..])
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        Ok(())
    }
}

/// The scope of a paper as it is kept.
fn short_scope(table: &Table, row: &[Value]) -> Option<Vec<u8>> {
    let bytes = |column: &str| {
        let place = table.columns.iter().position(|(name, _)| name == column)?;
        match row.get(place)? {
            Value::Bytes(bytes) => bytes.as_deref(),
            Value::Number(_) | Value::Words(_) => None,
        }
    };
    let scope = bytes("scope")?;
    let customer = bytes("customer").and_then(|id| id.try_into().ok()).map(CustomerId::from_bytes);
    match Scope::from_bytes(scope) {
        Some(whole) => kept_scope(Some(whole), customer),
        // What cannot be read is moved as it is.
        None => Some(scope.to_vec()),
    }
}

fn push_names<'n>(query: &mut QueryBuilder<Sqlite>, names: impl Iterator<Item = &'n str>) {
    let mut list = query.separated(", ");
    for name in names {
        list.push(format!("\"{name}\""));
    }
}

fn values(row: &SqliteRow, table: &Table) -> Stored<Vec<Value>> {
    let value = |(place, (_, holds)): (usize, &(String, Holds))| {
        Ok(match holds {
            Holds::Numbers => Value::Number(row.try_get(place).map_err(trouble)?),
            Holds::Bytes => Value::Bytes(row.try_get(place).map_err(trouble)?),
            Holds::Words => Value::Words(row.try_get(place).map_err(trouble)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}
