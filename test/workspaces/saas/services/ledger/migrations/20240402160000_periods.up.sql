CREATE TABLE periods (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    starts_on  date NOT NULL UNIQUE,
    ends_on    date NOT NULL,
    closed_at  timestamptz,
    CHECK (ends_on > starts_on)
);
