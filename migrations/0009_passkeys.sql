-- Second factors that a workspace requires of everybody, and passkeys.

-- Since when everybody in the workspace needs a second factor; null = admins and super admins only.
alter table workspaces
    add column factor_required_since timestamptz;

alter table sessions drop constraint sessions_factors_check;
alter table sessions add constraint sessions_factors_check
    check (factors <@ array['password', 'totp', 'recovery_code', 'link', 'sso', 'sso_factor', 'passkey']);

-- Public keys of passkeys; the private ones never leave a person's devices. A row whose public key
-- is changed lets somebody else in, so it is written once: only what it counts and when it was
-- used ever changes (see the grants).
create table passkeys (
    workspace_id    uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    passkey_id      uuid        not null,
    person_id       uuid        not null,
    credential_id   bytea       not null check (length(credential_id) between 1 and 1023),
    public_key      bytea       not null,
    -- How often it has signed; stays 0 for those that do not count.
    sign_count      bigint      not null check (sign_count between 0 and 4294967295),
    -- Whether it may be copied to other devices of its person, and whether it was.
    backup_eligible boolean     not null,
    backed_up       boolean     not null check (backup_eligible or not backed_up),
    -- What its browser said about how it is reached: a hint for the next time.
    transports      text[]      not null,
    name            text        not null check (length(name) between 1 and 80),
    created_at      timestamptz not null,
    last_used_at    timestamptz,
    primary key (workspace_id, passkey_id),
    unique (workspace_id, credential_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);
create index passkeys_of_person on passkeys (workspace_id, person_id);

-- What a passkey was asked to sign: for five minutes, for one purpose, once. It is deleted when an
-- answer to it arrives, right or wrong.
create table passkey_challenges (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    challenge_id uuid        not null,
    token_hash   bytea       not null check (length(token_hash) = 32),
    purpose      text        not null check (purpose in ('enrolment', 'proof', 'second_factor', 'sign_in')),
    person_id    uuid,
    -- The session in which it was asked, or the sign-in that waits.
    bound_to     uuid,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    primary key (workspace_id, challenge_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id),
    check ((purpose = 'sign_in') = (person_id is null)),
    check ((purpose = 'sign_in') = (bound_to is null))
);
create index passkey_challenges_ended on passkey_challenges (workspace_id, expires_at);

call wall('passkeys');
call wall('passkey_challenges');
grant select, insert, delete on passkeys to lk_app;
grant update (sign_count, backed_up, last_used_at) on passkeys to lk_app;
grant select, insert, delete on passkey_challenges to lk_app;
