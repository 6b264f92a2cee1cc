//! Events as messages of syslog (RFC 5424), each with its length in front (RFC 5425).

use lk_base::Timestamp;

use super::batch::Event;

/// The facility "log audit".
const FACILITY: u8 = 13;
/// RFC 5424 wants no longer name of a message.
const MOST_ID: usize = 32;
/// Where `sequenceId` begins again (RFC 5424, 7.3.1).
const MOST_SEQUENCE: i64 = 2_147_483_647;

/// The bytes of these events; `host` is the name of this installation.
pub(super) fn frames(host: &str, events: &[Event]) -> Vec<u8> {
    let mut out = Vec::new();
    for event in events {
        let message = message(host, event);
        out.extend_from_slice(format!("{} ", message.len()).as_bytes());
        out.extend_from_slice(message.as_bytes());
    }
    out
}

fn message(host: &str, event: &Event) -> String {
    let priority = FACILITY * 8 + severity(event.severity);
    let (at, id): (Timestamp, String) = (event.at, event.action.chars().take(MOST_ID).collect());
    let sequence = match event.number {
        Some(number) => format!("[meta sequenceId=\"{}\"]", (number - 1) % MOST_SEQUENCE + 1),
        None => "-".to_owned(),
    };
    format!("<{priority}>1 {at} {host} leadkeep - {id} {sequence} {}", ascii(&event.json))
}

/// The same JSON in ASCII alone: RFC 5424 (6.4) wants a byte order mark before anything else, and
/// readers of JSON refuse one. What is beyond ASCII stands in strings only, where it may be escaped.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// How much it matters to OCSF, and to syslog: informational, notice, warning, critical.
const fn severity(of: u64) -> u8 {
    match of {
        0 | 1 => 6,
        2 => 5,
        3 => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: Option<i64>, severity: u64, json: &str) -> Event {
        Event {
            number,
            action: "workspace.access_policy_changed_in_a_way".to_owned(),
            at: Timestamp::from_unix_micros(1_795_338_000_123_456),
            severity,
            json: json.to_owned(),
        }
    }

    #[test]
    fn a_message_is_of_rfc_5424_with_its_length_in_front() {
        let sent = frames("app.test", &[event(Some(7), 1, "{\"é\":1}"), event(None, 4, "{}")]);
        let first = "<110>1 2026-11-22T09:00:00.123Z app.test leadkeep - \
                     workspace.access_policy_changed_ [meta sequenceId=\"7\"] {\"\\u00e9\":1}";
        let second = "<106>1 2026-11-22T09:00:00.123Z app.test leadkeep - \
                      workspace.access_policy_changed_ - {}";
        let wanted = format!("{} {first}{} {second}", first.len(), second.len());
        assert_eq!(String::from_utf8(sent).unwrap(), wanted);
    }

    #[test]
    fn what_is_beyond_ascii_is_escaped_and_means_the_same() {
        let json = serde_json::json!({ "é": "“🦀”\n\u{7f}\u{2028}" });
        let sent = ascii(&json.to_string());
        assert!(sent.is_ascii() && !sent.contains('\n'), "{sent}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&sent).unwrap(), json);
    }

    #[test]
    fn the_sequence_begins_again_where_the_rfc_says_so() {
        let of = |number| message("h", &event(Some(number), 1, "{}"));
        assert!(of(MOST_SEQUENCE).contains("sequenceId=\"2147483647\""));
        assert!(of(MOST_SEQUENCE + 1).contains("sequenceId=\"1\""));
    }
}
