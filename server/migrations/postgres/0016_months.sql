-- What lists count is also kept by month, so that a total over years adds up months and not days: `day` is then the first
-- of the month. The days begin with the day, so that some days are found together.
CREATE TABLE tallies_by_month (
    company    BYTEA            NOT NULL,
    kind       BIGINT           NOT NULL,
    day        BIGINT           NOT NULL,
    staff      BYTEA            NOT NULL,
    class      BYTEA            NOT NULL,
    status     TEXT COLLATE "C" NOT NULL,
    papers     BIGINT           NOT NULL,
    amount_fen BIGINT           NOT NULL,
    PRIMARY KEY (company, kind, day, staff, class, status)
);

INSERT INTO tallies_by_month
SELECT company, kind, DATE_TRUNC('month', DATE '1970-01-01' + day::int)::date - DATE '1970-01-01', staff, class, status,
       SUM(papers), SUM(amount_fen)
FROM tallies
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TABLE tallies_by_day (
    company    BYTEA            NOT NULL,
    kind       BIGINT           NOT NULL,
    day        BIGINT           NOT NULL,
    staff      BYTEA            NOT NULL,
    class      BYTEA            NOT NULL,
    status     TEXT COLLATE "C" NOT NULL,
    papers     BIGINT           NOT NULL,
    amount_fen BIGINT           NOT NULL,
    PRIMARY KEY (company, kind, day, staff, class, status)
);

INSERT INTO tallies_by_day
SELECT company, kind, day, staff, class, status, papers, amount_fen FROM tallies;

DROP TABLE tallies;
