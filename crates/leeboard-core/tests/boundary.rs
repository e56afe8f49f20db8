//! The core stays pure: its dependency graph holds no I/O, no async runtime, no clock.

use std::process::Command;

/// Crates that would bring the world into the core.
const BANNED: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "mio",
    "reqwest",
    "hyper",
    "ureq",
    "sqlx",
    "rusqlite",
    "axum",
    "chrono",
    "jiff",
    "time",
    "rand",
    "getrandom",
    "uuid",
    "tracing",
    "log",
    "env_logger",
    "dirs",
    "walkdir",
    "memmap2",
    "candle-core",
];

#[test]
fn the_dependency_graph_is_pure() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(["--package", "leeboard-core"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"serde"), "the listing is read wrongly: {tree}");
    let found: Vec<&&str> = BANNED.iter().filter(|banned| names.contains(banned)).collect();
    assert!(found.is_empty(), "leeboard-core depends on {found:?}");
}
