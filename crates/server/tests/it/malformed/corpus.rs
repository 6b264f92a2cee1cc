//! The corpus: bodies no operation can read, and values nobody expects in a field.

use serde_json::{Value, json};

/// How deep the deep ones are.
const DEEP: usize = 10_000;

/// A body that no operation can read, and what it calls itself.
pub(super) struct Bad {
    pub(super) what: &'static str,
    pub(super) kind: Option<&'static str>,
    pub(super) bytes: Vec<u8>,
}

const JSON: Option<&str> = Some("application/json");

fn bad(what: &'static str, kind: Option<&'static str>, bytes: impl Into<Vec<u8>>) -> Bad {
    Bad { what, kind, bytes: bytes.into() }
}

/// Bodies that are refused by every operation that takes one.
pub(super) fn bodies() -> Vec<Bad> {
    let nested = |open: &str, close: &str| [open.repeat(DEEP), close.repeat(DEEP)].concat();
    let mut all = vec![
        bad("half an object", JSON, r#"{"name": "Ada"#),
        bad("an object without its end", JSON, "{"),
        bad("one brace too many", JSON, "{}}"),
        bad("two documents", JSON, "{} {}"),
        bad("a comma at the end", JSON, r#"{"a": 1,}"#),
        bad("a key without quotes", JSON, "{a: 1}"),
        bad("a comment", JSON, "/* */ {}"),
        bad("not a number", JSON, r#"{"a": NaN}"#),
        bad("words", JSON, "the quick brown fox"),
        bad("blanks", JSON, "   \n\t"),
        bad("a byte-order mark", JSON, b"\xef\xbb\xbf{}".to_vec()),
        bad("UTF-16", JSON, b"\xff\xfe{\x00}\x00".to_vec()),
        bad("NUL bytes", JSON, vec![0; 64]),
        bad("gzip", JSON, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec()),
        bad("bad UTF-8 in a key", JSON, b"{\"\xff\xfe\": 1}".to_vec()),
        bad("bad UTF-8 in a value", JSON, b"{\"name\": \"\xc3\x28\"}".to_vec()),
        bad("an overlong slash", JSON, b"{\"name\": \"\xc0\xaf\"}".to_vec()),
        bad("a surrogate as bytes", JSON, b"{\"name\": \"\xed\xa0\x80\"}".to_vec()),
        bad("a lone high surrogate", JSON, r#"{"name": "\ud800"}"#),
        bad("a lone low surrogate", JSON, r#"{"name": "\udfff"}"#),
        bad("surrogates in the wrong order", JSON, r#"{"name": "\udc00\ud800"}"#),
        bad("an escape that is none", JSON, r#"{"name": "\x41"}"#),
        bad("a bare line break in a string", JSON, "{\"name\": \"a\nb\"}"),
        bad("a bare NUL in a string", JSON, b"{\"name\": \"a\0b\"}".to_vec()),
        bad("a key twice", JSON, r#"{"name": "a", "name": "b", "seq": 1, "seq": 2}"#),
        bad("a number beyond every float", JSON, r#"{"seq": 1e999}"#),
        bad("a number of 50,000 digits", JSON, format!(r#"{{"seq": {}}}"#, "9".repeat(50_000))),
        bad("10,000 arrays", JSON, nested("[", "]")),
        bad("10,000 arrays without an end", JSON, "[".repeat(DEEP)),
        bad("10,000 objects", JSON, nested(r#"{"a":"#, "}")),
        bad("10,000 objects in a field", JSON, format!(r#"{{"x": {}}}"#, nested("[", "]"))),
        bad("__proto__", JSON, r#"{"__proto__": {"role": "super_admin"}}"#),
        bad("64 KiB and a byte", JSON, vec![b' '; 64 * 1024 + 1]),
        bad("a form", Some("application/x-www-form-urlencoded"), "name=Ada&role=super_admin"),
        bad("JSON as text, as a foreign form sends it", Some("text/plain"), "{}"),
        bad("JSON without a type", None, "{}"),
        bad("JSON under a type that is none", Some("application/json/json"), "{}"),
        bad("JSON under two types", Some("text/plain, application/json"), "{}"),
        bad("XML", Some("application/xml"), "<?xml version=\"1.0\"?><a/>"),
        bad("parts", Some("multipart/form-data; boundary=x"), "--x\r\n\r\n{}\r\n--x--"),
    ];
    // Of a type that is no object.
    for (what, text) in [
        ("null", "null"),
        ("true", "true"),
        ("a number", "0"),
        ("a string", r#""{}""#),
        ("an empty array", "[]"),
        ("an array", "[{}]"),
        ("an array of 10,000 nulls", &*json!(vec![Value::Null; 10_000]).to_string()),
    ] {
        all.push(bad(what, JSON, text));
    }
    all
}

/// Values of every type, and texts of the kind that has broken somebody's software before.
pub(super) fn values() -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(-0.0),
        json!(1e308),
        json!(i32::MAX),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({ "a": { "b": null } }),
        json!(vec!["https://a.test"; 51]),
        json!(["https://a.test", 7, null]),
    ];
    all.extend(texts().into_iter().map(Value::String));
    all
}

/// Texts: after the kinds of the Big List of Naughty Strings, in our own words.
pub(super) fn texts() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "\u{0}",
        "a\u{0}b",
        "\u{1}\u{7}\u{8}\u{1b}[2J\u{7f}",
        "\u{85}\u{9f}",
        "\u{feff}\u{200b}\u{200e}\u{2060}",
        "\u{202e}txt.exe",
        "\u{2028}\u{2029}",
        "\u{fffe}\u{ffff}\u{10ffff}",
        "Z\u{351}\u{343}\u{34a}\u{330}a\u{317}lgo",
        "👩‍👩‍👧‍👦🏳️‍🌈🇦🇶",
        "İıſßﬃ",
        "undefined",
        "NaN",
        "-Infinity",
        "0x7f",
        "1e309",
        "١٢٣",
        "99999999999999999999999999999999999999",
        "'",
        "'; drop table conversations; --",
        "$1",
        "%s%n%x",
        "{{7*7}}",
        "${jndi:ldap://a.test/x}",
        "<script>alert(1)</script>",
        "../../../../etc/passwd",
        "a\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "https://",
        "https://[::1",
        "https://a.test:99999",
        "@",
        "a@b@c.test",
        "xn--a@xn--.test",
        "..",
        ".",
        "a.b.c",
        "9999-12-31T23:59:59.999999999Z",
        "10000-01-01T00:00:00Z",
        "-9999-01-01T00:00:00Z",
        "2026-02-30T25:61:61Z",
        "0000-00-00T00:00:00Z",
        "2026-11-22T23:00:00+99:99",
        "wsp_00000000000000000000000000",
        "opr_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    ]
    .map(str::to_owned)
    .into();
    all.push("a".repeat(60_000));
    all.push("\u{301}".repeat(5_000));
    all.push("🦊".repeat(4_001));
    all
}
