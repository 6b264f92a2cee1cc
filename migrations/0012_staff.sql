-- Staff: internal administrators of the installation, a principal of their own.
--
-- They are no persons and belong to no workspace. What they may do there hangs on a grant, which
-- has a reason and an end; what they do among themselves is told by a stream of their own, which
-- grows like the audit log and is no part of a workspace's.

create table staff (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    staff_id     uuid        not null,
    email        text        not null check (length(email) between 3 and 254),
    -- Lower case; decides whether two addresses are the same.
    email_key    text        not null,
    name         text        not null check (length(name) between 1 and 80),
    role         text        not null check (role in ('support', 'admin', 'super_admin')),
    -- Comes with the first link, together with the factor; until then nobody signs in.
    password     text        check (password like '$argon2id$%'),
    created_at   timestamptz not null,
    disabled_at  timestamptz,
    primary key (workspace_id, staff_id),
    unique (workspace_id, email_key)
);

-- The app of a member of staff: without one, password and session are worth nothing.
create table staff_factors (
    workspace_id  uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    staff_id      uuid        not null,
    secret_sealed bytea       not null,
    confirmed_at  timestamptz not null,
    -- The last thirty seconds of which a code was used: a code works once, and so does none older.
    last_step     bigint      not null,
    -- How many wrong codes followed the right password since `wrong_since`: an hour has a limit.
    wrong_codes   smallint    not null default 0 check (wrong_codes >= 0),
    wrong_since   timestamptz,
    primary key (workspace_id, staff_id),
    foreign key (workspace_id, staff_id) references staff (workspace_id, staff_id)
);

-- A link works once. It carries the secret of the app that comes with it, so that what was there
-- before stays good until the new app has shown a code.
create table staff_links (
    workspace_id  uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    staff_link_id uuid        not null,
    staff_id      uuid        not null,
    token_hash    bytea       not null check (length(token_hash) = 32),
    secret_sealed bytea       not null,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz,
    primary key (workspace_id, staff_link_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, staff_id) references staff (workspace_id, staff_id)
);
create index staff_links_of_staff on staff_links (workspace_id, staff_id) where used_at is null;

-- A session has two halves, and both are needed: a cookie, which scripts cannot read, and a token
-- of the tab, which servers on other ports of the same machine are not sent.
create table staff_sessions (
    workspace_id     uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    staff_session_id uuid        not null,
    staff_id         uuid        not null,
    token_hash       bytea       not null check (length(token_hash) = 32),
    cookie_hash      bytea       not null check (length(cookie_hash) = 32),
    device           text        not null check (length(device) <= 80),
    address_sealed   bytea       not null,
    address_masked   text        not null,
    created_at       timestamptz not null,
    last_seen_at     timestamptz not null,
    authenticated_at timestamptz not null,
    expires_at       timestamptz not null check (expires_at <= created_at + interval '8 hours'),
    revoked_at       timestamptz,
    primary key (workspace_id, staff_session_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, staff_id) references staff (workspace_id, staff_id)
);
create index staff_sessions_of_staff on staff_sessions (workspace_id, staff_id) where revoked_at is null;

-- Access to one workspace. It ends by itself; `ended_at` says that somebody did not wait.
create table staff_grants (
    workspace_id         uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    grant_id             uuid        not null,
    staff_id             uuid        not null,
    granted_workspace_id uuid        not null,
    -- As it was called when the grant began.
    workspace_name       text        not null check (length(workspace_name) between 1 and 80),
    reason               text        not null check (length(reason) between 10 and 500),
    began_at             timestamptz not null,
    ends_at              timestamptz not null,
    ended_at             timestamptz,
    ended_by             text        check (ended_by in ('staff', 'workspace', 'disabled')),
    primary key (workspace_id, grant_id),
    foreign key (workspace_id, staff_id) references staff (workspace_id, staff_id),
    check (ends_at >= began_at + interval '15 minutes' and ends_at <= began_at + interval '4 hours'),
    check ((ended_at is null) = (ended_by is null))
);
create index staff_grants_of_workspace on staff_grants (workspace_id, granted_workspace_id, grant_id desc);
create index staff_grants_of_staff on staff_grants (workspace_id, staff_id, grant_id desc);

-- Staff's own stream: written in the transaction of the change it describes, and changed by nobody.
create table staff_entries (
    workspace_id   uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    entry_id       uuid        not null,
    position       bigint      generated always as identity,
    at             timestamptz not null,
    action         text        not null check (action like 'staff.%'),
    actor_kind     text        not null check (actor_kind in ('staff', 'operator', 'nobody', 'system')),
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
create index staff_entries_newest on staff_entries (workspace_id, position desc);
create trigger only_grows before update or delete on staff_entries
    for each row execute function refuse_change();
create trigger never_emptied before truncate on staff_entries
    for each statement execute function refuse_change();

call wall('staff');
call wall('staff_factors');
call wall('staff_links');
call wall('staff_sessions');
call wall('staff_grants');
call wall('staff_entries');

grant select, insert, update on staff, staff_factors, staff_links, staff_sessions, staff_grants to lk_app;
grant select, insert on staff_entries to lk_app;

-- What staff looks at in a workspace is told there.
alter table audit_entries drop constraint audit_entries_actor_kind_check;
alter table audit_entries add constraint audit_entries_actor_kind_check
    check (actor_kind in ('operator', 'api_key', 'visitor', 'staff', 'person', 'nobody', 'system'));
