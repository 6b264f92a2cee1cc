-- Limits of sessions that a workspace sets itself, sessions that an administrator ends, seats that
-- nobody uses, and people who go.

alter table workspaces
    -- In minutes; null = as the installation has it. They only ever make sessions shorter. A session
    -- tells of itself at least every fifteen minutes, so less would end those that are in use.
    add column session_idle_minutes     integer check (session_idle_minutes between 15 and 129600),
    add column session_absolute_minutes integer check (session_absolute_minutes between 15 and 129600),
    -- After how many days without being seen somebody's seat is marked.
    add column dormant_after_days       integer not null default 90 check (dormant_after_days between 7 and 730),
    add check (session_idle_minutes <= session_absolute_minutes);

alter table operators
    -- When a session of theirs last began or went on here, to the hour.
    add column last_seen_at        timestamptz,
    -- No session that began at this instant or before opens the workspace to them.
    add column sessions_ended_at   timestamptz;

alter table sessions drop constraint sessions_revoked_because_check;
alter table sessions add constraint sessions_revoked_because_check
    check (revoked_because in ('signed_out', 'revoked', 'removed', 'refresh_reused', 'expired',
                               'password_changed', 'email_changed', 'provider_signed_out',
                               'sso_changed', 'ended_by_admin', 'limits_changed', 'login_closed'));
create index sessions_in_workspace on sessions (workspace_id, context_workspace_id)
    where revoked_at is null;

-- Where somebody was once: so that their name can be taken out there, too, when they close their login.
create table former_memberships (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    person_id           uuid        not null,
    member_workspace_id uuid        not null,
    operator_id         uuid        not null,
    ended_at            timestamptz not null,
    primary key (workspace_id, person_id, member_workspace_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);
call wall('former_memberships');
grant select, insert, update, delete on former_memberships to lk_app;

alter table persons
    -- A closed login keeps its row, because others refer to it; name and address are gone.
    add column closed_at         timestamptz,
    -- Their factors were removed with a colleague's help, and they have enrolled none since.
    add column factor_owed_since timestamptz;

-- Somebody lost every second factor and asks for help: the password was right, another person who
-- runs a workspace of theirs approves, a day passes, and their next sign-in removes the factors.
create table factor_helps (
    workspace_id  uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    help_id       uuid        not null,
    person_id     uuid        not null,
    asked_at      timestamptz not null,
    expires_at    timestamptz not null,
    approved_in   uuid,
    approved_by   uuid,
    ripe_at       timestamptz,
    ended_at      timestamptz,
    ended_because text check (ended_because in
        ('used', 'cancelled', 'expired', 'not_needed', 'password_changed', 'login_closed')),
    primary key (workspace_id, help_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id),
    check ((approved_in is null) = (ripe_at is null) and (approved_by is null) = (ripe_at is null)),
    check ((ended_at is null) = (ended_because is null))
);
create unique index factor_helps_open on factor_helps (workspace_id, person_id) where ended_at is null;
call wall('factor_helps');
grant select, insert, update on factor_helps to lk_app;

alter table one_time_links drop constraint one_time_links_purpose_check;
alter table one_time_links add constraint one_time_links_purpose_check
    check (purpose in ('setup', 'sign_in', 'reset', 'confirm_email', 'undo_email', 'sign_up', 'cancel_help'));

-- How many days before its end a key was last told of by mail.
alter table api_keys add column reminded_days integer check (reminded_days in (14, 3));
