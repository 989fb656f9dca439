-- How many papers the lists show of one kind, one member of staff, one day, one class of scopes and one standing, and what
-- they come to: so that a list of hundreds of thousands says its total without reading them. Visits, orders, collections
-- and remittances are counted here; of every other kind there are few. A day is one of the company's zone (UTC+8), in
-- days since 1970; the class is the first byte of the scope; nobody's papers have an empty staff.
CREATE TABLE tallies (
    company    BYTEA            NOT NULL,
    kind       BIGINT           NOT NULL,
    staff      BYTEA            NOT NULL,
    day        BIGINT           NOT NULL,
    class      BYTEA            NOT NULL,
    status     TEXT COLLATE "C" NOT NULL,
    papers     BIGINT           NOT NULL,
    amount_fen BIGINT           NOT NULL,
    PRIMARY KEY (company, kind, staff, day, class, status)
);

-- Lists ordered by the sum, and by the name of the customer or the member of staff.
CREATE INDEX papers_by_amount ON papers (company, kind, amount_fen) WHERE kind IN (40, 51, 52);
CREATE INDEX papers_by_label ON papers (company, kind, label) WHERE kind IN (1, 10);

-- Lists narrowed to a standing that few papers have.
CREATE INDEX papers_by_standing ON papers (company, kind, status, at_ms)
    WHERE status IN ('withheld', 'accepted', 'withdrawn', 'reversed');
