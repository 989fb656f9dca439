-- A copy of the book is marked, so that the first server to open it begins a new life (a new epoch).
ALTER TABLE company ADD COLUMN copied BIGINT NOT NULL DEFAULT 0;

-- Only here, because a copied file says so itself: where the database lay when it was last served. One that the tools of
-- Postgres have restored, or a standby that took over, lies elsewhere, and begins a new life.
CREATE TABLE homes (
    company BYTEA            NOT NULL,
    place   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company)
);

-- Files by who brought them and when: for the budget of files that no change names, and to remove old ones.
CREATE INDEX blobs_by_uploader ON blobs (company, uploader, created);

-- Refresh tokens and sessions that are past use are looked for by these.
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (company, expires);
