-- Entries of one workspace as the product enters them, from `:first` on, a hundred thousand at a time:
-- facts, salted payload, commitment and digest by docs/reference/audit-log.md, waiting for their
-- place in the tree. Their payloads are in the form of an unsealed entry, which opens without a key.
create or replace function pg_temp.part(bytes bytea) returns bytea language sql immutable as
    $$ select int4send(length(bytes)) || bytes $$;
with made as (
    select n,
           ('0190' || lpad(to_hex(n), 4, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as entry,
           date_trunc('milliseconds', now()) as at,
           (array['message.sent', 'conversation.assigned', 'conversation.resolved', 'contact.changed'])[1 + n % 4] as action,
           '00000000-0000-7000-8000-0000000000cc'::uuid as actor,
           ('00000000-0000-7000-b000-' || lpad((n % 5000)::text, 12, '0'))::uuid as target,
           'req_01jd8x3v5n7e9r2t4y' || lpad(n::text, 8, '0') as request,
           sha256(n::text::bytea) as salt,
           format('{"change":{"new":{"conversation_id":"cnv_01jd8x3v5n7e9r2t4y%s","length":81,"seq":%s},"old":null},'
                  '"address":{"sealed":"%s","masked":"127.0.0.***"},"user_agent":"%s"}',
                  lpad(n::text, 8, '0'), n, repeat('Zm9v', 20), :'browser') as text
      from generate_series(:first::bigint, :first::bigint + 99999) as n
), committed as (
    select *, sha256('leadkeep-audit-payload/v1' || E'\n'::bytea || salt || convert_to(text, 'UTF8')) as commitment
      from made
), digested as (
    select *, nextval('audit_positions') as position,
           sha256('leadkeep-audit-entry/v1' || E'\n'::bytea
               || pg_temp.part(uuid_send(:'workspace'::uuid)) || pg_temp.part(uuid_send(entry))
               || pg_temp.part(int8send((extract(epoch from at) * 1000000)::bigint))
               || pg_temp.part(action::bytea) || pg_temp.part('operator') || pg_temp.part(uuid_send(actor))
               || pg_temp.part('') || pg_temp.part('conversation') || pg_temp.part(uuid_send(target))
               || pg_temp.part(request::bytea) || pg_temp.part(commitment)) as digest
      from committed
)
insert into audit_waiting
    (workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind, target_id,
     request_id, commitment, payload, digest)
select :'workspace'::uuid, entry, position, at, action, 'operator', actor, null, 'conversation', target,
       request, commitment, '\x00'::bytea || salt || convert_to(text, 'UTF8'), digest
  from digested;
