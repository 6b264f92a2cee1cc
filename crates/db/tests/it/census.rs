//! The census: each of its rules turns red on a database where it is broken, and says where.

use lk_base::Clock;
use lk_crypto::{RootKey, Sealer};
use lk_db::{Db, Places};
use lk_testkit::{Database, private_database};

struct Broken {
    database: Database,
    db: Db,
    said: Vec<String>,
}

impl Broken {
    async fn new() -> Self {
        let database = private_database().await;
        let db = open(&database.places);
        let said = db.census().await.unwrap();
        assert_eq!(said, Vec::<String>::new());
        Self { database, db, said }
    }

    /// Breaks something more, and wants a new sentence with each of the words, and no other.
    async fn by(&mut self, breaking: &str, expected: &[&str]) {
        self.database.run(breaking).await;
        let said = self.db.census().await.unwrap();
        let new: Vec<_> = said.iter().filter(|one| !self.said.contains(one)).collect();
        assert_eq!(new.len(), expected.len(), "after `{breaking}`: {new:?}");
        for words in expected {
            assert!(new.iter().any(|one| one.contains(words)), "`{words}` in {new:?}");
        }
        self.said = said;
    }
}

fn open(places: &Places) -> Db {
    Db::new(places, Clock::system(), Sealer::new(&RootKey::random()).unwrap())
}

#[tokio::test]
async fn a_fresh_database_passes_the_census() {
    Broken::new().await;
}

#[tokio::test]
async fn the_census_names_a_table_whose_wall_is_down() {
    let mut broken = Broken::new().await;
    let not_forced = "alter table messages no force row level security";
    broken.by(not_forced, &["Table messages is not behind the wall: row security is off"]).await;
    let disabled = "alter table contacts disable row level security";
    broken.by(disabled, &["Table contacts is not behind the wall: row security is off"]).await;
}

#[tokio::test]
async fn the_census_names_a_policy_that_is_missing_or_differs_by_a_letter() {
    let mut broken = Broken::new().await;
    for (table, breaking) in [
        ("visitors", "drop policy one_workspace on visitors"),
        ("contacts", "alter policy one_workspace on contacts using (true)"),
        ("messages", "alter policy one_workspace on messages with check (true)"),
        ("widgets", "alter policy one_workspace on widgets to lk_app"),
        (
            "operators",
            "drop policy one_workspace on operators;
             create policy one_workspace on operators for select
                 using (workspace_id = (select b.workspace_id from bound_workspace as b))",
        ),
        (
            "api_keys",
            "drop policy one_workspace on api_keys;
             create policy one_workspace on api_keys as restrictive
                 using (workspace_id = (select b.workspace_id from bound_workspace as b))
                 with check (workspace_id = (select b.workspace_id from bound_workspace as b))",
        ),
        // Asked once for each row instead of once for each statement.
        (
            "mails",
            "alter policy one_workspace on mails
                 using (exists (select from bound_workspace as b where b.workspace_id = mails.workspace_id))",
        ),
    ] {
        let sentence = format!("Table {table} is not behind the wall: the policy one_workspace");
        broken.by(breaking, &[&sentence]).await;
    }
}

#[tokio::test]
async fn the_census_names_every_policy_that_is_not_on_the_list() {
    let mut broken = Broken::new().await;
    let open = "create policy open on visitors using (true)";
    broken.by(open, &["Table visitors has the policy open"]).await;
    let wider = "alter policy dispatcher on outbox to lk_dispatch, lk_app";
    broken.by(wider, &["Table outbox has the policy dispatcher"]).await;
    let elsewhere = "create policy dispatcher on messages to lk_dispatch using (true)";
    broken.by(elsewhere, &["Table messages has the policy dispatcher"]).await;
}

#[tokio::test]
async fn the_census_names_a_key_that_does_not_begin_with_the_workspace() {
    let mut broken = Broken::new().await;
    broken.by("alter table contacts add unique (email)", &["contacts_email_key"]).await;
    let second = "create unique index second on contacts (email, workspace_id)";
    broken.by(second, &["the key second"]).await;
    let lower = "create unique index on_expression on contacts (lower(email))";
    broken.by(lower, &["the key on_expression"]).await;
    let one_column = "create unique index alone on operators (operator_id);
        alter table visitors add foreign key (contact_id) references operators (operator_id)";
    broken.by(one_column, &["the key alone", "visitors_contact_id_fkey"]).await;
    let keyless = "alter table conversation_reads drop constraint conversation_reads_pkey";
    broken.by(keyless, &["Table conversation_reads has no primary key"]).await;
    let empty = "alter table workspace_sequences drop constraint workspace_sequences_pkey;
        alter table workspace_sequences alter workspace_id drop not null";
    let expected = ["Table workspace_sequences has no primary key", "that is always set"];
    broken.by(empty, &expected).await;
}

#[tokio::test]
async fn the_census_names_a_table_that_nobody_thought_of() {
    let mut broken = Broken::new().await;
    let stray = "create table strays (stray_id uuid primary key)";
    let expected = [
        "Table strays is not behind the wall: row security",
        "Table strays is not behind the wall: the policy",
        "Table strays has no workspace_id",
        "Table strays has the key strays_pkey",
        "Table strays has no line in HOLDINGS",
    ];
    broken.by(stray, &expected).await;
    // In another schema as well.
    let beside = "create schema beside; create table beside.hidden (workspace_id uuid primary key)";
    let expected = [
        "Table hidden is not behind the wall: row security",
        "Table hidden is not behind the wall: the policy",
        "Table hidden has no line in HOLDINGS",
    ];
    broken.by(beside, &expected).await;
}

#[tokio::test]
async fn the_census_looks_at_every_partition_like_at_a_table() {
    let mut broken = Broken::new().await;
    let parted = "create table parts (workspace_id uuid not null, at date not null,
            primary key (workspace_id, at)) partition by range (at);
        create table parts_of_may partition of parts for values from ('2026-05-01') to ('2026-06-01');
        call wall('parts');";
    let expected = [
        "Table parts_of_may is not behind the wall: row security",
        "Table parts_of_may is not behind the wall: the policy",
        "Table parts has no line in HOLDINGS",
    ];
    broken.by(parted, &expected).await;
    broken.by("call wall('parts_of_may')", &[]).await;
    assert_eq!(broken.said.len(), 1, "{:?}", broken.said);
}

#[tokio::test]
async fn the_census_holds_every_column_against_the_holdings() {
    let mut broken = Broken::new().await;
    let added = "alter table contacts add phone text";
    broken.by(added, &["Column contacts.phone has no line"]).await;
    let gone = "alter table contacts drop verified";
    broken.by(gone, &["HOLDINGS names contacts.verified"]).await;
    broken.by("drop table sso_flows", &["HOLDINGS names the table sso_flows"]).await;
}

#[tokio::test]
async fn the_census_names_a_role_that_owns_or_may_make_something() {
    let mut broken = Broken::new().await;
    broken.by("alter table widgets owner to lk_app", &["lk_app owns tables"]).await;
    let create = "grant create on schema public to lk_app";
    broken.by(create, &["lk_app may create things"]).await;
    let temporary = "do $$ begin
        execute format('grant temporary on database %I to lk_dispatch', current_database()); end $$";
    broken.by(temporary, &["lk_dispatch may create things"]).await;
}

/// Roles belong to the whole server and to the tests beside this one, so these are roles of their
/// own, as which the application's connections speak.
#[tokio::test]
async fn the_census_names_a_role_that_is_more_than_it_should_be() {
    let database = private_database().await;
    for (attribute, words) in [
        ("superuser", "can bypass row security"),
        ("bypassrls", "can bypass row security"),
        ("createrole", "could make roles"),
        ("createdb", "could make roles or databases"),
        ("replication", "copy the whole server"),
        ("in role lk_owner", "is a member of another role"),
    ] {
        let name = format!("more_{}", attribute.replace(' ', "_"));
        database.run(&format!("create role {name} {attribute}")).await;
        let mut places = database.places.clone();
        places.app = database.superuser.clone().options([("role", name.as_str())]);
        let db = open(&places);
        let said = db.census().await.unwrap();
        db.close().await;
        database.run(&format!("drop role {name}")).await;
        assert!(said.iter().any(|one| one.contains(&name) && one.contains(words)), "{said:?}");
    }
}

#[tokio::test]
async fn the_census_names_a_grant_that_goes_around_the_wall() {
    let mut broken = Broken::new().await;
    for right in ["truncate", "references", "trigger"] {
        let grant = format!("grant {right} on messages to lk_app");
        broken.by(&grant, &[&format!("lk_app has {right} on messages")]).await;
    }
    let everybody = "grant select on contacts to public";
    broken.by(everybody, &["public has select on contacts"]).await;
    let column = "grant select (email) on operators to public";
    broken.by(column, &["public has select on operators"]).await;
    let onward = "grant select on visitors to lk_app with grant option";
    broken.by(onward, &["lk_app has select on visitors, and may hand that on"]).await;
    let exempt = "grant select on _sqlx_migrations to lk_app";
    broken.by(exempt, &["lk_app has select on _sqlx_migrations"]).await;
}

#[tokio::test]
async fn the_census_names_a_view_or_a_copy_that_reads_past_the_wall() {
    let mut broken = Broken::new().await;
    broken.by("create view everybody as select * from contacts", &["View everybody reads"]).await;
    let own = "create view own with (security_invoker = true) as select * from contacts";
    broken.by(own, &[]).await;
    let copied = "create materialized view copied as select * from contacts";
    broken.by(copied, &["copied is a copy"]).await;
}

#[tokio::test]
async fn the_census_names_a_function_that_lends_its_owners_rights() {
    let mut broken = Broken::new().await;
    let tight = "create function tight() returns bigint language sql security definer
            set search_path = pg_catalog, pg_temp as 'select count(*) from public.contacts';
        revoke all on function tight() from public";
    broken.by(tight, &["tight() runs with its owner's rights and is not on the list"]).await;
    let loose = "create function loose() returns bigint language sql security definer
            as 'select count(*) from public.contacts'";
    let expected = [
        "loose() runs with its owner's rights and is not on the list",
        "loose() runs with its owner's rights and has no fixed search_path",
        "loose() runs with its owner's rights and everybody may call it",
    ];
    broken.by(loose, &expected).await;
}

#[tokio::test]
async fn the_census_names_a_wall_that_was_swapped_beneath_its_policies() {
    for swapped in [
        "create or replace view bound_workspace with (security_barrier) as
             select '00000000-0000-7000-8000-000000000000'::uuid as workspace_id",
        "alter view bound_workspace reset (security_barrier)",
    ] {
        let mut broken = Broken::new().await;
        broken.by(swapped, &["The view bound_workspace, on which every policy stands"]).await;
    }
}
