-- A page of messages in a plain transaction.
\set place random(100000000000, 100000000199)
begin read only;
select message_id, conversation_id, seq, kind, author_kind, author_id, body, activity, client_message_id, created_at
  from messages
 where workspace_id = :workspace::uuid
   and conversation_id = ('00000000-0000-7000-8000-' || :place::text)::uuid
   and seq < 9223372036854775807
 order by seq desc
 limit 26;
rollback;
