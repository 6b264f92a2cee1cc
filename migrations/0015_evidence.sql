-- What running checks found: of the walls now, of other promises later. Rows are added and read;
-- the application can neither change nor remove one.
create table evidence (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    evidence_id  uuid        not null,
    check_name   text        not null check (length(check_name) between 1 and 40),
    -- passed: the promise was seen to hold; failed: it was seen not to; unknown: nobody could look.
    result       text        not null check (result in ('passed', 'failed', 'unknown')),
    at           timestamptz not null,
    took_us      bigint      not null check (took_us >= 0),
    -- What was looked at, and each thing that was wrong.
    detail       jsonb       not null,
    build        text        not null check (length(build) between 1 and 80),
    primary key (workspace_id, evidence_id)
);
create index evidence_newest on evidence (workspace_id, check_name, at desc, evidence_id desc);

call wall('evidence');
grant select, insert on evidence to lk_app;
