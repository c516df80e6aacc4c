CREATE TABLE dim_organization (
    organization_key  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id   uuid NOT NULL UNIQUE,
    name              text NOT NULL,
    plan_code         text NOT NULL,
    first_seen_on     date NOT NULL
);

CREATE TABLE dim_date (
    date_key      date PRIMARY KEY,
    iso_year      smallint NOT NULL,
    iso_week      smallint NOT NULL CHECK (iso_week BETWEEN 1 AND 53),
    is_weekend    boolean NOT NULL
);

INSERT INTO dim_date (date_key, iso_year, iso_week, is_weekend)
SELECT d::date, extract(isoyear FROM d), extract(week FROM d), extract(isodow FROM d) > 5
FROM generate_series(timestamp '2023-01-01', timestamp '2027-12-31', interval '1 day') AS d;
