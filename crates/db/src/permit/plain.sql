-- What bound_workspace is where `database.scope_permits` is false.
create or replace view bound_workspace with (security_barrier) as
    select nullif(current_setting('lk.workspace', true), '')::uuid as workspace_id;
