//! Starts a throw-away PostgreSQL, prints how to reach it, and stops it when told to end.
//!
//! Prints one line per role, `owner <url>`, `app <url>`, `dispatch <url>`, `superuser <url>`,
//! then `bin <directory>` and `ready`. Ends on SIGINT, SIGTERM or the end of its input.

use std::io::Write as _;
use std::process::ExitCode;

use lk_postgres::{Role, Throwaway};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut cause: Option<&dyn std::error::Error> = Some(error.as_ref());
            while let Some(one) = cause {
                eprintln!("{one}");
                cause = one.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let throwaway = Throwaway::start().await?;
    if let Some(cluster) = throwaway.cluster() {
        let mut out = std::io::stdout().lock();
        for (name, role) in [
            ("owner", Role::Owner),
            ("app", Role::App),
            ("dispatch", Role::Dispatch),
            ("superuser", Role::Superuser),
        ] {
            writeln!(out, "{name} {}", cluster.address(role))?;
        }
        writeln!(out, "bin {}", cluster.binaries().display())?;
        writeln!(out, "ready")?;
        out.flush()?;
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = end_of_input() => {}
    }
    throwaway.stop().await;
    Ok(())
}

/// Whoever started us holds the other end and closes it, even by dying.
async fn end_of_input() {
    let (closed, end) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own, because a pending read would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        drop(closed);
    });
    let _ = end.await;
}
