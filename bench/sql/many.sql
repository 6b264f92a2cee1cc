-- Two hundred more workspaces in the reference database, each with a visitor in a conversation, and
-- a permit that is good for ever.
insert into workspaces
select ('00000000-0000-7000-a000-' || n)::uuid, 'Workspace ' || n, now()
  from generate_series(100000000000, 100000000199) as n;
insert into widgets
    (workspace_id, widget_id, name, greeting, colour, allowed_sites, ask_name, ask_email, created_at, updated_at)
select ('00000000-0000-7000-a000-' || n)::uuid, '00000000-0000-7000-8000-0000000000bb', 'Shop', 'Hello', '#336699',
       array['https://shop.example'], false, false, now(), now()
  from generate_series(100000000000, 100000000199) as n;
insert into visitors
    (workspace_id, visitor_id, widget_id, token_hash, site, device, address_sealed, address_masked, created_at, last_seen_at)
select ('00000000-0000-7000-a000-' || n)::uuid, ('00000000-0000-7000-9000-' || n)::uuid,
       '00000000-0000-7000-8000-0000000000bb', sha256(('many ' || n)::bytea), 'https://shop.example', 'Chrome on Linux',
       '\x00', '127.0.0.***', now(), now()
  from generate_series(100000000000, 100000000199) as n;
insert into conversations
    (workspace_id, conversation_id, widget_id, visitor_id, status, last_seq, last_public_seq, last_visitor_seq, created_at, updated_at)
select ('00000000-0000-7000-a000-' || n)::uuid, ('00000000-0000-7000-8000-' || n)::uuid,
       '00000000-0000-7000-8000-0000000000bb', ('00000000-0000-7000-9000-' || n)::uuid, 'open', 0, 0, 0, now(), now()
  from generate_series(100000000000, 100000000199) as n;
create table bindings (place bigint primary key, setting text not null);
with issued as (
    insert into scope_permits (permit, workspace_id, until)
    select md5(n || random()::text), ('00000000-0000-7000-a000-' || n)::uuid, 'infinity'
      from generate_series(100000000000, 100000000199) as n
    returning permit, workspace_id
)
insert into bindings select right(workspace_id::text, 12)::bigint, permit from issued;
grant select on bindings to lk_app;
analyze;
