-- The third wall without a call: which workspace a transaction is bound to is a view of one row.
--
-- A function that runs with its owner's rights is called anew for each table of each statement. A
-- view reads with its owner's rights as well, and becomes a part of the statement's plan: the same
-- check of the same signature, at about half of the price. Migration 0025 says what is checked.

-- Nothing of a setting is converted before it is known to be ours: a forged one is no error, it is
-- no workspace.
create view bound_workspace with (security_barrier) as
    select case
               when encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(left(s.said, 56), 'UTF8'))), 'hex')
                    = substr(s.said, 58)
               then case
                        when to_timestamp(substr(s.said, 47, 10)::double precision) >= now()
                        then left(s.said, 36)::uuid
                    end
           end as workspace_id
      from (select current_setting('lk.workspace', true) as said) as s
      join scope_keys as k on k.key_id = substr(s.said, 38, 8) and (k.ends_at is null or k.ends_at > now());

comment on view bound_workspace is
    'The workspace that the running transaction is bound to by a signed setting; null or no row, hence no row of any table, otherwise.';

grant select on bound_workspace to lk_app, lk_dispatch;

do $$
declare
    name regclass;
begin
    for name in select polrelid::regclass from pg_policy where polname = 'one_workspace' loop
        execute format(
            'alter policy one_workspace on %s'
            ' using (workspace_id = (select b.workspace_id from public.bound_workspace as b))'
            ' with check (workspace_id = (select b.workspace_id from public.bound_workspace as b))', name);
    end loop;
end $$;

create or replace procedure wall(name regclass)
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', name);
    execute format('alter table %s force row level security', name);
    execute format(
        'create policy one_workspace on %s'
        ' using (workspace_id = (select b.workspace_id from public.bound_workspace as b))'
        ' with check (workspace_id = (select b.workspace_id from public.bound_workspace as b))', name);
end $$;

create or replace function audit_partition(name text, bounds text) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create table public.%I partition of public.audit_entries %s', name, bounds);
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format(
        'create policy one_workspace on public.%I'
        ' using (workspace_id = (select b.workspace_id from public.bound_workspace as b))'
        ' with check (workspace_id = (select b.workspace_id from public.bound_workspace as b))', name);
    execute format('create trigger never_emptied before truncate on public.%I'
        ' for each statement execute function public.refuse_change()', name);
end $$;

drop function current_workspace();
