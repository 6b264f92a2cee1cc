//! The private cluster against a real PostgreSQL.
