create table tags (
    id               bigint generated always as identity primary key,
    organization_id  uuid not null references organizations (id) on delete cascade,
    name             citext not null,
    color            text not null default '#4b6b8a',
    unique (organization_id, id),
    constraint tags_name_key unique (organization_id, name),
    constraint tags_color_hex check (color ~ '^#[0-9a-f]{6}$')
);

create table work_order_tags (
    organization_id  uuid not null references organizations (id) on delete cascade,
    work_order_id    bigint not null,
    tag_id           bigint not null,
    primary key (organization_id, work_order_id, tag_id),
    foreign key (organization_id, work_order_id)
        references work_orders (organization_id, id) on delete cascade,
    foreign key (organization_id, tag_id)
        references tags (organization_id, id) on delete cascade
);

create index work_order_tags_tag_idx on work_order_tags (organization_id, tag_id);

alter table tags enable row level security;
alter table tags force row level security;
create policy tenant_isolation on tags to tidewater_app
    using (organization_id = (select app.current_organization_id()))
    with check (organization_id = (select app.current_organization_id()));

alter table work_order_tags enable row level security;
alter table work_order_tags force row level security;
create policy tenant_isolation on work_order_tags to tidewater_app
    using (organization_id = (select app.current_organization_id()))
    with check (organization_id = (select app.current_organization_id()));
