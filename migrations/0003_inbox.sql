-- The inbox: widgets, visitors, contacts, conversations, messages.

create table widgets (
    workspace_id   uuid        not null references workspaces (workspace_id),
    widget_id      uuid        not null,
    name           text        not null check (length(name) between 1 and 80),
    greeting       text        not null check (length(greeting) <= 280),
    colour         text        not null check (colour ~ '^#[0-9a-f]{6}$'),
    -- Exact origins, for example https://shop.example; an empty list lets nobody in.
    allowed_sites  text[]      not null check (cardinality(allowed_sites) <= 50),
    ask_name       boolean     not null,
    ask_email      boolean     not null,
    first_hit_at   timestamptz,
    first_hit_site text,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (workspace_id, widget_id)
);

create table contacts (
    workspace_id uuid        not null references workspaces (workspace_id),
    contact_id   uuid        not null,
    name         text        check (length(name) between 1 and 80),
    email        text        check (length(email) between 3 and 254),
    -- True only when the address was proven, never because somebody typed it.
    verified     boolean     not null default false,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    primary key (workspace_id, contact_id)
);

create table visitors (
    workspace_id   uuid        not null references workspaces (workspace_id),
    visitor_id     uuid        not null,
    widget_id      uuid        not null,
    token_hash     bytea       not null check (length(token_hash) = 32),
    contact_id     uuid,
    site           text,
    device         text        not null check (length(device) <= 80),
    address_sealed bytea       not null,
    address_masked text        not null,
    created_at     timestamptz not null,
    last_seen_at   timestamptz not null,
    revoked_at     timestamptz,
    primary key (workspace_id, visitor_id),
    foreign key (workspace_id, widget_id) references widgets (workspace_id, widget_id),
    foreign key (workspace_id, contact_id) references contacts (workspace_id, contact_id)
);

create index visitors_of_contact on visitors (workspace_id, contact_id) where contact_id is not null;

create table conversations (
    workspace_id      uuid        not null references workspaces (workspace_id),
    conversation_id   uuid        not null,
    widget_id         uuid        not null,
    visitor_id        uuid        not null,
    status            text        not null check (status in ('open', 'snoozed', 'resolved')),
    snoozed_until     timestamptz check ((status = 'snoozed') = (snoozed_until is not null)),
    assignee_id       uuid,
    -- Numbers of the newest line, of the newest line that the visitor may see, and of the
    -- newest message by the visitor. All are taken under the lock of this row.
    last_seq          bigint      not null,
    last_public_seq   bigint      not null,
    last_visitor_seq  bigint      not null,
    -- The newest message that counts as talk (no activity lines), for the list.
    preview_seq       bigint,
    preview_kind      text        check (preview_kind in ('reply', 'note')),
    preview_author    text        check (preview_author in ('visitor', 'operator')),
    preview_author_id uuid,
    preview           text        check (length(preview) <= 160),
    preview_at        timestamptz,
    visitor_read_seq  bigint      not null default 0,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    primary key (workspace_id, conversation_id),
    foreign key (workspace_id, widget_id) references widgets (workspace_id, widget_id),
    foreign key (workspace_id, visitor_id) references visitors (workspace_id, visitor_id),
    foreign key (workspace_id, assignee_id) references operators (workspace_id, operator_id)
);
create index conversations_by_activity on conversations (workspace_id, status, updated_at desc, conversation_id desc);
create index conversations_of_visitor on conversations (workspace_id, visitor_id);
create index conversations_snoozed on conversations (workspace_id, snoozed_until) where status = 'snoozed';

create table messages (
    workspace_id      uuid        not null,
    conversation_id   uuid        not null,
    seq               bigint      not null,
    -- Counts only what the visitor may see, so that holes do not tell of notes.
    public_seq        bigint,
    message_id        uuid        not null,
    kind              text        not null check (kind in ('reply', 'note', 'activity')),
    author_kind       text        not null check (author_kind in ('visitor', 'operator', 'system')),
    author_id         uuid,
    body              text        not null check (length(body) <= 4000),
    activity          jsonb,
    client_message_id text        check (length(client_message_id) between 8 and 64),
    created_at        timestamptz not null,
    primary key (workspace_id, conversation_id, seq),
    unique (workspace_id, message_id),
    -- The sender is part of the key, so that a visitor who guesses the client id of a note learns
    -- nothing from sending it again.
    unique (workspace_id, conversation_id, client_message_id, author_id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, conversation_id),
    -- A note that a visitor can see must not even be storable.
    check ((kind = 'reply') = (public_seq is not null)),
    check ((kind = 'activity') = (activity is not null))
);
create index messages_public on messages (workspace_id, conversation_id, public_seq) where public_seq is not null;

-- How far each operator has read.
create table conversation_reads (
    workspace_id    uuid   not null,
    conversation_id uuid   not null,
    operator_id     uuid   not null,
    read_seq        bigint not null,
    primary key (workspace_id, conversation_id, operator_id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, conversation_id),
    foreign key (workspace_id, operator_id) references operators (workspace_id, operator_id)
);

call wall('widgets');
call wall('contacts');
call wall('visitors');
call wall('conversations');
call wall('messages');
call wall('conversation_reads');

grant select, insert, update on widgets, contacts, visitors, conversations, conversation_reads to lk_app;
grant select, insert on messages to lk_app;
