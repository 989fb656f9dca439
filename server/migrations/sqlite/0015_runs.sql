-- The feed in runs: entries that follow on each other in the feed and in one device's log, of one author, received at one
-- moment, stand packed in one row, which is named by the position of its last. A run is listed once in each scope of its
-- entries. Whoever opens the book puts the rows of an earlier version into runs and drops their tables (decision 031).

CREATE TABLE runs (
    company  BLOB    NOT NULL,
    last     INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    device   BLOB    NOT NULL,
    last_seq INTEGER NOT NULL,
    staff    BLOB    NOT NULL,
    received INTEGER NOT NULL,
    -- The link of the device's chain after the last entry; those between follow from the first, which is packed.
    link     BLOB    NOT NULL,
    entries  BLOB    NOT NULL,
    PRIMARY KEY (company, last),
    UNIQUE (company, device, last_seq)
) STRICT;

CREATE TABLE run_scopes (
    company BLOB    NOT NULL,
    scope   BLOB    NOT NULL,
    last    INTEGER NOT NULL,
    PRIMARY KEY (company, scope, last)
) STRICT, WITHOUT ROWID;

-- A paper that one entry alone has made is kept as that entry's position: its content is then empty.
ALTER TABLE papers ADD COLUMN made INTEGER;
