-- What current_workspace() is where `database.signed_scope` is false.
create or replace function current_workspace() returns uuid
    language sql stable parallel safe security invoker
    return nullif(current_setting('lk.workspace', true), '')::uuid;
alter function current_workspace() reset search_path;
