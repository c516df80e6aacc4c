INSERT INTO clinic.diagnosis_codes (code, name) VALUES
  ('J00', 'Acute nasopharyngitis'),
  ('J45', 'Asthma'),
  ('M54', 'Dorsalgia');
