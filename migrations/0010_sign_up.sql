-- Links by which somebody new makes a login and a workspace of their own.
alter table one_time_links drop constraint one_time_links_purpose_check;
alter table one_time_links add constraint one_time_links_purpose_check
    check (purpose in ('setup', 'sign_in', 'reset', 'confirm_email', 'undo_email', 'sign_up'));

-- How many were mailed to an address lately.
create index one_time_links_of_address on one_time_links (workspace_id, lower(email), created_at)
    where purpose = 'sign_up';
