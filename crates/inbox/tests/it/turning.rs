//! A conversation is closed, opened, put off, and wakes.

use std::time::Duration;

use http::StatusCode;
use lk_authz::Role;
use lk_base::id::{Id, WorkspaceId};
use lk_testkit::Operator;
use serde_json::{Value, json};

use crate::stage::{Stage, lines, look, path};

const HOUR: Duration = Duration::from_secs(3600);

async fn act(operator: &Operator<'_>, conversation: &str, verb: &str) -> Value {
    operator.post(&path(conversation, verb), json!({})).await.expect(StatusCode::OK)
}

/// The workspaces are found through the platform's directory of memberships.
pub(crate) async fn join(stage: &Stage, operator: &Operator<'_>) {
    let platform = WorkspaceId::PLATFORM.uuid();
    let (person, workspace, id) =
        (operator.id.uuid(), operator.workspace.uuid(), operator.id.uuid());
    stage
        .world
        .database
        .run(&format!(
            "insert into persons values ('{platform}', '{person}', '{id}@x.test', '{id}@x.test', 'Ada',
                                         '$argon2id$test', now(), now());
             insert into memberships values ('{platform}', '{person}', '{workspace}', '{id}', 'Shop', now())"
        ))
        .await;
}

#[tokio::test]
async fn resolving_is_stored_audited_told_and_written_into_the_thread() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let (entries, events) = stage.marks().await;

    let after = act(&ada, &conversation, "/resolve").await;

    assert_eq!(after["status"], "resolved");
    assert_eq!(stage.marks().await.0, entries + 1);
    let entry = stage.entry().await;
    assert_eq!(entry["action"], "conversation.resolved");
    assert_eq!(
        entry["change"],
        json!({ "v": 1, "old": { "status": "open" }, "new": { "status": "resolved" } })
    );
    assert_eq!(stage.kinds(events).await, ["conversation.status_changed", "message.created"]);
    let told = &stage.world.events().await[events];
    assert_eq!(
        told["data"],
        json!({
            "conversation_id": conversation,
            "status": "resolved",
            "snoozed_until": null,
            "_visitor": {
                "visitor_id": visitor.id().await,
                "conversation": { "id": conversation, "status": "resolved" },
            },
        })
    );
    let line = lines(&ada, &conversation).await.pop().unwrap();
    assert_eq!(line["activity"]["what"], "resolved");
}

#[tokio::test]
async fn reopening_opens_and_doing_it_again_tells_nobody() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    act(&ada, &conversation, "/resolve").await;
    let after = act(&ada, &conversation, "/reopen").await;
    assert_eq!((&after["status"], &after["last_seq"]), (&json!("open"), &json!(3)));
    assert_eq!(stage.entry().await["action"], "conversation.reopened");
    for (verb, action) in
        [("/reopen", "conversation.reopened"), ("/resolve", "conversation.resolved")]
    {
        if verb == "/resolve" {
            act(&ada, &conversation, verb).await;
        }
        let (entries, events) = stage.marks().await;
        act(&ada, &conversation, verb).await;
        assert_eq!(stage.marks().await, (entries + 1, events));
        assert_eq!(stage.entry().await["action"], action);
    }
}

#[tokio::test]
async fn snoozing_keeps_the_time_and_shows_it() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    let until = stage.world.clock.now().plus(HOUR);
    let (_, events) = stage.marks().await;

    let after = ada
        .post(&path(&conversation, "/snooze"), json!({ "until": until }))
        .await
        .expect(StatusCode::OK);

    let told = &stage.world.events().await[events]["data"];
    assert_eq!((&told["status"], &told["_visitor"]), (&json!("snoozed"), &Value::Null));
    assert_eq!((&after["status"], &after["snoozed_until"]), (&json!("snoozed"), &json!(until)));
    let entry = stage.entry().await;
    assert_eq!(entry["action"], "conversation.snoozed");
    assert_eq!(entry["change"]["new"], json!({ "status": "snoozed", "snoozed_until": until }));
    let line = lines(&ada, &conversation).await.pop().unwrap();
    assert_eq!(
        (&line["activity"]["what"], &line["activity"]["until"]),
        (&json!("snoozed"), &json!(until))
    );
    let own = visitor.get("/api/widget/v1/conversations").await.expect(StatusCode::OK);
    assert_eq!(own["data"][0]["status"], "open", "that it was put off is for operators");
}

#[tokio::test]
async fn a_time_that_has_passed_or_lies_beyond_a_year_is_refused() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (_, conversation) = stage.conversation(widget).await;
    let marks = stage.marks().await;
    let now = stage.world.clock.now();
    for (until, code) in [
        (now, "snooze_not_in_future"),
        (now.minus(HOUR), "snooze_not_in_future"),
        (now.plus(HOUR * 24 * 400), "snooze_too_long"),
    ] {
        let answer = ada.post(&path(&conversation, "/snooze"), json!({ "until": until })).await;
        assert_eq!(answer.refused(StatusCode::UNPROCESSABLE_ENTITY), code);
    }
    let answer = ada.post(&path(&conversation, "/snooze"), json!({ "until": "tomorrow" })).await;
    assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed");
    assert_eq!(stage.marks().await, marks);
}

#[tokio::test]
async fn the_clock_opens_what_is_due_in_every_workspace_and_nothing_else() {
    let stage = Stage::new().await;
    let (ada, ada_widget) = stage.shop(Role::User).await;
    let (bob, bob_widget) = stage.shop(Role::User).await;
    let (_, early) = stage.conversation(ada_widget).await;
    let (_, late) = stage.conversation(ada_widget).await;
    let (_, other) = stage.conversation(bob_widget).await;
    join(&stage, &ada).await;
    join(&stage, &bob).await;
    let now = stage.world.clock.now();
    for (operator, conversation, until) in [
        (&ada, &early, now.plus(HOUR)),
        (&ada, &late, now.plus(HOUR * 3)),
        (&bob, &other, now.plus(HOUR)),
    ] {
        let answer = operator.post(&path(conversation, "/snooze"), json!({ "until": until })).await;
        let _ = answer.expect(StatusCode::OK);
    }
    assert_eq!(lk_inbox::wake_snoozed(&stage.inbox).await.unwrap(), 0);

    stage.world.clock.advance(HOUR);
    let (entries, events) = stage.marks().await;
    assert_eq!(lk_inbox::wake_snoozed(&stage.inbox).await.unwrap(), 2);

    assert_eq!(look(&ada, &early).await["status"], "open");
    assert_eq!(look(&ada, &late).await["status"], "snoozed");
    assert_eq!(look(&bob, &other).await["status"], "open");
    assert_eq!(stage.marks().await, (entries + 2, events + 4));
    let entry = stage.entry().await;
    assert_eq!(
        (&entry["action"], &entry["actor_kind"]),
        (&json!("conversation.reopened"), &json!("system"))
    );
    let line = lines(&ada, &early).await.pop().unwrap();
    assert_eq!(
        line["activity"],
        json!({ "what": "reopened", "by": { "kind": "system", "id": null } })
    );
    assert_eq!(lk_inbox::wake_snoozed(&stage.inbox).await.unwrap(), 0);
}
