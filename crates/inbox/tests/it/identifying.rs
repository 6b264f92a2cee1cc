//! A visitor says who they are.

use http::StatusCode;
use lk_authz::Role;
use serde_json::{Value, json};

use crate::stage::{Stage, lines, look, path};

const ME: &str = "/api/widget/v1/me";

#[tokio::test]
async fn a_visitor_is_anonymous_until_they_say_who_they_are() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let nobody = stage.browser(widget).get(ME).await.expect(StatusCode::OK);
    assert_eq!(nobody, json!({ "visitor_id": null, "contact": null }));
    let name = json!({ "name": "Eve" });
    let answer = stage.browser(widget).patch(ME, name).await;
    assert_eq!(answer.refused(StatusCode::UNAUTHORIZED), "unauthenticated");
    let visitor = stage.visitor(widget).await;
    let me = visitor.get(ME).await.expect(StatusCode::OK);
    assert_eq!(me, json!({ "visitor_id": visitor.id().await, "contact": null }));
}

#[tokio::test]
async fn what_they_say_makes_a_contact_and_names_their_open_conversations() {
    let stage = Stage::new().await;
    let (ada, widget) = stage.shop(Role::User).await;
    let (visitor, open) = stage.conversation(widget).await;
    let closed = visitor.start("Another").await;
    let _ = ada.post(&path(&closed, "/resolve"), json!({})).await.expect(StatusCode::OK);
    let (entries, events) = stage.marks().await;

    let me =
        visitor.patch(ME, json!({ "name": "Eve Moneypenny", "email": "Eve@Example.test" })).await;

    let me = me.expect(StatusCode::OK);
    assert_eq!(me["contact"], json!({ "name": "Eve Moneypenny", "email": "Eve@Example.test" }));
    assert_eq!(visitor.get(ME).await.expect(StatusCode::OK), me);
    assert_eq!(stage.marks().await.0, entries + 1);
    let entry = stage.entry().await;
    assert_eq!(
        (&entry["action"], &entry["target_kind"]),
        (&json!("contact.identified"), &json!("contact"))
    );
    assert_eq!(
        entry["change"],
        json!({ "v": 1, "new": { "name": "E***", "email": "E***@E***.test", "verified": false } })
    );
    assert_eq!(stage.kinds(events).await, ["conversation.contact_set", "message.created"]);
    let told = &stage.world.events().await[events]["data"];
    assert_eq!(
        (&told["conversation_id"], &told["title"]),
        (&json!(open), &json!("Eve Moneypenny"))
    );
    assert_eq!(told["contact"]["verified"], false);
    let line = lines(&ada, &open).await.pop().unwrap();
    assert_eq!(line["activity"]["what"], "contact_identified");
    assert_eq!(lines(&ada, &closed).await.len(), 2, "what is closed stays as it is");
    assert_eq!(look(&ada, &closed).await["title"], "Eve Moneypenny");
}

#[tokio::test]
async fn more_can_be_said_later_and_the_same_again_is_nothing_new() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    let _ = visitor.patch(ME, json!({ "name": "Eve" })).await.expect(StatusCode::OK);
    let me = visitor.patch(ME, json!({ "email": "eve@example.test" })).await.expect(StatusCode::OK);
    assert_eq!(me["contact"], json!({ "name": "Eve", "email": "eve@example.test" }));
    let contacts = stage.world.database.rows("select * from contacts").await;
    assert_eq!(contacts.len(), 1);
    let marks = stage.marks().await;
    for body in
        [json!({ "name": "Eve", "email": "eve@example.test" }), json!({}), json!({ "name": "Eve" })]
    {
        assert_eq!(visitor.patch(ME, body).await.expect(StatusCode::OK), me);
    }
    assert_eq!(stage.marks().await, marks);
}

#[tokio::test]
async fn an_address_that_somebody_else_gave_opens_nothing_of_theirs() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let (eve, _) = stage.conversation(widget).await;
    let _ = eve.patch(ME, json!({ "email": "eve@example.test" })).await.expect(StatusCode::OK);
    let mallory = stage.visitor(widget).await;
    let me = mallory.patch(ME, json!({ "email": "eve@example.test" })).await.expect(StatusCode::OK);
    assert_eq!(me["contact"]["name"], Value::Null);
    let own = mallory.get("/api/widget/v1/conversations").await.expect(StatusCode::OK);
    assert_eq!(own["data"], json!([]));
    assert_eq!(
        stage.world.database.rows("select 1 from contacts").await.len(),
        2,
        "typing proves nothing"
    );
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let stage = Stage::new().await;
    let (_, widget) = stage.shop(Role::User).await;
    let visitor = stage.visitor(widget).await;
    for (body, pointer) in [
        (json!({ "email": "not an address" }), "/email"),
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "x".repeat(81) }), "/name"),
        (json!({ "verified": true }), "/verified"),
    ] {
        let answer = visitor.patch(ME, body).await;
        assert_eq!(answer.refused(StatusCode::BAD_REQUEST), "malformed");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
}
