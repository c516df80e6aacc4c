-- Up Migration
CREATE TYPE channel AS ENUM ('email', 'sms', 'push');

CREATE TABLE templates (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL,
    channel     channel NOT NULL,
    locale      text NOT NULL DEFAULT 'en',
    subject     text,
    body        text NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (code, channel, locale)
);

-- Down Migration
DROP TABLE templates;
DROP TYPE channel;
