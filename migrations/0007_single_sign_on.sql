-- Single sign-on: a workspace names an OpenID provider, and its people sign in there.
--
-- A session that was begun by a workspace's provider is good in that workspace only: whoever runs
-- the provider can be anybody in their own workspace, and nobody elsewhere.

-- One provider for each workspace.
create table sso_connections (
    workspace_id   uuid        not null primary key references workspaces (workspace_id),
    issuer         text        not null check (length(issuer) between 8 and 255),
    client_id      text        not null check (length(client_id) between 1 and 255),
    secret_sealed  bytea       not null,
    -- Whether people who are no operators yet join when the provider knows them.
    joins          boolean     not null,
    -- Whether a second factor that the provider asked for stands for ours.
    trusts_factors boolean     not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);

-- Domains of addresses. Only those that were shown to be the workspace's own count.
create table sso_domains (
    workspace_id uuid        not null references workspaces (workspace_id),
    domain       text        not null check (domain = lower(domain) and length(domain) between 1 and 253),
    proof        text        not null,
    created_at   timestamptz not null,
    verified_at  timestamptz,
    primary key (workspace_id, domain)
);

-- Who somebody at the provider is here. It is never changed by an address: a provider's person
-- has one operator, and an operator one person at the provider.
create table sso_identities (
    workspace_id uuid        not null references workspaces (workspace_id),
    issuer       text        not null,
    subject      text        not null check (length(subject) between 1 and 255),
    operator_id  uuid        not null,
    bound_at     timestamptz not null,
    primary key (workspace_id, issuer, subject),
    unique (workspace_id, issuer, operator_id),
    foreign key (workspace_id, operator_id) references operators (workspace_id, operator_id)
);

-- Logout tokens that were heard, so that none is heard twice.
create table sso_logout_tokens (
    workspace_id uuid        not null references workspaces (workspace_id),
    token_hash   bytea       not null check (length(token_hash) = 32),
    expires_at   timestamptz not null,
    primary key (workspace_id, token_hash)
);

-- Which workspaces offer single sign-on, and since when the password alone opens nothing there:
-- what a sign-in has to know before it enters a workspace.
create table sso_directory (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    member_workspace_id uuid        not null,
    enforced_since      timestamptz,
    primary key (workspace_id, member_workspace_id)
);

-- Sign-ins on their way to a provider. State, nonce and code verifier are made from the cookie,
-- which only the browser has.
create table sso_flows (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    cookie_hash         bytea       not null check (length(cookie_hash) = 32),
    member_workspace_id uuid        not null,
    issuer              text        not null,
    created_at          timestamptz not null,
    expires_at          timestamptz not null,
    primary key (workspace_id, cookie_hash)
);
create index sso_flows_expiring on sso_flows (workspace_id, expires_at);

call wall('sso_connections');
call wall('sso_domains');
call wall('sso_identities');
call wall('sso_logout_tokens');
call wall('sso_directory');
call wall('sso_flows');
grant select, insert, update, delete on sso_connections, sso_domains, sso_directory to lk_app;
grant select, insert, delete on sso_identities, sso_logout_tokens, sso_flows to lk_app;

-- Whose provider began a session, for whom, and what the provider calls the session.
alter table sessions
    add column sso_workspace_id uuid,
    add column sso_subject      text,
    add column sso_sid          text,
    add check ((sso_workspace_id is null) = (sso_subject is null)),
    add check (sso_sid is null or sso_workspace_id is not null);
create index sessions_of_sso on sessions (workspace_id, sso_workspace_id)
    where sso_workspace_id is not null and revoked_at is null;

-- The provider said yes, and our own second factor is awaited.
alter table sign_in_challenges
    add column sso_workspace_id uuid,
    add column sso_subject      text,
    add column sso_sid          text,
    add check ((sso_workspace_id is null) = (sso_subject is null));

alter table sessions drop constraint sessions_factors_check;
alter table sessions add constraint sessions_factors_check
    check (factors <@ array['password', 'totp', 'recovery_code', 'link', 'sso', 'sso_factor']);
alter table sessions drop constraint sessions_revoked_because_check;
alter table sessions add constraint sessions_revoked_because_check
    check (revoked_because in ('signed_out', 'revoked', 'removed', 'refresh_reused', 'expired',
                               'password_changed', 'email_changed', 'provider_signed_out',
                               'sso_changed'));

-- When somebody was last sent the way to their workspaces' single sign-on.
alter table persons add column sso_hint_at timestamptz;
