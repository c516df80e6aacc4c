CREATE TABLE fact_invoice (
    invoice_id        bigint NOT NULL,
    organization_key  bigint NOT NULL REFERENCES dim_organization (organization_key) ON DELETE CASCADE,
    issued_on         date NOT NULL REFERENCES dim_date (date_key),
    currency          text NOT NULL,
    net_amount        numeric(12, 2) NOT NULL,
    discount_amount   numeric(8, 2) NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_key, invoice_id)
);

CREATE INDEX fact_invoice_issued_on_idx ON fact_invoice (issued_on);

CREATE TABLE load_errors (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source       text NOT NULL,
    message      text NOT NULL,
    happened_at  timestamptz NOT NULL DEFAULT now()
);
