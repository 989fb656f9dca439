-- What opens a phone's book when its passphrase is forgotten: a random key for each device, which opens nothing without the
-- phone's own store. Handed out only to a fresh sign-in of the device's own member of staff.
CREATE TABLE device_recovery (
    company  BYTEA  NOT NULL,
    device   BYTEA  NOT NULL,
    recovery BYTEA  NOT NULL,
    since    BIGINT NOT NULL,
    PRIMARY KEY (company, device)
);
