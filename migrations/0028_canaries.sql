-- Canaries: two workspaces on every instance that belong to nobody. A running check acts as the
-- people of one and asks for what is the other's, and the answer must be the one for what does not
-- exist. The server makes them when they are missing.
--
-- Their people stand in no directory of members, so nobody can sign in to a canary, no list shows
-- one, and no clock writes to its people. That a login is a canary's stands beside it as well,
-- because the first person of an installation is not one of them.
create table canaries (
    workspace_id        uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    place               text        not null check (place in ('a', 'b')),
    canary_workspace_id uuid        not null,
    made_at             timestamptz not null,
    -- What was planted, so that the check knows what it must not see.
    operator_id         uuid        not null,
    api_key_id          uuid        not null,
    widget_id           uuid        not null,
    visitor_id          uuid        not null,
    contact_id          uuid        not null,
    conversation_id     uuid        not null,
    -- The random words of the one message.
    words               text        not null check (length(words) between 16 and 200),
    primary key (workspace_id, place),
    unique (workspace_id, canary_workspace_id)
);

call wall('canaries');
grant select, insert on canaries to lk_app;

-- The canary that a login was made for; none for people.
alter table persons add column canary_workspace_id uuid;
