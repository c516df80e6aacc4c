CREATE OR REPLACE VIEW weekly_throughput AS
SELECT f.organization_key,
       d.iso_year,
       d.iso_week,
       count(*) AS closed,
       sum(f.minutes_spent) AS minutes_spent
FROM fact_work_order f
JOIN dim_date d ON d.date_key = f.closed_on
GROUP BY f.organization_key, d.iso_year, d.iso_week;

CREATE OR REPLACE VIEW revenue_by_plan AS
SELECT o.plan_code,
       date_trunc('month', i.issued_on)::date AS month,
       i.currency,
       sum(i.net_amount) AS net_amount
FROM fact_invoice i
JOIN dim_organization o ON o.organization_key = i.organization_key
GROUP BY o.plan_code, date_trunc('month', i.issued_on), i.currency;
