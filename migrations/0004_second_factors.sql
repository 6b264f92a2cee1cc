-- Second factors: the secret an authenticator app shares, recovery codes, and the moment between
-- the password and the code.
--
-- What a person may do with a session now depends on how it began and how long ago somebody last
-- proved who they are. Sessions from before this migration have proved nothing: they go on, and
-- sensitive operations ask for the password.

alter table sessions
    add column factors          text[]      not null default '{}',
    add column authenticated_at timestamptz not null default '1970-01-01Z';
alter table sessions
    alter column factors drop default,
    alter column authenticated_at drop default,
    add check (factors <@ array['password', 'totp', 'recovery_code', 'link']);

-- One app for each person. The row of an enrolment that was never confirmed counts for nothing
-- and is replaced by the next one.
create table totp_factors (
    workspace_id  uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    person_id     uuid        not null,
    secret_sealed bytea       not null,
    created_at    timestamptz not null,
    confirmed_at  timestamptz,
    -- The last thirty seconds of which a code was used: a code works once, and so does none older.
    last_step     bigint      not null default 0,
    -- How many wrong codes there were since `wrong_since`: an hour has a limit.
    wrong_codes   smallint    not null default 0 check (wrong_codes >= 0),
    wrong_since   timestamptz,
    primary key (workspace_id, person_id),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);

-- Each works once. All of a person's are replaced together.
create table recovery_codes (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    person_id    uuid        not null,
    code_hash    bytea       not null check (length(code_hash) = 32),
    created_at   timestamptz not null,
    used_at      timestamptz,
    primary key (workspace_id, person_id, code_hash),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);

-- The password was right, the second factor is awaited: for five minutes and five wrong answers.
create table sign_in_challenges (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    challenge_id uuid        not null,
    person_id    uuid        not null,
    token_hash   bytea       not null check (length(token_hash) = 32),
    attempts     smallint    not null default 0 check (attempts between 0 and 5),
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    used_at      timestamptz,
    primary key (workspace_id, challenge_id),
    unique (workspace_id, token_hash),
    foreign key (workspace_id, person_id) references persons (workspace_id, person_id)
);
create index sign_in_challenges_of_person on sign_in_challenges (workspace_id, person_id);

call wall('totp_factors');
call wall('recovery_codes');
call wall('sign_in_challenges');

grant select, insert, update, delete on totp_factors, recovery_codes, sign_in_challenges to lk_app;
