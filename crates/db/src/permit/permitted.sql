-- As migration 0034 has it; the census compares them.
create or replace view bound_workspace with (security_barrier) as
    select t.workspace_id
      from scope_permits as t
     where t.permit = current_setting('lk.workspace', true)
       and t.until >= now();
