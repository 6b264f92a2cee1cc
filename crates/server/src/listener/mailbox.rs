//! The mailbox of the private listener: mail that waits because no server is set to take it.
//!
//! **Invariant:** it is read from this machine only, whoever else reaches the listener: its links
//! open logins. And under an address or as localhost only, so that no page of a stranger reaches it
//! under a name that it made resolve to this machine.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use lk_base::{Error, Result};
use lk_mail::letter::escape;
use lk_mail::{Kept, Mode};
use lk_web::Problem;
use serde_json::json;

use super::private::{Looked, is_from_here};

/// What the page may do: show text, and look like something.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// `GET /mail`, for people.
pub(super) async fn page(
    State(looked): State<Looked>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    match kept(&looked, peer.ip(), &headers).await {
        Ok(kept) => {
            let html = html(&looked, &kept);
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
            ];
            (headers, html).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// `GET /mail.css`, how the page looks.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("mailbox.css"))
        .into_response()
}

/// `GET /mail.json`, for programs.
pub(super) async fn list(
    State(looked): State<Looked>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    match kept(&looked, peer.ip(), &headers).await {
        Ok(kept) => {
            let sender = looked.postman.sender();
            let mails: Vec<_> = kept
                .iter()
                .map(|mail| {
                    json!({
                        "id": mail.id,
                        "at": mail.at,
                        "to": mail.to.reveal(),
                        "subject": mail.letter.subject(),
                        "text": mail.letter.text(sender),
                        "html": mail.letter.html(sender),
                    })
                })
                .collect();
            let body = json!({ "sent_by_smtp": is_sent(&looked), "data": mails }).to_string();
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

fn is_sent(looked: &Looked) -> bool {
    looked.postman.mode() == Mode::Smtp
}

async fn kept(looked: &Looked, peer: IpAddr, headers: &HeaderMap) -> Result<Vec<Kept>> {
    if !is_from_here(peer, headers) {
        return Err(Error::NotFound);
    }
    // What a server will take is nobody's to read on the way.
    if is_sent(looked) { Ok(Vec::new()) } else { looked.postman.mailbox().await }
}

fn html(looked: &Looked, kept: &[Kept]) -> String {
    let about = if is_sent(looked) {
        "Mail is sent by SMTP; nothing is kept here."
    } else {
        "No mail is sent, because mail.host is empty. What would have been sent waits here for a day."
    };
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Mailbox</title><link rel=\"stylesheet\" href=\"/mail.css\"><main><h1>Mailbox</h1><p>{about}</p>"
    );
    if kept.is_empty() && !is_sent(looked) {
        out.push_str("<p>There is nothing in it.</p>");
    }
    for mail in kept {
        let text = mail.letter.text(looked.postman.sender());
        let lines: Vec<String> = text.lines().map(line).collect();
        out.push_str(&format!(
            "<article><h2>{}</h2><p>To {} at {}</p><pre>{}</pre></article>",
            escape(mail.letter.subject()),
            escape(mail.to.reveal()),
            mail.at,
            lines.join("\n"),
        ));
    }
    out
}

/// A line that is nothing but an address can be followed.
fn line(line: &str) -> String {
    let text = escape(line);
    if line.starts_with("https://") && !line.contains(' ') {
        format!("<a href=\"{text}\" rel=\"noreferrer\">{text}</a>")
    } else {
        text
    }
}
