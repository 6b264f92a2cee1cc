-- The reference database's rows: one workspace, 200 visitors, each in a conversation of their own.
-- Their ids are made of decimal digits, so that pgbench can compute them.
insert into workspaces values ('00000000-0000-7000-8000-0000000000aa', 'Northwind Bikes', now());
insert into widgets
    (workspace_id, widget_id, name, greeting, colour, allowed_sites, ask_name, ask_email, created_at, updated_at)
values ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000bb', 'Shop', 'Hello', '#336699',
        array['https://shop.example'], false, false, now(), now());
insert into operators (workspace_id, operator_id, person_id, name, email, role, joined_at)
values ('00000000-0000-7000-8000-0000000000aa', '00000000-0000-7000-8000-0000000000cc',
        '00000000-0000-7000-8000-0000000000dd', 'Ada Quist', 'ada@northwind-bikes.test', 'super_admin', now());
insert into visitors
    (workspace_id, visitor_id, widget_id, token_hash, site, device, address_sealed, address_masked, created_at, last_seen_at)
select '00000000-0000-7000-8000-0000000000aa', ('00000000-0000-7000-9000-' || n)::uuid,
       '00000000-0000-7000-8000-0000000000bb', sha256(n::text::bytea), 'https://shop.example', 'Chrome on Linux',
       '\x00', '127.0.0.***', now(), now()
  from generate_series(100000000000, 100000000199) as n;
insert into conversations
    (workspace_id, conversation_id, widget_id, visitor_id, status, last_seq, last_public_seq, last_visitor_seq, created_at, updated_at)
select '00000000-0000-7000-8000-0000000000aa', ('00000000-0000-7000-8000-' || n)::uuid,
       '00000000-0000-7000-8000-0000000000bb', ('00000000-0000-7000-9000-' || n)::uuid, 'open', 0, 0, 0, now(), now()
  from generate_series(100000000000, 100000000199) as n;
analyze;
