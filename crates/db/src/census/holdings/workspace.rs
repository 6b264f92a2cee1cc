//! Tables whose rows belong to a workspace.

use super::{Holding, STAYS};

pub(super) const HOLDINGS: &[Holding] = &[
    Holding {
        table: "workspaces",
        why: "The workspace itself.",
        kept: STAYS,
        personal: &[],
        secret: "",
        other: "workspace_id name created_at factor_required_since",
    },
    Holding {
        table: "operators",
        why: "Who works in the workspace, and who did: what they wrote keeps a name.",
        kept: STAYS,
        personal: &[
            ("person_id", "the login behind it"),
            ("name", "name"),
            ("email", "address"),
            ("role", "what they may do"),
        ],
        secret: "",
        other: "workspace_id operator_id joined_at removed_at",
    },
    Holding {
        table: "invitations",
        why: "Who was invited.",
        kept: STAYS,
        personal: &[
            ("email", "address, as it was typed"),
            ("email_key", "address, in lower case"),
            ("invited_by", "who invited them"),
        ],
        secret: "token_hash",
        other: "workspace_id invitation_id role created_at expires_at accepted_at revoked_at \
                link_shown_at",
    },
    Holding {
        table: "audit_entries",
        why: "Who did what, when and from where.",
        kept: "stays; nobody, the owner included, can change or remove one",
        personal: &[
            ("actor_id", "who did it"),
            ("payload", "sealed: network address, what the browser said it is, old and new values"),
        ],
        secret: "commitment",
        other: "workspace_id entry_id position at action actor_kind session_id target_kind \
                target_id request_id",
    },
    Holding {
        table: "audit_waiting",
        why: "Entries that wait for their place in the audit log's tree.",
        kept: "until they have it; the tree is not built yet, so they stay",
        personal: &[],
        secret: "digest",
        other: "workspace_id entry_id position at",
    },
    Holding {
        table: "audit_keys",
        why: "What seals the payloads of a month's entries.",
        kept: STAYS,
        personal: &[],
        secret: "key_sealed",
        other: "workspace_id month key_id created_at destroyed_at",
    },
    Holding {
        table: "outbox",
        why: "What happened, for clients that come back and ask for what they missed.",
        kept: STAYS,
        personal: &[
            ("actor_id", "who did it"),
            ("data", "what clients are told: messages, notes, contacts"),
        ],
        secret: "",
        other: "workspace_id event_id position kind subject_id actor_kind at seq",
    },
    Holding {
        table: "workspace_sequences",
        why: "The number of the workspace's newest event.",
        kept: STAYS,
        personal: &[],
        secret: "",
        other: "workspace_id last_seq",
    },
    Holding {
        table: "widgets",
        why: "How the workspace looks on a website, and where it may be shown.",
        kept: STAYS,
        personal: &[],
        secret: "",
        other: "workspace_id widget_id name greeting colour allowed_sites ask_name ask_email \
                first_hit_at first_hit_site created_at updated_at",
    },
    Holding {
        table: "contacts",
        why: "Whom the workspace knows.",
        kept: STAYS,
        personal: &[("contact_id", "who"), ("name", "name"), ("email", "address")],
        secret: "",
        other: "workspace_id verified created_at updated_at",
    },
    Holding {
        table: "visitors",
        why: "A browser that used the widget, so that its conversation goes on.",
        kept: STAYS,
        personal: &[
            ("visitor_id", "who"),
            ("contact_id", "who that is"),
            ("site", "on which site they wrote"),
            ("device", "kind of browser and system"),
            ("address_sealed", "network address, sealed"),
            ("address_masked", "network address without its end"),
            ("last_seen_at", "when they were last there"),
        ],
        secret: "token_hash",
        other: "workspace_id widget_id created_at revoked_at",
    },
    Holding {
        table: "conversations",
        why: "Threads between visitors and the workspace.",
        kept: STAYS,
        personal: &[
            ("visitor_id", "who wrote"),
            ("assignee_id", "who answers"),
            ("preview", "the beginning of the newest message"),
            ("preview_author_id", "who wrote that"),
            ("visitor_read_seq", "how far the visitor has read"),
        ],
        secret: "",
        other: "workspace_id conversation_id widget_id status snoozed_until last_seq \
                last_public_seq last_visitor_seq preview_seq preview_kind preview_author \
                preview_at created_at updated_at",
    },
    Holding {
        table: "messages",
        why: "What was said.",
        kept: STAYS,
        personal: &[
            ("author_id", "who wrote it"),
            ("body", "the words"),
            ("activity", "who did what to the conversation"),
        ],
        secret: "",
        other: "workspace_id conversation_id seq public_seq message_id kind author_kind \
                client_message_id created_at",
    },
    Holding {
        table: "conversation_reads",
        why: "How far each operator has read.",
        kept: STAYS,
        personal: &[("operator_id", "who"), ("read_seq", "how far they have read")],
        secret: "",
        other: "workspace_id conversation_id",
    },
    Holding {
        table: "api_keys",
        why: "Programs' way in, and where from each was last used.",
        kept: STAYS,
        personal: &[
            ("created_by", "who made it"),
            ("secret_seen_by", "who was shown its secret"),
            ("old_seen_by", "who was shown the secret before"),
            ("last_used_masked", "network address without its end"),
        ],
        secret: "secret_hash old_hash",
        other: "workspace_id api_key_id name scopes allowed_addresses created_at expires_at \
                revoked_at revoked_because secret_at old_ends_at last_used_at",
    },
    Holding {
        table: "sso_connections",
        why: "The workspace's provider of single sign-on.",
        kept: "until it is removed",
        personal: &[],
        secret: "secret_sealed",
        other: "workspace_id issuer client_id joins trusts_factors created_at updated_at",
    },
    Holding {
        table: "sso_domains",
        why: "Domains of addresses that are the workspace's own.",
        kept: "until they are taken away",
        personal: &[],
        secret: "",
        other: "workspace_id domain proof created_at verified_at",
    },
    Holding {
        table: "sso_identities",
        why: "Who somebody at the provider is here.",
        kept: "until the provider is removed",
        personal: &[("subject", "what the provider calls them"), ("operator_id", "who that is")],
        secret: "",
        other: "workspace_id issuer bound_at",
    },
    Holding {
        table: "sso_logout_tokens",
        why: "Logout tokens that were heard, so that none is heard twice.",
        kept: "until they end, then until the next one is heard",
        personal: &[],
        secret: "token_hash",
        other: "workspace_id expires_at",
    },
];
