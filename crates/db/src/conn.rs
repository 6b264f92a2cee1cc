//! The connection inside a transaction, as operations see it: it runs statements, nothing more.
//!
//! It hides the driver's connection, so that an operation can neither begin nor end a transaction
//! through it. With the feature `walls` it can also drop the `workspace_id` predicates, which the
//! isolation tests use to look at row security alone.

use std::fmt;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sqlx::postgres::{PgConnection, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Either, Execute, Executor, Postgres, SqlStr};

/// Runs statements inside a transaction.
pub struct Conn<'t> {
    pub(crate) inner: &'t mut PgConnection,
    #[cfg(feature = "walls")]
    pub(crate) predicates_down: bool,
}

impl fmt::Debug for Conn<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("<connection>")
    }
}

/// A statement without its workspace predicates: `workspace_id = $1` compares with itself.
#[cfg(feature = "walls")]
fn without_predicates(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find("workspace_id = $1") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push_str("workspace_id is not null and $1::uuid is not null");
        rest = after.get("workspace_id = $1".len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(feature = "walls")]
macro_rules! or_without_predicates {
    ($self:ident, $query:ident, $method:ident) => {
        if $self.predicates_down {
            let mut query = $query;
            let arguments = query.take_arguments().ok().flatten().unwrap_or_default();
            let sql = sqlx::AssertSqlSafe(without_predicates(query.sql().as_str()));
            return $self.inner.$method(sqlx::query_with::<Postgres, _>(sql, arguments));
        }
    };
}
#[cfg(not(feature = "walls"))]
macro_rules! or_without_predicates {
    ($self:ident, $query:ident, $method:ident) => {};
}

impl<'c> Executor<'c> for Conn<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        or_without_predicates!(self, query, fetch_many);
        self.inner.fetch_many(query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        or_without_predicates!(self, query, fetch_optional);
        self.inner.fetch_optional(query)
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        self.inner.prepare_with(sql, parameters)
    }

    fn describe<'e>(
        self,
        sql: SqlStr,
    ) -> BoxFuture<'e, Result<sqlx::Describe<Postgres>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.inner.describe(sql)
    }
}

#[cfg(all(test, feature = "walls"))]
mod tests {
    #[test]
    fn every_predicate_is_taken_out() {
        let sql = "select a from t where workspace_id = $1 and id in (select b from u where workspace_id = $1)";
        assert!(!super::without_predicates(sql).contains("workspace_id = $1"));
    }
}
