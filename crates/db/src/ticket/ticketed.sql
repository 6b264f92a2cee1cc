-- As migration 0034 has it; the census compares them.
create or replace view bound_workspace with (security_barrier) as
    select t.workspace_id
      from scope_tickets as t
     where t.ticket = current_setting('lk.workspace', true)
       and t.until >= now();
