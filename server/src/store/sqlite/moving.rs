//! Tables as they are, for a move to another store.

use sqlx::{QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use super::{SqliteUnit, trouble};
use crate::store::{
    Stored,
    moving::{Holds, Movable, Table, Value},
};

/// The most values in one statement.
const MOST_VALUES: usize = 30_000;

impl SqliteUnit {
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
             (SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = 'company') ORDER BY t.name",
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
        push_names(&mut query, table.columns.iter().map(|(name, _)| name));
        query.push(" FROM ").push(&table.name).push(" WHERE company = ").push_bind(self.company().to_vec());
        if let Some(after) = after.filter(|after| !after.is_empty()) {
            query.push(" AND (");
            push_names(&mut query, table.key.iter());
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
            push_names(&mut query, table.key.iter());
        }
        query.push(" LIMIT ").push_bind(i64::from(limit));
        self.rows(&mut query).await?.iter().map(|row| values(row, table)).collect()
    }

    async fn take(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Stored<()> {
        for some in rows.chunks((MOST_VALUES / table.columns.len()).max(1)) {
            let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO ");
            query.push(&table.name).push(" (");
            push_names(&mut query, table.columns.iter().map(|(name, _)| name));
            query.push(") ");
            query.push_values(some, |mut places, row| {
                for value in row {
                    match value {
                        Value::Number(number) => places.push_bind(*number),
                        Value::Bytes(bytes) => places.push_bind(bytes.clone()),
                        Value::Words(words) => places.push_bind(words.clone()),
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

fn push_names<'n>(query: &mut QueryBuilder<Sqlite>, names: impl Iterator<Item = &'n String>) {
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
