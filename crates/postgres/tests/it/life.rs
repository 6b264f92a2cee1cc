//! From the first start to the last stop.

use std::fs;

use lk_postgres::{Cluster, Role, Settings, State, Throwaway, check_version};

use crate::{Place, ask, owner, processes_in, we_are_root};

#[tokio::test]
async fn a_new_cluster_has_three_roles_without_privileges_and_listens_on_no_network() {
    let place = Place::new("new");
    let cluster = Cluster::start(place.settings()).await.unwrap();
    check_version(cluster.version()).unwrap();
    for role in [Role::Owner, Role::App, Role::Dispatch] {
        let address = cluster.address(role);
        assert_eq!(ask(&address, "select current_user").unwrap(), role.name());
        let privileges = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb \
                          or rolreplication or rolinherit from pg_roles where rolname = current_user";
        assert_eq!(ask(&address, privileges).unwrap(), "f", "{role:?}");
    }
    for (setting, expected) in [
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("timezone", "UTC"),
    ] {
        assert_eq!(owner(&cluster, &format!("show {setting}")), expected, "{setting}");
    }
    let made = "create table t (n int primary key)";
    assert!(ask(&cluster.address(Role::App), made).unwrap_err().contains("permission denied"));
    owner(&cluster, made);
    let elsewhere = cluster.address(Role::App).with_database("postgres");
    assert!(ask(&elsewhere, "select 1").unwrap_err().contains("permission denied"));
    if we_are_root() {
        let refused = ask(&cluster.address(Role::Superuser), "select 1").unwrap_err();
        assert!(refused.to_lowercase().contains("peer authentication failed"), "{refused}");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn what_was_written_is_there_after_stop_and_start_and_stop_leaves_no_process() {
    let place = Place::new("again");
    let cluster = Cluster::start(place.settings()).await.unwrap();
    let state = cluster.state();
    assert_eq!(*state.borrow(), State::Ready);
    owner(&cluster, "create table kept as select 42 as n");
    cluster.stop().await;
    assert_eq!(*state.borrow(), State::Stopped);
    assert_eq!(processes_in(&place.pgdata()), 0);
    let cluster = Cluster::start(place.settings()).await.unwrap();
    assert_eq!(owner(&cluster, "select n from kept"), "42");
    drop(cluster);
    assert_eq!(processes_in(&place.pgdata()), 0);
}

#[tokio::test]
async fn the_remains_of_an_initdb_cut_short_are_no_obstacle() {
    let place = Place::new("cut");
    let cluster = Cluster::start(place.quick()).await.unwrap();
    cluster.stop().await;
    let data = place.pgdata();
    fs::rename(&data, data.with_extension("new")).unwrap();
    fs::remove_file(data.with_extension("new").join("PG_VERSION")).unwrap();
    let cluster = Cluster::start(place.quick()).await.unwrap();
    assert_eq!(owner(&cluster, "select 1"), "1");
    cluster.stop().await;
    assert!(!data.with_extension("new").exists());
}

#[tokio::test]
async fn a_data_path_too_long_for_a_socket_gets_its_socket_elsewhere() {
    let place = Place::new("long");
    let deep = place.0.join("d".repeat(120));
    let settings = Settings { data: deep.clone(), ..place.quick() };
    let cluster = Cluster::start(settings).await.unwrap();
    let socket = cluster.socket_dir().to_owned();
    assert!(!socket.starts_with(&deep));
    assert_eq!(owner(&cluster, "select 1"), "1");
    cluster.stop().await;
    fs::remove_dir_all(socket).unwrap();
}

#[tokio::test]
async fn a_throw_away_cluster_lets_tests_clone_databases_and_leaves_nothing() {
    let throwaway = Throwaway::start().await.unwrap();
    let cluster = throwaway.cluster().unwrap();
    let directory = cluster.socket_dir().ancestors().nth(2).unwrap().to_owned();
    owner(cluster, "create database clone template leadkeep");
    let clone = cluster.address(Role::Owner).with_database("clone");
    assert_eq!(ask(&clone, "select current_database()").unwrap(), "clone");
    let all =
        ask(&cluster.address(Role::Superuser), "select usesuper from pg_user where usename = user");
    assert_eq!(all.unwrap(), "t");
    assert!(directory.exists());
    throwaway.stop().await;
    assert!(!directory.exists());
}
