-- Scopes that devices must give up because somebody else looks after the customer now, or because they were stopped.
-- One row for each device and scope, from the loss until the scope is granted to its owner again. A scope of one zero
-- byte stands for everything the device held. Source: S79.
CREATE TABLE evictions (
    company   BYTEA  NOT NULL,
    device    BYTEA  NOT NULL,
    scope     BYTEA  NOT NULL,
    -- The head of the feed when it was lost: a statement of a device that had read less says nothing of it.
    position  BIGINT NOT NULL,
    since     BIGINT NOT NULL,
    -- When the device's statement came that it holds this no more, and that statement as it was signed.
    confirmed BIGINT,
    proof     BYTEA,
    PRIMARY KEY (company, device, scope)
);
