-- What does not fit about a device's log, as it was noticed at a contact: its name, the first sequence it is about,
-- when it was noticed first and last (packed), and how many of the device's changes were put aside.
ALTER TABLE device_logs ADD COLUMN trouble TEXT;
ALTER TABLE device_logs ADD COLUMN trouble_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN trouble_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN trouble_last INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;

-- What was put aside before this was noted.
UPDATE device_logs SET
    trouble       = 'fork',
    trouble_seq   = (SELECT MIN(q.seq) FROM quarantine q WHERE q.company = device_logs.company AND q.device = device_logs.device),
    trouble_since = (SELECT MIN(q.at) FROM quarantine q WHERE q.company = device_logs.company AND q.device = device_logs.device),
    trouble_last  = (SELECT MAX(q.at) FROM quarantine q WHERE q.company = device_logs.company AND q.device = device_logs.device),
    aside         = (SELECT COUNT(*) FROM quarantine q WHERE q.company = device_logs.company AND q.device = device_logs.device)
WHERE EXISTS (SELECT 1 FROM quarantine q WHERE q.company = device_logs.company AND q.device = device_logs.device);
