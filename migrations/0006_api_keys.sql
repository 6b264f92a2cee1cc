-- API keys: a principal of its own, for programs, in one workspace.

-- Which workspace a key belongs to: its id is all that a caller shows beside the secret.
create table api_key_directory (
    workspace_id       uuid not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    api_key_id         uuid not null,
    owner_workspace_id uuid not null,
    primary key (workspace_id, api_key_id)
);

create table api_keys (
    workspace_id      uuid        not null references workspaces (workspace_id),
    api_key_id        uuid        not null,
    name              text        not null check (length(name) between 1 and 80),
    scopes            text[]      not null check (cardinality(scopes) between 1 and 40),
    -- Networks in CIDR notation; an empty list lets the key come from anywhere.
    allowed_addresses text[]      not null check (cardinality(allowed_addresses) <= 20),
    created_by        uuid        not null,
    created_at        timestamptz not null,
    expires_at        timestamptz not null,
    revoked_at        timestamptz,
    revoked_because   text        check (revoked_because in ('revoked', 'leaked')),
    -- The secret that works, as its hash, and who was shown it.
    secret_hash       bytea       not null check (length(secret_hash) = 32),
    secret_at         timestamptz not null,
    secret_seen_by    uuid        not null,
    -- The one before, until its overlap is over.
    old_hash          bytea       check (length(old_hash) = 32),
    old_seen_by       uuid,
    old_ends_at       timestamptz,
    -- Written once a minute at most.
    last_used_at      timestamptz,
    last_used_masked  text,
    primary key (workspace_id, api_key_id),
    foreign key (workspace_id, created_by) references operators (workspace_id, operator_id),
    foreign key (workspace_id, secret_seen_by) references operators (workspace_id, operator_id),
    foreign key (workspace_id, old_seen_by) references operators (workspace_id, operator_id),
    check ((revoked_at is null) = (revoked_because is null)),
    check ((old_hash is null) = (old_ends_at is null) and (old_hash is null) = (old_seen_by is null)),
    check ((last_used_at is null) = (last_used_masked is null))
);
create index api_keys_newest on api_keys (workspace_id, created_at desc, api_key_id desc);

call wall('api_key_directory');
call wall('api_keys');
grant select, insert on api_key_directory to lk_app;
grant select, insert, update on api_keys to lk_app;

-- A key acts under its own name.
alter table audit_entries drop constraint audit_entries_actor_kind_check;
alter table audit_entries add constraint audit_entries_actor_kind_check
    check (actor_kind in ('operator', 'api_key', 'visitor', 'person', 'nobody', 'system'));
alter table messages drop constraint messages_author_kind_check;
alter table messages add constraint messages_author_kind_check
    check (author_kind in ('visitor', 'operator', 'api_key', 'system'));
alter table conversations drop constraint conversations_preview_author_check;
alter table conversations add constraint conversations_preview_author_check
    check (preview_author in ('visitor', 'operator', 'api_key'));
