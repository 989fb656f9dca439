-- The feed in runs: entries that follow on each other in the feed and in one device's log, of one author, received at one
-- moment, stand packed in one row, which is named by the position of its last. A run is listed once in each scope of its
-- entries (decision 031). No book that anybody keeps in Postgres has rows of an earlier version.

DROP TABLE feed_scopes;
DROP TABLE feed;

CREATE TABLE runs (
    company  BYTEA  NOT NULL,
    last     BIGINT NOT NULL,
    count    BIGINT NOT NULL,
    device   BYTEA  NOT NULL,
    last_seq BIGINT NOT NULL,
    staff    BYTEA  NOT NULL,
    received BIGINT NOT NULL,
    -- The link of the device's chain after the last entry; those between follow from the first, which is packed.
    link     BYTEA  NOT NULL,
    entries  BYTEA  NOT NULL,
    PRIMARY KEY (company, last),
    UNIQUE (company, device, last_seq)
);

-- It is packed already.
ALTER TABLE runs ALTER COLUMN entries SET STORAGE EXTERNAL;

CREATE TABLE run_scopes (
    company BYTEA  NOT NULL,
    scope   BYTEA  NOT NULL,
    last    BIGINT NOT NULL,
    PRIMARY KEY (company, scope, last)
);

-- A paper that one entry alone has made is kept as that entry's position: its content is then empty.
ALTER TABLE papers ADD COLUMN made BIGINT;
