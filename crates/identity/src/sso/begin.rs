//! `POST /api/v1/auth/sso`: away to the workspace's provider.

use axum::http::Method;
use lk_base::id::WorkspaceId;
use lk_base::{Error, Result};
use lk_db::{Action, Entry, SystemReason};
use lk_web::{Access, Audited, Nothing, Operation, RateClass, Reply};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flow::{Flow, instant};
use super::{PROVIDER_FAILED, connection};
use crate::nobody::nobody_in;
use crate::{Call, Identity};

/// The declaration.
pub static OPERATION: Operation = Operation {
    id: "begin_sso",
    method: Method::POST,
    path: "/api/v1/auth/sso",
    summary: "Set out to a workspace's provider; the cookie belongs to the way back.",
    access: Access::Public,
    rate: RateClass::SignIn,
    audited: Audited::As(Action::SsoBegun),
    status: 200,
};

/// The request body.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BeginSso")]
pub struct Input {
    /// Whose provider.
    workspace_id: WorkspaceId,
}

/// Where to go.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SsoWay {
    /// The provider's page.
    url: String,
}

/// No such workspace, and one without single sign-on.
const NOT_OFFERED: Error = Error::Refused {
    code: "sso_not_offered",
    detail: "This link leads to no single sign-on. Ask whoever runs your workspace for theirs.",
};

/// The one address that providers send people back to.
pub(crate) fn redirect_uri(identity: &Identity) -> String {
    format!("{}/sso/return", identity.dashboard_url)
}

/// HTTP in, HTTP out.
pub async fn handler(call: Call<Nothing, Nothing, Input>) -> Result<Reply<SsoWay>> {
    let Call { state: identity, scope, body, .. } = call;
    let inside = nobody_in(body.workspace_id, scope.origin().clone());
    let mut look = identity.db.system(SystemReason::SignIn, &inside).await?;
    let connection = connection(look.tx(), &identity).await?.ok_or(NOT_OFFERED)?;
    drop(look);
    let found =
        identity.providers.get(&identity.outbound, &connection.issuer, instant(&identity)).await;
    let provider = match found {
        Ok(provider) => provider,
        Err(trouble) => {
            let system = identity.db.system(SystemReason::SignIn, &inside).await?;
            let entry = Entry::new(Action::SsoRefused, body.workspace_id);
            system.commit(entry.with(serde_json::json!({ "reason": trouble.reason() }))).await?;
            return Err(PROVIDER_FAILED);
        }
    };
    let flow = Flow::new();
    let url = provider.way(&connection, &flow, &redirect_uri(&identity));
    let mut system = identity.db.system(SystemReason::SignIn, &scope).await?;
    flow.begin(system.tx(), body.workspace_id, &connection.issuer).await?;
    system.enter(inside).await?;
    system.commit(Entry::new(Action::SsoBegun, body.workspace_id)).await?;
    Ok(Reply::ok(SsoWay { url }).cookie(flow.cookie()))
}
