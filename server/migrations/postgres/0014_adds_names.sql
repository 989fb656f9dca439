-- The names that callers gave to commands, so that asking again, at whatever server, is no second command: what the command
-- said (its SHA-256) and which change of the hub's log it became. Kept for some days.
CREATE TABLE command_names (
    company BYTEA            NOT NULL,
    session BYTEA            NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    said    BYTEA            NOT NULL,
    seq     BIGINT           NOT NULL,
    at      BIGINT           NOT NULL,
    PRIMARY KEY (company, session, name)
);

CREATE INDEX command_names_by_time ON command_names (company, at);

-- Work that one server does for all: when it was last begun.
CREATE TABLE turns (
    company BYTEA            NOT NULL,
    task    TEXT COLLATE "C" NOT NULL,
    since   BIGINT           NOT NULL,
    PRIMARY KEY (company, task)
);
