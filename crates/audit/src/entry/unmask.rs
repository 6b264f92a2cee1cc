//! `POST /api/v1/audit/{id}/address`: the whole network address of an entry. It needs a fresh
//! proof, and leaves an entry of its own.

use std::net::IpAddr;

use http::Method;
use lk_authz::Permission;
use lk_base::error::OrNotFound;
use lk_base::id::EntryId;
use lk_base::{Error, Result};
use lk_db::{Action, Entry};
use lk_web::{Access, Audited, Call, One, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::Serialize;

use super::row;
use crate::Audit;

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "unmask_audit_address",
    method: Method::POST,
    path: "/api/v1/audit/{id}/address",
    summary: "The whole network address of an entry. That it was looked at is an entry itself.",
    access: Access::Fresh(Permission::AuditRead),
    rate: RateClass::Write,
    audited: Audited::As(Action::AddressUnmasked),
    status: 200,
};

/// A network address, whole.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WholeAddress {
    /// The address.
    #[schemars(with = "String")]
    pub ip: IpAddr,
}

/// HTTP in, HTTP out. The entry is written first: nobody sees an address unseen.
///
/// # Errors
/// `NotFound` when there is no such entry, `Refused` when it has no address that can be read.
pub async fn handler(call: Call<Audit, One<EntryId>>) -> Result<Reply<WholeAddress>> {
    let Call { state: audit, scope, path: One(id), .. } = call;
    let mut look = audit.db.read(&scope).await?;
    let found = row(&mut look, id).await?.or_not_found()?;
    let address = look.whole_address(found.sealed()).await?.ok_or(Error::Refused {
        code: "no_address_kept",
        detail: "This entry has no network address that can still be read.",
    })?;
    drop(look);
    let tx = audit.db.write(&scope).await?;
    tx.commit(Entry::new(Action::AddressUnmasked, id)).await?;
    Ok(Reply::ok(WholeAddress { ip: *address.reveal() }))
}
