//! Every kind of caller against every operation: who gets past the gate is what the printed tables
//! say, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use lk_authz::{Role, StaffRole};
use lk_base::text::{Email, Name};
use lk_identity::found;
use lk_testkit::Answer;

use crate::house::{Ask, House};
use crate::owner::Owner;
use crate::sample::{Things, sample};

/// A page of the reference.
fn page(name: &str) -> String {
    let path = format!("{}/../../docs/reference/{name}.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The rows of a page's tables: the cells, without the ticks around names.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with("| `"));
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().replace('`', "")).collect();
    lines.map(cells).collect()
}

/// Which of three roles have each permission, as a table is printed.
fn roles(text: &str) -> BTreeMap<String, [bool; 3]> {
    let has = |row: &[String]| [3, 4, 5].map(|at| row.get(at).is_some_and(|cell| cell == "✔"));
    rows(text).iter().map(|row| (row[1].clone(), has(row))).collect()
}

const WHO: [&str; 9] = [
    "nobody",
    "visitor",
    "key",
    "user",
    "admin",
    "super_admin",
    "staff support",
    "staff admin",
    "staff super_admin",
];

/// Who gets past the gate of each operation, as the reference says.
fn printed() -> BTreeMap<String, BTreeSet<&'static str>> {
    let permissions = page("permissions");
    let (of_operators, of_staff) = permissions.split_once("## Staff").unwrap();
    let (of_operators, of_staff) = (roles(of_operators), roles(of_staff));
    let mut out = BTreeMap::new();
    for row in rows(&page("operations")) {
        let (id, access, scopes) = (&row[1], &row[3], &row[4]);
        let permission = access.split(',').next().unwrap();
        let mut who: BTreeSet<&'static str> = match access.as_str() {
            // Signing out of nothing is done already.
            _ if id == "sign_out" => WHO.into(),
            "anybody" | "anybody, on the page of staff" => WHO.into(),
            "refresh cookie" => WHO[3..6].iter().copied().collect(),
            // Nobody here set out to a provider.
            "cookie of a sign-on under way" => BTreeSet::new(),
            "widget on an allowed site" => {
                WHO.iter().copied().filter(|who| *who != "key").collect()
            }
            "visitor on an allowed site" => ["visitor"].into(),
            _ => match permission.strip_prefix("staff ") {
                Some(permission) => chosen(&WHO[6..], of_staff[permission]),
                None => chosen(&WHO[3..6], of_operators[permission]),
            },
        };
        if scopes.contains(':') {
            who.insert("key");
        }
        out.insert(id.clone(), who);
    }
    out
}

fn chosen(who: &[&'static str], has: [bool; 3]) -> BTreeSet<&'static str> {
    who.iter().zip(has).filter(|(_, has)| *has).map(|(who, _)| *who).collect()
}

/// What one caller shows in place of what a sample shows.
struct Caller {
    who: &'static str,
    shows: Vec<(&'static str, String)>,
}

impl Caller {
    fn asks(&self, about: &Ask) -> Ask {
        let mut ask = about.clone();
        let own = ["authorization", "cookie"];
        ask.headers.retain(|(name, _)| !own.contains(&name.as_str()));
        for (name, value) in &self.shows {
            ask.headers.retain(|(other, _)| other != name);
            ask = ask.header(name, value.as_str());
        }
        ask
    }
}

fn passed(answer: &Answer) -> bool {
    match answer.status {
        StatusCode::UNAUTHORIZED => false,
        StatusCode::FORBIDDEN => {
            let code = answer.refused(StatusCode::FORBIDDEN);
            !["forbidden", "keys_not_here", "keys_not_for_browsers", "operators_only", "staff_only"]
                .contains(&&*code)
        }
        _ => true,
    }
}

/// One of each kind; `round` keeps the addresses of one set from those of another.
async fn callers(house: &House, ada: &Owner, round: usize) -> Vec<Caller> {
    let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
    let mut all = vec![
        Caller { who: "nobody", shows: vec![] },
        Caller { who: "visitor", shows: vec![("cookie", ada.visitor_cookie.clone())] },
        Caller { who: "key", shows: vec![bearer(&ada.key)] },
    ];
    let identity = &house.product.identity;
    let (_, places) =
        found::places(identity, &Email::parse(&ada.email).unwrap()).await.unwrap().unwrap();
    for (who, role) in WHO[3..6].iter().zip(Role::ALL) {
        let email = format!("{}@round-{round}.test", role.name().replace('_', "-"));
        let (name, address) = (Name::parse("Somebody").unwrap(), Email::parse(&email).unwrap());
        let person = found::person(identity, &name, &address).await.unwrap();
        found::colleague(identity, &places[0].workspace, &person, role).await.unwrap();
        let (token, cookie, _) = house.sign_in(&email).await;
        all.push(Caller { who, shows: vec![bearer(&token), ("cookie", cookie)] });
    }
    for (who, role) in WHO[6..].iter().zip(StaffRole::ALL) {
        let badge = house.staff(role).await;
        let grant = house.granted(&badge, &ada.workspace).await;
        let cookie = ("cookie", badge.cookie.clone());
        let shows = vec![bearer(&badge.token), cookie, ("leadkeep-grant", grant)];
        all.push(Caller { who, shows });
    }
    all
}

#[tokio::test]
async fn every_kind_of_caller_reaches_exactly_what_the_printed_tables_say() {
    let printed = printed();
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let mut present = callers(&house, &ada, 0).await;
    let routes = house.routes();
    // What ends a session comes last, and has callers of its own.
    let ending = [
        "sign_out",
        "end_visitor_session",
        "sign_out_as_staff",
        "leave_workspace",
        "close_own_login",
    ];
    let (last, first): (Vec<_>, Vec<_>) =
        routes.declared().iter().partition(|declared| ending.contains(&declared.operation.id));
    let (mut asked, mut wrong) = (0, Vec::new());
    for (round, declared) in first.into_iter().chain(last).enumerate() {
        let operation = declared.operation;
        if ending.contains(&operation.id) {
            present = callers(&house, &ada, round).await;
        }
        if operation.id == "finish_setup" {
            continue;
        }
        let about = sample(&house, operation, &ada, &Things::made_up(&house)).await;
        let mut reached = BTreeSet::new();
        for caller in &present {
            let answer = house.ask(&caller.asks(&about)).await;
            assert!(!answer.status.is_server_error(), "{} as {}", operation.id, caller.who);
            if passed(&answer) {
                reached.insert(caller.who);
            }
            asked += 1;
        }
        let expected = &printed[operation.id];
        if reached != *expected {
            wrong.push(format!("{}: {reached:?} instead of {expected:?}", operation.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 800, "the sweep is blind: {asked}");
}
