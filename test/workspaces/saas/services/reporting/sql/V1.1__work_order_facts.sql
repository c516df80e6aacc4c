CREATE TABLE fact_work_order (
    work_order_id     bigint NOT NULL,
    organization_key  bigint NOT NULL REFERENCES dim_organization (organization_key) ON DELETE CASCADE,
    opened_on         date NOT NULL REFERENCES dim_date (date_key),
    closed_on         date REFERENCES dim_date (date_key),
    minutes_planned   integer,
    minutes_spent     integer NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_key, work_order_id)
);

CREATE INDEX fact_work_order_opened_on_idx ON fact_work_order (opened_on);
CREATE INDEX fact_work_order_closed_on_idx ON fact_work_order (closed_on);
