-- Mail, and what persons need of it: reset, a new address, verified addresses.

-- Mail that waits, and that there was some. What it says and whom it is for is sealed while it
-- waits and gone afterwards.
create table mails (
    workspace_id    uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    mail_id         uuid        not null,
    kind            text        not null check (length(kind) between 1 and 40),
    envelope_sealed bytea,
    state           text        not null check (state in ('waiting', 'sent', 'given_up')),
    attempts        smallint    not null default 0,
    created_at      timestamptz not null,
    -- When it is tried next; a process that tries it moves this first.
    next_at         timestamptz not null,
    settled_at      timestamptz,
    primary key (workspace_id, mail_id),
    check ((state = 'waiting') = (envelope_sealed is not null)),
    check ((state = 'waiting') = (settled_at is null))
);
create index mails_waiting on mails (workspace_id, next_at, mail_id) where state = 'waiting';
create index mails_settled on mails (workspace_id, settled_at) where state <> 'waiting';

call wall('mails');
grant select, insert, update, delete on mails to lk_app;

-- When somebody last proved that they read what is sent to the address.
alter table persons add column email_verified_at timestamptz;

-- An invitation whose link its maker saw proves nothing about the address.
alter table invitations add column link_shown_at timestamptz;

-- Links of a person: reset, confirm a new address, take the old one back. `email` is the address
-- that a link would set.
alter table one_time_links add column email text check (length(email) between 3 and 254);
alter table one_time_links drop constraint one_time_links_purpose_check;
alter table one_time_links add constraint one_time_links_purpose_check
    check (purpose in ('setup', 'sign_in', 'reset', 'confirm_email', 'undo_email'));
create index one_time_links_of_person on one_time_links (workspace_id, person_id, purpose, created_at);

-- Whether somebody signed in with this kind of device before.
create index sessions_of_person_by_device on sessions (workspace_id, person_id, device);

alter table sessions drop constraint sessions_revoked_because_check;
alter table sessions add constraint sessions_revoked_because_check
    check (revoked_because in ('signed_out', 'revoked', 'removed', 'refresh_reused', 'expired',
                               'password_changed', 'email_changed'));
