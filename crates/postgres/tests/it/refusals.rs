//! Starts that are refused, each with a sentence that helps.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use lk_postgres::{Cluster, Error, Settings};

use crate::{Place, owner, processes_in, we_are_root};

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_refused_and_the_first_goes_on() {
    let place = Place::new("second");
    let first = Cluster::start(place.quick()).await.unwrap();
    let refused = Cluster::start(place.quick()).await.unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("another Leadkeep server is using"));
    assert_eq!(owner(&first, "select 1"), "1");
    first.stop().await;
    Cluster::start(place.quick()).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_directory_in_memory_is_refused_unless_that_is_wanted() {
    let place = Place::under(Path::new("/dev/shm"), "volatile");
    let settings = Settings { allow_volatile: false, ..place.quick() };
    let refused = Cluster::start(settings).await.unwrap_err();
    assert!(matches!(refused, Error::Volatile { .. }), "{refused}");
    assert!(!place.pgdata().exists());
    Cluster::start(place.quick()).await.unwrap().stop().await;
}

#[tokio::test]
async fn data_of_another_major_version_is_refused_untouched() {
    let place = Place::new("major");
    Cluster::start(place.quick()).await.unwrap().stop().await;
    fs::write(place.pgdata().join("PG_VERSION"), "12\n").unwrap();
    let conf = fs::metadata(place.pgdata().join("postgresql.conf")).unwrap().modified().unwrap();
    let refused = Cluster::start(place.quick()).await.unwrap_err();
    assert!(matches!(refused, Error::OtherMajor { made_by: 12, .. }), "{refused}");
    let after = fs::metadata(place.pgdata().join("postgresql.conf")).unwrap().modified().unwrap();
    assert_eq!(conf, after);
}

/// A directory with programs that answer `--version` and do nothing else.
fn programs(place: &Place, answer: &str) -> PathBuf {
    let bin = place.0.join("bin");
    fs::create_dir_all(&bin).unwrap();
    for name in ["postgres", "initdb", "pg_ctl", "psql"] {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    bin
}

#[tokio::test]
async fn binaries_that_leak_rows_are_too_old_or_are_not_there_are_refused() {
    let place = Place::new("binaries");
    for (answer, expected) in [
        ("postgres (PostgreSQL) 15.13", "update it to 15.14"),
        ("postgres (PostgreSQL) 16.9 (Debian)", "update it to 16.10"),
        ("postgres (PostgreSQL) 17.5", "update it to 17.6"),
        ("postgres (PostgreSQL) 13.20", "needs PostgreSQL 15 or later"),
        ("MariaDB 11", "is no PostgreSQL version"),
    ] {
        let binaries = Some(programs(&place, answer));
        let refused = Cluster::start(Settings { binaries, ..place.quick() }).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
    }
    let binaries = Some(PathBuf::from("/nowhere"));
    let refused = Cluster::start(Settings { binaries, ..place.quick() }).await.unwrap_err();
    assert!(refused.to_string().contains("no PostgreSQL 15 or later was found (/nowhere)"));
    assert!(!place.pgdata().exists());
}

#[tokio::test]
async fn a_broken_setting_of_the_administrator_is_reported_in_postgresqls_words() {
    let place = Place::new("broken");
    Cluster::start(place.quick()).await.unwrap().stop().await;
    fs::write(place.pgdata().join("postgresql.auto.conf"), "work_mem = 'plenty'\n").unwrap();
    let refused = Cluster::start(place.quick()).await.unwrap_err().to_string();
    assert!(
        refused.contains("ended before it was ready") && refused.contains("work_mem"),
        "{refused}"
    );
    assert_eq!(processes_in(&place.pgdata()), 0);
}

#[tokio::test]
async fn a_directory_postgresql_cannot_reach_or_does_not_own_is_refused() {
    if !we_are_root() {
        return; // Only root starts PostgreSQL as another user.
    }
    let place = Place::new("closed");
    fs::set_permissions(&place.0, fs::Permissions::from_mode(0o700)).unwrap();
    let refused = Cluster::start(place.quick()).await.unwrap_err();
    let expected = format!("who cannot enter {};", place.0.display());
    assert!(refused.to_string().contains(&expected), "{refused}");
    fs::set_permissions(&place.0, fs::Permissions::from_mode(0o755)).unwrap();
    chown(place.0.join("data/postgres"), Some(12_345), None).unwrap();
    let refused = Cluster::start(place.quick()).await.unwrap_err();
    assert!(refused.to_string().contains("belongs to uid 12345"), "{refused}");
}

#[tokio::test]
async fn a_user_that_does_not_exist_or_is_root_is_refused() {
    if !we_are_root() {
        return; // Only root chooses.
    }
    let place = Place::new("user");
    for (user, expected) in [("nobody-here", "does not exist"), ("root", "must not run as root")] {
        let settings = Settings { user: user.to_owned(), ..place.quick() };
        let refused = Cluster::start(settings).await.unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}
