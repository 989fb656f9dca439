-- How much of each cash collection has arrived, where any has, as finance has confirmed it; with whose collection it is and
-- whose customer's. Beside the list of what is owed, behind the feed as that is; nobody judges by it.
CREATE TABLE cash_arrived (
    company  BLOB NOT NULL,
    paper    BLOB NOT NULL,
    staff    BLOB NOT NULL,
    customer BLOB NOT NULL,
    fen      INTEGER NOT NULL,
    PRIMARY KEY (company, paper)
) STRICT, WITHOUT ROWID;

CREATE INDEX cash_arrived_by_staff ON cash_arrived (company, staff);
CREATE INDEX cash_arrived_by_customer ON cash_arrived (company, customer);

-- Where a rep's cash lies, gone through up to a position of the feed: what comes after goes on from there.
CREATE TABLE cash_traced (
    company BLOB NOT NULL,
    staff   BLOB NOT NULL,
    through INTEGER NOT NULL,
    traced  BLOB NOT NULL,
    PRIMARY KEY (company, staff)
) STRICT, WITHOUT ROWID;

-- The list was read without them: it is read anew.
DELETE FROM receivables;
DELETE FROM receivable_sums;
DELETE FROM receivables_read;
