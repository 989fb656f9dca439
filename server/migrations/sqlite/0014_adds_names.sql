-- The names that callers gave to commands, so that asking again, at whatever server, is no second command: what the command
-- said (its SHA-256) and which change of the hub's log it became. Kept for some days.
CREATE TABLE command_names (
    company BLOB    NOT NULL,
    session BLOB    NOT NULL,
    name    TEXT    NOT NULL,
    said    BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (company, session, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX command_names_by_time ON command_names (company, at);

-- Work that one server does for all: when it was last begun.
CREATE TABLE turns (
    company BLOB    NOT NULL,
    task    TEXT    NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (company, task)
) STRICT, WITHOUT ROWID;
