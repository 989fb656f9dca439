-- Who may sign in, and how far they have come with it. The book knows people; only these tables know passwords.
-- Times are milliseconds since 1970-01-01 UTC. Tokens, numbers and addresses are kept as SHA-256 hashes only.

CREATE TABLE users (
    company  BLOB    NOT NULL,
    staff    BLOB    NOT NULL,
    number   TEXT    NOT NULL,
    password TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    disabled INTEGER,
    PRIMARY KEY (company, staff),
    UNIQUE (company, number)
) STRICT;

CREATE TABLE sessions (
    company    BLOB    NOT NULL,
    session    BLOB    NOT NULL,
    staff      BLOB    NOT NULL,
    client     TEXT    NOT NULL,
    device     BLOB,
    device_key BLOB,
    started    INTEGER NOT NULL,
    ended      INTEGER,
    PRIMARY KEY (company, session)
) STRICT;

CREATE TABLE refresh_tokens (
    company  BLOB    NOT NULL,
    token    BLOB    NOT NULL,
    session  BLOB    NOT NULL,
    turn     INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    replaced INTEGER,
    PRIMARY KEY (company, token)
) STRICT;

CREATE INDEX refresh_tokens_of_session ON refresh_tokens (company, session, turn);

CREATE TABLE sign_in_attempts (
    company  BLOB    NOT NULL,
    subject  BLOB    NOT NULL,
    failures INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (company, subject)
) STRICT;

CREATE TABLE token_keys (
    company BLOB    NOT NULL,
    name    TEXT    NOT NULL,
    secret  BLOB    NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (company, name)
) STRICT;
