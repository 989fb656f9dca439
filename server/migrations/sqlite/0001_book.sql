-- The book: feed, papers, digests, device logs, files. The company's id is the first column of every key.
-- Ids, hashes, scopes and encoded content are BLOBs; effective and receipt times are packed (milliseconds << 16 |
-- counter); columns that end in _ms are milliseconds since 1970-01-01 UTC; money is in fen.

CREATE TABLE company (
    company     BLOB    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    hub         BLOB    NOT NULL,
    hub_key     BLOB    NOT NULL,
    founded     INTEGER NOT NULL,
    -- The head of the feed: whoever has this row locked, gives out positions.
    epoch       INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    latest      INTEGER NOT NULL,
    received    INTEGER NOT NULL,
    applied     INTEGER NOT NULL,
    held        INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    devices     INTEGER NOT NULL
) STRICT;

CREATE TABLE feed (
    company   BLOB    NOT NULL,
    position  INTEGER NOT NULL,
    device    BLOB    NOT NULL,
    seq       INTEGER NOT NULL,
    staff     BLOB    NOT NULL,
    kind      INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    received  INTEGER NOT NULL,
    link      BLOB    NOT NULL,
    change    BLOB    NOT NULL,
    verdict   BLOB,
    scopes    BLOB    NOT NULL,
    PRIMARY KEY (company, position),
    UNIQUE (company, device, seq)
) STRICT;

CREATE TABLE feed_scopes (
    company  BLOB    NOT NULL,
    scope    BLOB    NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (company, scope, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope_digests (
    company BLOB    NOT NULL,
    scope   BLOB    NOT NULL,
    sum     BLOB    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (company, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_logs (
    company   BLOB    NOT NULL,
    device    BLOB    NOT NULL,
    staff     BLOB    NOT NULL,
    number    INTEGER NOT NULL,
    key       BLOB    NOT NULL,
    enrolled  INTEGER NOT NULL,
    revoked   INTEGER,
    last_seq  INTEGER NOT NULL,
    link      BLOB    NOT NULL,
    latest    INTEGER NOT NULL,
    -- The proof over the head of the chain.
    header    BLOB,
    signature BLOB,
    -- What the device said of itself at its last contact.
    seen      INTEGER,
    unsent    INTEGER NOT NULL,
    cash_fen  INTEGER NOT NULL,
    clock     INTEGER NOT NULL,
    PRIMARY KEY (company, device),
    UNIQUE (company, number)
) STRICT;

CREATE INDEX device_logs_of_staff ON device_logs (company, staff);

-- The papers as they are now, with the columns that lists filter, sort and search by.
-- A paper that lists do not show has no status.
CREATE TABLE papers (
    company    BLOB    NOT NULL,
    kind       INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    scope      BLOB,
    state      BLOB    NOT NULL,
    customer   BLOB,
    staff      BLOB,
    at_ms      INTEGER NOT NULL,
    amount_fen INTEGER,
    status     TEXT,
    label      TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    PRIMARY KEY (company, kind, id)
) STRICT;

CREATE INDEX papers_by_time ON papers (company, kind, at_ms) WHERE status IS NOT NULL;
CREATE INDEX papers_by_staff ON papers (company, kind, staff, at_ms) WHERE staff IS NOT NULL;
CREATE INDEX papers_by_customer ON papers (company, customer, at_ms) WHERE customer IS NOT NULL;
CREATE INDEX papers_by_scope ON papers (company, scope) WHERE scope IS NOT NULL;

CREATE TABLE blobs (
    company  BLOB    NOT NULL,
    hash     BLOB    NOT NULL,
    media    TEXT    NOT NULL,
    bytes    BLOB    NOT NULL,
    uploader BLOB    NOT NULL,
    created  INTEGER NOT NULL,
    PRIMARY KEY (company, hash)
) STRICT;

CREATE TABLE blob_scopes (
    company BLOB NOT NULL,
    hash    BLOB NOT NULL,
    scope   BLOB NOT NULL,
    PRIMARY KEY (company, hash, scope)
) STRICT, WITHOUT ROWID;

-- Changes of logs that fork: kept with the signed header of the batch that brought them.
CREATE TABLE quarantine (
    company   BLOB    NOT NULL,
    device    BLOB    NOT NULL,
    seq       INTEGER NOT NULL,
    link      BLOB    NOT NULL,
    reason    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    change    BLOB    NOT NULL,
    header    BLOB    NOT NULL,
    signature BLOB    NOT NULL,
    PRIMARY KEY (company, device, seq, link)
) STRICT;
