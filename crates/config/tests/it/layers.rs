//! Which source wins, and how that is shown.

use std::time::Duration;

use lk_config::{Environment, LogFormat, Origin, Settings, Sources, TlsMode};

use crate::Place;

fn shown(settings: &Settings, key: &str) -> (String, String) {
    let one = settings.describe().iter().find(|one| one.key == key).unwrap();
    (one.value.clone(), one.origin.to_string())
}

#[test]
fn the_defaults_alone_are_valid() {
    let settings = Place::new("defaults").load(&[]).unwrap();
    assert_eq!(settings.server.environment, Environment::Production);
    assert_eq!(settings.server.dashboard_url.as_str(), "https://localhost:8443");
    assert_eq!(settings.server.http_listen, None);
    assert_eq!(settings.tls.mode, TlsMode::Local);
    assert_eq!(settings.identity.access_token, Duration::from_secs(600));
    assert!(settings.database.is_private() && settings.database.binaries().is_none());
    assert!(settings.describe().iter().all(|one| one.origin == Origin::Default));
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let place = Place::new("order");
    place.write("leadkeep.toml", "[log]\nformat = \"json\"\nfilter = \"warn\"\n");
    let settings = place.load(&[("LEADKEEP_LOG__FILTER", "debug")]).unwrap();
    assert_eq!(settings.log.format, LogFormat::Json);
    assert_eq!(settings.log.filter, "debug");
    assert_eq!(shown(&settings, "log.filter").1, "from LEADKEEP_LOG__FILTER");
    assert!(shown(&settings, "log.format").1.ends_with("/leadkeep.toml"));
    assert_eq!(shown(&settings, "demo.enabled"), ("false".to_owned(), "default".to_owned()));
}

#[test]
fn the_file_in_the_data_directory_is_read_before_the_one_here_and_a_named_one_before_both() {
    let place = Place::new("files");
    place.write("leadkeep.toml", "[log]\nfilter = \"here\"\n");
    place.write("store/leadkeep.toml", "[log]\nfilter = \"data\"\n");
    let named = place.write("named.toml", "[log]\nfilter = \"named\"\n");
    let store = ("LEADKEEP_DATA__DIR", "store");
    assert_eq!(place.load(&[]).unwrap().log.filter, "here");
    assert_eq!(place.load(&[store]).unwrap().log.filter, "data");
    let by_variable = [store, ("LEADKEEP_CONFIG", named.to_str().unwrap())];
    assert_eq!(place.load(&by_variable).unwrap().log.filter, "named");
    assert_eq!(place.load_with(&[store], Some(named)).unwrap().log.filter, "named");
}

#[test]
fn the_data_flag_wins_over_everything() {
    let place = Place::new("flag");
    let settings = Settings::load(&Sources {
        data: Some("/srv/flag".into()),
        environment: vec![("LEADKEEP_DATA__DIR".to_owned(), "/srv/variable".to_owned())],
        working_directory: place.0.clone(),
        ..Sources::default()
    })
    .unwrap();
    assert_eq!(settings.data_dir().to_str(), Some("/srv/flag"));
    assert_eq!(shown(&settings, "data.dir").1, "from --data");
}

#[test]
fn a_secret_can_be_read_from_a_file_and_is_never_shown() {
    let place = Place::new("secret");
    let file = place.write("url", "postgres://owner:kX9vQ2mWz7Lp@db.test/leadkeep\n");
    let other = "postgres://app:kX9vQ2mWz7Lp@db.test/leadkeep";
    let settings = place
        .load(&[
            ("DATABASE_URL", "postgres://owner@ignored.test/leadkeep"),
            ("LEADKEEP_DATABASE__URL_FILE", file.to_str().unwrap()),
            ("LEADKEEP_DATABASE__APP_URL", other),
            ("LEADKEEP_DATABASE__DISPATCH_URL", other),
        ])
        .unwrap();
    assert!(settings.database.url.expose().ends_with("@db.test/leadkeep"));
    let (value, origin) = shown(&settings, "database.url");
    assert_eq!(value, "<secret>");
    assert!(origin.contains("LEADKEEP_DATABASE__URL_FILE"), "{origin}");
    assert_eq!(shown(&settings, "secrets.root_key").0, "not set");
    assert!(!format!("{settings:?}").contains("kX9vQ2mWz7Lp"));
}

#[test]
fn database_url_is_honoured_and_the_variable_of_our_own_wins_over_it() {
    let place = Place::new("database-url");
    let url = |host: &str| format!("postgres://someone@{host}/leadkeep");
    let (common, own, other) = (url("common.test"), url("own.test"), url("other.test"));
    let roles = [
        ("LEADKEEP_DATABASE__APP_URL", other.as_str()),
        ("LEADKEEP_DATABASE__DISPATCH_URL", other.as_str()),
        ("DATABASE_URL", common.as_str()),
    ];
    assert_eq!(place.load(&roles).unwrap().database.url.expose(), &common);
    let both = [&roles[..], &[("LEADKEEP_DATABASE__URL", own.as_str())]].concat();
    assert_eq!(place.load(&both).unwrap().database.url.expose(), &own);
}

#[test]
fn lists_numbers_and_switches_are_read_from_the_environment() {
    let settings = Place::new("kinds")
        .load(&[
            ("LEADKEEP_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8"),
            ("LEADKEEP_DATABASE__APP_POOL", "8"),
            ("LEADKEEP_DEMO__ENABLED", "true"),
            ("LEADKEEP_BIN", "/not/a/setting"),
            ("LEADKEEP_TEST_CLUSTER", "nor this"),
        ])
        .unwrap();
    let proxies = &settings.server.trusted_proxies;
    assert_eq!(proxies.len(), 2);
    assert!(proxies[1].contains("fd12::1".parse().unwrap()));
    assert_eq!(settings.database.app_pool, 8);
    assert!(settings.demo.enabled);
}

#[test]
fn the_reference_page_has_every_setting_with_an_explanation() {
    let page = lk_config::reference();
    for one in Place::new("reference").load(&[]).unwrap().describe() {
        let key = one.key.split_once('.').unwrap().1;
        let row = page.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).unwrap();
        assert!(!row.ends_with("|  |"), "{row}");
    }
}
