//! What identity writes to people.

use lk_authz::Role;
use lk_base::Timestamp;
use lk_crypto::Token;
use lk_mail::Letter;

use crate::Identity;
use crate::directory::Place;
use crate::operator::transfer::Then;

fn at(identity: &Identity, page: &str, token: &Token) -> String {
    format!("{}/{page}#{}", identity.dashboard_url, token.expose())
}

fn name(identity: &Identity) -> &str {
    &identity.postman.sender().name
}

/// To somebody who forgot their password, or to whose address somebody said so.
pub(crate) fn reset(identity: &Identity, token: &Token) -> Letter {
    Letter::new("reset", format!("Choose a new password for {}", name(identity)))
        .says("Somebody, probably you, asked for a new password for this address.")
        .link("Choose a new password", at(identity, "reset", token))
        .says(
            "The link works once, for 30 minutes. Choosing a new password ends all your sessions.",
        )
        .says("If it was not you, there is nothing to do: the password stays as it is.")
}

/// After a password changed.
pub(crate) fn password_changed(identity: &Identity) -> Letter {
    Letter::new("password_changed", format!("Your password for {} was changed", name(identity)))
        .says("The password of your login was changed just now, and your other sessions ended.")
        .says("If it was not you, ask for a new password at once:")
        .link("I did not do this", format!("{}/forgot", identity.dashboard_url))
}

/// After a second factor changed.
pub(crate) fn factor_changed(identity: &Identity, what: &str) -> Letter {
    Letter::new("factor_changed", format!("{what} for your login to {}", name(identity)))
        .says(format!("{what} for your login just now."))
        .says("If it was not you, choose a new password at once; that ends all sessions. Then look at your second factor in the settings.")
        .link("I did not do this", format!("{}/forgot", identity.dashboard_url))
}

/// To a new address, so that whoever reads it can say that it is theirs.
pub(crate) fn confirm_email(identity: &Identity, token: &Token) -> Letter {
    Letter::new("confirm_email", format!("Confirm your new address for {}", name(identity)))
        .says("You asked to sign in with this address from now on.")
        .link("Confirm this address", at(identity, "confirm-email", token))
        .says("The link works once, for 24 hours. Until then your old address stays.")
        .says("If you did not ask for this, there is nothing to do.")
}

/// To whoever wants a login and a workspace of their own.
pub(crate) fn sign_up(identity: &Identity, token: &Token) -> Letter {
    Letter::new("sign_up", format!("Your login for {}", name(identity)))
        .says("Somebody, probably you, wants to sign up with this address.")
        .link("Sign up", at(identity, "sign-up", token))
        .says("The link works once, for 24 hours.")
        .says("If it was not you, there is nothing to do: nothing was made.")
}

/// To an address that somebody wants to use and that has a login.
pub(crate) fn address_in_use(identity: &Identity) -> Letter {
    Letter::new("address_in_use", format!("Your address has a login at {}", name(identity)))
        .says("Somebody asked to use this address for their login, but it has one already.")
        .link("Sign in", format!("{}/sign-in", identity.dashboard_url))
        .says("If it was you, sign in with it instead. Nothing was changed.")
}

/// To the old address, once the new one was confirmed.
pub(crate) fn email_changed(identity: &Identity, masked: &str, token: Option<&Token>) -> Letter {
    let letter =
        Letter::new("email_changed", format!("Your address for {} was changed", name(identity)))
            .says(format!("Your login now has the address {masked} instead of this one."));
    match token {
        Some(token) => letter
            .says("If it was not you, take your address back. This ends all sessions and sends you a link for a new password. The link works once, for 72 hours.")
            .link("Take my address back", at(identity, "undo-email", token)),
        None => letter.says("It was changed before within three days: the address that the login had then was sent a link that takes it back."),
    }
}

/// To somebody who is invited.
pub(crate) fn invitation(identity: &Identity, workspace: &str, role: Role, link: &str) -> Letter {
    let role = match role {
        Role::User => "a user",
        Role::Admin => "an admin",
        Role::SuperAdmin => "a super admin",
    };
    Letter::new("invitation", format!("You are invited to {workspace}"))
        .says(format!("You are invited to join {workspace} at {} as {role}.", name(identity)))
        .link("Open the invitation", link)
        .says("The link works once, for three days, and only for this address.")
}

/// After a sign-in in a browser that was not seen before, of another kind or from another network.
pub(crate) fn new_device(identity: &Identity, device: &str, address: &str) -> Letter {
    Letter::new("new_device", format!("New sign-in to {}", name(identity)))
        .says(format!("Somebody signed in to your login with {device}, from {address}."))
        .says("If it was you, there is nothing to do. If not, choose a new password at once; that ends all sessions.")
        .link("I did not do this", format!("{}/forgot", identity.dashboard_url))
}

/// After a right password was followed by wrong second factors only.
pub(crate) fn second_factor_missed(identity: &Identity) -> Letter {
    Letter::new("second_factor_missed", format!("A sign-in to {} was stopped", name(identity)))
        .says("Somebody typed the right password of your login, and then five wrong codes. They were not let in.")
        .says("If it was not you, somebody knows your password: choose a new one at once.")
        .link("I did not do this", format!("{}/forgot", identity.dashboard_url))
}

/// To those who run a workspace, after one of its keys was found somewhere.
pub(crate) fn key_leaked(identity: &Identity, workspace: &str, key: &str) -> Letter {
    Letter::new("key_leaked", format!("An API key of {workspace} was revoked"))
        .says(format!("Somebody found the API key “{key}” of {workspace} where it should not be, and reported it."))
        .says("It was revoked at once: programs that use it are refused. Make a new key for them, and look at the audit log for what was done with the old one.")
        .link("Open the API keys", format!("{}/settings/api-keys", identity.dashboard_url))
}

/// To super admins, when the way in changed.
pub(crate) fn sso_changed(identity: &Identity) -> Letter {
    Letter::new("sso_changed", "The single sign-on of your workspace was changed".to_owned())
        .says(format!(
            "Somebody changed how the people of a workspace of yours sign in to {}: the provider, or whether it is the only way.",
            name(identity)
        ))
        .link("Look at it", format!("{}/settings/sso", identity.dashboard_url))
        .says("If nobody of you did, sign in at once and take the provider away.")
}

/// To somebody who asked for the way to their workspaces' single sign-on.
pub(crate) fn sso_way(identity: &Identity, places: &[Place]) -> Letter {
    let letter = Letter::new("sso_way", format!("Sign in to {}", name(identity)))
        .says("Somebody, probably you, asked for the way to single sign-on with this address.");
    let with_ways = places.iter().take(10).fold(letter, |letter, place| {
        let way = format!("{}/sso#{}", identity.dashboard_url, place.workspace.id);
        letter.link(format!("Sign in to {}", place.workspace.name), way)
    });
    with_ways
        .says("These links hold no secret and can be used again: your provider asks who you are.")
}

/// To whoever handed a workspace over.
pub(crate) fn workspace_given(
    identity: &Identity,
    workspace: &str,
    to: &str,
    then: Then,
) -> Letter {
    let you = match then {
        Then::Admin => "You are an admin of it from now on.",
        Then::Leave => "You have left it.",
    };
    Letter::new("workspace_given", format!("You handed {workspace} over"))
        .says(format!("{to} is a super admin of {workspace} now, because you said so. {you}"))
        .says("If it was not you, choose a new password at once; that ends all sessions. Then talk to them: they can make you a super admin again.")
        .link("I did not do this", format!("{}/forgot", identity.dashboard_url))
}

/// To whoever was handed a workspace.
pub(crate) fn workspace_taken(identity: &Identity, workspace: &str, from: &str) -> Letter {
    Letter::new("workspace_taken", format!("{workspace} was handed over to you"))
        .says(format!("{from} handed {workspace} over to you: you are a super admin of it now."))
        .says("A super admin needs a second factor. If you have none, you are asked to enrol one when you come next.")
        .link("Open it", format!("{}/settings/members", identity.dashboard_url))
}

/// To the maker of a key and those who run its workspace, before it ends.
pub(crate) fn key_ends(
    identity: &Identity,
    workspace: &str,
    key: &str,
    expires_at: Timestamp,
    days: i32,
) -> Letter {
    let on = expires_at.to_string();
    let on = on.get(..10).unwrap_or_default();
    Letter::new("key_ends", format!("An API key of {workspace} ends in {days} days"))
        .says(format!("The API key “{key}” of {workspace} works until {on}. Programs that use it are refused afterwards."))
        .says("If it is still needed, rotate it: it gets a new secret and a new time, and the old secret can work beside it for some days.")
        .link("Open the API keys", format!("{}/settings/api-keys", identity.dashboard_url))
}

/// To somebody in whose name help with lost factors was asked for.
pub(crate) fn help_asked(identity: &Identity, token: &Token) -> Letter {
    Letter::new("help_asked", format!("Lost second factors at {}", name(identity)))
        .says("Somebody who knows your password, probably you, said that every second factor of your login is lost, and asked those who run your workspaces for help.")
        .says("When one of them approves, we write to you again. A day after that your second factors are removed when you sign in, and you enrol a new one.")
        .says("If it was not you, end it here, and choose a new password at once:")
        .link("That was not me", at(identity, "cancel-help", token))
}

/// To those who run the workspaces of somebody who lost every second factor.
pub(crate) fn help_wanted(identity: &Identity, who: &str) -> Letter {
    Letter::new("help_wanted", format!("{who} lost every second factor"))
        .says(format!("{who} cannot sign in to {}: every second factor is lost. You can approve that they are removed, a day later.", name(identity)))
        .says("Do not approve it before you have talked to them, face to face or by a number you knew before. Whoever asks knew the password; whether it is them, only you can tell.")
        .link("Open the members", format!("{}/settings/members", identity.dashboard_url))
}

/// To somebody whose help was approved.
pub(crate) fn help_approved(identity: &Identity, token: &Token) -> Letter {
    Letter::new("help_approved", format!("Your second factors at {} will be removed", name(identity)))
        .says("A colleague of yours approved it. From tomorrow at this time, signing in with your password removes every second factor of your login, and asks you to enrol a new one.")
        .says("If you did not ask for this, end it here, and choose a new password at once:")
        .link("Keep my second factors", at(identity, "cancel-help", token))
}

/// To an address whose login was closed.
pub(crate) fn login_closed(identity: &Identity) -> Letter {
    Letter::new("login_closed", format!("Your login at {} is closed", name(identity)))
        .says("Your login was closed, because you said so. Your sessions, second factors and memberships have ended, and your name and address are erased. What you wrote stays with the workspaces, under “Former member”.")
        .says("It cannot be undone. Your address is free: you can be invited again.")
        .says("If it was not you, tell those who run your workspaces at once.")
}
