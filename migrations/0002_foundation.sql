-- Workspaces and their operators, the audit log, and the outbox.

create table workspaces (
    workspace_id uuid        not null primary key,
    name         text        not null check (length(name) between 1 and 80),
    created_at   timestamptz not null
);

-- A person's membership in a workspace. Removed ones stay, so that what they wrote keeps a name.
create table operators (
    workspace_id uuid        not null references workspaces (workspace_id),
    operator_id  uuid        not null,
    person_id    uuid        not null,
    name         text        not null check (length(name) between 1 and 80),
    email        text        not null,
    role         text        not null check (role in ('user', 'admin', 'super_admin')),
    joined_at    timestamptz not null,
    removed_at   timestamptz,
    primary key (workspace_id, operator_id),
    unique (workspace_id, person_id)
);

create table invitations (
    workspace_id  uuid        not null references workspaces (workspace_id),
    invitation_id uuid        not null,
    email         text        not null,
    email_key     text        not null,
    role          text        not null check (role in ('user', 'admin', 'super_admin')),
    token_hash    bytea       not null check (length(token_hash) = 32),
    invited_by    uuid        not null,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    accepted_at   timestamptz,
    revoked_at    timestamptz,
    primary key (workspace_id, invitation_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, invited_by) references operators (workspace_id, operator_id)
);

-- The audit log. Rows are written in the transaction of the change they describe, and nobody,
-- the owner included, changes or removes one: grants, and triggers for those who pass grants.
create table audit_entries (
    workspace_id   uuid        not null,
    entry_id       uuid        not null,
    position       bigint      generated always as identity,
    at             timestamptz not null,
    action         text        not null,
    actor_kind     text        not null check (actor_kind in ('operator', 'visitor', 'person', 'nobody', 'system')),
    actor_id       uuid,
    session_id     uuid,
    address_sealed bytea,
    address_masked text,
    user_agent     text        check (length(user_agent) <= 256),
    target_kind    text        not null,
    target_id      uuid,
    change         jsonb       not null,
    request_id     text        not null,
    primary key (workspace_id, entry_id)
);

create function refuse_change() returns trigger
    language plpgsql as $$
begin
    raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;
create trigger only_grows before update or delete on audit_entries
    for each row execute function refuse_change();
create trigger never_emptied before truncate on audit_entries
    for each statement execute function refuse_change();

-- What happened, announced. The dispatcher gives each workspace's events a gap-free number.
create table outbox (
    workspace_id uuid        not null,
    event_id     uuid        not null,
    position     bigint      generated always as identity,
    kind         text        not null,
    subject_id   uuid        not null,
    actor_kind   text        not null,
    actor_id     uuid,
    data         jsonb       not null,
    at           timestamptz not null,
    seq          bigint,
    primary key (workspace_id, event_id)
);
create unique index outbox_seq on outbox (workspace_id, seq) where seq is not null;
create index outbox_waiting on outbox (position) where seq is null;

create table workspace_sequences (
    workspace_id uuid   not null primary key,
    last_seq     bigint not null default 0
);

call wall('workspaces');
call wall('operators');
call wall('invitations');
call wall('audit_entries');
call wall('outbox');
call wall('workspace_sequences');

-- The dispatcher reads and numbers the outbox of all workspaces, and touches nothing else.
create policy dispatcher on outbox to lk_dispatch using (true) with check (true);
create policy dispatcher on workspace_sequences to lk_dispatch using (true) with check (true);

grant select, insert, update on workspaces, operators, invitations to lk_app;
grant select, insert on audit_entries, outbox to lk_app;
grant select on workspace_sequences to lk_app;
grant select on outbox to lk_dispatch;
grant update (seq) on outbox to lk_dispatch;
grant select, insert, update on workspace_sequences to lk_dispatch;
