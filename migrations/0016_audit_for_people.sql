-- The audit log for people: along what it is found, who read it, how far it was reviewed, views
-- that operators keep.
--
-- Ids of entries are made when entries are written and grow with time, so the newest first is the
-- order of the key, and each index ends with the id. Which actions there are, which kinds of actors
-- and of targets, are short closed lists: what is asked for by a kind is read as one stretch of an
-- index for each pair of kinds.

create index audit_entries_by_actor on audit_entries (workspace_id, actor_id, entry_id)
    where actor_id is not null;
create index audit_entries_about on audit_entries (workspace_id, target_id, entry_id)
    where target_id is not null;
create index audit_entries_by_action on audit_entries (workspace_id, action, entry_id);
create index audit_entries_by_kinds on audit_entries (workspace_id, actor_kind, target_kind, entry_id);
create index audit_entries_by_request on audit_entries (workspace_id, request_id, entry_id);

-- When a session was last entered as reading the log.
create table audit_readings (
    workspace_id uuid        not null references workspaces (workspace_id),
    session_id   uuid        not null,
    at           timestamptz not null,
    primary key (workspace_id, session_id)
);

-- Up to which entry somebody has reviewed the log: one mark for a workspace.
create table audit_reviews (
    workspace_id uuid        not null primary key references workspaces (workspace_id),
    entry_id     uuid        not null,
    entry_at     timestamptz not null,
    reviewed_by  uuid        not null,
    reviewed_at  timestamptz not null,
    foreign key (workspace_id, reviewed_by) references operators (workspace_id, operator_id)
);

-- What an operator looks for often: the words of the query bar under a name of their own.
create table audit_views (
    workspace_id uuid        not null references workspaces (workspace_id),
    view_id      uuid        not null,
    operator_id  uuid        not null,
    name         text        not null check (length(name) between 1 and 60),
    query        text        not null check (length(query) <= 500),
    created_at   timestamptz not null,
    primary key (workspace_id, view_id),
    foreign key (workspace_id, operator_id) references operators (workspace_id, operator_id)
);
create index audit_views_of on audit_views (workspace_id, operator_id, name);

call wall('audit_readings');
call wall('audit_reviews');
call wall('audit_views');

grant select, insert, update on audit_readings, audit_reviews to lk_app;
grant select, insert, delete on audit_views to lk_app;
