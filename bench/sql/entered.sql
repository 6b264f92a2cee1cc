-- The end of message.sql: the event, the entry and its place in the queue of the tree.
with placed as materialized (
    select nextval('audit_positions') as position
), announced as (
    insert into outbox (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
    select :workspace::uuid, e.event_id, e.kind, e.subject_id, :author::text,
           ('00000000-0000-7000-9000-' || :place::text)::uuid, e.data, now()
      from unnest(array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:event::text],
                  array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:data::jsonb])
           as e (event_id, kind, subject_id, data)
), entered as (
    insert into audit_entries
        (workspace_id, entry_id, position, at, action, actor_kind, actor_id, session_id, target_kind, target_id,
         request_id, commitment, payload)
    select :workspace::uuid, (:number::text || '-0000-7000-8000-' || :who::text)::uuid, position, now(), :action::text,
            :author::text, ('00000000-0000-7000-9000-' || :place::text)::uuid, null, 'message',
            (:number::text || '-0000-7000-8000-' || :who::text)::uuid, :request::text, :digest::bytea,
            :payload::bytea
      from placed
)
insert into audit_waiting (workspace_id, entry_id, position, at, digest)
select :workspace::uuid, (:number::text || '-0000-7000-8000-' || :who::text)::uuid, position, now(), :digest::bytea
  from placed;
commit;
