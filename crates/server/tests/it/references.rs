//! What is committed about the API is what the code says.

use crate::house::House;

#[tokio::test]
async fn the_committed_openapi_document_is_the_printed_one() {
    let house = House::new().await;
    let printed = lk_server::routes::document(
        &house.product.identity,
        &house.product.inbox,
        &house.product.staff,
    );
    let committed = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/openapi.json"
    ));
    let committed: serde_json::Value = serde_json::from_str(&committed.unwrap()).unwrap();
    assert!(committed == printed, "docs/reference/openapi.json is old: run cargo xtask gen");
}

#[tokio::test]
async fn the_committed_openapi_document_of_staff_is_the_printed_one() {
    let house = House::new().await;
    let printed = lk_server::routes::staff_document(
        &house.product.identity,
        &house.product.inbox,
        &house.product.staff,
    );
    let committed = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/openapi-staff.json"
    ));
    let committed: serde_json::Value = serde_json::from_str(&committed.unwrap()).unwrap();
    assert!(committed == printed, "docs/reference/openapi-staff.json is old: run cargo xtask gen");
}

#[tokio::test]
async fn no_two_operations_share_a_name_or_a_place() {
    let house = House::new().await;
    let mut names = std::collections::HashSet::new();
    for declared in house.routes().declared() {
        let operation = declared.operation;
        assert!(names.insert(operation.id.to_owned()), "{}", operation.id);
        assert!(
            names.insert(format!("{} {}", operation.method, operation.path)),
            "{}",
            operation.path
        );
    }
}

/// Every code that a problem document can carry is in the printed list, and nothing else is.
#[test]
fn every_error_code_is_listed() {
    let mut used = std::collections::BTreeSet::new();
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    collect(&crates, &mut used);
    let listed: std::collections::BTreeSet<String> =
        lk_web::codes::CODES.iter().map(|code| code.code.to_owned()).collect();
    assert_eq!(listed, used);
}

fn collect(directory: &std::path::Path, used: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "tests" && name != "target")
        {
            collect(&path, used);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("codes.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for part in text
                .split("code: \"")
                .skip(1)
                .chain(text.split("Self::new(StatusCode::").skip(1))
                .chain(text.split("Problem::new(StatusCode::").skip(1))
            {
                let part = part
                    .split_once(", \"")
                    .filter(|(before, _)| {
                        before.chars().all(|c| c.is_ascii_uppercase() || c == '_')
                    })
                    .map_or(part, |(_, rest)| rest);
                let code = part.split('"').next().unwrap_or_default();
                if !code.is_empty()
                    && code
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                {
                    used.insert(code.to_owned());
                }
            }
        }
    }
}
