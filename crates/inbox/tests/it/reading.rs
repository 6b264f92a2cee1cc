//! Who has read how far.

use futures_util::FutureExt;
use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, look, note, path, reply};

#[tokio::test]
async fn unread_counts_the_visitors_messages_for_each_operator() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await; // 1
    note(&bob, &conversation, "Mine").await; // 2
    visitor.says(&conversation, "Hello again").await; // 3
    reply(&bob, &conversation, "Hi").await; // 4
    visitor.says(&conversation, "At last").await; // 5
    let marks = stage.marks().await;
    assert_eq!(look(&ada, &conversation).await["unread"], 3);
    let seen = || async {
        let list = visitor.get("/api/widget/v1/conversations").await.expect(StatusCode::OK);
        list["data"][0]["operator_read_seq"].clone()
    };
    assert_eq!(seen().await, 0);

    let below = path(&conversation, "/read");
    let read = |seq: i64| ada.post(&below, json!({ "seq": seq })).boxed();
    assert_eq!(read(3).await.expect(StatusCode::OK), json!({ "unread": 1 }));
    assert_eq!(read(2).await.expect(StatusCode::OK), json!({ "unread": 1 }), "it never goes back");
    assert_eq!(look(&ada, &conversation).await["unread"], 1);
    assert_eq!(look(&bob, &conversation).await["unread"], 3);
    // A visitor who was away learns it later, in their own numbers.
    assert_eq!(seen().await, 2);
    assert_eq!(read(999).await.expect(StatusCode::OK), json!({ "unread": 0 }));
    visitor.says(&conversation, "One more").await;
    assert_eq!(look(&ada, &conversation).await["unread"], 1, "a mark never lies in the future");

    let (entries, events) = stage.marks().await;
    assert_eq!(
        (entries, events),
        (marks.0 + 1, marks.1 + 1),
        "reading leaves no entry and no event"
    );
    // The visitor knows the same places by other numbers: the note does not count.
    assert_eq!(*stage.witness.operator_reads.lock().unwrap(), [(3, 2), (3, 2), (5, 4)]);
}

#[tokio::test]
async fn marking_unread_goes_back_to_the_visitors_last_message() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await;
    visitor.says(&conversation, "Two").await;
    reply(&ada, &conversation, "Three").await;
    let unread = path(&conversation, "/unread");
    assert_eq!(ada.post(&unread, json!({})).await.expect(StatusCode::OK), json!({ "unread": 2 }));
    let _ =
        ada.post(&path(&conversation, "/read"), json!({ "seq": 3 })).await.expect(StatusCode::OK);
    assert_eq!(look(&ada, &conversation).await["unread"], 0);
    assert_eq!(ada.post(&unread, json!({})).await.expect(StatusCode::OK), json!({ "unread": 1 }));
    assert_eq!(look(&ada, &conversation).await["unread"], 1);
}

#[tokio::test]
async fn a_visitor_reads_in_their_own_numbers_and_operators_see_it_in_theirs() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, conversation) = stage.conversation(widget).await; // 1 / 1
    note(&ada, &conversation, "Hm").await; // 2
    reply(&ada, &conversation, "Yes?").await; // 3 / 2
    reply(&ada, &conversation, "Hello?").await; // 4 / 3
    let own = || async {
        let list = visitor.get("/api/widget/v1/conversations").await.expect(StatusCode::OK);
        list["data"][0]["unread"].clone()
    };
    assert_eq!(own().await, 2);
    let marks = stage.marks().await;
    let read = format!("/api/widget/v1/conversations/{conversation}/read");
    let mark = |seq: i64| visitor.post(&read, json!({ "seq": seq })).boxed();
    assert_eq!(mark(2).await.expect(StatusCode::OK), json!({ "unread": 1 }));
    assert_eq!(look(&ada, &conversation).await["visitor_read_seq"], 3);
    assert_eq!(mark(1).await.expect(StatusCode::OK), json!({ "unread": 1 }), "it never goes back");
    assert_eq!(mark(77).await.expect(StatusCode::OK), json!({ "unread": 0 }));
    assert_eq!(mark(-5).await.expect(StatusCode::OK), json!({ "unread": 0 }));
    assert_eq!(
        (own().await, look(&ada, &conversation).await["visitor_read_seq"].clone()),
        (json!(0), json!(4))
    );
    assert_eq!(stage.marks().await, marks);
    assert_eq!(*stage.witness.visitor_reads.lock().unwrap(), [(3, 2), (4, 3)]);
}

#[tokio::test]
async fn the_counts_are_those_of_the_views() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let bob = ada.colleague(Role::User).await;
    let count = |operator| async move {
        let operator: &lk_testkit::Operator<'_> = operator;
        operator.get("/api/v1/conversations/counts").await.expect(StatusCode::OK)
    };
    let empty =
        json!({ "open": 0, "mine": 0, "unassigned": 0, "snoozed": 0, "resolved": 0, "unread": 0 });
    assert_eq!(count(&ada).await, empty);
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(stage.conversation(widget).await.1);
    }
    let until = stage.world.clock.now().plus(std::time::Duration::from_secs(60));
    for (id, verb, body) in [
        (&ids[0], "/assign", json!({ "operator_id": ada.id })),
        (&ids[1], "/assign", json!({ "operator_id": bob.id })),
        (&ids[2], "/resolve", json!({})),
        (&ids[3], "/snooze", json!({ "until": until })),
        (&ids[0], "/read", json!({ "seq": 1 })),
    ] {
        let _: Value = ada.post(&path(id, verb), body).await.expect(StatusCode::OK);
    }
    assert_eq!(
        count(&ada).await,
        json!({ "open": 3, "mine": 1, "unassigned": 1, "snoozed": 1, "resolved": 1, "unread": 2 })
    );
    assert_eq!(count(&bob).await["unread"], 3);
    assert_eq!(
        count(&stage.world.operator(Role::SuperAdmin).await).await,
        empty,
        "another workspace"
    );
}
