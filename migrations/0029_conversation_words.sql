-- Search: which words stand in which conversation. A table of its own instead of a text index,
-- because under row security PostgreSQL uses an index only for operators that are leakproof, and
-- those of text search are none; equality and order of text, of ids and of numbers are. So a search
-- is an ordinary statement of the application's role, behind the same wall as every other, along the
-- one key.
--
-- Words are cut and folded by the application (crates/inbox/src/search/words.rs), so that they do
-- not depend on the database's locale; they are compared byte by byte, and a beginning of a word is
-- a stretch of the key.
create table conversation_words (
    workspace_id    uuid   not null,
    word            text   collate "C" not null check (length(word) between 1 and 40),
    conversation_id uuid   not null,
    -- The newest line that has the word; 0 when only the contact's name or address has it.
    seq             bigint not null check (seq >= 0),
    primary key (workspace_id, word, conversation_id),
    foreign key (workspace_id, conversation_id) references conversations (workspace_id, conversation_id)
)
-- The number of a word moves on with each line that has it: room on the page for the new version
-- keeps that from growing the key.
with (fillfactor = 85);

call wall('conversation_words');
grant select, insert, update, delete on conversation_words to lk_app;

-- When the words of a conversation were kept: with it, or, for those that are older than search, by
-- the server after its start. Until then there is nothing here, and a search does not find it.
alter table conversations add column words_at timestamptz;
create index conversations_without_words on conversations (workspace_id, conversation_id) where words_at is null;
