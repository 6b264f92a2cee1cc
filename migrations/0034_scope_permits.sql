-- The third wall by permits: a transaction is bound to the workspace whose permit it shows.
--
-- A signature had to be made anew by PostgreSQL for each table of each statement, out of two dozen
-- expressions. A permit is looked up: a random text that the application had written here, for one
-- workspace and a quarter of an hour. Decision 0039 has the figures.

-- A page of it holds few rows, so that the planner takes the index even while there are few permits:
-- comparing a row with the setting costs more than finding the page.
create table scope_permits (
    permit       text        collate "C" not null primary key check (length(permit) = 32),
    workspace_id uuid        not null,
    until        timestamptz not null
) with (fillfactor = 10);
create index scope_permits_until on scope_permits (until);

-- Writes a permit and takes a few old ones away. Owned by the owner: nobody else reads or writes the
-- table, and the role that serves requests may not call this.
create function scope_permit(name text, workspace uuid, seconds double precision) returns text
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from public.scope_permits as t
     where t.permit in (select o.permit from public.scope_permits as o
                         where o.until < now() order by o.until limit 20 for update skip locked);
    insert into public.scope_permits (permit, workspace_id, until)
    values ($1, $2, now() + make_interval(secs => $3))
    returning permit
$$;
revoke execute on function scope_permit(text, uuid, double precision) from public;
grant execute on function scope_permit(text, uuid, double precision) to lk_dispatch;

-- What is no permit is no error: it is no workspace.
create or replace view bound_workspace with (security_barrier) as
    select t.workspace_id
      from scope_permits as t
     where t.permit = current_setting('lk.workspace', true)
       and t.until >= now();

comment on view bound_workspace is
    'The workspace that the running transaction is bound to by the permit it shows; no row, hence no row of any table, otherwise.';

drop table scope_keys;
