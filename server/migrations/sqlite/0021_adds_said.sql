-- When a device last said how many changes it holds back: with a delivery, or with a question for the feed that names the last
-- of its own changes. To be heard of is less. Absent where nobody noted it yet.
ALTER TABLE device_logs ADD COLUMN said INTEGER;
