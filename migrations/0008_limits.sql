-- Signing keys are destroyed when the last token that they signed is dead, or at once when one
-- may be known to somebody.
grant delete on signing_keys to lk_app;

-- A session belongs to the browser in which it began: to the hash of what its device cookie says.
-- Sessions from before have none; a lost answer to a refresh is not given to them again.
alter table sessions add column device_hash bytea check (length(device_hash) = 32);
