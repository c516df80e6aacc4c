create table users (
    id             uuid primary key default gen_random_uuid(),
    email          app.email_address not null,
    full_name      text not null,
    locale         text not null default 'en',
    password_hash  text,
    password_salt  text,
    last_seen_at   timestamptz,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    constraint users_email_key unique (email)
);

create trigger users_touch_updated_at
    before update on users
    for each row execute function app.touch_updated_at();

create table login_attempts (
    id            bigint generated always as identity primary key,
    user_id       uuid not null references users (id) on delete cascade,
    succeeded     boolean not null,
    address       inet,
    attempted_at  timestamptz not null default now()
);

create index login_attempts_user_id_idx on login_attempts (user_id, attempted_at desc);

comment on column users.password_hash is 'NULL for people who sign in through their company.';
