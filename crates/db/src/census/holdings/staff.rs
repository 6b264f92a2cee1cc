//! Tables of staff, the installation's own administrators: they carry the platform workspace.

use super::{Holding, STAYS};

const STAFF_ID: (&str, &str) = ("staff_id", "whose it is");

pub(super) const HOLDINGS: &[Holding] = &[
    Holding {
        table: "staff",
        why: "Who administers the installation.",
        kept: STAYS,
        personal: &[
            STAFF_ID,
            ("email", "address, as it was typed"),
            ("email_key", "address, in lower case"),
            ("name", "name, which workspaces are told"),
        ],
        secret: "password",
        other: "workspace_id role created_at disabled_at",
    },
    Holding {
        table: "staff_factors",
        why: "The secret that the app of a member of staff shares.",
        kept: "until it is replaced",
        personal: &[STAFF_ID],
        secret: "secret_sealed",
        other: "workspace_id confirmed_at last_step wrong_codes wrong_since",
    },
    Holding {
        table: "staff_links",
        why: "Links by which staff sets a password and a second factor.",
        kept: STAYS,
        personal: &[STAFF_ID],
        secret: "token_hash secret_sealed",
        other: "workspace_id staff_link_id created_at expires_at used_at",
    },
    Holding {
        table: "staff_sessions",
        why: "Who of the staff is signed in where, so that they can see it and end it.",
        kept: STAYS,
        personal: &[
            STAFF_ID,
            ("device", "kind of browser and system"),
            ("address_sealed", "network address, sealed"),
            ("address_masked", "network address without its end"),
            ("last_seen_at", "when they were last there"),
        ],
        secret: "token_hash cookie_hash",
        other: "workspace_id staff_session_id created_at authenticated_at expires_at revoked_at",
    },
    Holding {
        table: "staff_grants",
        why: "Who of the staff had access to which workspace, why and for how long.",
        kept: STAYS,
        personal: &[STAFF_ID, ("reason", "what they wrote, which the workspace reads")],
        secret: "",
        other: "workspace_id grant_id granted_workspace_id workspace_name began_at ends_at \
                ended_at ended_by",
    },
    Holding {
        table: "staff_entries",
        why: "Staff's own audit stream.",
        kept: STAYS,
        personal: &[
            ("actor_id", "who did it"),
            ("address_sealed", "network address, sealed"),
            ("address_masked", "network address without its end"),
            ("user_agent", "what their browser says it is"),
            ("target_id", "to whom it was done, where it was somebody"),
            ("change", "what changed: reasons for access among it"),
        ],
        secret: "",
        other: "workspace_id entry_id position at action actor_kind session_id target_kind \
                request_id",
    },
];
