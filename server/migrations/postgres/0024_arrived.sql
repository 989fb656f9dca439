-- How much of each cash collection has arrived, where any has, as finance has confirmed it; with whose collection it is and
-- whose customer's. Beside the list of what is owed, behind the feed as that is; nobody judges by it.
CREATE TABLE cash_arrived (
    company  BYTEA NOT NULL,
    paper    BYTEA NOT NULL,
    staff    BYTEA NOT NULL,
    customer BYTEA NOT NULL,
    fen      BIGINT NOT NULL,
    PRIMARY KEY (company, paper)
);

CREATE INDEX cash_arrived_by_staff ON cash_arrived (company, staff);
CREATE INDEX cash_arrived_by_customer ON cash_arrived (company, customer);

-- Where a rep's cash lies, gone through up to a position of the feed: what comes after goes on from there.
CREATE TABLE cash_traced (
    company BYTEA NOT NULL,
    staff   BYTEA NOT NULL,
    through BIGINT NOT NULL,
    traced  BYTEA NOT NULL,
    PRIMARY KEY (company, staff)
);

-- The list was read without them: it is read anew.
DELETE FROM receivables;
DELETE FROM receivable_sums;
DELETE FROM receivables_read;
