//! Settings that are refused, and that the refusal helps.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Place;

/// What the load says to a file with this text.
fn said(text: &str) -> String {
    said_with(text, &[])
}

fn said_with(text: &str, environment: &[(&str, &str)]) -> String {
    // Tests run beside one another, so each text has a place of its own.
    let mut hasher = DefaultHasher::new();
    (text, environment).hash(&mut hasher);
    let place = Place::new(&format!("refused-{:x}", hasher.finish()));
    place.write("leadkeep.toml", text);
    place.load(environment).unwrap_err().to_string()
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_is_named() {
    let said = said("[server]\ndashbord_url = \"https://a.test\"\n");
    assert!(said.contains("server.dashbord_url") && said.contains("mean server.dashboard_url?"));
    assert!(said.contains("leadkeep.toml"), "{said}");
}

#[test]
fn an_unknown_section_or_a_key_outside_of_sections_is_refused() {
    assert!(said("[colours]\nred = 1\n").contains("no setting colours.red"));
    assert!(said("port = 80\n").contains("no setting port"));
}

#[test]
fn an_unknown_variable_is_refused_and_the_nearest_is_named() {
    for typo in ["LEADKEEP_LOG__FORMATT", "LEADKEEP_LOG_FORMAT"] {
        let said = said_with("", &[(typo, "json")]);
        assert!(said.contains(typo) && said.contains("mean LEADKEEP_LOG__FORMAT?"), "{said}");
    }
}

#[test]
fn a_file_variable_is_only_for_secrets() {
    assert!(said_with("", &[("LEADKEEP_LOG__FILTER_FILE", "/x")]).contains("no setting"));
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_its_origin() {
    assert!(said("[database]\napp_pool = \"many\"\n").contains("app_pool must be a whole number"));
    assert!(said_with("", &[("LEADKEEP_DEMO__ENABLED", "yes")]).contains("must be true or false"));
    assert!(said("[log]\nfilter = 3\n").contains("must be a text in quotes"));
}

#[test]
fn broken_toml_is_refused_with_its_line_and_without_its_text() {
    let said = said("[database]\nurl = \"postgres://a:kX9vQ2mWz7Lp@b/c\n");
    assert!(said.contains("line 2") && !said.contains("kX9vQ2mWz7Lp"), "{said}");
}

#[test]
fn a_named_file_that_is_not_there_is_refused() {
    let place = Place::new("missing-file");
    let said = place.load_with(&[], Some("/nowhere/x.toml".into())).unwrap_err().to_string();
    assert_eq!(said, "cannot read /nowhere/x.toml");
}

#[test]
fn values_outside_of_their_limits_are_refused_by_name() {
    for (text, expected) in [
        ("[data]\ndir = \"\"", "data.dir must name a directory"),
        ("[server]\nenvironment = \"staging\"", "server.environment must be \"production\""),
        ("[server]\ndashboard_url = \"http://a.test\"", "server.dashboard_url must be an address"),
        ("[server]\nwidget_url = \"https://LOCALHOST:8443/\"", "server.widget_url must be another"),
        ("[server]\nwidget_listen = \"127.0.0.1:8443\"", "server.widget_listen must differ"),
        ("[server]\nwidget_listen = \"8443\"", "server.widget_listen"),
        ("[server]\nhttp_listen = \"eighty\"", "server.http_listen must be an address and port"),
        ("[server]\nprivate_listen = \"0.0.0.0:9\"", "server.private_listen must be an address of"),
        ("[server]\ntrusted_proxies = [\"10.1.1.1/8\"]", "server.trusted_proxies must be an addr"),
        ("[server]\nshutdown_grace = \"1h\"", "server.shutdown_grace must be at most \"5m\""),
        ("[server]\nshutdown_grace = \"10\"", "server.shutdown_grace must be a duration"),
        ("[tls]\nmode = \"none\"", "tls.mode must be \"local\", \"files\" or \"acme\""),
        ("[tls]\nmode = \"files\"", "tls.certificate must name a PEM file"),
        ("[tls]\nmode = \"files\"\ncertificate = \"/no\"", "tls.certificate names /no"),
        ("[tls]\nmode = \"acme\"", "tls.acme_contact must be an e-mail address"),
        ("[tls]\nmode = \"acme\"\nacme_contact = \"a@a.test\"", "tls.acme_accept_terms must be"),
        (
            "[tls]\nmode = \"acme\"\nacme_contact = \"a@a.test\"\nacme_accept_terms = true",
            "server.dashboard_url must be a public name",
        ),
        (
            "[server]\ndashboard_url = \"https://app.example\"",
            "server.dashboard_url must be a localhost address when tls.mode is \"local\"",
        ),
        (
            "[server]\nwidget_url = \"https://10.0.0.1:8444\"",
            "server.widget_url must be a localhost address when tls.mode is \"local\"",
        ),
        ("[database]\napp_pool = 1", "database.app_pool must be between 2 and 60"),
        ("[database]\napp_url = \"postgres://a@b/c\"", "database.app_url is set without"),
        ("[database]\nurl = \"postgres://a@b/c\"", "database.app_url must begin with postgres://"),
        ("[database]\nurl = \"mysql://a@b/c\"", "database.url must begin with postgres://"),
        ("[database]\npostgres_user = \"\"", "database.postgres_user must name"),
        ("[identity]\naccess_token = \"16m\"", "identity.access_token must be between"),
        ("[identity]\naccess_token = \"59s\"", "identity.access_token must be between \"1m\""),
        (
            "[server]\nenvironment = \"development\"\n[identity]\naccess_token = \"9s\"",
            "identity.access_token must be between \"10s\"",
        ),
        ("[identity]\nsession_idle = \"5m\"", "identity.session_idle must not be shorter"),
        ("[identity]\nadmin_session_idle = \"5m\"", "identity.admin_session_idle must not be"),
        ("[identity]\nadmin_session_absolute = \"5m\"", "identity.admin_session_absolute must"),
        ("[identity]\nsession_absolute = \"30m\"", "identity.session_absolute must not be"),
        ("[identity]\nargon2_time = 3", "identity.argon2_time and identity.argon2_memory"),
        ("[identity]\nargon2_memory = 8\nargon2_time = 1", "identity.argon2_memory must be at"),
        ("[identity]\nsecond_factor = \"none\"", "identity.second_factor"),
        (
            "[server]\ndashboard_listen = \"0.0.0.0:8443\"\n[identity]\nsecond_factor = \"optional\"",
            "identity.second_factor must be \"required\", unless",
        ),
        (
            "[server]\ndashboard_url = \"https://app.example\"\n[identity]\nsecond_factor = \"optional\"",
            "identity.second_factor must be \"required\", unless",
        ),
        ("[demo]\nlisten = \"0.0.0.0:8446\"", "demo.listen must be an address of this machine"),
        ("[log]\nformat = \"xml\"", "log.format must be \"text\" or \"json\""),
        ("[log]\nfilter = \"\"", "log.filter must not be empty"),
    ] {
        let said = said(text);
        assert!(said.starts_with(expected), "{text}: {said}");
        assert!(said.ends_with(')'), "the origin is missing: {said}");
    }
}

#[test]
fn the_refusal_of_a_public_name_says_what_to_do_instead() {
    let said = said("[server]\nwidget_url = \"https://chat.example\"");
    for part in ["tls.mode to \"files\" or \"acme\"", "\"https://chat.localhost:8444\""] {
        assert!(said.contains(part), "{said}");
    }
    let place = Place::new("localhost-names");
    place.write(
        "leadkeep.toml",
        "[server]\ndashboard_url = \"https://app.localhost\"\nwidget_url = \"https://127.0.0.1:8444\"",
    );
    place.load(&[]).unwrap();
}

/// Their work has not been done; a setting that is read and has no effect would be a lie.
#[test]
fn settings_without_effect_are_unknown() {
    for text in ["[database]\nowner_pool = 2", "[database]\ndispatch_pool = 4"] {
        let said = said(text);
        assert!(said.starts_with("there is no setting"), "{text}: {said}");
    }
}

#[test]
fn weak_and_sample_root_keys_are_refused_without_being_repeated() {
    for weak in [
        "changeme",
        "not base64 at all!",
        &"00".repeat(32),
        &"ab".repeat(40),
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtY2hhbmdlLW1l",
        "7LC3mCd0XvKQ4x2vJw0x",
    ] {
        let said = said_with("", &[("LEADKEEP_SECRETS__ROOT_KEY", weak)]);
        assert!(said.starts_with("secrets.root_key "), "{said}");
        assert!(!said.contains(weak), "{said}");
    }
}

#[test]
fn a_database_password_everybody_knows_is_refused_in_production_only() {
    let urls = "[database]\nurl = \"postgres://a:postgres@b/c\"\n\
                app_url = \"postgres://a:postgres@b/c\"\ndispatch_url = \"postgres://a:postgres@b/c\"\n";
    assert!(said(urls).starts_with("database.url has a password that everybody knows"));
    let place = Place::new("development");
    place.write("leadkeep.toml", urls);
    place.load(&[("LEADKEEP_SERVER__ENVIRONMENT", "development")]).unwrap();
}

#[test]
fn mail_is_not_sent_in_plain_to_another_machine() {
    let mail = |more: &str| {
        said(&format!("[mail]\nhost = \"smtp.test\"\nfrom = \"leadkeep@app.test\"\n{more}"))
    };
    assert!(mail("security = \"none\"\n").contains("mail.security may be \"none\" only"));
    assert!(mail("username = \"leadkeep\"\n").contains("mail.password and mail.username"));
    assert!(said("[mail]\nhost = \"smtp.test\"\n").contains("mail.from must be"));
    assert!(said("[mail]\nfrom = \"leadkeep@app.test\"\n").contains("mail.host is empty although"));
}
