-- The same page in a transaction that is bound to its workspace, as the product opens it.
\set place random(100000000000, 100000000199)
\startpipeline
begin read only;
set local lk.workspace = '00000000-0000-7000-8000-0000000000aa';
\endpipeline
select message_id, conversation_id, seq, kind, author_kind, author_id, body, activity, client_message_id, created_at
  from messages
 where workspace_id = :workspace::uuid
   and conversation_id = ('00000000-0000-7000-8000-' || :place::text)::uuid
   and seq < 9223372036854775807
 order by seq desc
 limit 26;
rollback;
