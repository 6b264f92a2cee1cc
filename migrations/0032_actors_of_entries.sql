-- Two things that every entry of the audit log paid for and that nothing reads.
--
-- The list of kinds of actors: PostgreSQL reads the text of a check anew in each statement that
-- inserts, and this one was the longest. The kind is part of what the tree holds of an entry, and
-- the application writes it from a closed list. Decision 0037 has the figures.
alter table audit_entries drop constraint audit_entries_actor_kind_check1;

-- What was done to a person is found by audit_entries_about.
drop index audit_entries_about_person;
