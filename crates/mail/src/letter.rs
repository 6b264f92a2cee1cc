//! What a mail says, once, printed as text and as HTML.
//!
//! **Invariant:** nothing in it is fetched from anywhere, and no address in it tells who opened it.

use serde::{Deserialize, Serialize};

/// Who writes: the installation.
#[derive(Debug, Clone)]
pub struct Sender {
    /// What the installation is called.
    pub name: String,
    /// Where it is, so that people can tell it from others.
    pub url: String,
}

/// A mail before it is addressed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    pub(crate) kind: String,
    pub(crate) subject: String,
    parts: Vec<Part>,
}

#[derive(Clone, Serialize, Deserialize)]
enum Part {
    Says(String),
    Link { label: String, url: String },
}

/// Words and links are for the recipient only.
impl std::fmt::Debug for Letter {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<letter {}>", self.kind)
    }
}

impl Letter {
    /// A letter of a kind, such as `reset`, with its subject.
    #[must_use]
    pub fn new(kind: &'static str, subject: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), subject: subject.into(), parts: Vec::new() }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn says(mut self, words: impl Into<String>) -> Self {
        self.parts.push(Part::Says(words.into()));
        self
    }

    /// Adds a link: a button in HTML, a line of its own in text.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, url: impl Into<String>) -> Self {
        self.parts.push(Part::Link { label: label.into(), url: url.into() });
        self
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// As plain text.
    #[must_use]
    pub fn text(&self, sender: &Sender) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Says(words) => out.push_str(words),
                Part::Link { label, url } => out.push_str(&format!("{label}:\n{url}")),
            }
            out.push_str("\n\n");
        }
        out.push_str(&format!("-- \n{}\n{}\n", sender.name, sender.url));
        out
    }

    /// As HTML.
    #[must_use]
    pub fn html(&self, sender: &Sender) -> String {
        let mut parts = String::new();
        for part in &self.parts {
            match part {
                Part::Says(words) => {
                    parts.push_str(&format!("<p style=\"margin:0 0 16px\">{}</p>\n", escape(words)))
                }
                Part::Link { label, url } => parts.push_str(
                    &BUTTON.replace("{url}", &escape(url)).replace("{label}", &escape(label)),
                ),
            }
        }
        PAGE.replace("{subject}", &escape(&self.subject))
            .replace("{name}", &escape(&sender.name))
            .replace("{home}", &escape(&sender.url))
            .replace("{parts}", &parts)
    }
}

const BUTTON: &str = include_str!("button.html");
const PAGE: &str = include_str!("page.html");

/// Text for HTML's text and attribute values.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // So that nothing anybody wrote is taken for a place to fill.
            '{' => out.push_str("&#123;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        Sender { name: "Plum & Co".to_owned(), url: "https://app.test".to_owned() }
    }

    #[test]
    fn what_people_wrote_stays_text() {
        let letter = Letter::new("test", "<b>Hello</b>")
            .says("<script>alert(1)</script> {home} \"quoted\"")
            .link("Open <it>", "https://app.test/x#a&b\"c");
        let html = letter.html(&sender());
        for raw in ["<script", "<b>", "<it>", "#a&b", "b\"c", "{"] {
            assert!(!html.contains(raw), "{raw} in {html}");
        }
        assert!(html.contains("Plum &amp; Co"));
        assert!(html.contains("&#123;home} &quot;quoted&quot;"), "words are not filled in: {html}");
    }

    #[test]
    fn both_forms_say_the_same_and_fetch_nothing() {
        let letter =
            Letter::new("test", "A subject").says("Words.").link("Go", "https://app.test/x#y");
        let (text, html) = (letter.text(&sender()), letter.html(&sender()));
        for said in ["Words.", "Go", "https://app.test/x#y"] {
            assert!(text.contains(said) && html.contains(said), "{said}");
        }
        for fetching in ["<img", "src=", "<link", "url(", "@import", "<script"] {
            assert!(!html.contains(fetching), "{fetching}");
        }
    }
}
