//! What the command line asks for: one proof, how much of it, and the seed to begin with.

/// One proof to be run.
pub(crate) struct Asked {
    /// Which.
    pub(crate) what: String,
    /// How much of it, in its own measure.
    pub(crate) much: u64,
    /// The first seed.
    pub(crate) seed: u64,
    /// Whether the book is kept in Postgres; for the proofs that know both.
    pub(crate) over_postgres: bool,
}

/// The proofs that know both databases.
const OVER_BOTH: [&str; 2] = ["crash", "soak"];

/// Each proof with its measure, and how much of it is done unless asked otherwise.
const KNOWN: [(&str, &str, u64); 6] = [
    ("crash", "--kills", 10),
    ("cluster", "--seconds", 20),
    ("hostile", "--batches", 5_000),
    ("fuzz", "--seconds", 10),
    ("grants", "--histories", 100),
    ("soak", "--rows", 20_000),
];

impl Asked {
    /// Reads the words after the program's name.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let what = words.next().unwrap_or_default();
        let known = KNOWN.into_iter().find(|(name, ..)| *name == what);
        let Some((_, measure, much)) = known else {
            let all: Vec<String> =
                KNOWN.iter().map(|(name, measure, _)| format!("{name} {measure} N")).collect();
            return Err(format!("one of these is wanted, each with --seed S as well: {}", all.join(", ")));
        };
        let mut asked = Self { what, much, seed: 1, over_postgres: false };
        while let Some(word) = words.next() {
            if word == "--store" && OVER_BOTH.contains(&asked.what.as_str()) {
                asked.over_postgres = match words.next().as_deref() {
                    Some("sqlite") => false,
                    Some("postgres") => true,
                    _ => return Err("--store is sqlite or postgres".into()),
                };
                continue;
            }
            let number = words
                .next()
                .and_then(|number| number.parse().ok())
                .ok_or(format!("{word} needs a number"))?;
            match word.as_str() {
                "--seed" => asked.seed = number,
                word if word == measure => asked.much = number,
                _ => return Err(format!("{word} is not known; {measure} N and --seed S are")),
            }
        }
        Ok(asked)
    }
}
