-- What each order owes (应收), read off the book behind the feed: a row for each order that stands. Nobody judges by it; it
-- is made anew from the papers of its customer whenever one of them changes. due and promised are days of the company's
-- zone since 1970; standing is 0 where something is open, 1 where all was collected and not all confirmed, 2 where all was
-- confirmed; nobody's customers have an empty staff. Of the last reminder to pay: when, and what was promised; kept is 1 where
-- that came in time and 2 where it came later.
CREATE TABLE receivables (
    company       BYTEA    NOT NULL,
    paper         BYTEA    NOT NULL,
    customer      BYTEA    NOT NULL,
    name          TEXT COLLATE "C" NOT NULL,
    staff         BYTEA    NOT NULL,
    place         TEXT COLLATE "C" NOT NULL,
    taken         BIGINT NOT NULL,
    due           BIGINT NOT NULL,
    standing      BIGINT NOT NULL,
    total_fen     BIGINT NOT NULL,
    collected_fen BIGINT NOT NULL,
    paid_fen      BIGINT NOT NULL,
    open_fen      BIGINT NOT NULL,
    urged         BIGINT,
    promised      BIGINT,
    promised_fen  BIGINT,
    kept          BIGINT NOT NULL,
    PRIMARY KEY (company, paper)
);

CREATE INDEX receivables_by_due ON receivables (company, standing, due, paper);
CREATE INDEX receivables_by_open ON receivables (company, standing, open_fen, paper);
CREATE INDEX receivables_by_taken ON receivables (company, standing, taken, paper);
CREATE INDEX receivables_by_name ON receivables (company, standing, name, paper);
CREATE INDEX receivables_by_staff ON receivables (company, standing, staff, due);
CREATE INDEX receivables_by_place ON receivables (company, standing, place, due);
CREATE INDEX receivables_by_customer ON receivables (company, customer);
CREATE INDEX receivables_by_promise ON receivables (company, promised) WHERE promised IS NOT NULL AND kept = 0;

-- What they come to, counted as they are written: a list of hundreds of thousands says its totals without reading them.
CREATE TABLE receivable_sums (
    company       BYTEA    NOT NULL,
    standing      BIGINT NOT NULL,
    staff         BYTEA    NOT NULL,
    place         TEXT COLLATE "C" NOT NULL,
    due           BIGINT NOT NULL,
    orders        BIGINT NOT NULL,
    total_fen     BIGINT NOT NULL,
    collected_fen BIGINT NOT NULL,
    paid_fen      BIGINT NOT NULL,
    PRIMARY KEY (company, standing, staff, place, due)
);

-- Up to which position of the feed the rows above were read. While they are read on, up to which position they will be, and
-- after which customer; 0 and empty where nobody reads.
CREATE TABLE receivables_read (
    company BYTEA   NOT NULL PRIMARY KEY,
    through BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    after   BYTEA   NOT NULL
);
