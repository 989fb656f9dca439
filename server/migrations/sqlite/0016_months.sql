-- What lists count is also kept by month, so that a total over years adds up months and not days: `day` is then the first
-- of the month. The days begin with the day, so that some days are found together, and are written where today is.
CREATE TABLE tallies_by_month (
    company    BLOB    NOT NULL,
    kind       INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    staff      BLOB    NOT NULL,
    class      BLOB    NOT NULL,
    status     TEXT    NOT NULL,
    papers     INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (company, kind, day, staff, class, status)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies_by_month
SELECT company, kind, UNIXEPOCH(day * 86400, 'unixepoch', 'start of month') / 86400, staff, class, status, SUM(papers),
       SUM(amount_fen)
FROM tallies
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TABLE tallies_by_day (
    company    BLOB    NOT NULL,
    kind       INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    staff      BLOB    NOT NULL,
    class      BLOB    NOT NULL,
    status     TEXT    NOT NULL,
    papers     INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL,
    PRIMARY KEY (company, kind, day, staff, class, status)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies_by_day
SELECT company, kind, day, staff, class, status, papers, amount_fen FROM tallies ORDER BY 1, 2, 3, 4, 5, 6;

DROP TABLE tallies;
