//! Search: by words, in one's own workspace, along the key.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http::StatusCode;
use lk_authz::Role;
use lk_base::clock::fill_random;
use lk_base::id::{Id, WorkspaceId};
use lk_testkit::Operator;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::stage::{Stage, lines, note, reply};
use crate::turning::join;

async fn search(operator: &Operator<'_>, q: &str) -> Value {
    let q = q.replace(' ', "+").replace('@', "%40");
    operator
        .get(&format!("/api/v1/conversations/search?limit=100&q={q}"))
        .await
        .expect(StatusCode::OK)
}

fn ids(page: &Value) -> Vec<String> {
    let hits = page["data"].as_array().unwrap().iter();
    hits.map(|hit| hit["conversation"]["id"].as_str().unwrap().to_owned()).collect()
}

/// Pieces as one text, with what was found in brackets.
fn shown(pieces: &Value) -> String {
    let each = |piece: &Value| {
        let text = piece["text"].as_str().unwrap();
        if piece["found"] == true { format!("[{text}]") } else { text.to_owned() }
    };
    pieces.as_array().unwrap().iter().map(each).collect()
}

fn random(below: usize) -> usize {
    let mut bytes = [0_u8; 4];
    fill_random(&mut bytes);
    usize::try_from(u32::from_le_bytes(bytes)).unwrap() % below
}

#[tokio::test]
async fn a_conversation_is_found_by_its_messages_its_notes_and_its_contact() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let other = stage.visitor(widget).await.start("Nothing of the kind").await;
    let _ = reply(&ada, &conversation, "Your REFUND is on its way, at the Café").await;
    let _ = note(&ada, &conversation, "The courier lost it").await;
    let said = json!({ "name": "Grace Hopper", "email": "grace@navy.test" });
    let _ = visitor.patch("/api/widget/v1/me", said).await.expect(StatusCode::OK);

    for (q, line) in [
        ("refund", "Your [REFUND] is on its way, at the Café"),
        ("cafe refu", "Your [REFUND] is on its way, at the [Café]"),
        ("courier", "The [courier] lost it"),
        // All words, wherever they stand; shown is the newest line with one of them.
        ("refund courier grace", "The [courier] lost it"),
    ] {
        let page = search(&ada, q).await;
        assert_eq!(ids(&page), std::slice::from_ref(&conversation), "{q}");
        assert_eq!(shown(&page["data"][0]["line"]["pieces"]), line, "{q}");
    }
    let courier = &search(&ada, "courier").await["data"][0]["line"];
    let last = lines(&ada, &conversation).await;
    let noted = last.iter().find(|line| line["kind"] == "note").unwrap();
    assert_eq!((&courier["id"], &courier["seq"]), (&noted["id"], &noted["seq"]));

    // A name and an address are found without a line.
    let grace = search(&ada, "hop").await;
    assert_eq!(shown(&grace["data"][0]["title"]), "Grace [Hopper]");
    assert_eq!(grace["data"][0]["line"], Value::Null);
    assert_eq!(
        shown(&search(&ada, "grace@navy.test").await["data"][0]["email"]),
        "[grace]@[navy].[test]"
    );

    for q in ["refund nothing", "refunds", "grac hopper", "?!"] {
        assert_eq!(ids(&search(&ada, q).await), Vec::<String>::new(), "{q}");
    }
    assert_eq!(ids(&search(&ada, "nothing").await), [other]);
}

#[tokio::test]
async fn a_new_name_is_found_and_the_old_one_no_longer() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::Admin).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let _ = visitor.says(&conversation, "It is about Lovelace").await;
    let said = json!({ "name": "Bob Lovelace" });
    let _ = visitor.patch("/api/widget/v1/me", said).await.expect(StatusCode::OK);
    let second = visitor.start("Another matter").await;
    assert_eq!(ids(&search(&ada, "bob").await).len(), 2);

    let contact = search(&ada, "bob").await["data"][0]["conversation"]["contact"]["id"].clone();
    let path = format!("/api/v1/contacts/{}", contact.as_str().unwrap());
    let _ = ada.patch(&path, json!({ "name": "Eve" })).await.expect(StatusCode::OK);
    assert_eq!(ids(&search(&ada, "bob").await), Vec::<String>::new());
    // Both are of one moment, so neither order is the right one.
    let eves = ids(&search(&ada, "eve").await);
    assert_eq!(eves.len(), 2, "{eves:?}");
    assert!(eves.contains(&conversation) && eves.contains(&second), "{eves:?}");
    // What is said in a message stays.
    assert_eq!(ids(&search(&ada, "lovelace").await), [conversation]);
}

#[tokio::test]
async fn pages_of_a_search_have_no_gaps_and_a_cursor_belongs_to_its_words() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let mut made = Vec::new();
    for n in 0..7 {
        stage.world.clock.advance(Duration::from_secs(1));
        made.push(stage.visitor(widget).await.start(&format!("parcel {n}")).await);
    }
    made.reverse();
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/conversations/search?q=parcel&limit=3{cursor}");
        let page = ada.get(&path).await.expect(StatusCode::OK);
        paged.extend(ids(&page));
        let Some(next) = page["page"]["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, made);
    let elsewhere = format!("/api/v1/conversations/search?q=letter&limit=3{cursor}");
    assert_eq!(ada.get(&elsewhere).await.refused(StatusCode::UNPROCESSABLE_ENTITY), "bad_cursor");
    for bad in ["", "?q=", "?q=%00", "?q=a&limit=0", "?q=a&words=b"] {
        let answer = ada.get(&format!("/api/v1/conversations/search{bad}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn what_is_found_is_what_a_search_by_hand_finds_in_the_own_workspace_alone() {
    const WORDS: [&str; 12] = [
        "parcel", "part", "party", "par", "late", "later", "refund", "order", "größe", "grosse",
        "4711", "47",
    ];
    let stage = Stage::new().await;
    let mut shops = Vec::new();
    for _ in 0..3 {
        shops.push(stage.shop(Role::User).await);
    }
    // What was said where, by hand.
    let mut said: Vec<BTreeMap<String, String>> = vec![BTreeMap::new(); shops.len()];
    for _ in 0..45 {
        let at = random(shops.len());
        let some: Vec<&str> = (0..=random(4)).map(|_| WORDS[random(WORDS.len())]).collect();
        let text = some.join(" ");
        let id = stage.visitor(shops[at].1).await.start(&text).await;
        let more = WORDS[random(WORDS.len())];
        let _ = note(&shops[at].0, &id, more).await;
        said[at].insert(id, format!("{text} {more}"));
    }
    // Folding by hand: of these words only one has an accent.
    let plain = |text: &str| text.replace('ö', "o");
    for _ in 0..120 {
        let mut asked: Vec<&str> = (0..=random(2)).map(|_| WORDS[random(WORDS.len())]).collect();
        let beginning = ["pa", "par", "l", "gro", "4", "47", "ord", "zz"][random(8)];
        asked.push(beginning);
        let q = asked.join(" ");
        for ((ada, _), said) in shops.iter().zip(&said) {
            let has = |text: &String| {
                let words: Vec<String> = plain(text).split(' ').map(str::to_owned).collect();
                let (last, others) = asked.split_last().unwrap();
                let begins =
                    |word: &String| word == last || (last.len() > 1 && word.starts_with(last));
                words.iter().any(begins) && others.iter().all(|o| words.contains(&plain(o)))
            };
            let mut expected: Vec<&String> =
                said.iter().filter(|(_, text)| has(text)).map(|(id, _)| id).collect();
            let found = ids(&search(ada, &q.replace('ö', "%C3%B6").replace('ß', "%C3%9F")).await);
            let mut found: Vec<&String> = found.iter().collect();
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{q}");
        }
    }
}

#[tokio::test]
async fn a_word_that_only_others_have_is_answered_like_a_word_nobody_uses() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::SuperAdmin).await;
    let (mallory, mallorys) = stage.shop(Role::SuperAdmin).await;
    let secret = stage.visitor(widget).await.start("about xylophones").await;
    let _ = note(&ada, &secret, "zeppelins, too").await;
    let _ = stage.visitor(mallorys).await.start("about something else").await;
    for (rare, none) in
        [("xylophones", "xylographs"), ("zepp", "zipp"), ("about+xylo", "about+xyla")]
    {
        let path = |q: &str| format!("/api/v1/conversations/search?q={q}");
        let (mut rare, mut none) = (mallory.get(&path(rare)).await, mallory.get(&path(none)).await);
        // How many calls are left counts down.
        rare.headers.remove("ratelimit");
        none.headers.remove("ratelimit");
        assert_eq!(
            (rare.status, &rare.headers, &rare.bytes),
            (none.status, &none.headers, &none.bytes)
        );
        assert_eq!(none.expect(StatusCode::OK)["data"], json!([]));
    }
}

#[tokio::test]
async fn conversations_that_are_older_than_search_are_found_once_their_words_were_kept() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (mallory, mallorys) = stage.shop(Role::User).await;
    join(&stage, &ada).await;
    join(&stage, &mallory).await;
    let (visitor, old) = stage.conversation(widget).await;
    let said = json!({ "name": "Grace Hopper", "email": "grace@navy.test" });
    let _ = visitor.patch("/api/widget/v1/me", said).await.expect(StatusCode::OK);
    let _ = reply(&ada, &old, "A parcel with teapots").await;
    let _ = note(&ada, &old, "Another parcel").await;
    let foreign = stage.visitor(mallorys).await.start("parcel elsewhere").await;
    // As after an update: what was there before has no words.
    let before = "delete from conversation_words; update conversations set words_at = null";
    stage.world.database.run(before).await;
    assert_eq!(ids(&search(&ada, "parcel").await), Vec::<String>::new());
    // What is written in the meantime is found at once, and is not forgotten later.
    let _ = visitor.says(&old, "And where is my kettle?").await;
    assert_eq!(ids(&search(&ada, "kettle").await), std::slice::from_ref(&old));

    // Two nodes that begin at once do it once.
    let inbox = stage.inbox.clone();
    let (one, other) = tokio::join!(lk_inbox::keep_owed(&stage.inbox), lk_inbox::keep_owed(&inbox));
    assert_eq!(one.unwrap() + other.unwrap(), 2);
    assert_eq!(lk_inbox::keep_owed(&stage.inbox).await.unwrap(), 0);
    for (q, line) in [
        ("teapots", "A parcel with [teapots]"),
        ("parcel", "Another [parcel]"),
        ("kettle", "And where is my [kettle]?"),
        ("hopper", ""),
    ] {
        let page = search(&ada, q).await;
        assert_eq!(ids(&page), std::slice::from_ref(&old), "{q}");
        let found = &page["data"][0]["line"];
        assert_eq!(if found.is_null() { String::new() } else { shown(&found["pieces"]) }, line);
    }
    assert_eq!(ids(&search(&mallory, "parcel").await), [foreign]);
}

#[tokio::test]
async fn a_search_that_would_take_too_long_is_refused_and_hinders_nobody() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    // Whatever it is that takes long: here somebody holds the table.
    let places = &stage.world.database.places;
    let mut owner = PgConnection::connect_with(&places.owner).await.unwrap();
    owner.execute("begin").await.unwrap();
    owner.execute("lock table conversation_words in access exclusive mode").await.unwrap();
    let answer = ada.get("/api/v1/conversations/search?q=parcel").await;
    assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), "search_too_broad");
    let path = format!("/api/v1/conversations/{conversation}");
    let _ = ada.get(&path).await.expect(StatusCode::OK);
    owner.execute("rollback").await.unwrap();
    let _ = search(&ada, "parcel").await;
}

#[tokio::test]
async fn what_looks_like_a_pattern_is_text_and_the_longest_question_is_answered() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let long = "x".repeat(90);
    let text = format!("100% of under_scores, {long}; drop table's");
    let id = stage.visitor(widget).await.start(&text).await;
    let (beginning, many) = ("x".repeat(40), "ab ".repeat(66));
    for q in ["100%25", "under_scores", "under%25", "x'; drop", &*long, &*beginning, &*many] {
        let found = ids(&search(&ada, q).await);
        // A sign is no letter: it neither stands for others nor must it be there.
        let expected = !q.starts_with("x'") && !q.starts_with("ab");
        assert_eq!(found.contains(&id), expected, "{q}");
    }
    for q in ["%25", "_", "%25%25%25", "under%25res", "%27"] {
        assert_eq!(ids(&search(&ada, q).await), Vec::<String>::new(), "{q}");
    }
    let too_long = format!("/api/v1/conversations/search?q={}", "a".repeat(201));
    assert_eq!(ada.get(&too_long).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_search_ends_at_the_thousand_conversations_that_began_last() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let first = stage.visitor(widget).await.start("ordinary").await;
    stage
        .world
        .database
        .run(&format!(
            "insert into conversations
                 (workspace_id, conversation_id, widget_id, visitor_id, status, last_seq,
                  last_public_seq, last_visitor_seq, created_at, updated_at, words_at)
             select workspace_id, ('ffffffff-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
                    widget_id, visitor_id, 'open', 1, 1, 1, created_at, updated_at, created_at
               from conversations, generate_series(1, 1000) n
              where widget_id = '{}';
             insert into conversation_words (workspace_id, word, conversation_id, seq)
             select workspace_id, 'ordinary', conversation_id, 1 from conversations
              where widget_id = '{}'
             on conflict do nothing",
            widget.uuid(),
            widget.uuid(),
        ))
        .await;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/conversations/search?q=ordinary&limit=100{cursor}");
        let page = ada.get(&path).await.expect(StatusCode::OK);
        found.extend(ids(&page));
        let Some(next) = page["page"]["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found.len(), 1000);
    assert!(!found.contains(&first));
}

/// The statement of `conversation/search.rs`, as it was checked.
fn statement() -> String {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    let texts = files.map(|file| std::fs::read_to_string(file).unwrap());
    let queries = texts.map(|text| {
        let kept: Value = serde_json::from_str(&text).unwrap();
        kept["query"].as_str().unwrap().to_owned()
    });
    let mut found: Vec<String> = queries.filter(|sql| sql.contains("with led_to as")).collect();
    assert_eq!(found.len(), 1);
    found.pop().unwrap()
}

#[tokio::test]
async fn as_the_application_behind_row_security_a_search_reads_its_key_and_nothing_whole() {
    const EACH: u32 = 4_000;
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, others) = stage.shop(Role::User).await;
    for widget in [widget, others] {
        let (_, first) = stage.conversation(widget).await;
        let _ = first;
        stage
            .world
            .database
            .run(&format!(
                "insert into conversations
                     (workspace_id, conversation_id, widget_id, visitor_id, status, last_seq,
                      last_public_seq, last_visitor_seq, created_at, updated_at)
                 select workspace_id, gen_random_uuid(), widget_id, visitor_id, 'open', 1, 1, 1,
                        created_at, created_at + n * interval '1 second'
                   from conversations, generate_series(1, {EACH}) n
                  where widget_id = '{widget}';
                 insert into conversation_words (workspace_id, word, conversation_id, seq)
                 select workspace_id, word, conversation_id, 1
                   from conversations,
                        unnest(array['common', 'w' || left(conversation_id::text, 3),
                                     'x' || right(conversation_id::text, 3)]) as word
                  where widget_id = '{widget}'",
                widget = widget.uuid(),
            ))
            .await;
    }
    stage.world.database.run("analyze conversations; analyze conversation_words").await;
    let setting = stage.world.setting(ada.workspace).await;
    let mut app = PgConnection::connect_with(&stage.world.database.places.app).await.unwrap();
    app.execute(AssertSqlSafe(format!("set lk.workspace = '{setting}'"))).await.unwrap();
    // As the operation does.
    app.execute("set plan_cache_mode = force_custom_plan").await.unwrap();
    let sql = statement();
    let prepare = format!(
        "prepare search (uuid, text, text, text[], timestamptz, uuid, bigint, bigint) as {sql}"
    );
    app.execute(AssertSqlSafe(prepare)).await.unwrap();
    for (first, others) in
        [("xab", "{}"), ("wabc", "{common}"), ("common", "{}"), ("no", "{common}")]
    {
        let explain = format!(
            "explain (analyze, costs off, timing off, summary off) execute search \
             ('{}', '{first}', '{first}\u{10FFFF}', '{others}', '9999-01-01', \
              'ffffffff-ffff-ffff-ffff-ffffffffffff', 26, 1000)",
            ada.workspace.uuid()
        );
        let rows = app.fetch_all(AssertSqlSafe(explain)).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(!plan.contains("Seq Scan on"), "{first}:\n{plan}");
        let along_the_key = plan.lines().any(|line| {
            line.contains("Index Cond:")
                && line.contains("workspace_id =")
                && line.contains("word >=")
                && line.contains("word <=")
        });
        assert!(along_the_key, "{first}:\n{plan}");
        let removed = plan.lines().filter_map(|line| {
            line.trim().strip_prefix("Rows Removed by Filter: ")?.parse::<u64>().ok()
        });
        assert_eq!(removed.sum::<u64>(), 0, "read and not shown, {first}:\n{plan}");
    }
    // Without a workspace there is nothing, whatever is asked for.
    app.execute("set lk.workspace = ''").await.unwrap();
    let none = WorkspaceId::from_uuid(ada.workspace.uuid());
    let count = format!(
        "select count(*) as n from conversation_words where workspace_id = '{}'",
        none.uuid()
    );
    let row = app.fetch_one(AssertSqlSafe(count)).await.unwrap();
    assert_eq!(row.get::<i64, _>("n"), 0);
}
