-- What a person sees of their own sign-ins and changes, without reading the whole log for it.
create index audit_entries_about_person on audit_entries (workspace_id, target_id, entry_id)
    where target_kind = 'person';
create index audit_entries_by_person on audit_entries (workspace_id, actor_id, entry_id)
    where target_kind in ('session', 'person');
