//! The examples run and show what they promise.

use std::process::Command;

#[test]
fn the_minimal_example_remembers_across_its_two_turns() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--package", "leeboard-io", "--example", "minimal"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    let replies: Vec<&str> = stdout.lines().filter_map(|line| line.strip_prefix("model: ")).collect();
    assert_eq!(replies.len(), 2, "{stdout}");
    assert!(replies.last().is_some_and(|reply| reply.contains("Wren")), "{stdout}");
    assert_eq!(stdout.matches("drift 0.").count(), 2, "{stdout}");
}
