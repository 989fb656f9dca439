//! Tables as they are, for a move to another store.

use sqlx::{Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{PostgresUnit, trouble};
use crate::store::{
    Stored,
    moving::{Holds, Movable, Table, Value},
};

/// Tables that the other store has no need of: where this database lies, and rows that only lock.
const OWN: [&str; 2] = ["homes", "uploaders"];

impl PostgresUnit {
    async fn table(&mut self, name: String) -> Stored<Table> {
        let rows = sqlx::query(
            "SELECT a.attname::text, format_type(a.atttypid, NULL), \
             COALESCE(array_position(i.indkey::int2[], a.attnum), -1)::int8 \
             FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary \
             WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1",
        )
        .bind(&name)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(trouble)?;
        let mut columns = Vec::new();
        let mut key: Vec<(i64, String)> = Vec::new();
        for row in &rows {
            let column: String = row.try_get(0).map_err(trouble)?;
            let holds = match row.try_get(1).map_err(trouble)? {
                "bigint" => Holds::Numbers,
                "text" => Holds::Words,
                _ => Holds::Bytes,
            };
            let place: i64 = row.try_get(2).map_err(trouble)?;
            if place >= 0 && column != "company" {
                key.push((place, column.clone()));
            }
            columns.push((column, holds));
        }
        columns.sort();
        key.sort();
        Ok(Table { name, columns, key: key.into_iter().map(|(_, column)| column).collect() })
    }
}

impl Movable for PostgresUnit {
    async fn tables(&mut self) -> Stored<Vec<Table>> {
        let mut names: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.columns c JOIN information_schema.tables t \
             USING (table_schema, table_name) WHERE table_schema = current_schema() AND column_name = 'company' \
             AND table_type = 'BASE TABLE' AND table_name <> ALL($1)",
        )
        .bind(&OWN[..])
        .fetch_all(&mut *self.tx)
        .await
        .map_err(trouble)?;
        names.sort();
        let mut tables = Vec::new();
        for name in names {
            tables.push(self.table(name).await?);
        }
        Ok(tables)
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>, limit: u32) -> Stored<Vec<Vec<Value>>> {
        let mut query = QueryBuilder::<Postgres>::new("SELECT ");
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
        let mut columns: Vec<Vec<Value>> = table.columns.iter().map(|_| Vec::new()).collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        let mut query = QueryBuilder::<Postgres>::new("INSERT INTO ");
        query.push(&table.name).push(" (");
        push_names(&mut query, table.columns.iter().map(|(name, _)| name));
        query.push(") SELECT * FROM UNNEST(");
        let mut arrays = query.separated(", ");
        for ((_, holds), column) in table.columns.iter().zip(columns) {
            match holds {
                Holds::Numbers => arrays.push_bind(column.iter().map(number).collect::<Vec<_>>()),
                Holds::Bytes => arrays.push_bind(column.into_iter().map(bytes).collect::<Vec<_>>()),
                Holds::Words => arrays.push_bind(column.into_iter().map(words).collect::<Vec<_>>()),
            };
        }
        query.push(")");
        query.build().execute(&mut *self.tx).await.map_err(trouble)?;
        Ok(())
    }

    async fn be_patient(&mut self) -> Stored<()> {
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0")
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    async fn mark_moved(&mut self) -> Stored<()> {
        sqlx::query("UPDATE company SET copied = 2 WHERE company = $1")
            .bind(&self.company[..])
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        Ok(())
    }
}

fn number(value: &Value) -> Option<i64> {
    if let Value::Number(number) = value { *number } else { None }
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    if let Value::Bytes(bytes) = value { bytes } else { None }
}

fn words(value: Value) -> Option<String> {
    if let Value::Words(words) = value { words } else { None }
}

fn push_names<'n>(query: &mut QueryBuilder<Postgres>, names: impl Iterator<Item = &'n String>) {
    let mut list = query.separated(", ");
    for name in names {
        list.push(format!("\"{name}\""));
    }
}

fn values(row: &PgRow, table: &Table) -> Stored<Vec<Value>> {
    let value = |(place, (_, holds)): (usize, &(String, Holds))| {
        Ok(match holds {
            Holds::Numbers => Value::Number(row.try_get(place).map_err(trouble)?),
            Holds::Bytes => Value::Bytes(row.try_get(place).map_err(trouble)?),
            Holds::Words => Value::Words(row.try_get(place).map_err(trouble)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}
