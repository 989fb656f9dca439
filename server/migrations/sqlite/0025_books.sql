-- A paper says by a number whose book it stands in: the sixteen bytes of a company's id would stand once in the row and once
-- in each of its keys, a quarter of what is kept of a paper. The number is this file's alone. What a paper says already is
-- not said again either: the scope of the customer that it names is empty, and such papers are found by their customer; the
-- key by the member of staff has four bytes of the id, and the row the whole (decision 036).
CREATE TABLE books (
    number  INTEGER PRIMARY KEY,
    company BLOB    NOT NULL UNIQUE
) STRICT;

INSERT INTO books (company) SELECT company FROM company ORDER BY founded, company;

CREATE TABLE papers_of_books (
    book       INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    scope      BLOB,
    state      BLOB    NOT NULL,
    made       INTEGER,
    customer   BLOB,
    staff      BLOB,
    at_ms      INTEGER NOT NULL,
    amount_fen INTEGER,
    status     TEXT,
    label      TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    PRIMARY KEY (book, kind, id)
) STRICT;

INSERT INTO papers_of_books
SELECT books.number, kind, id, CASE scope WHEN CAST(x'01' || customer AS BLOB) THEN x'' ELSE scope END, state, made, customer, staff, at_ms, amount_fen, status, label, search
FROM papers JOIN books ON books.company = papers.company
ORDER BY papers.rowid;

DROP TABLE papers;
ALTER TABLE papers_of_books RENAME TO papers;

CREATE INDEX papers_by_time ON papers (book, kind, at_ms) WHERE status IS NOT NULL;
CREATE INDEX papers_by_staff ON papers (book, kind, SUBSTR(staff, 13), at_ms) WHERE staff IS NOT NULL;
CREATE INDEX papers_by_customer ON papers (book, customer, at_ms) WHERE customer IS NOT NULL;
CREATE INDEX papers_by_scope ON papers (book, scope) WHERE scope > x'';
-- By stretches of 2^31 milliseconds (25 days), so that what is written now lies together and not all over the sums of years.
CREATE INDEX papers_by_amount ON papers (book, kind, at_ms >> 31, amount_fen) WHERE kind IN (40, 51, 52);
CREATE INDEX papers_by_label ON papers (book, kind, label) WHERE kind IN (1, 10);
CREATE INDEX papers_by_standing ON papers (book, kind, status, at_ms)
    WHERE status IN ('withheld', 'accepted', 'withdrawn', 'reversed');
