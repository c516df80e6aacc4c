DROP VIEW class_sizes;
