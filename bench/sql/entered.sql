-- The end of message.sql: the event, and the entry where it waits for its place in the tree.
with announced as (
    insert into outbox (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
    select :workspace::uuid, e.event_id, e.kind, e.subject_id, :author::text,
           ('00000000-0000-7000-9000-' || :place::text)::uuid, e.data, now()
      from unnest(array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:event::text],
                  array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:data::jsonb])
           as e (event_id, kind, subject_id, data)
)
insert into audit_waiting
    (workspace_id, entry_id, at, action, actor_kind, actor_id, session_id, target_kind, target_id, request_id,
     commitment, payload, digest)
values (:workspace::uuid, (:number::text || '-0000-7000-8000-' || :who::text)::uuid, now(), :action::text,
        :author::text, ('00000000-0000-7000-9000-' || :place::text)::uuid, null, 'message',
        (:number::text || '-0000-7000-8000-' || :who::text)::uuid, :request::text, :digest::bytea,
        :payload::bytea, :digest::bytea);
commit;
