-- The end of message.sql without an entry: the event alone.
insert into outbox (workspace_id, event_id, kind, subject_id, actor_kind, actor_id, data, at)
select :workspace::uuid, e.event_id, e.kind, e.subject_id, :author::text,
       ('00000000-0000-7000-9000-' || :place::text)::uuid, e.data, now()
  from unnest(array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:event::text],
              array[(:number::text || '-0000-7000-8000-' || :who::text)::uuid], array[:data::jsonb])
       as e (event_id, kind, subject_id, data);
commit;
