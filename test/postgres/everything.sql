-- One of each kind of object that the catalog reader describes. Runs on 15 to 18, as one text.
do $$
begin
  if not exists (select from pg_roles where rolname = 'app') then create role app; end if;
  if not exists (select from pg_roles where rolname = 'Reader') then create role "Reader"; end if;
end
$$;

create schema app;
grant usage on schema app to app, "Reader";
create extension pg_trgm with schema app;
comment on schema public is 'ours';

create type public.mood as enum ('sad', 'it''s ok', 'happy');
alter type public.mood add value 'so so' before 'happy';
create domain public.email as text collate "C" default 'a@b' constraint email_at check (value like '%@%') not null;
create type public.point3 as (x double precision, y double precision, "Z z" text collate "C");
create type public.price_range as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = price_multirange);
revoke usage on type public.mood from public;

create sequence public.ticket as int start 10 increment 5 maxvalue 1000 cache 3 cycle;
grant usage on sequence public.ticket to app;

create table public.users (
  id bigint generated always as identity (start 100),
  email public.email,
  name varchar(80) collate "C" not null default 'nobody',
  "full Name" text generated always as (name || '!') stored,
  mood public.mood default 'happy',
  born date check (born > date '1900-01-01'),
  payload jsonb,
  constraint users_pkey primary key (id) with (fillfactor = 80),
  constraint users_email_key unique nulls not distinct (email) deferrable initially deferred
) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
alter table public.users alter payload set storage external, alter payload set compression pglz, alter name set statistics 500, alter born set (n_distinct = 5);
alter table public.users replica identity using index users_pkey;
cluster public.users using users_pkey;

create table public.orders (
  id int primary key default nextval('public.ticket'),
  number serial,
  user_id bigint not null,
  total numeric(12,2) not null default 0,
  placed timestamptz not null default now(),
  tags text[] default '{}',
  during tstzrange,
  constraint orders_user_id_fkey foreign key (user_id) references public.users (id) on delete cascade on update set null deferrable,
  constraint orders_during_excl exclude using gist (during with &&) where (total > 0)
);
alter table public.orders add constraint orders_total_check check (total >= 0) not valid;
create index orders_placed_idx on public.orders (placed desc nulls last, lower(tags[1])) include (total) where total > 0;
create index orders_tags_idx on public.orders using gin (tags) with (fastupdate = off);
create statistics public.orders_stats (dependencies) on user_id, total from public.orders;
alter table public.orders enable row level security, force row level security;
create policy own on public.orders as restrictive for update to app, "Reader" using (user_id = 1) with check (total < 100);
create policy every on public.orders using (true);
grant select, insert on public.orders to app;
grant select on public.orders to "Reader" with grant option;
grant update (total, tags) on public.orders to app;

create unlogged table public.cache (key text primary key, value bytea);
create table public.parent (a int not null, b text);
create table public.child (c int) inherits (public.parent);
create table public.typed of public.point3 (primary key (x));

create table public.events (id bigint not null, at timestamptz not null, kind text, user_id bigint references public.users, primary key (id, at)) partition by range (at);
create index events_kind_idx on public.events (kind);
create table public.events_2024 partition of public.events for values from ('2024-01-01') to ('2025-01-01');
create table public.events_2025 (id bigint not null, at timestamptz not null, kind text, user_id bigint);
alter table public.events attach partition public.events_2025 for values from ('2025-01-01') to ('2026-01-01');
create table public.events_rest partition of public.events default;
create table public.notes (event_id bigint, at timestamptz, foreign key (event_id, at) references public.events);
create index events_id_idx on only public.events (id);

create view public.rich with (security_invoker = true, security_barrier = true) as select id, total from public.orders where total > 10 with local check option;
alter view public.rich alter column total set default 11;
create materialized view public.per_user as select user_id, sum(total) as total from public.orders group by user_id with no data;
create unique index per_user_key on public.per_user (user_id);
create rule quiet as on delete to public.rich do instead nothing;

create function public.touch() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  new.placed := now();
  return new;
end
$$;
create function public.add(a int, b int default 1) returns int immutable strict parallel safe begin atomic select a + b; end;
create function public.add(a text) returns setof public.orders stable rows 5 language sql as 'select * from public.orders where a is not null';
create procedure public.clean(inout n int) language plpgsql as 'begin n := n + 1; end';
create aggregate public.total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
revoke execute on function public.add(int, int) from public;
grant execute on function public.add(int, int) to app;
create trigger touch before insert or update of total on public.orders for each row when (new.total > 0) execute function public.touch();
create constraint trigger checked after insert on public.orders deferrable initially deferred for each row execute function public.touch();
alter table public.orders disable trigger touch;
create trigger part after insert on public.events for each row execute function public.touch();
create function public.audit() returns event_trigger language plpgsql as 'begin end';
create event trigger audit on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function public.audit();
alter event trigger audit disable;

create publication partly for table public.users (id, name) where (id > 5), table public.parent with (publish = 'insert, update');
create publication whole for tables in schema app;
create publication everything for all tables with (publish_via_partition_root);

create collation public.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
create function public.mood_number(public.mood) returns int immutable language sql as 'select 1';
create cast (public.mood as int) with function public.mood_number(public.mood) as assignment;
create function public.same(public.point3, public.point3) returns boolean immutable language sql as 'select true';
create operator public.=== (leftarg = public.point3, rightarg = public.point3, function = public.same, commutator = operator(public.===), restrict = eqsel);
create operator class public.point_ops for type public.point3 using hash as operator 1 public.===;
create text search dictionary public.plain (template = simple, stopwords = english);
create text search configuration public.ours (copy = english);
alter text search configuration public.ours alter mapping for asciiword with public.plain, english_stem;
create foreign data wrapper files;
create server archive type 'disk' version '2' foreign data wrapper files options (folder 'x');
grant usage on foreign server archive to app;
create user mapping for app server archive options (login 'app');
create foreign table public.old_orders (id int options (position '1') not null, total numeric) server archive options (file 'old.csv');

alter default privileges in schema app grant select on tables to app;
alter default privileges revoke execute on functions from public;

comment on table public.users is 'People
on two lines';
comment on column public.users.email is 'Where to write';
comment on constraint users_email_key on public.users is 'One each';
comment on index public.orders_placed_idx is 'For the list';
comment on function public.add(int, int) is 'Adds';
comment on type public.mood is 'How it is';
comment on policy own on public.orders is 'Own rows';
comment on trigger touch on public.orders is 'Time';
comment on view public.rich is 'Rich';
comment on sequence public.ticket is 'Tickets';
comment on event trigger audit is 'Audits';
comment on publication partly is 'Some';
comment on domain public.email is 'Address';
comment on extension pg_trgm is 'Trigrams';
