-- Up Migration
CREATE TABLE preferences (
    user_id     uuid NOT NULL,
    channel     channel NOT NULL,
    is_enabled  boolean NOT NULL DEFAULT true,
    PRIMARY KEY (user_id, channel)
);

-- Down Migration
DROP TABLE preferences;
