DROP TABLE IF EXISTS load_errors;
DROP TABLE IF EXISTS fact_invoice;
