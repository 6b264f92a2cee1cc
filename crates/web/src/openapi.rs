//! The OpenAPI 3.1 document, printed from the declarations.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::operation::{Access, Audited, OwnCookie};
use crate::problem::ProblemDocument;
use crate::routes::Declared;

fn generators() -> (SchemaGenerator, SchemaGenerator) {
    let settings = || {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings
    };
    (settings().for_deserialize().into_generator(), settings().for_serialize().into_generator())
}

/// Which API a document is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Of workspaces: operators, keys, visitors.
    Workspaces,
    /// Of staff, on the private listener.
    Staff,
}

impl Of {
    fn about(self, version: &str) -> Value {
        let (title, description) = match self {
            Self::Workspaces => (
                "Leadkeep API",
                "Workspaces, conversations, contacts and widgets. The credential decides the workspace.",
            ),
            Self::Staff => (
                "Leadkeep staff API",
                "For internal administrators of the installation, on the private listener only. The grant in the header `Leadkeep-Grant` decides the workspace.",
            ),
        };
        json!({
            "title": title,
            "version": version,
            "description": description,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        })
    }

    fn schemes(self) -> Value {
        match self {
            Self::Workspaces => json!({
                "access_token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "api_key": { "type": "http", "scheme": "bearer", "bearerFormat": "lk_…" },
                (OwnCookie::Refresh.scheme()): { "type": "apiKey", "in": "cookie", "name": OwnCookie::Refresh.name() },
                (OwnCookie::SignOn.scheme()): { "type": "apiKey", "in": "cookie", "name": OwnCookie::SignOn.name() },
                "widget": { "type": "apiKey", "in": "header", "name": "Leadkeep-Widget" },
            }),
            Self::Staff => json!({
                "staff_token": { "type": "http", "scheme": "bearer", "bearerFormat": "lks_…" },
                "staff_cookie": { "type": "apiKey", "in": "cookie", "name": crate::credential::STAFF },
                "grant": { "type": "apiKey", "in": "header", "name": "Leadkeep-Grant" },
            }),
        }
    }
}

/// Prints the document.
#[must_use]
pub fn document(declared: &[Declared], of: Of, version: &str) -> Value {
    let (mut asked, mut answered) = generators();
    let problem = answered.subschema_for::<ProblemDocument>();
    let mut paths: Map<String, Value> = Map::new();
    for entry in declared {
        let item = describe(entry, &mut asked, &mut answered, &problem);
        let path = paths.entry(entry.operation.path.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(methods) = path {
            methods.insert(entry.operation.method.as_str().to_lowercase(), item);
        }
    }
    let mut schemas = asked.take_definitions(true);
    schemas.extend(answered.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": of.about(version),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": of.schemes(),
        },
    })
}

fn describe(
    entry: &Declared,
    asked: &mut SchemaGenerator,
    answered: &mut SchemaGenerator,
    problem: &Schema,
) -> Value {
    let operation = entry.operation;
    let mut item = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag()],
        "x-rate-class": operation.rate.name(),
    });
    let Value::Object(fields) = &mut item else { return item };
    match operation.access {
        Access::Public | Access::StaffEntrance => {
            drop(fields.insert("security".to_owned(), json!([])))
        }
        Access::Staff(permission)
        | Access::StaffFresh(permission)
        | Access::Granted(permission) => {
            let mut door = json!({ "staff_token": [], "staff_cookie": [] });
            if let (Access::Granted(_), Value::Object(door)) = (operation.access, &mut door) {
                door.insert("grant".to_owned(), json!([]));
            }
            fields.insert("security".to_owned(), json!([door]));
            fields.insert("x-staff-permission".to_owned(), json!(permission.name()));
            if matches!(operation.access, Access::StaffFresh(_)) {
                fields.insert("x-step-up".to_owned(), json!(true));
            }
        }
        Access::Cookie(cookie) => {
            drop(fields.insert("security".to_owned(), json!([{ (cookie.scheme()): [] }])))
        }
        Access::Operator(permission) | Access::Fresh(permission) => {
            let scopes = operation.access.scopes();
            let mut doors = vec![json!({ "access_token": [] })];
            if !scopes.is_empty() {
                doors.push(json!({ "api_key": [] }));
                fields.insert("x-api-key-scopes".to_owned(), json!(scopes));
            }
            fields.insert("security".to_owned(), Value::Array(doors));
            fields.insert("x-permission".to_owned(), json!(permission.name()));
            if matches!(operation.access, Access::Fresh(_)) {
                fields.insert("x-step-up".to_owned(), json!(true));
            }
        }
        Access::Widget | Access::Visitor => {
            drop(fields.insert("security".to_owned(), json!([{ "widget": [] }])))
        }
    }
    match operation.audited {
        Audited::As(action) => {
            fields.insert("x-audited-as".to_owned(), json!(action.name()));
        }
        Audited::InBoth { staff, workspace } => {
            let both = json!([staff.name(), workspace.name()]);
            fields.insert("x-audited-as".to_owned(), both);
        }
        Audited::Reads | Audited::Exempt(_) => {}
    }
    let parameters = parameters(entry, asked);
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if !matches!(operation.method.as_str(), "GET" | "DELETE") {
        let schema = (entry.shapes.body)(asked);
        // Where there is nothing to say, nothing need be sent.
        let required =
            schema.get("$ref").and_then(Value::as_str) != Some("#/components/schemas/Nothing");
        fields.insert(
            "requestBody".to_owned(),
            json!({ "required": required, "content": { "application/json": { "schema": schema } } }),
        );
    }
    let mut answers = Map::new();
    let success = if operation.status == 204 {
        json!({ "description": "Done." })
    } else {
        let schema = (entry.shapes.answer)(answered);
        json!({ "description": "Success.", "content": { "application/json": { "schema": schema } } })
    };
    answers.insert(operation.status.to_string(), success);
    if operation.status == 201 {
        // The same request again (same client id) answers with the first result.
        if let Some(first) = answers.get("201").cloned() {
            answers.insert("200".to_owned(), first);
        }
    }
    for status in statuses(operation.access) {
        answers.insert(
            (*status).to_owned(),
            json!({ "description": "A problem.", "content": { "application/problem+json": { "schema": problem } } }),
        );
    }
    fields.insert("responses".to_owned(), Value::Object(answers));
    item
}

const fn statuses(access: Access) -> &'static [&'static str] {
    match access {
        Access::Public => &["400", "404", "408", "413", "415", "422", "429", "500", "503"],
        _ => &["400", "401", "403", "404", "408", "409", "413", "415", "422", "429", "500", "503"],
    }
}

fn parameters(entry: &Declared, asked: &mut SchemaGenerator) -> Vec<Value> {
    let names = entry
        .operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')));
    let mut out: Vec<Value> = names
        .zip((entry.shapes.path)(asked))
        .map(|(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        .collect();
    if matches!(entry.operation.access, Access::Widget | Access::Visitor) {
        for name in ["Leadkeep-Widget", "Leadkeep-Site"] {
            out.push(json!({ "name": name, "in": "header", "required": true, "schema": { "type": "string" } }));
        }
    }
    let query = (entry.shapes.query)(asked);
    if let Some(Value::Object(properties)) = query.get("properties") {
        for (name, schema) in properties {
            out.push(json!({ "name": name, "in": "query", "required": false, "schema": schema }));
        }
    }
    out
}
