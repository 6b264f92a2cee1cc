//! Sessions, tokens, invitations: how they begin, go on and end.
