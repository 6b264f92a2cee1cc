-- As migration 0025 has it; the census compares them.
create or replace function current_workspace() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
    setting text := current_setting('lk.workspace', true);
    key     record;
begin
    if coalesce(setting, '') = '' then
        return null;
    end if;
    select inner_pad, outer_pad into key
      from public.scope_keys
     where key_id = substr(setting, 38, 8)
       and (ends_at is null or ends_at > now());
    if not found then
        return null;
    end if;
    if encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(left(setting, 56), 'UTF8'))), 'hex')
       is distinct from substr(setting, 58) then
        return null;
    end if;
    if substr(setting, 47, 10)::bigint < extract(epoch from now()) then
        return null;
    end if;
    return left(setting, 36)::uuid;
end $$;

