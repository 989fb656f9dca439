-- The book: feed, papers, digests, device logs, files. The company's id is the first column of every key.
-- Ids, hashes, scopes and encoded content are BYTEAs; effective and receipt times are packed (milliseconds << 16 |
-- counter); columns that end in _ms are milliseconds since 1970-01-01 UTC; money is in fen.

CREATE TABLE company (
    company     BYTEA            NOT NULL PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    hub         BYTEA            NOT NULL,
    hub_key     BYTEA            NOT NULL,
    founded     BIGINT           NOT NULL,
    -- The head of the feed: whoever has this row locked, gives out positions.
    epoch       BIGINT           NOT NULL,
    position    BIGINT           NOT NULL,
    latest      BIGINT           NOT NULL,
    received    BIGINT           NOT NULL,
    applied     BIGINT           NOT NULL,
    held        BIGINT           NOT NULL,
    quarantined BIGINT           NOT NULL,
    devices     BIGINT           NOT NULL
);

CREATE TABLE feed (
    company   BYTEA  NOT NULL,
    position  BIGINT NOT NULL,
    device    BYTEA  NOT NULL,
    seq       BIGINT NOT NULL,
    staff     BYTEA  NOT NULL,
    kind      BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    received  BIGINT NOT NULL,
    link      BYTEA  NOT NULL,
    change    BYTEA  NOT NULL,
    verdict   BYTEA,
    scopes    BYTEA  NOT NULL,
    PRIMARY KEY (company, position),
    UNIQUE (company, device, seq)
);

CREATE TABLE feed_scopes (
    company  BYTEA  NOT NULL,
    scope    BYTEA  NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (company, scope, position)
);

CREATE TABLE scope_digests (
    company BYTEA  NOT NULL,
    scope   BYTEA  NOT NULL,
    sum     BYTEA  NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (company, scope)
);

CREATE TABLE device_logs (
    company   BYTEA  NOT NULL,
    device    BYTEA  NOT NULL,
    staff     BYTEA  NOT NULL,
    number    BIGINT NOT NULL,
    key       BYTEA  NOT NULL,
    enrolled  BIGINT NOT NULL,
    revoked   BIGINT,
    last_seq  BIGINT NOT NULL,
    link      BYTEA  NOT NULL,
    latest    BIGINT NOT NULL,
    -- The proof over the head of the chain.
    header    BYTEA,
    signature BYTEA,
    -- What the device said of itself at its last contact.
    seen      BIGINT,
    unsent    BIGINT NOT NULL,
    cash_fen  BIGINT NOT NULL,
    clock     BIGINT NOT NULL,
    PRIMARY KEY (company, device),
    UNIQUE (company, number)
);

CREATE INDEX device_logs_of_staff ON device_logs (company, staff);

-- The papers as they are now, with the columns that lists filter, sort and search by.
-- A paper that lists do not show has no status.
CREATE TABLE papers (
    company    BYTEA            NOT NULL,
    kind       BIGINT           NOT NULL,
    id         BYTEA            NOT NULL,
    scope      BYTEA,
    state      BYTEA            NOT NULL,
    customer   BYTEA,
    staff      BYTEA,
    at_ms      BIGINT           NOT NULL,
    amount_fen BIGINT,
    status     TEXT COLLATE "C",
    label      TEXT COLLATE "C" NOT NULL,
    search     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, kind, id)
);

CREATE INDEX papers_by_time ON papers (company, kind, at_ms) WHERE status IS NOT NULL;
CREATE INDEX papers_by_staff ON papers (company, kind, staff, at_ms) WHERE staff IS NOT NULL;
CREATE INDEX papers_by_customer ON papers (company, customer, at_ms) WHERE customer IS NOT NULL;
CREATE INDEX papers_by_scope ON papers (company, scope) WHERE scope IS NOT NULL;

CREATE TABLE blobs (
    company  BYTEA            NOT NULL,
    hash     BYTEA            NOT NULL,
    media    TEXT COLLATE "C" NOT NULL,
    bytes    BYTEA            NOT NULL,
    uploader BYTEA            NOT NULL,
    created  BIGINT           NOT NULL,
    PRIMARY KEY (company, hash)
);

CREATE TABLE blob_scopes (
    company BYTEA NOT NULL,
    hash    BYTEA NOT NULL,
    scope   BYTEA NOT NULL,
    PRIMARY KEY (company, hash, scope)
);

-- Changes of logs that fork: kept with the signed header of the batch that brought them.
CREATE TABLE quarantine (
    company   BYTEA            NOT NULL,
    device    BYTEA            NOT NULL,
    seq       BIGINT           NOT NULL,
    link      BYTEA            NOT NULL,
    reason    TEXT COLLATE "C" NOT NULL,
    at        BIGINT           NOT NULL,
    change    BYTEA            NOT NULL,
    header    BYTEA            NOT NULL,
    signature BYTEA            NOT NULL,
    PRIMARY KEY (company, device, seq, link)
);
