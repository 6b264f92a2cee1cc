-- The platform's own tables, the wall, and who may do what.
--
-- Three roles: lk_owner owns the schema and migrates; lk_app runs the product, owns nothing and
-- cannot bypass row security; lk_dispatch numbers events and sees nothing but the outbox.
--
-- Every table begins its keys with workspace_id. Rows that belong to no customer (persons,
-- sessions, keys) carry the reserved platform workspace, 00000000-0000-7000-8000-000000000000,
-- and live behind the same wall.

create function current_workspace() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('lk.workspace', true), '')::uuid;

comment on function current_workspace() is
    'The workspace that the running transaction is bound to; null, hence no row at all, outside one.';

-- Puts a table behind the wall: one policy, the same for every table.
create procedure wall(name regclass)
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format(
        'create policy one_workspace on %s'
        ' using (workspace_id = (select current_workspace()))'
        ' with check (workspace_id = (select current_workspace()))', name);
end $$;

create table persons (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    person_id           uuid        not null,
    email               text        not null check (length(email) between 3 and 254),
    -- Lower case; decides whether two addresses are the same.
    email_key           text        not null,
    name                text        not null check (length(name) between 1 and 80),
    password            text        not null check (password like '$argon2id$%'),
    created_at          timestamptz not null,
    password_changed_at timestamptz not null,
    primary key (workspace_id, person_id),
    unique (workspace_id, email_key)
);

-- A person on a device. The context is the session's present stay in one workspace: a switch
-- replaces it, and every token and socket of the old one dies.
create table sessions (
    workspace_id         uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    session_id           uuid        not null,
    person_id            uuid        not null,
    context_id           uuid        not null,
    context_workspace_id uuid        not null,
    context_operator_id  uuid        not null,
    device               text        not null check (length(device) <= 80),
    address_sealed       bytea       not null,
    address_masked       text        not null,
    created_at           timestamptz not null,
    last_seen_at         timestamptz not null,
    expires_at           timestamptz not null,
    revoked_at           timestamptz,
    revoked_because      text check (revoked_because in
        ('signed_out', 'revoked', 'removed', 'refresh_reused', 'expired')),
    primary key (workspace_id, session_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);
create index sessions_of_person on sessions (workspace_id, person_id) where revoked_at is null;

-- The chain of refresh tokens of a session. A token works once; for ten seconds the same device
-- gets the same child again, because answers get lost on the way.
create table refresh_tokens (
    workspace_id     uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    refresh_token_id uuid        not null,
    session_id       uuid        not null,
    token_hash       bytea       not null check (length(token_hash) = 32),
    parent_id        uuid,
    issued_at        timestamptz not null,
    used_at          timestamptz,
    child_sealed     bytea,
    replays          smallint    not null default 0,
    primary key (workspace_id, refresh_token_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, session_id) references sessions (workspace_id, session_id)
);
create index refresh_tokens_of_session on refresh_tokens (workspace_id, session_id);

-- Which workspaces a person belongs to: a directory; the role lives in the workspace itself.
create table memberships (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    person_id           uuid        not null,
    member_workspace_id uuid        not null,
    operator_id         uuid        not null,
    workspace_name      text        not null,
    created_at          timestamptz not null,
    primary key (workspace_id, person_id, member_workspace_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);
create index memberships_of_workspace on memberships (workspace_id, member_workspace_id);

-- Links that work once: first set-up, and the demo's sign-in.
create table one_time_links (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    link_id      uuid        not null,
    purpose      text        not null check (purpose in ('setup', 'sign_in')),
    person_id    uuid,
    token_hash   bytea       not null check (length(token_hash) = 32),
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    used_at      timestamptz,
    primary key (workspace_id, link_id),
    unique (workspace_id, token_hash)
);

-- Which workspace a widget belongs to: the widget's id is all that a host page knows.
create table widget_directory (
    workspace_id       uuid not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    widget_id          uuid not null,
    owner_workspace_id uuid not null,
    primary key (workspace_id, widget_id)
);

-- The keys that sign access tokens, sealed under the root key.
create table signing_keys (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    key_id       uuid        not null,
    key_sealed   bytea       not null,
    created_at   timestamptz not null,
    primary key (workspace_id, key_id)
);

-- Facts about this installation, one row each.
create table instance_facts (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    fact         text        not null,
    value        text        not null,
    set_at       timestamptz not null,
    primary key (workspace_id, fact)
);

call wall('persons');
call wall('sessions');
call wall('refresh_tokens');
call wall('memberships');
call wall('one_time_links');
call wall('widget_directory');
call wall('signing_keys');
call wall('instance_facts');

grant usage on schema public to lk_app, lk_dispatch;
grant select, insert, update on persons, sessions, refresh_tokens, one_time_links to lk_app;
grant select, insert, update, delete on memberships, widget_directory to lk_app;
grant delete on refresh_tokens to lk_app;
grant select, insert on signing_keys to lk_app;
grant select, insert, update on instance_facts to lk_app;
