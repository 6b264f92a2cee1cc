-- Streams of the audit log: a workspace's entries, sent on to where its owner watches.
--
-- A stream follows the numbers of audit_leaves: gap-free, given by the sequencer. What it has
-- delivered is one number, and the end of what is on its way another, so that what is sent again
-- after a crash is the same batch under the same id.

create table audit_streams (
    workspace_id       uuid        not null references workspaces (workspace_id),
    stream_id          uuid        not null,
    name               text        not null check (length(name) between 1 and 60),
    kind               text        not null check (kind in ('webhook', 'syslog')),
    -- https://… for a webhook, host:port for syslog.
    address            text        not null check (length(address) between 1 and 500),
    -- The only certificate authority that is trusted there, in PEM; the public ones when null.
    authority          text        check (length(authority) <= 20000),
    -- What a webhook's batches are signed with, sealed; the one before signs too until it ends.
    secret_sealed      bytea,
    old_secret_sealed  bytea,
    old_secret_ends_at timestamptz,
    created_by         uuid        not null,
    created_at         timestamptz not null,
    -- The number of the last entry that was delivered, and of the last one that is on its way.
    last_number        bigint      not null check (last_number >= 0),
    batch_last         bigint      check (batch_last > last_number),
    delivered_at       timestamptz,
    attempts           integer     not null default 0,
    failing_since      timestamptz,
    last_error         text        check (length(last_error) <= 200),
    last_error_at      timestamptz,
    -- When it is tried again, for whoever looks; what is taken is decided by the directory.
    next_attempt_at    timestamptz,
    paused_at          timestamptz,
    paused_because     text        check (paused_because in ('by_hand', 'failing', 'gone')),
    primary key (workspace_id, stream_id),
    foreign key (workspace_id, created_by) references operators (workspace_id, operator_id),
    check ((kind = 'webhook') = (secret_sealed is not null)),
    check ((old_secret_sealed is null) = (old_secret_ends_at is null)),
    check (old_secret_sealed is null or secret_sealed is not null),
    check ((last_error is null) = (last_error_at is null)),
    check ((paused_at is null) = (paused_because is null)),
    check (next_attempt_at is null or (failing_since is not null and paused_at is null))
);

-- Which streams there are and when each is due: what the process that carries them has to know
-- before it enters a workspace. Paused ones are never due. Whoever takes one has it until next_at;
-- the lease tells the one who took it last.
create table audit_stream_directory (
    workspace_id       uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    stream_id          uuid        not null,
    owner_workspace_id uuid        not null,
    next_at            timestamptz,
    lease              bigint      not null default 0,
    primary key (workspace_id, stream_id)
);
create index audit_stream_directory_due on audit_stream_directory (workspace_id, next_at)
    where next_at is not null;

call wall('audit_streams');
call wall('audit_stream_directory');
grant select, insert, update, delete on audit_streams, audit_stream_directory to lk_app;
