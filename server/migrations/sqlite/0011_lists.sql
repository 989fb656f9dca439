-- How many papers the lists show of one kind, one member of staff, one day, one class of scopes and one standing, and what
-- they come to: so that a list of hundreds of thousands says its total without reading them. Visits, orders, collections
-- and remittances are counted here; of every other kind there are few. A day is one of the company's zone (UTC+8), in
-- days since 1970; the class is the first byte of the scope; nobody's papers have an empty staff.
CREATE TABLE tallies (
    company    BLOB    NOT NULL,
    kind       INTEGER NOT NULL,
    staff      BLOB    NOT NULL,
    day        INTEGER NOT NULL,
    class      BLOB    NOT NULL,
    status     TEXT    NOT NULL,
    papers     INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (company, kind, staff, day, class, status)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies
SELECT company, kind, COALESCE(staff, x''), (at_ms + 28800000) / 86400000, SUBSTR(scope, 1, 1), status, COUNT(*),
       COALESCE(SUM(amount_fen), 0)
FROM papers
WHERE kind IN (30, 40, 51, 52) AND status IS NOT NULL AND scope IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6;

-- Lists ordered by the sum, and by the name of the customer or the member of staff.
CREATE INDEX papers_by_amount ON papers (company, kind, amount_fen) WHERE kind IN (40, 51, 52);
CREATE INDEX papers_by_label ON papers (company, kind, label) WHERE kind IN (1, 10);

-- Lists narrowed to a standing that few papers have.
CREATE INDEX papers_by_standing ON papers (company, kind, status, at_ms)
    WHERE status IN ('withheld', 'accepted', 'withdrawn', 'reversed');
