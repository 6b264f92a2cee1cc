-- The third wall: the setting that binds a transaction to its workspace is signed.
--
-- Any statement can set lk.workspace, one that somebody injected as well. So the setting says until
-- when a transaction may begin with it, and carries an HMAC-SHA-256 of all that, made by the
-- application with a key that its role cannot read here:
--
--   <workspace>.<key>.<until, seconds since 1970, ten digits>.<64 hexadecimal digits>
--
-- Whatever is not signed, or is over, is no workspace, hence no row at all.

-- The keys, as the two blocks that HMAC begins its hashes with (the key, xor 0x36 and xor 0x5c, 64
-- bytes each). Nobody but the owner reads them; the first start makes one.
create table scope_keys (
    key_id    text        not null primary key check (key_id ~ '^[0-9a-f]{8}$'),
    inner_pad bytea       not null check (length(inner_pad) = 64),
    outer_pad bytea       not null check (length(outer_pad) = 64),
    made_at   timestamptz not null default now(),
    -- When it stops counting; a newer one has taken its place before.
    ends_at   timestamptz
);

-- Nothing of a setting is converted before it is known to be ours: a forged one is no error, it is
-- nothing.
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

comment on function current_workspace() is
    'The workspace that the running transaction is bound to by a signed setting; null, hence no row at all, otherwise.';

revoke all on function current_workspace() from public;
grant execute on function current_workspace() to lk_app, lk_dispatch;
