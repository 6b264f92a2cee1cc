//! Strings that break things elsewhere.

use http::StatusCode;
use lk_authz::Role;
use serde_json::json;

use crate::stage::{Stage, fresh, lines, look, path};

/// After the kinds of the Big List of Naughty Strings: what looks like code, what is not ASCII,
/// what is written the other way round, what is not one character although it looks so.
const NAUGHTY: &[&str] = &[
    "undefined",
    "null",
    "NaN",
    "true",
    "\\",
    "0",
    "-1",
    "1e1000",
    "0x0",
    "1/0",
    "$1.00",
    "1,000.00",
    "'",
    "\"",
    "''",
    "\"\"",
    "`",
    "';--",
    "1'; drop table messages--",
    "%",
    "_",
    "%s%s%n",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "]]>",
    "<!--",
    "{{7*7}}",
    "#{7*7}",
    "$(touch /tmp/x)",
    "| rm -rf /",
    "../../../etc/passwd",
    "C:\\con\\con",
    "Ω≈ç√∫˜µ≤≥÷",
    "åß∂ƒ©˙∆˚¬…æ",
    "田中さんにあげて下さい",
    "パーティーへ行かないか",
    "和製漢語",
    "찦차를 타고 온 펲시맨",
    "𠜎𠜱𠝹𠱓",
    "Ⱥ",
    "ﬀ",
    "ǅ",
    "İıSs",
    "ß",
    "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀",
    "😍",
    "👩🏽",
    "👨‍👩‍👧‍👦",
    "🇺🇸🇷🇺",
    "❤️ 💔",
    "1️⃣",
    "🏳️‍🌈",
    "הָיְתָה",
    "مُنَاقَشَةُ سُبُلِ",
    "\u{202e}txt.exe\u{202c}",
    "\u{2066}a\u{2069}",
    "\u{202a}\u{202a}test\u{202a}",
    "a\u{200b}b\u{200c}c\u{200d}d",
    "\u{feff}bom",
    "a\u{2028}b\u{2029}c",
    "a\u{a0}b",
    "\u{fdfd}",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "e\u{301}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{10ffff}",
    "\u{e000}",
    "A\tB",
    "line one\nline two",
    "cr\r\nlf",
];

#[tokio::test]
async fn every_string_comes_back_as_it_went_in() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    for text in NAUGHTY {
        let body = json!({ "client_message_id": fresh(), "body": text });
        let sent =
            ada.post(&path(&conversation, "/messages"), body).await.expect(StatusCode::CREATED);
        let wanted = text.trim();
        assert_eq!(sent["body"], wanted);
        let seen = lines(&ada, &conversation).await.pop().unwrap();
        assert_eq!(seen["body"], wanted);
        assert_eq!(visitor.sees(&conversation).await.pop().unwrap()["body"], wanted);
        let preview =
            look(&ada, &conversation).await["last_message"]["preview"].as_str().unwrap().to_owned();
        assert!(!preview.contains(['\n', '\r', '\t', '\u{2028}']), "{preview:?}");
    }
    let events = stage.world.events().await;
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| event["data"]["message"]["body"].as_str())
        .skip(1)
        .collect();
    assert_eq!(told, NAUGHTY.iter().map(|text| text.trim()).collect::<Vec<_>>());
    let audit = json!(stage.world.audit().await).to_string();
    assert!(
        !audit.contains("drop table") && !audit.contains("田中さん"),
        "no text reaches the log"
    );
}

#[tokio::test]
async fn names_survive_too() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let one_line = |text: &str| !text.trim().contains(['\n', '\r', '\t', '\u{2028}', '\u{2029}']);
    for text in NAUGHTY.iter().filter(|text| (1..=80).contains(&text.trim().chars().count())) {
        if !one_line(text) {
            let refused = visitor.patch("/api/widget/v1/me", json!({ "name": text })).await;
            assert_eq!(refused.refused(StatusCode::BAD_REQUEST), "malformed", "{text:?}");
            continue;
        }
        let me = visitor
            .patch("/api/widget/v1/me", json!({ "name": text }))
            .await
            .expect(StatusCode::OK);
        assert_eq!(me["contact"]["name"], text.trim());
        assert_eq!(look(&ada, &conversation).await["title"], text.trim());
    }
}

#[tokio::test]
async fn a_long_text_keeps_its_length_and_gets_a_short_preview() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let long = "👨‍👩‍👧‍👦".repeat(571); // 3997 characters
    visitor.says(&conversation, &long).await;
    assert_eq!(lines(&ada, &conversation).await[1]["body"], long);
    let seen = look(&ada, &conversation).await;
    assert_eq!(seen["last_message"]["preview"].as_str().unwrap().chars().count(), 160);
}

#[tokio::test]
async fn control_characters_are_refused_wherever_they_stand() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    for text in ["a\u{0}b", "\u{1b}[31mred", "bell\u{7}", "\u{85}x\u{85}y"] {
        let body = json!({ "client_message_id": fresh(), "body": text });
        for answer in [
            ada.post(&path(&conversation, "/messages"), body.clone()).await,
            ada.post(&path(&conversation, "/notes"), body.clone()).await,
            visitor
                .post(
                    &format!("/api/widget/v1/conversations/{conversation}/messages"),
                    body.clone(),
                )
                .await,
            visitor.post("/api/widget/v1/conversations", body.clone()).await,
            visitor.patch("/api/widget/v1/me", json!({ "name": text })).await,
        ] {
            assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed", "{text:?}");
        }
    }
}
