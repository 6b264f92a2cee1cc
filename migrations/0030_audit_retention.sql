-- Months of the audit log that are over their time: what stays of them, and how they go.
--
-- Of each workspace's month a signed summary stays; of the tree, the checkpoint up to which all is
-- gone. crates/ledger/src/retention.rs makes both, and asks for audit_drop_month, which does not
-- believe it: nothing younger than twelve months goes, nothing that is not summarised, entry for
-- entry counted, and no month before an older one.

create table audit_summaries (
    workspace_id uuid        not null,
    month        date        not null check (extract(day from month) = 1),
    entries      bigint      not null check (entries > 0),
    -- A signed note, as docs/reference/audit-log.md has it.
    note         text        not null,
    made_at      timestamptz not null,
    primary key (workspace_id, month)
);

-- The months that are gone: the tree's first leaves that went with them and those before, and the
-- checkpoint of a tree of so many leaves.
create table audit_months (
    workspace_id uuid        not null check (workspace_id = '00000000-0000-7000-8000-000000000000'),
    month        date        not null check (extract(day from month) = 1),
    gone         bigint      not null check (gone >= 0),
    note         text,
    dropped_at   timestamptz not null,
    primary key (workspace_id, month),
    check ((note is null) = (gone = 0))
);

call wall('audit_summaries');
call wall('audit_months');

grant select, insert on audit_summaries to lk_app;
grant select on audit_months to lk_app;

-- Owned by the owner, for whom row security is lifted on what it looks at while nobody else can; the
-- application may ask for it, and can ask for no more than this.
create function audit_drop_month(of date, gone_leaves bigint, checkpoint text) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    name      text := 'audit_entries_' || to_char(of, 'YYYY_MM');
    platform  uuid := '00000000-0000-7000-8000-000000000000';
    from_time timestamptz := of::timestamp at time zone 'UTC';
    to_time   timestamptz := (of + interval '1 month') at time zone 'UTC';
    unsummed  uuid;
    total     bigint;
begin
    if extract(day from of) <> 1 then
        raise exception 'that is no month';
    end if;
    if to_time + interval '12 months' > now() then
        raise exception 'nothing younger than twelve months is dropped';
    end if;
    if to_regclass('public.' || name) is null then
        raise exception 'there is no such month';
    end if;
    perform pg_advisory_xact_lock(5463);
    set local lock_timeout = '5s';
    if exists (
        select from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'public.audit_entries'::regclass
           and c.relname ~ '^audit_entries_\d{4}_\d{2}$' and c.relname < name
    ) then
        raise exception 'an older month is still there';
    end if;
    alter table public.audit_entries_else no force row level security;
    if exists (select from public.audit_entries_else where at < to_time) then
        raise exception 'entries of that month lie outside of its partition';
    end if;
    alter table public.audit_entries_else force row level security;
    execute format('alter table public.%I no force row level security', name);
    alter table public.audit_summaries no force row level security;
    execute format(
        'select e.workspace_id from (select workspace_id, count(*) as entries from public.%I group by 1) e'
        ' left join public.audit_summaries s on s.workspace_id = e.workspace_id and s.month = $1'
        ' where s.entries is distinct from e.entries limit 1', name)
       into unsummed using of;
    if unsummed is not null then
        raise exception 'workspace % is not summarised', unsummed;
    end if;
    select coalesce(sum(entries), 0) into total from public.audit_summaries where month <= of;
    alter table public.audit_summaries force row level security;
    if gone_leaves > total then
        raise exception 'more leaves would go than entries';
    end if;
    alter table public.audit_leaves no force row level security;
    delete from public.audit_leaves where at >= from_time and at < to_time;
    alter table public.audit_leaves force row level security;
    alter table public.audit_keys no force row level security;
    update public.audit_keys set key_sealed = null, destroyed_at = now()
     where month = of and key_sealed is not null;
    alter table public.audit_keys force row level security;
    alter table public.audit_months no force row level security;
    insert into public.audit_months (workspace_id, month, gone, note, dropped_at)
    values (platform, of, gone_leaves, checkpoint, now());
    -- The lowest tiles of what is gone, but for those on which a month ended: proofs that go on from
    -- there need them.
    alter table public.audit_tiles no force row level security;
    delete from public.audit_tiles
     where workspace_id = platform and level = 0 and (tile_index + 1) * 256 <= gone_leaves
       and tile_index not in (select gone / 256 from public.audit_months where workspace_id = platform);
    alter table public.audit_tiles force row level security;
    alter table public.audit_months force row level security;
    execute format('drop table public.%I', name);
end $$;

-- The oldest month that has a partition; null when there is none.
create function audit_oldest_month() returns date
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select min(to_date(right(c.relname, 7), 'YYYY_MM'))
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'public.audit_entries'::regclass and c.relname ~ '^audit_entries_\d{4}_\d{2}$'
$$;

revoke execute on function audit_drop_month(date, bigint, text) from public;
revoke execute on function audit_oldest_month() from public;
grant execute on function audit_drop_month(date, bigint, text) to lk_app;
grant execute on function audit_oldest_month() to lk_app;
