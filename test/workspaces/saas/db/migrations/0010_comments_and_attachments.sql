create table comments (
    id               bigint generated always as identity primary key,
    organization_id  uuid not null references organizations (id) on delete cascade,
    work_order_id    bigint not null,
    author_id        uuid not null references users (id) on delete restrict,
    body             text not null check (length(body) <= 20000),
    is_internal      boolean not null default false,
    created_at       timestamptz not null default now(),
    edited_at        timestamptz,
    constraint comments_work_order_fkey foreign key (organization_id, work_order_id)
        references work_orders (organization_id, id) on delete cascade
);

create index comments_thread_idx on comments (organization_id, work_order_id, created_at);
create index comments_author_id_idx on comments (author_id);

create table attachments (
    id               bigint generated always as identity primary key,
    organization_id  uuid not null references organizations (id) on delete cascade,
    work_order_id    bigint not null,
    uploaded_by      uuid references users (id) on delete set null,
    file_name        text not null,
    content_type     varchar(100) not null,
    byte_size        integer not null check (byte_size > 0),
    sha256           bytea not null check (octet_length(sha256) = 32),
    blob_key         text not null unique,
    created_at       timestamptz not null default now(),
    constraint attachments_work_order_fkey foreign key (organization_id, work_order_id)
        references work_orders (organization_id, id) on delete cascade
);

create index attachments_work_order_idx on attachments (organization_id, work_order_id);
create index attachments_uploaded_by_idx on attachments (uploaded_by);

alter table comments enable row level security;
alter table comments force row level security;
create policy tenant_isolation on comments to tidewater_app
    using (organization_id = (select app.current_organization_id()))
    with check (organization_id = (select app.current_organization_id()));

alter table attachments enable row level security;
alter table attachments force row level security;
create policy tenant_isolation on attachments to tidewater_app
    using (organization_id = (select app.current_organization_id()))
    with check (organization_id = (select app.current_organization_id()));
