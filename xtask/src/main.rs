//! Runs the wasm-bindgen tools that our lock file pins. Knows nothing of the product.

use std::{env, process::ExitCode};

use wasm_bindgen_cli::{wasm_bindgen, wasm_bindgen_test_runner};

fn main() -> ExitCode {
    let command = env::args().nth(1).unwrap_or_default();
    // Each tool parses an argument list of its own, whose first item is the tool's name.
    let args = env::args_os().skip(1);
    let outcome = match command.as_str() {
        "bindgen" => wasm_bindgen::run_cli_with_args(args),
        "wasm-test-runner" => wasm_bindgen_test_runner::run_cli_with_args(args),
        _ => {
            eprintln!("usage: xtask bindgen <arguments> | xtask wasm-test-runner <arguments>");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {command}: {error:?}");
            ExitCode::FAILURE
        }
    }
}
