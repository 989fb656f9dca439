-- What has come of a file or a push that is brought in pieces, until it is whole or given up.
CREATE TABLE pieces (
    company  BYTEA  NOT NULL,
    device   BYTEA  NOT NULL,
    hash     BYTEA  NOT NULL,
    start    BIGINT NOT NULL,
    bytes    BYTEA  NOT NULL,
    uploader BYTEA  NOT NULL,
    came     BIGINT NOT NULL,
    PRIMARY KEY (company, device, hash, start)
);

-- For the budget of whoever brings them.
CREATE INDEX pieces_by_uploader ON pieces (company, uploader);

-- Only here, because SQLite has one writer: whoever counts what somebody has brought, files and pieces together, holds
-- their row until it is written, so that two requests at once do not both find room for one.
CREATE TABLE uploaders (
    company  BYTEA NOT NULL,
    uploader BYTEA NOT NULL,
    PRIMARY KEY (company, uploader)
);
