-- As migration 0031 has it; the census compares them.
create or replace view bound_workspace with (security_barrier) as
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
