DROP TABLE services;
DROP TABLE service_categories;
