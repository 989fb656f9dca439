-- What has come of a file or a push that is brought in pieces, until it is whole or given up.
CREATE TABLE pieces (
    company  BLOB    NOT NULL,
    device   BLOB    NOT NULL,
    hash     BLOB    NOT NULL,
    start    INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    uploader BLOB    NOT NULL,
    came     INTEGER NOT NULL,
    PRIMARY KEY (company, device, hash, start)
) STRICT;

-- For the budget of whoever brings them.
CREATE INDEX pieces_by_uploader ON pieces (company, uploader);
