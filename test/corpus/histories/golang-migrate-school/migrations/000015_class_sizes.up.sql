CREATE VIEW class_sizes AS
  SELECT class_id, count(*) AS pupils FROM pupils GROUP BY class_id;
