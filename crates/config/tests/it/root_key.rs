//! The root key: made once, kept, guarded.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use lk_config::Settings;

use crate::Place;

fn with_data(place: &Place) -> Settings {
    let data = place.0.join("store");
    place.load(&[("LEADKEEP_DATA__DIR", data.to_str().unwrap())]).unwrap()
}

#[test]
fn the_first_start_makes_a_private_key_and_later_ones_find_the_same() {
    let place = Place::new("key-made");
    let settings = with_data(&place);
    let first = settings.root_key().unwrap();
    assert_eq!(first.expose().len(), 32);
    let file = place.0.join("store/root.key");
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    assert_eq!(settings.root_key().unwrap().expose(), first.expose());
    assert_eq!(fs::read_dir(place.0.join("store")).unwrap().count(), 1);
}

#[test]
fn a_look_for_the_key_makes_none() {
    let place = Place::new("key-looked-for");
    let settings = with_data(&place);
    assert!(settings.kept_root_key().unwrap().is_none());
    assert!(!place.0.join("store").exists());
    let made = settings.root_key().unwrap();
    assert_eq!(settings.kept_root_key().unwrap().unwrap().expose(), made.expose());
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let place = Place::new("key-open");
    let settings = with_data(&place);
    settings.root_key().unwrap();
    let file = place.0.join("store/root.key");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(settings.root_key().unwrap_err().to_string().contains("chmod 600"));
}

#[test]
fn no_new_key_is_made_for_data_sealed_with_another() {
    let place = Place::new("key-lost");
    let settings = with_data(&place);
    fs::create_dir_all(place.0.join("store/postgres")).unwrap();
    let said = settings.root_key().unwrap_err().to_string();
    assert!(said.contains("put the key back from your backup"), "{said}");
    assert!(!place.0.join("store/root.key").exists());
}

#[test]
fn a_damaged_key_file_is_refused() {
    let place = Place::new("key-damaged");
    let settings = with_data(&place);
    settings.root_key().unwrap();
    let file = place.0.join("store/root.key");
    for damage in ["", "AAAA\n", "no base64!\n"] {
        fs::write(&file, damage).unwrap();
        assert!(settings.root_key().is_err(), "{damage:?}");
    }
}

#[test]
fn a_key_in_the_settings_is_used_as_it_is_and_no_file_is_made() {
    let place = Place::new("key-given");
    let data = place.0.join("store");
    let hex = "8f1d6c0b7a3e5942d4c8b1f06e27593ac5d0e94817b36fa25c9de0731648fbaa";
    let settings = place
        .load(&[
            ("LEADKEEP_DATA__DIR", data.to_str().unwrap()),
            ("LEADKEEP_SECRETS__ROOT_KEY", hex),
        ])
        .unwrap();
    assert_eq!(settings.root_key().unwrap().expose()[..3], [0x8f, 0x1d, 0x6c]);
    assert!(!data.exists());
}
