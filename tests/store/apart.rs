//! No query crosses companies: the company is the first column of every key, and every statement names it for every table
//! it touches. So an engine that shards by it (`docs/scaling.md`) never has to ask two shards.
//!
//! Read off the text of migrations and sources, because a statement that no test runs must not cross either. That a book is
//! not touched by another with the same ids beside it, the hub's stories show (`tests/hub/beside.rs`).

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Statements that are about the database and not about a company: each with its reason.
const GLOBAL: [(&str, &str); 4] = [
    ("SELECT company, name, hub, hub_key, founded FROM company", "the list of companies"),
    ("UPDATE company SET copied = 1", "a copy of a file is one of all its companies"),
    ("UPDATE company SET epoch = CASE", "each company of a copied file begins a new life"),
    ("UPDATE company SET epoch = GREATEST", "each company of a restored database begins a new life"),
];

/// Tables that say by a number whose rows they hold, with the column: in a file of SQLite, which no engine shards.
/// Decision 036.
const IN_A_FILE: [(&str, &str); 3] = [("papers_of_books", "book"), ("papers", "book"), ("books", "number")];

fn server() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../server")
}

fn files(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push((path.clone(), fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    found.sort();
    found
}

/// Words, brackets and commas, without comments.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    for line in sql.lines() {
        let code = line.split("--").next().unwrap_or_default();
        for sign in code.chars().chain(['\n']) {
            if sign.is_alphanumeric() || sign == '_' || sign == '.' {
                word.push(sign);
                continue;
            }
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if !sign.is_whitespace() {
                tokens.push(sign.to_string());
            }
        }
    }
    tokens
}

fn is(token: Option<&String>, word: &str) -> bool {
    token.is_some_and(|token| token.eq_ignore_ascii_case(word))
}

/// Every key of the migrations of one backend: of which table, what it is, and its first column.
fn keys(backend: &Path) -> Vec<(String, String, String)> {
    let mut keys = Vec::new();
    for (_, sql) in files(backend, "sql") {
        let all = tokens(&sql);
        let mut table = String::new();
        for at in 0..all.len() {
            let next = |by: usize| all.get(at + by);
            let name = |by: usize| next(by).cloned().unwrap_or_default();
            if is(next(0), "CREATE") && is(next(1), "TABLE") {
                let by = if is(next(2), "IF") { 5 } else { 2 };
                table = name(by);
                keys.push((table.clone(), "table".into(), name(by + 2)));
            } else if is(next(0), "PRIMARY") && is(next(1), "KEY") {
                let behind_a_column = !is(next(2), "(");
                let first = if behind_a_column { column_before(&all, at) } else { name(3) };
                keys.push((table.clone(), "primary key".into(), first));
            } else if is(next(0), "UNIQUE") && !is(next(1), "INDEX") {
                let first = if is(next(1), "(") { name(2) } else { column_before(&all, at) };
                keys.push((table.clone(), "unique key".into(), first));
            } else if is(next(0), "INDEX") && !is(all.get(at.wrapping_sub(1)), "DROP") {
                let on = (1..8).find(|by| is(next(*by), "ON")).expect("an index is on a table");
                let opens = (on..on + 6).find(|by| is(next(*by), "(")).expect("it has columns");
                keys.push((name(on + 1), format!("index {}", name(on - 1)), name(opens + 1)));
            }
        }
    }
    keys
}

/// The column in whose line a key stands.
fn column_before(all: &[String], at: usize) -> String {
    let begins =
        all[..at].iter().rposition(|token| token == "(" || token == ",").expect("a table has columns");
    all[begins + 1].clone()
}

#[test]
fn the_company_is_the_first_column_of_every_key() {
    for backend in fs::read_dir(server().join("migrations")).expect("migrations").flatten() {
        let keys = keys(&backend.path());
        let tables = keys.iter().filter(|(_, what, _)| what == "table").count();
        let primary = keys.iter().filter(|(_, what, _)| what == "primary key").count();
        assert!(tables >= 16, "{tables} tables in {}", backend.path().display());
        assert_eq!(primary, tables, "every table has a primary key");
        let in_a_file = backend.file_name() == "sqlite";
        for (table, what, first) in keys {
            let numbered = in_a_file && IN_A_FILE.contains(&(table.as_str(), first.as_str()));
            assert!(
                numbered || first == "company",
                "{}: {what} of {table}: {first}",
                backend.path().display()
            );
        }
    }
}

/// Tables of earlier versions, which go when a book is opened. Decisions 027 and 031.
const GONE: [&str; 3] = ["feed", "feed_scopes", "tallies"];

/// What an operator is told to distribute is every table there is.
#[test]
fn the_docs_distribute_every_table_by_company() {
    let docs = fs::read_to_string(server().join("../docs/scaling.md")).expect("the docs");
    let there = tables_of(&server().join("migrations/postgres"));
    for table in there.into_iter().filter(|table| !GONE.contains(&table.as_str())) {
        let distributed = format!("create_distributed_table('{table}',");
        let line = docs.lines().find(|line| line.contains(&distributed));
        assert!(
            line.is_some_and(|line| line.contains("'company'")),
            "{table} is not distributed in docs/scaling.md"
        );
    }
}

/// Whether a statement only adds: what an earlier version writes and reads goes on as before.
fn adds(statement: &[String]) -> bool {
    let begins = |words: &[&str]| words.iter().enumerate().all(|(at, word)| is(statement.get(at), word));
    let has = |word: &str| statement.iter().any(|token| token.eq_ignore_ascii_case(word));
    begins(&["CREATE", "TABLE"])
        || begins(&["CREATE", "INDEX"])
        || begins(&["CREATE", "VIEW"])
        || begins(&["CREATE", "OR", "REPLACE", "VIEW"])
        || (begins(&["ALTER", "TABLE"])
            && is(statement.get(3), "ADD")
            && is(statement.get(4), "COLUMN")
            && (has("DEFAULT") || !has("NOT")))
}

/// Decision 029: a migration named `adds_…` may have run while servers of the version before still serve.
#[test]
fn a_migration_that_says_so_only_adds() {
    let backends: Vec<_> = fs::read_dir(server().join("migrations")).expect("migrations").flatten().collect();
    for (path, sql) in backends.iter().flat_map(|backend| files(&backend.path(), "sql")) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let tokens = tokens(&sql);
        let statements = tokens.split(|token| token == ";").filter(|statement| !statement.is_empty());
        if name.split_once('_').is_some_and(|(_, name)| name.starts_with("adds_")) {
            for statement in statements {
                assert!(adds(statement), "{name}: {}", statement.join(" "));
            }
        }
    }
    let says = |statement: &str| adds(&tokens(statement));
    assert!(
        says("CREATE TABLE x (company BLOB)")
            && says("ALTER TABLE x ADD COLUMN y INTEGER NOT NULL DEFAULT 0")
    );
    for changes in [
        "ALTER TABLE x ADD COLUMN y INTEGER NOT NULL",
        "ALTER TABLE x DROP COLUMN y",
        "DROP INDEX x",
        "UPDATE x SET y = 1",
        "CREATE UNIQUE INDEX x ON y (company, z)",
    ] {
        assert!(!says(changes), "{changes}");
    }
}

/// The text literals of a Rust source that stand before its tests, with what stands before each.
fn literals(source: &str) -> Vec<(String, String)> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut signs = code.char_indices().peekable();
    let mut before = String::new();
    while let Some((at, sign)) = signs.next() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            while signs.next_if(|(_, sign)| *sign != '\n').is_some() {}
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\''") {
            signs.nth(1);
        } else if sign == '"' {
            let mut text = String::new();
            while let Some((_, sign)) = signs.next() {
                match sign {
                    '"' => break,
                    '\\' => match signs.next() {
                        Some((_, '\n')) => while signs.next_if(|(_, sign)| sign.is_whitespace()).is_some() {},
                        Some((_, sign)) => text.push(sign),
                        None => {}
                    },
                    sign => text.push(sign),
                }
            }
            found.push((std::mem::take(&mut before), text));
        } else {
            before.push(sign);
        }
    }
    found
}

/// How often a statement touches a table, and how often it names the company for one.
fn touches(statement: &str, tables: &[String]) -> (usize, usize) {
    let all = tokens(statement);
    let is_table = |token: Option<&String>| token.is_some_and(|token| tables.contains(token));
    let touched = (0..all.len()).filter(|at| {
        let leads = ["FROM", "JOIN", "INTO", "UPDATE"].iter().any(|word| is(all.get(*at), word));
        leads && is_table(all.get(at + 1))
    });
    let named = (0..all.len()).filter(|at| {
        let is_column = |name: &str| all[*at].rsplit('.').next() == Some(name);
        // A book has a number, by which the papers in a file name their company.
        let company = is_column("company") || is_column("book");
        let equals = is(all.get(at + 1), "=");
        let is_inserted = *at > 1 && all[at - 1] == "(" && is_table(all.get(at - 2));
        company && (equals || is_inserted)
    });
    (touched.count(), named.count())
}

/// What puts `WHERE company = ?` behind the statement that it is handed, or of papers that they stand in the company's book.
const COMPLETING: [&str; 2] = ["of_company", "of_papers"];

/// The statements and their names that are handed to one of those.
fn is_of_company(before: &str, source: &str) -> bool {
    let call = before.trim_end().trim_end_matches("&format!(").trim_end_matches('(');
    if COMPLETING.iter().any(|name| call.ends_with(name)) {
        return true;
    }
    let declared = before.rsplit("const ").next().and_then(|rest| rest.split(':').next()).map(str::trim);
    declared.is_some_and(|name| {
        let is_name = !name.is_empty() && name.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_');
        let handed = |to: &&str| source.matches(&format!("{to}({name})")).count();
        let read_only_so = source.matches(name).count() == 1 + COMPLETING.iter().map(handed).sum::<usize>();
        is_name && read_only_so
    })
}

/// Whether the pieces that are pushed behind a statement begin its conditions with the company.
fn goes_on_with_the_company(pieces: &[(String, String)], tables: &[String]) -> bool {
    let own = pieces.iter().take(3).take_while(|(_, piece)| touches(piece, tables).0 == 0);
    own.map(|(before, piece)| (before, piece.trim_start()))
        .any(|(before, piece)| piece.starts_with("WHERE company = ") || before.contains("in_book("))
}

/// Statements of the sources that touch a table without naming the company for it.
fn crossing(sources: &[(PathBuf, String)], tables: &[String]) -> (usize, Vec<String>) {
    let (mut statements, mut crossing) = (0, Vec::new());
    for (path, source) in sources {
        let all = literals(source);
        for (at, (before, literal)) in all.iter().enumerate() {
            let (touched, mut named) = touches(literal, tables);
            if touched == 0 {
                continue;
            }
            named += usize::from(goes_on_with_the_company(&all[at + 1..], tables));
            statements += 1;
            named += usize::from(is_of_company(before, source));
            let global = GLOBAL.iter().any(|(statement, _)| literal.starts_with(statement));
            if named < touched && !global {
                crossing.push(format!("{}: {literal}", path.display()));
            }
        }
    }
    (statements, crossing)
}

fn tables_of(backend: &Path) -> BTreeSet<String> {
    let of_it = keys(backend).into_iter().filter(|(_, what, _)| what == "table");
    of_it.map(|(table, ..)| table).collect()
}

fn tables() -> Vec<String> {
    let backends = fs::read_dir(server().join("migrations")).expect("migrations").flatten();
    let all: BTreeSet<String> = backends.flat_map(|backend| tables_of(&backend.path())).collect();
    all.into_iter().collect()
}

#[test]
fn every_statement_names_the_company_for_every_table_it_touches() {
    let tables = tables();
    let (statements, crossing) = crossing(&files(&server().join("src"), "rs"), &tables);
    assert!(statements >= 70, "{statements} statements were found");
    assert!(crossing.is_empty(), "without a company:\n{}", crossing.join("\n"));
    let all: String =
        files(&server().join("src/store"), "rs").into_iter().map(|(_, source)| source).collect();
    for (statement, why) in GLOBAL {
        assert!(all.contains(statement), "{statement} ({why}) is not said any more");
    }
}

#[test]
fn a_statement_that_crosses_is_found() {
    let tables = ["feed".to_owned(), "papers".to_owned()];
    let of = |code: &str| crossing(&[(PathBuf::from("x.rs"), code.to_owned())], &tables).1.len();
    assert_eq!(of(r#"query("SELECT change FROM feed WHERE company = ? AND position > ?")"#), 0);
    assert_eq!(of(r#"query("SELECT change FROM feed WHERE position > ?")"#), 1);
    assert_eq!(
        of(r#"query("SELECT f.change FROM feed f JOIN papers p ON p.id = f.id WHERE f.company = ?")"#),
        1
    );
    assert_eq!(
        of(
            r#"query("SELECT f.change FROM feed f JOIN papers p ON p.company = f.company WHERE f.company = ?")"#
        ),
        0
    );
    assert_eq!(of(r#"query("DELETE FROM papers WHERE id = ?")"#), 1);
    assert_eq!(of(r#"query("INSERT INTO feed (company, position) VALUES (?, ?)")"#), 0);
    assert_eq!(of(r#"query("INSERT INTO feed (position, company) VALUES (?, ?)")"#), 1);
    assert_eq!(of(r#"self.of_company("SELECT change FROM feed")"#), 0);
    assert_eq!(of(r#"self.of_papers("SELECT state FROM papers")"#), 0);
    assert_eq!(
        of(r#"query.push("SELECT state FROM papers WHERE "); push_in_book(query); push(" AND id = ")"#),
        0
    );
    assert_eq!(of(r#"query.push("SELECT state FROM papers WHERE "); push(" AND id = ")"#), 1);
    assert_eq!(of(r#"QueryBuilder::new("SELECT change FROM feed")"#), 1);
    assert_eq!(of(r#"QueryBuilder::new("SELECT change FROM feed"); query.push(" WHERE company = ");"#), 0);
    assert_eq!(of(r#"QueryBuilder::new("SELECT change FROM feed"); query.push(" WHERE position = ");"#), 1);
    assert_eq!(of("const ROW: &str = \"SELECT change FROM feed\"; a.of_company(ROW); b.of_company(ROW)"), 0);
    assert_eq!(of("const ROW: &str = \"SELECT change FROM feed\"; a.of_company(ROW); b.query(ROW)"), 1);
}
