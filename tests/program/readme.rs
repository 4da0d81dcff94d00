//! Every command of the terminal and every configuration in README.md works. The guide has none: it names options, one by one.

use std::process::{Command, Stdio};

use crate::driver::{output_of, run_to_end};

const README: &str = include_str!("../../README.md");

/// The blocks of this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let parts = README.split("```").skip(1).step_by(2);
    parts
        .filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'))
        .collect()
}

#[test]
fn every_configuration_runs() {
    let configurations = blocks("toml");
    assert_eq!(configurations.len(), 3);
    for text in configurations {
        let path = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(&path, text).unwrap();
        let (_, code) = run_to_end(&[
            "run",
            path.path().to_str().unwrap(),
            "--time-scale",
            "0",
            "--json",
        ]);
        assert_eq!(code, 0, "{text}");
    }
}

#[test]
fn every_command_of_the_terminal_works() {
    let commands: Vec<_> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| line.starts_with("proclab "))
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    let folder = tempfile::tempdir().unwrap();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_proclab"));
    for line in commands {
        let command = line.split('#').next().unwrap().trim();
        // As it stands, only without the waiting.
        let hurry = if command.starts_with("proclab run") && !command.contains("--time-scale") {
            " --time-scale 0"
        } else {
            ""
        };
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("{command}{hurry}")])
            .current_dir(folder.path())
            .stdin(Stdio::null());
        shell.env(
            "PATH",
            format!("{}:/usr/bin:/bin", binary.parent().unwrap().display()),
        );
        let output = output_of(&mut shell);
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
