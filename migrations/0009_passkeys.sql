-- Second factors that a workspace requires of everybody, and passkeys.

-- Since when everybody in the workspace needs a second factor; null = admins and super admins only.
alter table workspaces
    add column factor_required_since timestamptz;
