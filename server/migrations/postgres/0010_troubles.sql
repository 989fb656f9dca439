-- What does not fit about a device's log, as it was noticed at a contact: its name, the first sequence it is about,
-- when it was noticed first and last (packed), and how many of the device's changes were put aside.
ALTER TABLE device_logs ADD COLUMN trouble TEXT COLLATE "C";
ALTER TABLE device_logs ADD COLUMN trouble_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN trouble_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN trouble_last BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_logs ADD COLUMN aside BIGINT NOT NULL DEFAULT 0;
