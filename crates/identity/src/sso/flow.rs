//! A sign-in on its way: what only this browser has, and what is made from it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use lk_base::id::{Id, WorkspaceId};
use lk_base::{Result, Secret, Timestamp};
use lk_crypto::{Token, TokenHash, token};
use lk_db::WriteTx;
use lk_web::OwnCookie;
use lk_web::cookie::{self, Crossing};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The cookie of a sign-in that is on its way.
pub(crate) const COOKIE: &str = OwnCookie::SignOn.name();
/// How long somebody may take at the provider.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The secret in the cookie; everything that is sent along is made from it, so that nothing of it
/// can be used without the browser that has it.
pub(crate) struct Flow(Secret);

impl Flow {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(Secret::new(Token::random().expose().to_owned()))
    }

    /// The one that a browser brings.
    pub(crate) fn presented(headers: &HeaderMap) -> Option<Self> {
        cookie::read(headers, COOKIE).map(Self)
    }

    fn part(&self, what: &str) -> String {
        URL_SAFE_NO_PAD.encode(token::sha256(format!("{what} of {}", self.0.expose()).as_bytes()))
    }

    /// What the provider sends back as it is.
    pub(crate) fn state(&self) -> String {
        self.part("state")
    }

    /// Whether this is what was sent.
    pub(crate) fn is_state(&self, state: &str) -> bool {
        TokenHash::of(&self.state()).matches(&TokenHash::of(state))
    }

    /// What the provider signs.
    pub(crate) fn nonce(&self) -> String {
        self.part("nonce")
    }

    /// What proves to the provider that whoever has the code also set out (RFC 7636).
    pub(crate) fn verifier(&self) -> String {
        self.part("verifier")
    }

    /// Its hash, which went ahead.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(token::sha256(self.verifier().as_bytes()))
    }

    /// The cookie line.
    pub(crate) fn cookie(&self) -> HeaderValue {
        cookie::set(COOKIE, self.0.expose(), LIFETIME.as_secs(), Crossing::Strict)
    }

    fn hash(&self) -> Vec<u8> {
        TokenHash::of(self.0.expose()).into_bytes()
    }

    /// Writes it down, among the platform's rows; what has expired goes.
    pub(crate) async fn begin(
        &self,
        tx: &mut WriteTx,
        to: WorkspaceId,
        issuer: &str,
    ) -> Result<()> {
        let (workspace, now) = (tx.workspace(), tx.now());
        sqlx::query!(
            "delete from sso_flows where workspace_id = $1 and expires_at <= $2",
            workspace,
            now.sql(),
        )
        .execute(tx.conn())
        .await?;
        sqlx::query!(
            "insert into sso_flows
                 (workspace_id, cookie_hash, member_workspace_id, issuer, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
            workspace,
            self.hash(),
            to.uuid(),
            issuer,
            now.sql(),
            now.plus(LIFETIME).sql(),
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }

    /// Where it leads, if it is still on its way. Looking does not use it up.
    pub(crate) async fn look(&self, tx: &mut WriteTx) -> Result<Option<(WorkspaceId, String)>> {
        let (workspace, now) = (tx.workspace(), tx.now());
        let row = sqlx::query!(
            r#"select member_workspace_id as "to: WorkspaceId", issuer
                 from sso_flows
                where workspace_id = $1
                  and cookie_hash = $2
                  and expires_at > $3"#,
            workspace,
            self.hash(),
            now.sql(),
        )
        .fetch_optional(tx.conn())
        .await?;
        Ok(row.map(|row| (row.to, row.issuer)))
    }

    /// Uses it up, among the platform's rows; of two at once one wins.
    pub(crate) async fn use_up(&self, tx: &mut WriteTx) -> Result<bool> {
        let workspace = tx.workspace();
        let used = sqlx::query!(
            "delete from sso_flows where workspace_id = $1 and cookie_hash = $2",
            workspace,
            self.hash(),
        )
        .execute(tx.conn())
        .await?;
        Ok(used.rows_affected() > 0)
    }
}

/// The cookie that removes it.
pub(crate) fn no_cookie() -> HeaderValue {
    cookie::set(COOKIE, "", 0, Crossing::Strict)
}

/// When a token of this flow is judged.
pub(crate) fn instant(identity: &crate::Identity) -> Timestamp {
    identity.db.clock().now()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lk_db::{Action, Entry, Origin, SystemReason};
    use lk_testkit::World;

    use super::*;
    use crate::nobody::nobody;

    /// Comes back: whether the way was still open.
    async fn arrive(world: &World, flow: &Flow) -> bool {
        let scope = nobody(Arc::new(Origin::system("test")));
        let mut system = world.db.system(SystemReason::SignIn, &scope).await.unwrap();
        let used = flow.use_up(system.tx()).await.unwrap();
        if used {
            system.commit(Entry::without_target(Action::SignInFailed)).await.unwrap();
        }
        used
    }

    #[tokio::test]
    async fn of_two_who_come_back_at_once_one_arrives() {
        let world = World::empty().await;
        let scope = nobody(Arc::new(Origin::system("test")));
        for round in 0..1_000 {
            let flow = Flow::new();
            let mut system = world.db.system(SystemReason::SignIn, &scope).await.unwrap();
            flow.begin(system.tx(), world.clock.new_id(), "https://idp.test").await.unwrap();
            system.commit(Entry::without_target(Action::SsoBegun)).await.unwrap();
            let (one, two) = tokio::join!(arrive(&world, &flow), arrive(&world, &flow));
            assert!(one ^ two, "round {round}");
        }
    }

    #[test]
    fn the_parts_of_a_flow_differ_and_belong_to_it_alone() {
        let (one, two) = (Flow::new(), Flow::new());
        let parts = [one.state(), one.nonce(), one.verifier(), one.challenge()];
        for (at, part) in parts.iter().enumerate() {
            assert_eq!(part.len(), 43);
            assert!(!parts[at + 1..].contains(part));
        }
        assert!(one.is_state(&one.state()) && !one.is_state(&two.state()) && !one.is_state(""));
    }
}
