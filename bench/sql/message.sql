-- A visitor's message in one transaction, with the statements of the product
-- (crates/inbox/src/message/append.rs, crates/db/src/tx.rs) and as many round trips: five. Ends
-- with entered.sql as the product does, or with announced.sql, without an entry.
\set number :number + 1
\set place random(100000000000, 100000000199)
\set who 100000000000 + :client_id
\startpipeline
begin;
set local lk.workspace = '00000000-0000-7000-8000-0000000000aa';
\endpipeline
with numbered as (
    update conversations
       set last_seq = last_seq + 1,
           last_public_seq = last_public_seq + case when :kind::text = 'reply' then 1 else 0 end,
           last_visitor_seq = case when :kind::text = 'reply' and :author::text = 'visitor'
                                   then last_seq + 1 else last_visitor_seq end,
           preview_seq = case when :body::text is null then preview_seq else last_seq + 1 end,
           preview_kind = case when :body::text is null then preview_kind else :kind::text end,
           preview_author = case when :body::text is null then preview_author else :author::text end,
           preview_author_id = case when :body::text is null then preview_author_id
                                    else ('00000000-0000-7000-9000-' || :place::text)::uuid end,
           preview = coalesce(:body::text, preview),
           preview_at = case when :body::text is null then preview_at else now() end,
           updated_at = now()
     where workspace_id = :workspace::uuid
       and conversation_id = ('00000000-0000-7000-8000-' || :place::text)::uuid
       and visitor_id = ('00000000-0000-7000-9000-' || :place::text)::uuid
    returning conversation_id, visitor_id, status, snoozed_until, last_seq, last_public_seq
), added as (
    insert into messages
        (workspace_id, conversation_id, seq, public_seq, message_id, kind,
         author_kind, author_id, body, activity, client_message_id, created_at)
    select :workspace::uuid, conversation_id, last_seq, case when :kind::text = 'reply' then last_public_seq end,
           (:number::text || '-0000-7000-8000-' || :who::text)::uuid, :kind::text,
           :author::text, ('00000000-0000-7000-9000-' || :place::text)::uuid, :body::text, null,
           :number::text || '-' || :who::text, now()
      from numbered
    on conflict (workspace_id, conversation_id, client_message_id, author_id) do nothing
    returning seq
)
select last_seq, last_public_seq, visitor_id, status, snoozed_until, exists (select from added),
       (select name from operators
         where workspace_id = :workspace::uuid
           and operator_id = ('00000000-0000-7000-9000-' || :place::text)::uuid)
  from numbered;
insert into conversation_words (workspace_id, word, conversation_id, seq)
select :workspace::uuid, word, ('00000000-0000-7000-8000-' || :place::text)::uuid, :number::bigint
  from unnest(string_to_array('2023 adapter as do fit i model need of or panniers rack the well', ' ')) as word
    on conflict (workspace_id, word, conversation_id) do update set seq = excluded.seq;
