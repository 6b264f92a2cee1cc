//! Every operation, every id it takes, every kind of caller: somebody else's id is answered like
//! one that names nothing, to the byte. The ids come from the API's own document, so a new
//! operation is in here before somebody thinks of it.

use axum::http::StatusCode;
use lk_authz::{KeyScope, Role};
use lk_base::text::{Email, Name};
use lk_identity::found;
use lk_server::product::Product;
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::{Owner, cookie};
use crate::sample::{Things, sample};
use crate::sweep::isolation::without_what_counts;

/// Where an operation takes an id.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Path,
    Query(String),
    /// A JSON pointer.
    Body(String),
}

/// An id of one operation.
#[derive(Debug, Clone)]
struct Taken {
    operation: String,
    place: Place,
    prefix: String,
}

/// Whoever can call; a new kind of principal has its line here and in [`callers`].
#[derive(Debug, Clone)]
enum Caller {
    Operator(Role, String),
    Key(KeyScope, String),
    Visitor(String),
    Nobody,
}

/// Ids that are not replaced here, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    // Its proof is good for one call; `passkeys.rs` has somebody else's passkey.
    ("remove_passkey", "path"),
    // It ends once, and is made by somebody outside; `isolation.rs` has another workspace's.
    ("end_staff_access", "path"),
];

/// Which walls are down.
#[derive(Debug, Clone, Copy, Default)]
struct Down {
    predicates: bool,
    row_security: bool,
    signature: bool,
}

/// The prefixes of ids in a pattern: `^cnv_[0-7]…`. Where an id of any kind is taken, one of a
/// conversation stands for all.
fn prefixes(pattern: &str) -> Vec<String> {
    let before = |at: usize| Some(pattern.get(at.checked_sub(3)?..at)?.replace("{3}", "cnv"));
    pattern.match_indices("_[0-7]").filter_map(|(at, _)| before(at)).collect()
}

/// Walks a schema and names each place of an id.
fn ids(document: &Value, schema: &Value, at: &str, depth: u8, out: &mut Vec<(String, String)>) {
    if depth > 8 {
        return;
    }
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    for prefix in prefixes(schema["pattern"].as_str().unwrap_or_default()) {
        out.push((at.to_owned(), prefix));
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        ids(document, inner, &format!("{at}/{name}"), depth + 1, out);
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        for inner in schema[choice].as_array().into_iter().flatten() {
            ids(document, inner, at, depth + 1, out);
        }
    }
    if schema["items"].is_object() {
        ids(document, &schema["items"], &format!("{at}/0"), depth + 1, out);
    }
}

/// Every id that the document says an operation takes.
fn taken(house: &House) -> Vec<Taken> {
    let Product { identity, inbox, staff, .. } = &house.product;
    let document = lk_server::routes::document(identity, inbox, staff);
    let mut all = Vec::new();
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let mut add = |place: Place, prefix: String| {
                all.push(Taken { operation: id.to_owned(), place, prefix });
            };
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let mut found = Vec::new();
                ids(&document, &parameter["schema"], "", 0, &mut found);
                for (_, prefix) in found {
                    match parameter["in"].as_str().unwrap() {
                        "path" => add(Place::Path, prefix),
                        "query" => {
                            add(
                                Place::Query(parameter["name"].as_str().unwrap().to_owned()),
                                prefix,
                            );
                        }
                        // The widget of a frame and the like: who calls, not what is asked for.
                        _ => {}
                    }
                }
            }
            let mut found = Vec::new();
            for content in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                ids(&document, &content.1["schema"], "", 0, &mut found);
            }
            for (pointer, prefix) in found {
                add(Place::Body(pointer), prefix);
            }
        }
    }
    all
}

/// An id with this prefix that is this owner's.
fn owned(owner: &Owner, prefix: &str) -> String {
    let all = owner.traces();
    let found = all.into_iter().find(|trace| trace.starts_with(prefix) && trace.len() == 30);
    found
        .unwrap_or_else(|| panic!("nobody owns an id with {prefix}: give the owner one"))
        .to_owned()
}

/// An id of the right form that names nothing.
fn made_up(house: &House, prefix: &str) -> String {
    let id = house.clock.new_id::<lk_base::id::EventId>().to_string();
    format!("{prefix}{}", &id[3..])
}

fn set(body: &mut Value, pointer: &str, id: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).expect("the sample's body has the place of the id");
    parent.as_object_mut().unwrap().insert(name.to_owned(), json!(id));
}

/// The sample with another id in this place.
fn with(sampled: &Ask, path: &str, place: &Place, id: &str) -> Ask {
    let mut ask = sampled.clone();
    match place {
        Place::Path => ask.path = path.replace("{id}", id),
        Place::Query(name) => ask.path = format!("{path}?{name}={id}"),
        Place::Body(pointer) => set(ask.body.get_or_insert_with(|| json!({})), pointer, id),
    }
    ask
}

impl Caller {
    fn calls(&self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        ask.headers.retain(|(name, _)| !matches!(name.as_str(), "authorization" | "cookie"));
        match self {
            Self::Operator(_, token) | Self::Key(_, token) => {
                ask.header("authorization", format!("Bearer {token}"))
            }
            Self::Visitor(cookie) => ask.header("cookie", cookie),
            Self::Nobody => ask,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Operator(role, _) => role.name().to_owned(),
            Self::Key(scope, _) => format!("key with {}", scope.name()),
            Self::Visitor(_) => "visitor".to_owned(),
            Self::Nobody => "nobody".to_owned(),
        }
    }
}

/// One caller of each kind, all of them in the owner's workspace.
async fn callers(house: &House, owner: &Owner) -> Vec<Caller> {
    let identity = &house.product.identity;
    let mut all = vec![
        Caller::Operator(Role::SuperAdmin, owner.token.clone()),
        Caller::Visitor(owner.visitor_cookie.clone()),
        Caller::Nobody,
    ];
    let email = Email::parse(&owner.email).unwrap();
    let (_, places) = found::places(identity, &email).await.unwrap().unwrap();
    for role in [Role::User, Role::Admin] {
        let address = format!("{}@{}.test", role.name(), owner.canary);
        let (called, parsed) = (Name::parse("Caller").unwrap(), Email::parse(&address).unwrap());
        let person = found::person(identity, &called, &parsed).await.unwrap();
        let _ = found::colleague(identity, &places[0].workspace, &person, role).await.unwrap();
        all.push(Caller::Operator(role, house.sign_in(&address).await.0));
    }
    for scope in KeyScope::ALL.iter().copied() {
        let make = json!({ "name": scope.name(), "scopes": [scope] });
        let made = house.ask(&owner.post("/api/v1/api-keys", make)).await;
        let key = made.expect(StatusCode::CREATED)["key"].as_str().unwrap().to_owned();
        all.push(Caller::Key(scope, key));
    }
    all
}

/// What differs between somebody else's id and one that names nothing; empty when nothing does.
async fn matrix(down: Down) -> (usize, Vec<String>) {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let callers = callers(&house, &mallory).await;
    if down.row_security {
        house.database.take_row_security_down().await;
    }
    if down.signature {
        house.database.take_third_wall_down().await;
        house.db.forget_permits();
    }
    if down.predicates {
        house.db.take_predicates_down();
    }
    let routes = house.routes();
    let (mut asked, mut seen) = (0, Vec::new());
    for taken in taken(&house) {
        if ELSEWHERE.iter().any(|(operation, _)| *operation == taken.operation) {
            continue;
        }
        let declared = routes.declared().iter().find(|d| d.operation.id == taken.operation);
        let operation = declared.expect("what is documented is declared").operation;
        let sampled = sample(&house, operation, &mallory, &Things::of(&mallory)).await;
        let path = sampled.path.split('?').next().unwrap();
        let path = if taken.place == Place::Path { operation.path } else { path };
        for caller in &callers {
            let asks = async |id: &str| {
                house.ask(&caller.calls(&with(&sampled, path, &taken.place, id))).await
            };
            let foreign = asks(&owned(&ada, &taken.prefix)).await;
            let missing = asks(&made_up(&house, &taken.prefix)).await;
            let malformed = asks(&format!("{}_nonsense", taken.prefix)).await;
            let what = format!("{} {:?} as {}", taken.operation, taken.place, caller.name());
            asked += 1;
            if (foreign.status, &foreign.bytes) != (missing.status, &missing.bytes)
                || without_what_counts(&foreign.headers) != without_what_counts(&missing.headers)
            {
                seen.push(format!("{what}: {} and {}", foreign.status, missing.status));
            }
            if !malformed.status.is_client_error() {
                seen.push(format!("{what}: nonsense is answered {}", malformed.status));
            }
            let text = String::from_utf8_lossy(&foreign.bytes).into_owned();
            if text.contains(&ada.canary) {
                seen.push(format!("{what}: the answer has somebody else's words"));
            }
        }
    }
    (asked, seen)
}

#[tokio::test]
async fn every_id_of_somebody_else_is_like_one_that_names_nothing_to_every_caller() {
    let (asked, seen) = matrix(Down::default()).await;
    assert_eq!(seen, Vec::<String>::new());
    assert!(asked > 300, "the matrix is small: {asked}");
}

#[tokio::test]
async fn the_matrix_holds_with_any_one_wall_down() {
    for down in [
        Down { predicates: true, ..Down::default() },
        Down { row_security: true, ..Down::default() },
        Down { signature: true, ..Down::default() },
    ] {
        assert_eq!(matrix(down).await.1, Vec::<String>::new(), "{down:?}");
    }
}

#[tokio::test]
async fn with_all_walls_down_the_matrix_sees_it() {
    let all = Down { predicates: true, row_security: true, signature: true };
    let seen = matrix(all).await.1;
    assert!(seen.len() > 20, "the matrix is blind: {seen:?}");
}

#[tokio::test]
async fn a_cursor_of_somebody_else_is_like_nonsense() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    let second = house.ask(&ada.frame(&axum::http::Method::POST, "/api/widget/v1/session")).await;
    let words = json!({ "client_message_id": "second-message", "body": "hello again" });
    let start = ada
        .frame(&axum::http::Method::POST, "/api/widget/v1/conversations")
        .header("cookie", cookie(&second))
        .json(words);
    let _ = house.ask(&start).await.expect(StatusCode::CREATED);
    let list = "/api/v1/conversations?limit=1";
    let page = house.ask(&ada.get(list)).await.expect(StatusCode::OK);
    let theirs = page["page"]["next_cursor"].as_str().expect("there are two").to_owned();
    let _ = house.ask(&ada.get(format!("{list}&cursor={theirs}"))).await.expect(StatusCode::OK);
    let foreign = house.ask(&mallory.get(format!("{list}&cursor={theirs}"))).await;
    let nonsense = house.ask(&mallory.get(format!("{list}&cursor=nonsense"))).await;
    assert_eq!(foreign.refused(StatusCode::UNPROCESSABLE_ENTITY), "bad_cursor");
    assert_eq!(foreign.bytes, nonsense.bytes);
}

#[tokio::test]
async fn nothing_that_is_unique_or_counted_tells_of_another_workspace() {
    let house = House::new().await;
    let (ada, mallory) = (house.owner("Ada").await, house.owner("Mallory").await);
    // An address that works elsewhere, one that was invited elsewhere, and one that nobody knows.
    let mut answers = Vec::new();
    for email in [ada.email.as_str(), "invited@canary-ada.test", "nobody@nowhere.test"] {
        let invite = json!({ "email": email, "role": "user" });
        let made = house.ask(&mallory.post("/api/v1/invitations", invite)).await;
        let names: Vec<_> = without_what_counts(&made.headers).into_iter().map(|h| h.0).collect();
        let body = made.expect(StatusCode::CREATED);
        let members: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
        answers.push((names, members));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    // The client's id of a message that is there elsewhere stores a message here all the same.
    let send = |owner: &Owner| {
        let path = format!("/api/v1/conversations/{}/messages", owner.conversation);
        owner.post(path, json!({ "client_message_id": "the-same-id", "body": owner.canary }))
    };
    let _ = house.ask(&send(&ada)).await.expect(StatusCode::CREATED);
    let here = house.ask(&send(&mallory)).await.expect(StatusCode::CREATED);
    assert_eq!(here["body"], json!(mallory.canary));
    // What is counted here does not move with what happens there.
    let counts = mallory.get("/api/v1/conversations/counts");
    let before = house.ask(&counts).await;
    let _ = house.ask(&send(&ada)).await;
    let resolve = format!("/api/v1/conversations/{}/resolve", ada.conversation);
    let _ = house.ask(&ada.signed(&axum::http::Method::POST, resolve)).await;
    assert_eq!(before.bytes, house.ask(&counts).await.bytes);
}
