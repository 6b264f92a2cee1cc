//! The roles and the database, made when missing and put right at every start.

use crate::address::DATABASE;
use crate::settings::Durability;

/// What the connections of a role run, each other connection of it may read, signed settings
/// included. Nobody here needs to.
pub const HIDDEN_STATEMENTS: &str = "revoke execute on function pg_catalog.pg_stat_get_activity(integer), pg_catalog.pg_stat_get_backend_activity(integer) from public;";

/// The script for psql; running it again changes nothing.
pub(crate) fn script(durability: Durability) -> String {
    let mut text = String::new();
    for role in ["lk_owner", "lk_app", "lk_dispatch"] {
        // Tests clone databases, so there the owner may make them.
        let createdb = if role == "lk_owner" && durability == Durability::None {
            "createdb"
        } else {
            "nocreatedb"
        };
        text.push_str(&format!(
            "select 'create role {role}' where not exists \
             (select from pg_roles where rolname = '{role}') \\gexec\n\
             alter role {role} login nosuperuser nobypassrls noinherit nocreaterole \
             noreplication {createdb};\n"
        ));
    }
    text.push_str(&format!(
        "select 'create database {DATABASE} owner lk_owner template template0 encoding ''UTF8'' \
         locale ''C.UTF-8''' where not exists \
         (select from pg_database where datname = '{DATABASE}') \\gexec\n\
         revoke all on database {DATABASE} from public;\n\
         grant connect on database {DATABASE} to lk_app, lk_dispatch;\n\
         revoke all on database postgres, template1 from public;\n\
         \\connect {DATABASE}\n\
         alter schema public owner to lk_owner;\n\
         revoke create on schema public from public;\n\
         {HIDDEN_STATEMENTS}\n"
    ));
    text
}
