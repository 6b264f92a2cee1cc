//! Tests against what nobody here wrote: the vector of RFC 9106, and Debian's `argon2` command
//! (the reference implementation), which `cargo xtask test` installs.

use std::io::Write;
use std::process::{Command, Stdio};

use argon2::{AssociatedData, ParamsBuilder};

use super::*;

#[test]
fn the_vector_of_rfc_9106_comes_out() {
    // Section 5.3: Argon2id, 32 KiB, 3 passes, 4 lanes, with key and associated data.
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .output_len(32)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let argon =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    let expected = [
        0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53,
        0xc9, 0xd0, 0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01,
        0xe6, 0x59,
    ];
    assert_eq!(tag, expected);
}

/// What the command makes of a password: the PHC string.
fn commanded(password: &str, salt: &str, cost: Cost) -> String {
    let (passes, memory) = (cost.passes.to_string(), cost.memory.to_string());
    let mut command = Command::new("argon2");
    command.args([salt, "-id", "-v", "13", "-p", "1", "-l", "32", "-e"]);
    command.args(["-t", &passes, "-k", &memory]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect(
        "the command argon2, of Debian's package of that name; cargo xtask test installs it",
    );
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn without_the_pepper_our_hashes_are_those_of_the_argon2_command() {
    let hasher = Hasher::new(&RootKey::random(), Cost::LEAST, 1).unwrap();
    for cost in
        [Cost::LEAST, Cost { memory: 46 * 1024, passes: 1 }, Cost { memory: 12 * 1024, passes: 3 }]
    {
        for (password, salt) in [
            ("correct horse battery", "sixteen octets ."),
            ("pässwörter sind länger", "another sixteen!"),
            ("x", "0123456789abcdef"),
        ] {
            let word = Secret::new(password.to_owned());
            let tag = hasher.0.keyed_tag(&[], cost, &word, salt.as_bytes()).unwrap();
            let ours = Stored { cost, salt: salt.as_bytes().to_vec(), tag }.print();
            let theirs = commanded(password, salt, cost);
            assert_eq!(ours.replace(",keyid=cDE", ""), theirs);
            // And back: what the command made is read as ours is, once it names the pepper.
            let named = theirs.replace(",p=1$", ",p=1,keyid=cDE$");
            let read = Stored::parse(&named).unwrap();
            let again = hasher.0.keyed_tag(&[], read.cost, &word, &read.salt).unwrap();
            assert_eq!(again, read.tag);
            assert_ne!(hasher.0.tag(read.cost, &word, &read.salt).unwrap(), read.tag);
        }
    }
}

#[test]
fn whatever_cost_the_settings_allow_is_read_back() {
    let most = Cost { memory: 524_288, passes: 16 };
    let text = Stored { cost: most, salt: vec![7; SALT], tag: vec![8; TAG] }.print();
    assert_eq!(Stored::parse(&text).unwrap().cost, most);
    let more = Cost { memory: 524_289, passes: 16 };
    let text = Stored { cost: more, salt: vec![7; SALT], tag: vec![8; TAG] }.print();
    assert!(Stored::parse(&text).is_none());
}
