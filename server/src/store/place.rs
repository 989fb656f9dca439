//! Where a book lies: a SQLite file, or a Postgres database named by its URL.
//!
//! A URL may hold a password. It is kept only in what connects by it, and never shown.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::postgres::PgConnectOptions;
use thiserror::Error;

/// Where a book lies.
#[derive(Clone)]
pub enum Place {
    /// In this SQLite file.
    File(PathBuf),
    /// In the Postgres database that these options lead to.
    Postgres(Box<PgConnectOptions>),
}

/// Why a text names no place. It is not repeated, because it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAPlace {
    /// The URL of another database.
    #[error(
        "this server keeps its book in SQLite or in Postgres: a URL begins with postgres://, anything else is a file"
    )]
    OtherDatabase,
    /// A URL that cannot be read.
    #[error(
        "not a URL of Postgres ({0}); it reads postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ within"
    )]
    Unreadable(String),
    /// A URL with a parameter that means nothing: its value may be a password behind a slip of the pen.
    #[error(
        "a URL of Postgres has no parameter `{0}`; it may have host, port, dbname, user, password, sslmode, sslrootcert, sslcert, sslkey and options"
    )]
    UnknownParameter(String),
    /// A URL that names no database.
    #[error("the URL names no database; it reads postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
    NoDatabase,
}

impl Place {
    /// The place that a URL or a file name means.
    ///
    /// # Errors
    /// It cannot be read; what was said is not repeated.
    pub fn read(said: &str) -> Result<Self, NotAPlace> {
        let said = said.trim();
        if said.starts_with("postgres://") || said.starts_with("postgresql://") {
            if has_a_bare_sign(said) {
                return Err(NotAPlace::Unreadable(
                    "an @, a / or a ? within is written %40, %2F or %3F".into(),
                ));
            }
            if let Some(name) = unknown_parameter(said) {
                return Err(NotAPlace::UnknownParameter(name));
            }
            let options =
                PgConnectOptions::from_str(said).map_err(|error| NotAPlace::Unreadable(why(&error)))?;
            if options.get_database().is_none_or(str::is_empty) {
                return Err(NotAPlace::NoDatabase);
            }
            return Ok(Self::Postgres(Box::new(options)));
        }
        let file = said.strip_prefix("sqlite://").or_else(|| said.strip_prefix("sqlite:")).unwrap_or(said);
        // As other tools of Postgres take it: `host=… password=…`.
        let is_a_list = ["host=", "dbname=", "password="].iter().any(|key| file.contains(key));
        if file.is_empty() || file.contains("://") || is_a_list {
            return Err(NotAPlace::OtherDatabase);
        }
        Ok(Self::File(PathBuf::from(file)))
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Postgres(_) => None,
        }
    }
}

/// Whether a password may have ended too early: an `@` stands behind what begins the path or the parameters.
fn has_a_bare_sign(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    authority.split_once(['/', '?', '#']).is_some_and(|(_, behind)| behind.contains('@'))
}

/// The first parameter that means nothing to a connection.
fn unknown_parameter(url: &str) -> Option<String> {
    const KNOWN: [&str; 12] = [
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "options",
        "application_name",
    ];
    let (_, parameters) = url.split_once('?')?;
    let mut names =
        parameters.split('&').map(|parameter| parameter.split_once('=').map_or(parameter, |(name, _)| name));
    names.find(|name| !KNOWN.contains(name) && !name.starts_with("options[")).map(str::to_owned)
}

/// What is wrong with a URL, without the URL.
fn why(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(inner) => inner.to_string(),
        _ => "it is not of that form".into(),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or_default();
                match options.get_socket() {
                    Some(socket) => write!(f, "postgres database {database} at {}", socket.display()),
                    None => write!(
                        f,
                        "postgres database {database} at {}:{}",
                        options.get_host(),
                        options.get_port()
                    ),
                }
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_or_postgres_and_never_tells_its_password() {
        let place = Place::read("postgres://fieldbook:geheim%40@db.example:5433/book?sslmode=verify-full");
        let place = place.expect("a URL");
        assert_eq!(place.to_string(), "postgres database book at db.example:5433");
        assert!(!format!("{place:?}").contains("geheim"));
        let socket = Place::read("postgres:///book?host=/run/postgresql&user=fieldbook").expect("a URL");
        assert_eq!(socket.to_string(), "postgres database book at /run/postgresql");
        for file in ["data/fieldbook.db", "sqlite:data/fieldbook.db", "sqlite://data/fieldbook.db"] {
            assert_eq!(Place::read(file).expect("a file").file(), Some(Path::new("data/fieldbook.db")));
        }
    }

    #[test]
    fn what_names_no_place_is_told_apart_and_not_repeated() {
        for said in ["mysql://root:geheim@host/book", "", "host=db user=f password=geheim dbname=book"] {
            assert_eq!(Place::read(said).expect_err("no place"), NotAPlace::OtherDatabase);
        }
        for said in [
            "postgres://fieldbook:geheim@host:geheim/book",
            "postgres://fieldbook:geheim@host:99999/book",
            "postgres://fieldbook:geheim@host/book?sslmode=geheim",
            "postgres://fieldbook:1?geheim@host/book",
            "postgres://fieldbook:12/geheim@host/book",
            "postgres://fieldbook:1#geheim@host/book",
        ] {
            let refused = Place::read(said).expect_err("not readable");
            assert!(matches!(refused, NotAPlace::Unreadable(_)), "{refused}");
            let shown = refused.to_string();
            assert!(!shown.contains("fieldbook:") && !shown.contains("geheim@"), "{shown}");
        }
        assert_eq!(Place::read("postgres://u:p@host").expect_err("no database"), NotAPlace::NoDatabase);
        let slip = Place::read("postgres://u@host/book?pasword=geheim").expect_err("a slip of the pen");
        assert_eq!(slip, NotAPlace::UnknownParameter("pasword".into()));
    }
}
