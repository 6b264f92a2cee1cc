//! A visitor: one browser with the widget, anonymous until somebody says who they are.

pub mod config;
pub mod identify;
pub mod leave;
pub mod me;
pub mod start;

use lk_base::error::OrNotFound;
use lk_base::id::{ContactId, Id, VisitorId, WorkspaceId};
use lk_base::{MaskedAddress, Personal, Result, Timestamp};
use lk_db::{ReadTx, WriteTx};
use schemars::JsonSchema;
use serde::Serialize;

use crate::contact::Contact;
use crate::conversation::code;
use crate::live::Live;

/// A visitor, as operators see them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Visitor {
    /// Their id.
    pub id: VisitorId,
    /// The short part of their name while they have none.
    pub code: String,
    /// When they became a visitor.
    pub first_seen_at: Timestamp,
    /// When they were last seen, to a quarter of an hour.
    pub last_seen_at: Timestamp,
    /// The origin of the page they came from.
    pub site: Option<String>,
    /// Their browser and system, coarsely.
    pub device: String,
    /// Their address without its last part.
    pub masked_ip: MaskedAddress,
    /// Whether they have the widget open.
    pub online: bool,
}

/// Reads a visitor.
pub(crate) async fn read(tx: &mut ReadTx, live: &dyn Live, id: VisitorId) -> Result<Visitor> {
    let row = sqlx::query!(
        r#"select created_at     as "created_at: Timestamp",
                  last_seen_at   as "last_seen_at: Timestamp",
                  site,
                  device,
                  address_masked as "address_masked: MaskedAddress"
             from visitors
            where workspace_id = $1
              and visitor_id = $2"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()?;
    Ok(Visitor {
        id,
        code: code(id),
        first_seen_at: row.created_at,
        last_seen_at: row.last_seen_at,
        site: row.site,
        device: row.device,
        masked_ip: row.address_masked,
        online: live.visitor_online(WorkspaceId::from_uuid(tx.workspace()), id),
    })
}

/// Holds the acting visitor's row until the transaction ends; who they said they are.
pub(crate) async fn lock(tx: &mut WriteTx, id: VisitorId) -> Result<Option<ContactId>> {
    sqlx::query_scalar!(
        r#"select contact_id as "contact: ContactId"
             from visitors
            where workspace_id = $1
              and visitor_id = $2
              for no key update"#,
        tx.workspace(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?
    .or_not_found()
}

/// A visitor, as they see themselves.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Me {
    /// Their id; `null` before they have a session.
    pub visitor_id: Option<VisitorId>,
    /// Who they said they are.
    pub contact: Option<OwnContact>,
}

/// What a visitor said of themselves.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnContact {
    /// Their name.
    pub name: Option<Personal>,
    /// Their address.
    pub email: Option<Personal>,
}

impl Me {
    /// A browser without a session.
    const NOBODY: Self = Self { visitor_id: None, contact: None };

    fn of(visitor_id: VisitorId, contact: Option<&Contact>) -> Self {
        let contact = contact
            .map(|contact| OwnContact { name: contact.name.clone(), email: contact.email.clone() });
        Self { visitor_id: Some(visitor_id), contact }
    }
}
