//! One valid call of each operation, on things that belong to somebody.

use axum::http::{Method, StatusCode};
use lk_base::Secret;
use lk_base::text::{Email, Name};
use lk_identity::{found, link, setup};
use lk_web::Operation;
use serde_json::json;

use crate::app::App;
use crate::audit_log;
use crate::device::Device;
use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::people;
use crate::sso;
use crate::sso::provider::Provider;
use crate::staff;
use crate::streams;

/// The things a call is about: the owner's own, somebody else's, or made-up ones.
#[derive(Debug, Clone)]
pub(crate) struct Things {
    pub(crate) workspace: String,
    pub(crate) session: String,
    pub(crate) colleague: String,
    pub(crate) invitation: String,
    pub(crate) widget: String,
    pub(crate) conversation: String,
    pub(crate) contact: String,
    pub(crate) api_key: String,
    pub(crate) entry: String,
    pub(crate) audit_view: String,
    pub(crate) audit_stream: String,
}

impl Things {
    pub(crate) fn of(owner: &Owner) -> Self {
        Self {
            workspace: owner.workspace.clone(),
            session: owner.session.clone(),
            colleague: owner.colleague.clone(),
            invitation: owner.invitation.clone(),
            widget: owner.widget.clone(),
            conversation: owner.conversation.clone(),
            contact: owner.contact.clone(),
            api_key: owner.api_key.clone(),
            entry: owner.entry.clone(),
            audit_view: owner.audit_view.clone(),
            audit_stream: owner.audit_stream.clone(),
        }
    }

    /// Ids of the right form that name nothing.
    pub(crate) fn made_up(house: &House) -> Self {
        use lk_base::id::*;
        let clock = &house.clock;
        Self {
            workspace: clock.new_id::<WorkspaceId>().to_string(),
            session: clock.new_id::<SessionId>().to_string(),
            colleague: clock.new_id::<OperatorId>().to_string(),
            invitation: clock.new_id::<InvitationId>().to_string(),
            widget: clock.new_id::<WidgetId>().to_string(),
            conversation: clock.new_id::<ConversationId>().to_string(),
            contact: clock.new_id::<ContactId>().to_string(),
            api_key: clock.new_id::<ApiKeyId>().to_string(),
            entry: clock.new_id::<EntryId>().to_string(),
            audit_view: clock.new_id::<AuditViewId>().to_string(),
            audit_stream: clock.new_id::<AuditStreamId>().to_string(),
        }
    }
}

/// A call of an operation by `owner`, about `things`. An operation without a sample fails here,
/// by name: add one.
pub(crate) async fn sample(
    house: &House,
    operation: &Operation,
    owner: &Owner,
    things: &Things,
) -> Ask {
    let (method, path) = (&operation.method, operation.path);
    let about = |id: &str| path.replace("{id}", id);
    if operation.access.is_of_staff() {
        return staff::sample::sample(house, operation, owner, things).await;
    }
    let unique = format!("sample-{}", lk_crypto::Token::random().expose());
    match operation.id {
        "read_setup" => Ask::new(method, path),
        "finish_setup"
        | "sign_in"
        | "sign_in_second_factor"
        | "sign_in_by_link"
        | "preview_invitation"
        | "accept_invitation"
        | "refresh_session"
        | "sign_out"
        | "switch_workspace" => entrance(house, operation, owner).await,
        "list_staff_access" => owner.get(path),
        "end_staff_access" => owner
            .post(about(&staff::grants::live(house, owner, &things.workspace).await), json!({})),
        "read_own_standing"
        | "list_own_sessions"
        | "read_own_factors"
        | "list_own_security_events"
        | "read_workspace"
        | "read_factor_policy"
        | "read_access_policy"
        | "list_operators"
        | "list_invitations"
        | "list_api_keys"
        | "list_widgets"
        | "list_conversations"
        | "count_conversations"
        | "read_sso"
        | "list_events" => owner.get(path),
        "begin_sso" | "find_sso" | "finish_sso" | "configure_sso" | "remove_sso"
        | "add_sso_domain" | "verify_sso_domain" | "remove_sso_domain" => {
            single_sign_on(house, operation, owner).await
        }
        "ask_for_reset" | "finish_reset" | "confirm_email" | "undo_email" => {
            by_mail(house, operation).await
        }
        "ask_for_sign_up" | "finish_sign_up" => sign_up(house, operation).await,
        "change_own_password" | "change_own_email" => own_login(house, operation, owner).await,
        "step_up" => {
            let newcomer = house.newcomer().await;
            newcomer.post(path, json!({ "password": newcomer.password }))
        }
        "begin_totp_enrolment"
        | "confirm_totp_enrolment"
        | "remove_totp"
        | "renew_recovery_codes" => factor(house, operation, owner).await,
        "begin_passkey_enrolment"
        | "enrol_passkey"
        | "ask_passkey"
        | "remove_passkey"
        | "begin_passkey_sign_in"
        | "sign_in_with_passkey" => {
            with_device(house, operation, things.session == owner.session).await
        }
        "revoke_own_session" => owner.signed(method, about(&things.session)),
        "revoke_own_other_sessions" => owner.signed(method, path),
        "change_workspace" => owner.patch(path, json!({ "name": "Another name" })),
        "change_access_policy" => owner.patch(path, json!({ "dormant_after_days": 60 })),
        "change_factor_policy" => owner.signed(method, path).json(json!({ "required": false })),
        "change_operator_role" => owner.patch(about(&things.colleague), json!({ "role": "admin" })),
        "transfer_workspace"
        | "leave_workspace"
        | "create_workspace"
        | "read_own_closing"
        | "close_own_login"
        | "ask_for_factor_help"
        | "cancel_factor_help"
        | "list_factor_helps"
        | "approve_factor_help" => people::sample(house, operation, owner, things).await,
        "list_operator_sessions"
        | "end_operator_sessions"
        | "read_operator_removal"
        | "remove_operator" => owner.signed(method, about(&things.colleague)),
        "create_invitation" => {
            owner.post(path, json!({ "email": "invited@newcomer.test", "role": "user" }))
        }
        "revoke_invitation" => owner.signed(method, about(&things.invitation)),
        "create_api_key" => {
            owner.post(path, json!({ "name": "Reports", "scopes": ["conversations:read"] }))
        }
        "rotate_api_key" => owner.post(about(&things.api_key), json!({})),
        "revoke_api_key" => owner.signed(method, about(&things.api_key)),
        "report_key_leak" => {
            let made = json!({ "name": "Lost", "scopes": ["events:read"] });
            let made = house.ask(&owner.post("/api/v1/api-keys", made)).await;
            let key = made.expect(StatusCode::CREATED)["key"].clone();
            Ask::new(method, path).json(json!({ "key": key }))
        }
        id if id.contains("audit_stream") => streams::sample(operation, owner, things),
        id if id.contains("audit") => audit_log::sample(house, operation, owner, things).await,
        _ => desk(house, operation, owner, things, &unique),
    }
}

/// Calls about widgets, conversations and contacts.
fn desk(house: &House, operation: &Operation, owner: &Owner, things: &Things, unique: &str) -> Ask {
    let (method, path) = (&operation.method, operation.path);
    let about = |id: &str| path.replace("{id}", id);
    match operation.id {
        "search_conversations" => owner.get(format!("{path}?q=words")),
        "get_widget" => owner.get(about(&things.widget)),
        "update_widget" => owner.patch(about(&things.widget), json!({ "greeting": "Good day" })),
        "get_conversation" | "list_messages" => owner.get(about(&things.conversation)),
        "assign_conversation" => {
            owner.post(about(&things.conversation), json!({ "operator_id": things.colleague }))
        }
        "resolve_conversation" | "reopen_conversation" | "mark_conversation_unread" => {
            owner.signed(method, about(&things.conversation))
        }
        "snooze_conversation" => {
            let until = house.clock.now().plus(std::time::Duration::from_secs(3600));
            owner.post(about(&things.conversation), json!({ "until": until }))
        }
        "mark_conversation_read" => owner.post(about(&things.conversation), json!({ "seq": 1 })),
        "send_message" | "write_note" => owner.post(
            about(&things.conversation),
            json!({ "client_message_id": unique, "body": "words for two" }),
        ),
        "get_contact" => owner.get(about(&things.contact)),
        "update_contact" => owner.patch(about(&things.contact), json!({ "name": "Somebody Else" })),
        _ => visiting(operation, owner, things, unique),
    }
}

/// Changes of how the owner signs in.
async fn own_login(house: &House, operation: &Operation, owner: &Owner) -> Ask {
    let password = give_password(house, &owner.email).await;
    let body = if operation.id == "change_own_email" {
        let new = format!("moved-{}", owner.email);
        json!({ "email": new, "password": password })
    } else {
        json!({ "current": password, "password": "another long enough sentence" })
    };
    owner.post(operation.path, body)
}

/// Calls of a visitor.
fn visiting(operation: &Operation, owner: &Owner, things: &Things, unique: &str) -> Ask {
    let (method, path) = (&operation.method, operation.path);
    let about = |id: &str| path.replace("{id}", id);
    match operation.id {
        "get_widget_config" | "start_visitor_session" => owner.frame(method, path),
        "get_visitor" | "end_visitor_session" | "list_visitor_conversations" => {
            owner.visits(method, path)
        }
        "identify_visitor" => owner.visits(method, path).json(json!({ "name": "A Name" })),
        "start_conversation" => owner
            .visits(method, path)
            .json(json!({ "client_message_id": unique, "body": "words for two" })),
        "list_visitor_messages" => owner.visits(method, about(&things.conversation)),
        "send_visitor_message" => owner
            .visits(method, about(&things.conversation))
            .json(json!({ "client_message_id": unique, "body": "words for two" })),
        "mark_visitor_conversation_read" => {
            owner.visits(method, about(&things.conversation)).json(json!({ "seq": 1 }))
        }
        other => panic!("operation `{other}` has no sample: add one here"),
    }
}

/// Changes of the owner's own factors, each from where it begins.
async fn factor(house: &House, operation: &Operation, owner: &Owner) -> Ask {
    house.database.run("delete from recovery_codes; delete from totp_factors").await;
    let (path, code) =
        (operation.path, |app: &App, steps| json!({ "code": app.code(house, steps) }));
    if operation.id == "begin_totp_enrolment" {
        return owner.post(path, json!({}));
    }
    let app = house.begin(&owner.post("/api/v1/factors/totp", json!({}))).await;
    let confirm = owner.post("/api/v1/factors/totp/confirm", code(&app, 0));
    if operation.id == "confirm_totp_enrolment" {
        return confirm;
    }
    let _ = house.ask(&confirm).await.expect(StatusCode::OK);
    owner.post(path, code(&app, 1))
}

/// Calls of somebody with a device, each with a new one.
async fn with_device(house: &House, operation: &Operation, own: bool) -> Ask {
    let newcomer = house.newcomer().await;
    let path = operation.path;
    match operation.id {
        "begin_passkey_enrolment" => newcomer.post(path, json!({})),
        "begin_passkey_sign_in" => Ask::new(&Method::POST, path).json(json!({})),
        "enrol_passkey" => {
            let device = Device::new();
            let begun = house.begin_passkey(&newcomer).await;
            newcomer.post(path, device.create(&begun))
        }
        "ask_passkey" => {
            house.passkey(&newcomer).await;
            newcomer.post(path, json!({}))
        }
        "sign_in_with_passkey" => {
            let (mut device, _) = house.passkey(&newcomer).await;
            let asked = house.ask_to_sign_in().await;
            Ask::new(&Method::POST, path).json(json!({ "passkey": device.get(&asked) }))
        }
        _ => {
            let (mut device, mut id) = house.passkey(&newcomer).await;
            if !own {
                (_, id) = house.passkey(&house.newcomer().await).await;
            }
            let asked = house.ask_passkey(&newcomer).await;
            newcomer.post(&path.replace("{id}", &id), json!({ "passkey": device.get(&asked) }))
        }
    }
}

/// Calls that come in from outside: each needs its own key.
async fn entrance(house: &House, operation: &Operation, owner: &Owner) -> Ask {
    let path = operation.path;
    let ask = Ask::new(&Method::POST, path);
    let identity = &house.product.identity;
    match operation.id {
        "finish_setup" => {
            let token = setup_token(house).await;
            ask.json(json!({
                "token": token, "workspace_name": "First", "name": "First Person",
                "email": "first@person.test", "password": "a long enough sentence",
            }))
        }
        "sign_in" => {
            let (email, password) = with_password(house).await;
            ask.json(json!({ "email": email, "password": password }))
        }
        "sign_in_second_factor" => {
            let newcomer = house.newcomer().await;
            let (app, _) = house.enrol(&newcomer).await;
            let challenge = house.challenge(&newcomer).await;
            ask.json(json!({ "challenge": challenge, "code": app.code(house, 1) }))
        }
        "sign_in_by_link" => {
            let email = Email::parse(&owner.email).unwrap();
            let link = link::for_person(identity, &email).await.unwrap().unwrap();
            ask.json(json!({ "token": link.expose().split_once('#').unwrap().1 }))
        }
        "preview_invitation" => ask.json(json!({ "token": owner.invitation_token })),
        "accept_invitation" => ask.json(json!({
            "token": owner.invitation_token, "name": "Newcomer", "password": "a long enough sentence",
        })),
        "refresh_session" | "sign_out" => {
            let (_, cookie, _) = house.sign_in(&owner.email).await;
            Owner::cookied(path, &cookie)
        }
        _ => {
            let email = Email::parse(&owner.email).unwrap();
            let (person, _) = found::places(identity, &email).await.unwrap().unwrap();
            let second =
                found::workspace(identity, &person, &Name::parse("Second").unwrap()).await.unwrap();
            owner.post(path, json!({ "workspace_id": second.workspace.id }))
        }
    }
}

/// Somebody new, with an address of their own each time.
async fn sign_up(house: &House, operation: &Operation) -> Ask {
    let token = lk_crypto::Token::random().expose().to_lowercase();
    let email = format!("new-{}@person.test", token.replace(['-', '_'], "x"));
    let asked = Ask::new(&Method::POST, "/api/v1/auth/sign-up").json(json!({ "email": email }));
    if operation.id == "ask_for_sign_up" {
        return asked;
    }
    let _ = house.ask(&asked).await.expect(StatusCode::ACCEPTED);
    Ask::new(&Method::POST, operation.path).json(json!({
        "token": house.mailed(&email, "sign-up").await, "workspace_name": "Newly Founded",
        "name": "New Person", "password": "a long enough sentence",
    }))
}

/// Calls about single sign-on: each with a provider of its own.
async fn single_sign_on(house: &House, operation: &Operation, owner: &Owner) -> Ask {
    let path = operation.path;
    let domain = || json!({ "domain": "plum.test" });
    match operation.id {
        "find_sso" => Ask::new(&Method::POST, path).json(json!({ "email": owner.email })),
        "configure_sso" => {
            let provider = Provider::start().await;
            // It goes on listening in a task of its own.
            owner.signed(&operation.method, path).json(sso::settings(&provider))
        }
        "add_sso_domain" => owner.post(path, domain()),
        "verify_sso_domain" | "remove_sso_domain" => {
            house.own(owner, "plum.test").await;
            owner.post(path, domain())
        }
        _ => {
            let provider = house.provider(owner).await;
            match operation.id {
                "remove_sso" => owner.signed(&operation.method, path),
                "begin_sso" => {
                    Ask::new(&Method::POST, path).json(json!({ "workspace_id": owner.workspace }))
                }
                _ => sso::signing_in::arriving(house, owner, &provider).await,
            }
        }
    }
}

/// Calls whose key comes by mail.
async fn by_mail(house: &House, operation: &Operation) -> Ask {
    let (email, password) = with_password(house).await;
    let ask = Ask::new(&Method::POST, operation.path);
    let reset = Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": email }));
    match operation.id {
        "ask_for_reset" => reset,
        "finish_reset" => {
            let _ = house.ask(&reset).await.expect(StatusCode::ACCEPTED);
            let token = house.mailed(&email, "reset").await;
            ask.json(json!({ "token": token, "password": "another long enough sentence" }))
        }
        _ => {
            let new = format!("moved-{email}");
            let (token, ..) = house.sign_in(&email).await;
            let moved = Ask::new(&Method::POST, "/api/v1/me/email")
                .header("authorization", format!("Bearer {token}"))
                .json(json!({ "email": new, "password": password }));
            let _ = house.ask(&moved).await.expect(StatusCode::ACCEPTED);
            let confirm = json!({ "token": house.mailed(&new, "confirm-email").await });
            if operation.id == "confirm_email" {
                return ask.json(confirm);
            }
            let confirm = Ask::new(&Method::POST, "/api/v1/auth/email/confirm").json(confirm);
            assert_eq!(house.ask(&confirm).await.status, StatusCode::NO_CONTENT);
            ask.json(json!({ "token": house.mailed(&email, "undo-email").await }))
        }
    }
}

/// Gives somebody who signs in by links a password.
pub(crate) async fn give_password(house: &House, email: &str) -> String {
    let password = "a long enough sentence";
    let hash = house.product.identity.hasher.hash(Secret::new(password.to_owned())).await.unwrap();
    house
        .database
        .run(&format!("update persons set password = '{hash}' where email = '{email}'"))
        .await;
    password.to_owned()
}

/// A set-up link, also when the house is lived in: the rule that refuses one is not this test's.
async fn setup_token(house: &House) -> String {
    if let Some(link) = setup::new_link(&house.product.identity).await.unwrap() {
        return link.split_once('#').unwrap().1.to_owned();
    }
    panic!("the sample of finish_setup needs an empty house");
}

/// Somebody who signs in with a password they chose: through an invitation.
pub(crate) async fn with_password(house: &House) -> (String, String) {
    let host = house
        .owner(&format!(
            "Host{}",
            &lk_crypto::Token::random().expose()[..5].replace(['-', '_'], "x")
        ))
        .await;
    let password = "a long enough sentence";
    let accept =
        json!({ "token": host.invitation_token, "name": "Newcomer", "password": password });
    let answer =
        house.ask(&Ask::new(&Method::POST, "/api/v1/invitations/accept").json(accept)).await;
    let body = answer.expect(StatusCode::CREATED);
    (body["person"]["email"].as_str().unwrap().to_owned(), password.to_owned())
}
