-- The tree of the audit log: leaves, tiles, signed checkpoints and their keys.
--
-- The sequencer (lk_dispatch) takes what waits, gives each workspace's entries a gap-free number
-- and all entries a place in one Merkle tree, and signs a checkpoint, in one transaction. It
-- checks its fence there: whoever lost the seat cannot append. docs/reference/audit-log.md has the
-- formats. Whoever changes rows behind the product's back is found out by them, not stopped.

create table audit_log (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    -- The name of the log in its checkpoints; it never changes.
    origin       text        not null check (length(origin) between 1 and 200),
    size         bigint      not null default 0 check (size >= 0),
    fence        bigint      not null default 0,
    made_at      timestamptz not null,
    primary key (workspace_id)
);

-- Which leaf of the tree an entry is, and which number it has in its workspace.
create table audit_leaves (
    workspace_id uuid        not null,
    number       bigint      not null check (number > 0),
    tree_index   bigint      not null check (tree_index >= 0),
    entry_id     uuid        not null,
    at           timestamptz not null,
    primary key (workspace_id, number)
);
create index audit_leaves_of_entry on audit_leaves (workspace_id, entry_id);

-- The newest number of each workspace.
create table audit_heads (
    workspace_id uuid   not null primary key,
    last_number  bigint not null
);

create table audit_tiles (
    workspace_id uuid     not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    level        smallint not null check (level between 0 and 63),
    tile_index   bigint   not null check (tile_index >= 0),
    hashes       bytea    not null check (length(hashes) % 32 = 0 and length(hashes) between 32 and 8192),
    primary key (workspace_id, level, tile_index)
);

-- Every checkpoint that was ever signed.
create table audit_checkpoints (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    size         bigint      not null check (size > 0),
    note         text        not null,
    signed_at    timestamptz not null,
    primary key (workspace_id, size)
);

-- The keys that sign checkpoints: the newest one does. Old ones keep their public half, and each
-- but the first is endorsed by the one before it.
create table audit_log_keys (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    key_id       uuid        not null,
    position     bigint      generated always as identity,
    verifier     text        not null,
    seed_sealed  bytea       not null,
    endorsement  text,
    made_at      timestamptz not null,
    primary key (workspace_id, key_id)
);

call wall('audit_log');
call wall('audit_leaves');
call wall('audit_heads');
call wall('audit_tiles');
call wall('audit_checkpoints');
call wall('audit_log_keys');

create policy dispatcher on audit_log to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_leaves to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_heads to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_tiles to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_checkpoints to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_log_keys to lk_dispatch using (true) with check (true);

grant select on audit_log, audit_leaves, audit_heads, audit_tiles, audit_checkpoints, audit_log_keys to lk_app;
grant insert on audit_log, audit_log_keys to lk_app;
grant select on audit_log, audit_leaves, audit_heads, audit_tiles, audit_checkpoints, audit_log_keys to lk_dispatch;
grant update (size, fence) on audit_log to lk_dispatch;
grant insert on audit_leaves, audit_checkpoints to lk_dispatch;
grant insert, update on audit_heads, audit_tiles to lk_dispatch;
-- A workspace sees how many of its own entries wait.
grant select on audit_waiting to lk_app;
