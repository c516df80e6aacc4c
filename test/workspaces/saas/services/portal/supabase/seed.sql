insert into public.sites (customer_reference, name, address) values
  ('HL-001', 'North marina', '4 Quay Road, Port Ellery'),
  ('HL-002', 'Cold store 2', '19 Dock Street, Port Ellery')
on conflict (customer_reference) do nothing;
