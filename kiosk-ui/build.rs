//! Compiles the pages.

use slint_build::{CompileError, CompilerConfiguration};

fn main() -> Result<(), CompileError> {
    // With the names of elements, by which tests look for buttons.
    slint_build::compile_with_config("ui/app.slint", CompilerConfiguration::new().with_debug_info(true))
}
