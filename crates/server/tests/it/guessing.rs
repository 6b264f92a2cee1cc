//! Guessing: strangers are stopped, and the owner is not.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use lk_base::Secret;
use lk_crypto::token::sha256;
use lk_redis::{Address, Redis};
use lk_testkit::{Answer, RedisServer};
use serde_json::{Value, json};

use crate::house::{Ask, House};
use crate::owner::cookie;
use crate::sample::{give_password, with_password};
use crate::staff::badge::sign_in_with;

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const LIMITED: StatusCode = StatusCode::TOO_MANY_REQUESTS;

fn sign_in(email: &str, password: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/sign-in")
        .json(json!({ "email": email, "password": password }))
}

fn forgot(email: &str) -> Ask {
    Ask::new(&Method::POST, "/api/v1/auth/reset").json(json!({ "email": email }))
}

/// What a browser does with `work`.
fn solved(problem: &Value) -> String {
    let bits = problem["work"]["bits"].as_u64().unwrap();
    let challenge = problem["work"]["challenge"].as_str().unwrap();
    let is_enough = |text: &String| {
        let hash = sha256(text.as_bytes());
        let front = hash.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte));
        u64::from(front.leading_zeros()) >= bits
    };
    (0_u64..).map(|number| format!("{challenge}:{number}")).find(is_enough).unwrap()
}

impl House {
    /// How many passwords were hashed and found wrong.
    async fn verified(&self) -> usize {
        let wrong = "select 1 from audit_written where action = 'auth.sign_in_failed'";
        self.database.rows(wrong).await.len()
    }

    /// The answer, after the work when work is needed.
    async fn ask_with_work(&self, ask: &Ask) -> Answer {
        let refused = self.ask(ask).await;
        assert_eq!(refused.refused(LIMITED), "proof_of_work_needed");
        assert!(refused.headers.contains_key("retry-after"));
        self.ask(&ask.clone().header("leadkeep-work", solved(&refused.json()))).await
    }
}

#[tokio::test]
async fn ten_thousand_guesses_from_five_hundred_addresses_are_stopped_and_the_owner_is_not() {
    let house = House::strict().await;
    let (email, password) = with_password(&house).await;
    let device = cookie(&house.ask(&sign_in(&email, &password)).await);
    let before = house.verified().await;
    for round in 0..20 {
        for stranger in 0..500 {
            let address = format!("198.51.{}.{}", stranger / 250, stranger % 250);
            let guess = sign_in(&email, &format!("guess {round} of stranger {stranger}"));
            let answer = house.ask(&guess.from(address)).await;
            assert!([UNPROCESSABLE, LIMITED].contains(&answer.status), "{}", answer.status);
        }
        // The guesses come over an hour, and in the middle of them the owner signs in twice.
        house.clock.advance(Duration::from_secs(180));
        if round == 10 {
            let known = sign_in(&email, &password).header("cookie", &device);
            assert_eq!(house.ask(&known).await.status, StatusCode::OK);
            let new = sign_in(&email, &password).from("192.0.2.1");
            assert_eq!(house.ask_with_work(&new).await.status, StatusCode::OK);
        }
    }
    let hashed = house.verified().await - before;
    assert!((10..=25).contains(&hashed), "{hashed} of 10,000 guesses reached the hasher");
}

#[tokio::test]
async fn an_unknown_login_is_limited_like_a_known_one() {
    let house = House::strict().await;
    let (email, _) = with_password(&house).await;
    let tried = async |email: &str, path: fn(&str) -> Ask| {
        let mut seen = Vec::new();
        for stranger in 0..14 {
            let answer = house.ask(&path(email).from(format!("198.51.100.{stranger}"))).await;
            let mut body = answer.json();
            if let Some(work) = body.get_mut("work").and_then(Value::as_object_mut) {
                assert!(work["challenge"].is_string());
                work.insert("challenge".to_owned(), json!("…"));
            }
            let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            headers.sort();
            seen.push((answer.status, body, headers, answer.headers.get("retry-after").cloned()));
        }
        seen
    };
    for path in [|email: &str| sign_in(email, "not the password"), forgot] {
        let known = tried(&email, path).await;
        assert_eq!(known, tried("nobody@example.test", path).await);
        assert_eq!(known[13].1["code"], "proof_of_work_needed");
    }
}

#[tokio::test]
async fn work_is_good_once_and_for_the_login_it_was_asked_for() {
    let house = House::strict().await;
    let (email, password) = with_password(&house).await;
    let limited = async |email: &str| {
        for stranger in 0..3 {
            for _ in 0..5 {
                let guess =
                    sign_in(email, "not the password").from(format!("198.51.100.{stranger}"));
                let _ = house.ask(&guess).await;
            }
        }
        house.ask(&sign_in(email, "not the password")).await.expect(LIMITED)
    };
    let (mine, theirs) = (limited(&email).await, limited("bob@example.test").await);
    let foreign = sign_in(&email, &password).header("leadkeep-work", solved(&theirs));
    assert_eq!(house.ask(&foreign).await.refused(LIMITED), "proof_of_work_needed");
    let shown = solved(&mine);
    let wrong = sign_in(&email, "not the password").header("leadkeep-work", &shown);
    assert_eq!(house.ask(&wrong).await.refused(UNPROCESSABLE), "wrong_credentials");
    let again = sign_in(&email, &password).header("leadkeep-work", &shown);
    assert_eq!(house.ask(&again).await.refused(LIMITED), "proof_of_work_needed");
    for nonsense in ["", ":", "x:y", "16.1.a.b:1"] {
        let ask = sign_in(&email, &password).header("leadkeep-work", nonsense);
        assert_eq!(house.ask(&ask).await.refused(LIMITED), "proof_of_work_needed", "{nonsense}");
    }
}

#[tokio::test]
async fn an_invitation_is_no_way_to_guess_a_password_without_limits() {
    let house = House::with(|plan| plan.rate_factor = 1).await;
    let (email, _) = with_password(&house).await;
    let mallory = house.owner("Mallory").await;
    let invite = mallory.post("/api/v1/invitations", json!({ "email": email, "role": "user" }));
    let invited = house.ask(&invite).await.expect(StatusCode::CREATED);
    let token = invited["link"].as_str().unwrap().split_once('#').unwrap().1;
    let mut hashed = 0;
    for stranger in 0..30 {
        let guess = json!({ "token": token, "password": format!("guess number {stranger}") });
        let guess = Ask::new(&Method::POST, "/api/v1/invitations/accept").json(guess);
        let answer = house.ask(&guess.from(format!("198.51.100.{stranger}"))).await;
        hashed += usize::from(answer.status == UNPROCESSABLE);
    }
    assert_eq!(hashed, 10);
    assert_eq!(house.verified().await, hashed, "each of them is entered");
}

#[tokio::test]
async fn codes_are_guessed_no_faster_than_passwords_and_the_owners_own_browser_is_let_in() {
    let house = House::strict().await;
    let ada = house.newcomer().await;
    let (app, _) = house.enrol(&ada).await;
    house.clock.advance(Duration::from_secs(60));
    let second = |challenge: &str, code: &str| {
        Ask::new(&Method::POST, "/api/v1/auth/second-factor")
            .json(json!({ "challenge": challenge, "code": code }))
    };
    // Mallory has the password, and a browser in which Ada never signed in.
    let mut wrong = 0;
    for _ in 0..4 {
        let first = sign_in(&ada.email, &ada.password).from("198.51.100.1");
        let body = house.ask(&first).await.expect(StatusCode::OK);
        let challenge = body["challenge"].as_str().unwrap();
        for _ in 0..5 {
            let guess = second(challenge, &app.wrong(&house)).from("198.51.100.1");
            let answer = house.ask(&guess).await;
            wrong += usize::from(answer.status == UNPROCESSABLE);
        }
    }
    assert_eq!(wrong, 6);
    let first = sign_in(&ada.email, &ada.password).header("cookie", &ada.cookie);
    let body = house.ask(&first).await.expect(StatusCode::OK);
    let mine = second(body["challenge"].as_str().unwrap(), &app.code(&house, 0));
    let mine = mine.header("cookie", &ada.cookie);
    assert_eq!(house.ask(&mine).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_reads_the_mail_is_let_in_whatever_strangers_do() {
    let house = House::strict().await;
    let (email, _) = with_password(&house).await;
    let _ = house.ask(&forgot(&email)).await.expect(StatusCode::ACCEPTED);
    let token = house.mailed(&email, "reset").await;
    for stranger in 0..20 {
        let guess = sign_in(&email, "not the password").from(format!("198.51.100.{stranger}"));
        let _ = house.ask(&guess).await;
    }
    let new = "another long enough sentence";
    let finish = Ask::new(&Method::POST, "/api/v1/auth/reset/finish")
        .json(json!({ "token": token, "password": new }));
    let finished = house.ask(&finish).await;
    assert_eq!(finished.status, StatusCode::NO_CONTENT);
    let mine = sign_in(&email, new).header("cookie", cookie(&finished));
    assert_eq!(house.ask(&mine).await.status, StatusCode::OK);
}

#[tokio::test]
async fn answers_say_how_often_one_may_still_call() {
    let house = House::strict().await;
    let header = |answer: &Answer, name: &str| answer.headers[name].to_str().unwrap().to_owned();
    let answer = house.ask(&sign_in("nobody@example.test", "not the password")).await;
    assert_eq!(header(&answer, "ratelimit-policy"), "\"sign_in\";q=20;w=60");
    assert_eq!(header(&answer, "ratelimit"), "\"sign_in\";r=19;t=3");
    for n in 0..19 {
        let _ = house.ask(&sign_in(&format!("nobody-{n}@example.test"), "not the password")).await;
    }
    let limited = house.ask(&sign_in("one-more@example.test", "not the password")).await;
    assert_eq!(limited.refused(LIMITED), "rate_limited");
    assert_eq!(header(&limited, "retry-after"), "3");
}

#[tokio::test]
async fn nodes_with_a_redis_tell_it_of_calls_and_of_guesses() {
    let server = RedisServer::start();
    let address = Address { url: Secret::new(server.url()), authority: None };
    let house = House::with(|plan| plan.redis = Some(Redis::new(&address).unwrap())).await;
    let guess = sign_in("nobody@example.com", "a guess").from("198.51.100.7");
    assert_eq!(house.ask(&guess).await.status, UNPROCESSABLE);
    let as_staff = sign_in_with("nobody@house.test", "a guess", "000000");
    assert_eq!(house.ask(&as_staff).await.status, UNPROCESSABLE);
    // Calls of an address; guesses at a login, and those from the address: of people and of staff.
    let told = || {
        let stats = server.ask(&["info", "commandstats"]);
        stats.into_iter().any(|line| line.starts_with("cmdstat_eval:calls=6,"))
    };
    for _ in 0..1000 {
        if told() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(told());
}

#[tokio::test]
async fn an_answer_about_an_address_leaves_on_a_stroke_and_not_when_its_work_is_done() {
    let house = House::new().await;
    let ada = house.owner("Ada").await;
    let password = give_password(&house, &ada.email).await;
    let sign_up = |email: &str| {
        Ask::new(&Method::POST, "/api/v1/auth/sign-up").json(json!({ "email": email }))
    };
    let change =
        |email: &str| ada.post("/api/v1/me/email", json!({ "email": email, "password": password }));
    for email in [ada.email.as_str(), "nobody@plum.test"] {
        for ask in [forgot(email), sign_up(email), change(email)] {
            let begun = Instant::now();
            let answer = house.ask(&ask).await;
            let took = begun.elapsed();
            assert_eq!(answer.status, StatusCode::ACCEPTED, "{email}: {}", ask.path);
            assert!(took >= Duration::from_millis(25), "{email}: {} in {took:?}", ask.path);
        }
    }
}
