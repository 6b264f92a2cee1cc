-- The audit log by months, with payloads sealed under keys that can be destroyed.
--
-- What stays plain is what the log is searched by: who (kind and id), in which session, what was
-- done to what (kind and id), when, and in which request. What changed, the browser and the
-- (masked, and once more sealed) address are the payload, sealed under the key of its workspace
-- and month. The commitment is SHA-256 over a random salt, which lies inside the seal, and the
-- payload: an entry stays the same leaf of the log's tree when its payload can no longer be
-- opened, and nobody can guess the payload from what is left.
--
-- An entry waits in audit_waiting, with its digest, until the sequencer puts it into the tree, which
-- migration 0026 makes. crates/db/src/entry has the formats.

create sequence audit_positions as bigint;

alter table audit_entries rename to audit_entries_before;
alter table audit_entries_before rename constraint audit_entries_pkey to audit_entries_before_pkey;
drop index audit_entries_about_person;
drop index audit_entries_by_person;

create table audit_entries (
    workspace_id uuid        not null,
    entry_id     uuid        not null,
    position     bigint      not null default nextval('audit_positions'),
    at           timestamptz not null,
    action       text        not null,
    actor_kind   text        not null check (actor_kind in ('operator', 'api_key', 'visitor', 'person', 'nobody', 'system', 'staff')),
    actor_id     uuid,
    session_id   uuid,
    target_kind  text        not null,
    target_id    uuid,
    request_id   text        not null,
    commitment   bytea       not null check (length(commitment) = 32),
    payload      bytea       not null,
    primary key (workspace_id, entry_id, at)
) partition by range (at);
alter sequence audit_positions owned by audit_entries.position;

-- Months have partitions of their own, made ahead of time by audit_make_room. What comes from
-- outside of them (a first start, a clock that is wrong) lies here until it is called again.
create table audit_entries_else partition of audit_entries default;

-- What a person sees of their own sign-ins and changes, without reading the whole log for it.
create index audit_entries_about_person on audit_entries (workspace_id, target_id, entry_id)
    where target_kind = 'person';
create index audit_entries_by_person on audit_entries (workspace_id, actor_id, entry_id)
    where target_kind in ('session', 'person');

create table audit_waiting (
    workspace_id uuid        not null,
    entry_id     uuid        not null,
    position     bigint      not null,
    at           timestamptz not null,
    digest       bytea       not null check (length(digest) = 32),
    primary key (workspace_id, entry_id)
);

-- The keys of payloads, one for a workspace and a month, sealed under the root key. Destroyed ones
-- keep their row: nothing is sealed for that month again.
create table audit_keys (
    workspace_id uuid        not null,
    month        date        not null check (extract(day from month) = 1),
    key_id       uuid        not null,
    key_sealed   bytea,
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    primary key (workspace_id, month),
    check ((key_sealed is null) = (destroyed_at is not null))
);

-- Entries from before this migration keep their payload as it was, behind a zero byte instead of
-- a seal: the keys are not in the database. The addresses among them are sealed all along.
create function part(bytea) returns bytea language sql immutable
    return int4send(length($1)) || $1;
create function part(uuid) returns bytea language sql immutable
    return part(coalesce(uuid_send($1), ''::bytea));
create function part(text) returns bytea language sql immutable
    return part(convert_to($1, 'UTF8'));

alter table audit_entries_before no force row level security;
with formed as materialized (
    select e.*,
           uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as salt,
           convert_to((jsonb_build_object('change', change) || jsonb_strip_nulls(jsonb_build_object(
               'address', case when address_sealed is null then null else jsonb_build_object(
                   'sealed', replace(encode(address_sealed, 'base64'), e'\n', ''),
                   'masked', address_masked) end,
               'user_agent', user_agent)))::text, 'UTF8') as payload
      from audit_entries_before e
), committed as materialized (
    select f.*, sha256(convert_to(e'leadkeep-audit-payload/v1\n', 'UTF8') || salt || payload) as commitment
      from formed f
), kept as (
    insert into audit_entries
        (workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind,
         target_id, request_id, commitment, payload)
    select workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind,
           target_id, request_id, commitment, '\x00'::bytea || salt || payload
      from committed
)
insert into audit_waiting (workspace_id, entry_id, position, at, digest)
select workspace_id, entry_id, position, at,
       sha256(convert_to(e'leadkeep-audit-entry/v1\n', 'UTF8')
              || part(workspace_id) || part(entry_id)
              || part(int8send((extract(epoch from at) * 1000000)::bigint))
              || part(action)
              || part(actor_kind) || part(actor_id) || part(session_id)
              || part(target_kind) || part(target_id)
              || part(request_id) || part(commitment))
  from committed;

select setval('audit_positions', coalesce(max(position), 0) + 1, false) from audit_entries_before;
drop table audit_entries_before;
drop function part(text), part(uuid), part(bytea);

call wall('audit_entries');
call wall('audit_entries_else');
call wall('audit_waiting');
call wall('audit_keys');

create trigger only_grows before update or delete on audit_entries
    for each row execute function refuse_change();
create trigger never_emptied before truncate on audit_entries
    for each statement execute function refuse_change();
create trigger never_emptied before truncate on audit_entries_else
    for each statement execute function refuse_change();

-- The sequencer is the dispatcher's neighbour: it takes what waits, in all workspaces, and sees of
-- an entry nothing but its digest.
create policy dispatcher on audit_waiting to lk_dispatch using (true) with check (true);

grant select, insert on audit_entries to lk_app;
grant usage on sequence audit_positions to lk_app;
grant insert on audit_waiting to lk_app;
grant select, insert on audit_keys to lk_app;
grant select, delete on audit_waiting to lk_dispatch;

-- Makes the partition of each month up to one ahead of now, and moves there what lies in
-- audit_entries_else. Owned by the owner, for whom row security is lifted while nobody else can
-- look; the application may ask for it, and can ask for no more than this.
create function audit_make_room() returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    this   date := date_trunc('month', now() at time zone 'UTC');
    ahead  date := this + interval '1 month';
    months date[];
    month  date;
    name   text;
    stray  boolean;
begin
    perform pg_advisory_xact_lock(5463);
    set local lock_timeout = '5s';
    alter table public.audit_entries_else no force row level security;
    select array_agg(distinct date_trunc('month', at at time zone 'UTC')::date) into months
      from public.audit_entries_else
     where at < (ahead + interval '1 month') at time zone 'UTC';
    stray := months is not null;
    if stray then
        alter table public.audit_entries detach partition public.audit_entries_else;
        alter table public.audit_entries_else rename to audit_entries_stray;
        perform public.audit_partition('audit_entries_else', 'default');
        alter table public.audit_entries_else no force row level security;
    end if;
    foreach month in array months || array[this, ahead] loop
        name := 'audit_entries_' || to_char(month, 'YYYY_MM');
        if to_regclass('public.' || name) is null then
            perform public.audit_partition(name, format('for values from (%L) to (%L)',
                month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00'));
        end if;
    end loop;
    if stray then
        alter table public.audit_entries no force row level security;
        insert into public.audit_entries select * from public.audit_entries_stray;
        alter table public.audit_entries force row level security;
        drop table public.audit_entries_stray;
    end if;
    alter table public.audit_entries_else force row level security;
end $$;

-- A partition of the log, behind the wall and closed to change like all others. For audit_make_room.
create function audit_partition(name text, bounds text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create table public.%I partition of public.audit_entries %s', name, bounds);
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format(
        'create policy one_workspace on public.%I'
        ' using (workspace_id = (select public.current_workspace()))'
        ' with check (workspace_id = (select public.current_workspace()))', name);
    execute format('create trigger never_emptied before truncate on public.%I'
        ' for each statement execute function public.refuse_change()', name);
end $$;

revoke execute on function audit_make_room() from public;
revoke execute on function audit_partition(text, text) from public;
grant execute on function audit_make_room() to lk_app;
