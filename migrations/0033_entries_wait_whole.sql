-- An entry is written once, where it waits, and put into the log when it gets its place in the tree.
--
-- The log is partitioned by months and found along six indexes; a transaction that writes one row
-- into it pays for all of that by itself. The sequencer moves thousands of rows in one statement, and
-- they share the price. Nobody writes into the log any more but the sequencer, from what waits.
-- Decision 0038 has the figures.

alter table audit_waiting rename to audit_waiting_before;
alter table audit_waiting_before rename constraint audit_waiting_pkey to audit_waiting_before_pkey;

-- One check for both digests: PostgreSQL reads the text of each anew in every statement that inserts.
create table audit_waiting (
    workspace_id uuid        not null,
    entry_id     uuid        not null,
    position     bigint      not null default nextval('audit_positions'),
    at           timestamptz not null,
    action       text        not null,
    actor_kind   text        not null,
    actor_id     uuid,
    session_id   uuid,
    target_kind  text        not null,
    target_id    uuid,
    request_id   text        not null,
    commitment   bytea       not null,
    payload      bytea       not null,
    digest       bytea       not null,
    primary key (workspace_id, entry_id),
    constraint digests check (length(commitment) = 32 and length(digest) = 32)
);

-- What waited before is in the log already; it goes back to where it waits.
alter table audit_entries no force row level security;
alter table audit_waiting_before no force row level security;
alter table audit_entries disable trigger only_grows;
insert into audit_waiting
    (workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind,
     target_id, request_id, commitment, payload, digest)
select w.workspace_id, w.entry_id, w.position, e.at, e.action, e.actor_kind, e.actor_id, e.session_id,
       e.target_kind, e.target_id, e.request_id, e.commitment, e.payload, w.digest
  from audit_waiting_before w
  join audit_entries e on e.workspace_id = w.workspace_id and e.entry_id = w.entry_id and e.at = w.at;
delete from audit_entries e
 using audit_waiting w
 where w.workspace_id = e.workspace_id and w.entry_id = e.entry_id and w.at = e.at;
alter table audit_entries enable trigger only_grows;
alter table audit_entries force row level security;
drop table audit_waiting_before;
alter sequence audit_positions owned by audit_waiting.position;
alter table audit_entries alter column position drop default;

call wall('audit_waiting');
create policy dispatcher on audit_waiting to lk_dispatch using (true) with check (true);
create policy dispatcher on audit_entries to lk_dispatch using (true) with check (true);

revoke insert on audit_entries from lk_app;
grant select, insert on audit_waiting to lk_app;
grant select, delete on audit_waiting to lk_dispatch;
grant select (workspace_id, entry_id, at), insert on audit_entries to lk_dispatch;

-- What waits is not changed, and leaves for the log alone: whoever takes a row away has put the
-- entry there in the same statement or before. Each is looked up along the key, whatever the planner
-- thought of the log when it was small.
create function refuse_loss() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_seqscan = off as $$
begin
    if exists (
        select from gone g
         where not exists (select from public.audit_entries e
                            where e.workspace_id = g.workspace_id and e.entry_id = g.entry_id and e.at = g.at)
    ) then
        raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger nothing_lost after delete on audit_waiting
    referencing old table as gone for each statement execute function refuse_loss();
create trigger only_grows before update on audit_waiting
    for each row execute function refuse_change();
create trigger never_emptied before truncate on audit_waiting
    for each statement execute function refuse_change();

-- The log as it is read: what has its place, and what was written since.
create view audit_written with (security_invoker = true) as
    select workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind,
           target_id, request_id, commitment, payload
      from audit_entries
    union all
    select workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind,
           target_id, request_id, commitment, payload
      from audit_waiting;
grant select on audit_written to lk_app;
