-- What reporting tools read: sums in yuan, times with their zone, names beside ids. Documented in docs/reporting.md.
-- Only here: SQLite has no schemas, no exact fractions and no times of its own.

CREATE SCHEMA report;

CREATE VIEW report.companies AS
SELECT encode(company, 'hex')::uuid           AS company_id,
       name                                   AS company,
       to_timestamp((founded >> 16) / 1000.0) AS founded_at,
       position                               AS entries,
       received,
       applied,
       held,
       quarantined                            AS put_aside
FROM company;

CREATE VIEW report.staff AS
SELECT encode(p.company, 'hex')::uuid AS company_id,
       encode(p.id, 'hex')::uuid      AS staff_id,
       p.label                        AS name,
       p.status                       AS role
FROM papers p
WHERE p.kind = 1 AND p.status IS NOT NULL;

CREATE VIEW report.devices AS
SELECT encode(d.company, 'hex')::uuid                 AS company_id,
       encode(d.device, 'hex')::uuid                  AS device_id,
       d.number                                       AS number,
       encode(d.staff, 'hex')::uuid                   AS staff_id,
       s.label                                        AS staff,
       to_timestamp((d.enrolled >> 16) / 1000.0)      AS enrolled_at,
       to_timestamp((d.revoked >> 16) / 1000.0)       AS revoked_at,
       to_timestamp((d.seen >> 16) / 1000.0)          AS last_contact_at,
       CASE WHEN d.seen IS NOT NULL THEN d.unsent END AS unsent,
       d.last_seq                                     AS changes,
       d.aside                                        AS put_aside,
       d.trouble                                      AS trouble
FROM device_logs d
LEFT JOIN papers s ON s.company = d.company AND s.kind = 1 AND s.id = d.staff
WHERE d.number > 0;

CREATE VIEW report.customers AS
SELECT encode(p.company, 'hex')::uuid                            AS company_id,
       encode(p.id, 'hex')::uuid                                 AS customer_id,
       p.label                                                   AS name,
       encode(p.staff, 'hex')::uuid                              AS owner_id,
       o.label                                                   AS owner,
       to_timestamp(p.at_ms / 1000.0)                            AS created_at,
       (to_timestamp(p.at_ms / 1000.0) AT TIME ZONE INTERVAL '8 hours')::date AS created_on,
       p.status = 'conflict'                                     AS in_conflict
FROM papers p
LEFT JOIN papers o ON o.company = p.company AND o.kind = 1 AND o.id = p.staff
WHERE p.kind = 10 AND p.status IS NOT NULL;

-- Every paper with a customer or a member of staff, a moment and perhaps a sum: the views below are parts of it.
CREATE VIEW report.papers AS
SELECT p.kind                                                    AS kind,
       encode(p.company, 'hex')::uuid                            AS company_id,
       encode(p.id, 'hex')::uuid                                 AS id,
       to_timestamp(p.at_ms / 1000.0)                            AS at,
       (to_timestamp(p.at_ms / 1000.0) AT TIME ZONE INTERVAL '8 hours')::date AS on_day,
       encode(p.customer, 'hex')::uuid                           AS customer_id,
       c.label                                                   AS customer,
       encode(p.staff, 'hex')::uuid                              AS staff_id,
       s.label                                                   AS staff,
       p.status                                                  AS status,
       (p.amount_fen / 100.0)::numeric(18, 2)                    AS amount
FROM papers p
LEFT JOIN papers c ON c.company = p.company AND c.kind = 10 AND c.id = p.customer
LEFT JOIN papers s ON s.company = p.company AND s.kind = 1 AND s.id = p.staff
WHERE p.status IS NOT NULL;

CREATE VIEW report.visits AS
SELECT company_id, id AS visit_id, at, on_day, customer_id, customer, staff_id, staff, status = 'withheld' AS withheld
FROM report.papers
WHERE kind = 30;

CREATE VIEW report.orders AS
SELECT company_id, id AS order_id, at, on_day, customer_id, customer, staff_id, staff, status, amount
FROM report.papers
WHERE kind = 40;

CREATE VIEW report.collections AS
SELECT company_id, id AS collection_id, at, on_day, customer_id, customer, staff_id, staff, status, amount
FROM report.papers
WHERE kind = 51;

CREATE VIEW report.remittances AS
SELECT company_id, id AS remittance_id, at, on_day, staff_id, staff, status, amount
FROM report.papers
WHERE kind = 52;

CREATE VIEW report.balances AS
SELECT company_id, id AS balance_id, status AS account, customer_id, customer, staff_id, staff, amount
FROM report.papers
WHERE kind = 53;
