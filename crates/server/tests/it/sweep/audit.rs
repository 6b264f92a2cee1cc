//! Every operation leaves exactly the audit entry it declares.

use lk_db::Action;
use lk_web::Audited;
use serde_json::Value;

use crate::house::House;
use crate::sample::{Things, sample};

#[tokio::test]
async fn every_operation_leaves_exactly_the_entry_it_declares() {
    let routes = House::new().await.routes();
    let mut house = House::new().await;
    let mut ada = house.owner("Ada").await;
    for declared in routes.declared() {
        let operation = declared.operation;
        if operation.id == "finish_setup" {
            let empty = House::new().await;
            let ask = sample(&empty, operation, &ada, &Things::of(&ada)).await;
            let before = empty.entries().await.len();
            assert!(empty.ask(&ask).await.status.is_success());
            assert_eq!(actions(&empty, before).await, ["instance.set_up"]);
            continue;
        }
        let ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        let before = house.entries().await.len();
        let before_of_staff = house.staff_entries().await.len();
        let answer = house.ask(&ask).await;
        assert!(
            answer.status.is_success(),
            "{}: {} {}",
            operation.id,
            answer.status,
            String::from_utf8_lossy(&answer.bytes)
        );
        let (expected, of_staff) = match operation.audited {
            Audited::As(action) if action.is_of_staff() => (vec![], vec![action.name()]),
            Audited::As(action) => (vec![action.name()], vec![]),
            Audited::InBoth { staff, workspace } => (vec![workspace.name()], vec![staff.name()]),
            Audited::Reads | Audited::Exempt(_) => (vec![], vec![]),
        };
        assert_eq!(actions(&house, before).await, expected, "{}", operation.id);
        let told = &house.staff_entries().await[before_of_staff..];
        let told: Vec<&str> = told.iter().map(|one| one["action"].as_str().unwrap()).collect();
        assert_eq!(told, of_staff, "{}", operation.id);
        assert_eq!(u16::from(answer.status), operation.status, "{}", operation.id);
        // Some calls end what the next ones need.
        if matches!(
            operation.id,
            "switch_workspace"
                | "revoke_own_session"
                | "remove_operator"
                | "revoke_invitation"
                | "revoke_api_key"
                | "remove_audit_view"
                | "remove_audit_stream"
                | "accept_invitation"
                | "end_visitor_session"
                | "change_operator_role"
                | "transfer_workspace"
        ) {
            house = House::new().await;
            ada = house.owner("Ada").await;
        }
    }
}

async fn actions(house: &House, before: usize) -> Vec<String> {
    let entries = house.entries().await;
    entries[before..].iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// What somebody sends that an entry may say: names from closed lists, ids, a workspace's own
/// settings, why staff wants access.
const SAID: [&str; 10] = [
    "role",
    "reason",
    "scopes",
    "until",
    "colour",
    "greeting",
    "issuer",
    "client_id",
    "domain",
    "workspace_id",
];
/// What an answer holds that nobody else may learn.
const SECRET: [&str; 10] = [
    "key",
    "token",
    "access_token",
    "secret",
    "uri",
    "recovery_codes",
    "challenge",
    "link",
    "email",
    "body",
];

#[tokio::test]
async fn every_payload_is_of_the_catalogue_and_holds_no_words_names_addresses_or_secrets() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut canaries: Vec<String> =
        [ada.email.as_str(), "hello from canary-ada", "visitor@canary-ada.test", "203.0.113.7\""]
            .map(str::to_owned)
            .to_vec();
    for declared in house.routes().declared() {
        let operation = declared.operation;
        if matches!(
            operation.id,
            "finish_setup"
                | "switch_workspace"
                | "revoke_own_session"
                | "end_visitor_session"
                | "transfer_workspace"
        ) {
            continue;
        }
        let ask = sample(&house, operation, &ada, &Things::of(&ada)).await;
        let answer = house.ask(&ask).await;
        let own_name = operation.id == "change_workspace";
        let sent = ask.body.unwrap_or_default();
        collect(&sent, "", &mut canaries, &|key| {
            !(SAID.contains(&key) || key.ends_with("operator_id") || (own_name && key == "name"))
        });
        // What the log itself answers with is what entries say.
        let of_the_log = operation.id.contains("audit_entr");
        let heard = serde_json::from_slice(&answer.bytes).ok().filter(|_| !of_the_log);
        collect(&heard.unwrap_or_default(), "", &mut canaries, &|key| SECRET.contains(&key));
        let cookies = answer.headers.get_all("set-cookie").iter();
        canaries.extend(cookies.filter_map(|cookie| {
            let (_, value) = cookie.to_str().unwrap().split(';').next()?.split_once('=')?;
            (value.len() >= 8).then(|| value.to_owned())
        }));
    }
    assert!(canaries.len() > 100, "only {} canaries were planted", canaries.len());
    let mut entries = house.entries().await;
    entries.extend(house.staff_entries().await);
    for entry in &entries {
        let action = Action::named(entry["action"].as_str().unwrap()).unwrap();
        let complaints = action.schema().complaints(&entry["change"]);
        assert!(complaints.is_empty(), "{}: {complaints:?}", action.name());
    }
    let text = serde_json::to_string(&entries).unwrap();
    for canary in &canaries {
        assert!(!text.contains(canary.as_str()), "the audit log holds {canary}");
    }
    assert!(text.contains("203.0.113.***"));
}

/// Texts of a document that are long enough to be known again, where `wanted` says so of the key.
fn collect(of: &Value, key: &str, into: &mut Vec<String>, wanted: &dyn Fn(&str) -> bool) {
    match of {
        Value::String(text) if text.len() >= 8 && wanted(key) => into.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, key, into, wanted)),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| collect(value, key, into, wanted));
        }
        _ => {}
    }
}
