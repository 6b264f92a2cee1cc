//! Killed postmasters, killed servers, and what they leave behind.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use lk_postgres::{Cluster, Durability, Settings, State};

use crate::{Place, kill, owner, postmaster, processes_in, program, we_are_root};

#[tokio::test]
async fn a_killed_postmaster_comes_back_with_its_data_again_and_again() {
    let place = Place::new("killed");
    let cluster = Cluster::start(place.settings()).await.unwrap();
    owner(&cluster, "create table kept (n int)");
    let mut state = cluster.state();
    for round in 1..=3 {
        owner(&cluster, &format!("insert into kept values ({round})"));
        kill("KILL", postmaster(&place.pgdata()));
        state.wait_for(|state| matches!(state, State::Restarting { .. })).await.unwrap();
        state.wait_for(|state| *state == State::Ready).await.unwrap();
        assert_eq!(owner(&cluster, "select count(*) from kept"), round.to_string());
    }
    cluster.stop().await;
    assert_eq!(processes_in(&place.pgdata()), 0);
}

#[tokio::test]
async fn a_server_killed_outright_is_followed_by_one_that_finds_its_data() {
    let place = Place::new("outright");
    let (mut killed, lines) = program(&[], &place);
    assert_eq!(lines.last().map(String::as_str), Some("ready"));
    let data = place.0.join(format!("leadkeep-test-{}-0", killed.id()));
    kill("KILL", killed.id());
    killed.wait().unwrap();
    // Its PostgreSQL is on its way out at this moment; the new one has to wait for that.
    let settings =
        Settings { data: data.clone(), durability: Durability::None, ..place.settings() };
    let cluster = Cluster::start(settings).await.unwrap();
    assert_eq!(owner(&cluster, "select 1"), "1");
    cluster.stop().await;
    assert_eq!(processes_in(&data.join("postgres/data")), 0);
}

#[tokio::test]
async fn a_postgresql_left_running_in_the_directory_is_ended_first() {
    let place = Place::new("left");
    let cluster = Cluster::start(place.quick()).await.unwrap();
    owner(&cluster, "create table kept as select 7 as n");
    let pg_ctl = cluster.binaries().join("pg_ctl");
    cluster.stop().await;
    let mut words = Vec::new();
    if we_are_root() {
        words.extend(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]);
    }
    words.push(pg_ctl.to_str().unwrap());
    let started = Command::new("env")
        .args(words)
        .args(["start", "--silent", "--wait", "--log=/dev/null", "--pgdata"])
        .arg(place.pgdata())
        .current_dir("/")
        .status()
        .unwrap();
    assert!(started.success());
    let old = postmaster(&place.pgdata());
    let cluster = Cluster::start(place.quick()).await.unwrap();
    assert_ne!(postmaster(&place.pgdata()), old);
    assert_eq!(owner(&cluster, "select n from kept"), "7");
    cluster.stop().await;
}

#[tokio::test]
async fn stale_lock_files_that_name_another_program_are_no_obstacle() {
    let place = Place::new("stale");
    let cluster = Cluster::start(place.quick()).await.unwrap();
    let socket = place.socket_lock();
    assert!(socket.exists(), "{}", socket.display());
    cluster.stop().await;
    let pgdata = place.pgdata();
    // Another program of the same user: alive, no PostgreSQL, and not the parent of the next one,
    // whose number PostgreSQL would not mind.
    let uid = std::fs::metadata(&pgdata).unwrap().uid();
    let mut other = Command::new("sleep").arg("600").uid(uid).spawn().unwrap();
    let text = format!("{}\n{}\n1\n5432\n\n\n", other.id(), pgdata.display());
    std::fs::write(pgdata.join("postmaster.pid"), &text).unwrap();
    std::fs::write(socket, text).unwrap();
    let started = Cluster::start(place.quick()).await;
    other.kill().unwrap();
    other.wait().unwrap();
    let cluster = started.unwrap();
    assert_eq!(owner(&cluster, "select 1"), "1");
    cluster.stop().await;
}

#[tokio::test]
async fn giving_up_a_start_leaves_nothing_behind() {
    let place = Place::new("given-up");
    let mut start = Box::pin(Cluster::start(place.quick()));
    // Polled once, so that the thread runs, and dropped at once.
    tokio::select! {
        biased;
        _ = &mut start => panic!("a cluster is not made that quickly"),
        () = std::future::ready(()) => {}
    }
    drop(start);
    // The lock is let go of when the thread has cleaned up; until then a start is refused.
    let cluster = loop {
        match Cluster::start(place.quick()).await {
            Ok(cluster) => break cluster,
            Err(lk_postgres::Error::InUse { .. }) => tokio::task::yield_now().await,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(owner(&cluster, "select 1"), "1");
    cluster.stop().await;
}
