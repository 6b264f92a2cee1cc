//! The check that looks through canaries: the people of one ask for what is the other's, by the
//! product's own routers, authenticator and database role, and the answer must be the one for what
//! does not exist, to the byte.
//!
//! Reading order: here, who asks; [`look`], what is asked; [`caller`], how.
//!
//! **Invariant:** each canary finds what is its own in the same look; where it does not, nothing was
//! shown, and that is a finding.

mod caller;
mod look;

use axum::Router;
use axum::http::Method;
use lk_base::Result;
use lk_identity::Identity;
use lk_identity::canary::make::{self, Planted};
use lk_identity::canary::{self, Canary, Which, let_in};
use lk_inbox::Inbox;
use lk_web::{Audited, Operation};

use crate::product::Place;
use caller::{Caller, Kind};

/// A listener's routes, and the place under which they answer.
#[derive(Debug, Clone)]
pub struct Inside {
    /// What the listener serves, around it an edge that counts nothing.
    pub router: Router,
    /// Where browsers would reach it.
    pub place: Place,
}

/// What the check works with.
#[derive(Debug, Clone)]
pub struct Canaries {
    /// Knows the canaries.
    pub identity: Identity,
    /// Plants what is in them.
    pub inbox: Inbox,
    /// The operations of operators and visitors.
    pub operations: Vec<&'static Operation>,
    /// The dashboard's listener.
    pub dashboard: Inside,
    /// The widget's listener.
    pub widget: Inside,
}

impl Canaries {
    /// Makes the canaries that are missing.
    ///
    /// # Errors
    /// `Internal` when the database refuses.
    pub async fn make(&self) -> Result<()> {
        for which in Which::BOTH {
            let Some(mut making) = make::begin(&self.identity, which).await? else { continue };
            let (widget, words) = (making.widget, making.words.clone());
            let (visitor, contact, conversation) =
                lk_inbox::canary::plant(&self.inbox, making.system(), widget, &words).await?;
            making.finish(Planted { visitor, contact, conversation }).await?;
            tracing::info!(which = which.name(), "a canary was made");
        }
        Ok(())
    }

    /// Looks once; the sentences say what is wrong. Nodes look one after the other.
    ///
    /// # Errors
    /// Whatever kept the check from looking: canaries that are not there, answers that say nothing.
    pub async fn look(&self) -> Result<Vec<String>> {
        self.make().await?;
        let _turn = canary::turn(&self.identity).await?;
        let mut both = Vec::new();
        for which in Which::BOTH {
            let canary = canary::read(&self.identity, which).await?;
            let canary = canary.ok_or_else(|| lk_base::Error::internal("a canary is missing"))?;
            let callers = self.open(&canary).await?;
            both.push((canary, callers));
        }
        let mut wrong = Vec::new();
        for (own, callers) in &both {
            for (other, _) in both.iter().filter(|(other, _)| other.which != own.which) {
                for caller in callers {
                    look::look(self, caller, own, other, &mut wrong).await?;
                }
            }
        }
        Ok(wrong)
    }

    /// Operations that read something by its id and are not asked for, because no canary has such a
    /// thing planted, or because reading it leaves an entry.
    #[must_use]
    pub fn left_out(&self) -> Vec<&'static str> {
        let asked = |operation: &Operation| {
            operation.audited == Audited::Reads && look::Thing::of(operation.path).is_some()
        };
        let by_id = self
            .operations
            .iter()
            .filter(|operation| operation.method == Method::GET && operation.path.contains("{id}"));
        by_id.filter(|operation| !asked(operation)).map(|operation| operation.id).collect()
    }

    /// Opens a canary for a few minutes; who can come in then.
    async fn open(&self, canary: &Canary) -> Result<Vec<Caller>> {
        let mut open = let_in::let_in(&self.identity, canary).await?;
        let visitor = lk_inbox::canary::let_in(&self.inbox, open.tx(), canary.visitor).await?;
        let (tokens, key) = open.finish().await?;
        let mut callers: Vec<Caller> = tokens
            .into_iter()
            .map(|(role, token)| Caller::bearer(canary, Kind::Operator(role), &token))
            .collect();
        callers.push(Caller::bearer(canary, Kind::Key, &key));
        callers.push(Caller::visitor(canary, &visitor, &self.widget.place.origin));
        Ok(callers)
    }
}
