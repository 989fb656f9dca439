-- Who may sign in, and how far they have come with it. The book knows people; only these tables know passwords.
-- Times are milliseconds since 1970-01-01 UTC. Tokens, numbers and addresses are kept as SHA-256 hashes only.

CREATE TABLE users (
    company  BYTEA            NOT NULL,
    staff    BYTEA            NOT NULL,
    number   TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    since    BIGINT           NOT NULL,
    disabled BIGINT,
    PRIMARY KEY (company, staff),
    UNIQUE (company, number)
);

CREATE TABLE sessions (
    company    BYTEA            NOT NULL,
    session    BYTEA            NOT NULL,
    staff      BYTEA            NOT NULL,
    client     TEXT COLLATE "C" NOT NULL,
    device     BYTEA,
    device_key BYTEA,
    started    BIGINT           NOT NULL,
    ended      BIGINT,
    PRIMARY KEY (company, session)
);

CREATE TABLE refresh_tokens (
    company  BYTEA  NOT NULL,
    token    BYTEA  NOT NULL,
    session  BYTEA  NOT NULL,
    turn     BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    replaced BIGINT,
    PRIMARY KEY (company, token)
);

CREATE INDEX refresh_tokens_of_session ON refresh_tokens (company, session, turn);

CREATE TABLE sign_in_attempts (
    company  BYTEA  NOT NULL,
    subject  BYTEA  NOT NULL,
    failures BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    PRIMARY KEY (company, subject)
);

CREATE TABLE token_keys (
    company BYTEA            NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    secret  BYTEA            NOT NULL,
    since   BIGINT           NOT NULL,
    PRIMARY KEY (company, name)
);
