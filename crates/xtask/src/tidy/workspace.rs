//! What the rules look at: packages from `cargo metadata`, and every text file.

use std::error::Error;
use std::fs;
use std::path::Path;

use cargo_metadata::MetadataCommand;

use super::code::code_only;

/// What nobody wrote; in a second work tree `.git` is a file.
const NOT_OURS: &[&str] =
    &[".git", "target", "fuzz/artifacts", "fuzz/corpus", "fuzz/coverage", "fuzz/target"];

/// The package beside the workspace; it needs another Rust.
const OUTSIDE: &str = "fuzz/Cargo.toml";

pub(super) struct Workspace {
    pub(super) packages: Vec<Package>,
    pub(super) files: Vec<TextFile>,
}

pub(super) struct Package {
    pub(super) name: String,
    /// Relative to the root of the workspace, with `/` between the parts. So are all paths here.
    pub(super) folder: String,
    /// The text of its Cargo.toml.
    pub(super) manifest: String,
    pub(super) dependencies: Vec<Dependency>,
}

impl Package {
    pub(super) fn manifest_path(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

/// A dependency as declared, of whatever kind: a test that looks the wrong way pulls the same knot.
pub(super) struct Dependency {
    /// The real name, also when the manifest renames it.
    pub(super) name: String,
    pub(super) is_ours: bool,
}

pub(super) struct TextFile {
    pub(super) path: String,
    pub(super) text: String,
}

/// A Rust file of one of our packages.
pub(super) struct SourceFile<'a> {
    pub(super) package: &'a str,
    pub(super) path: &'a str,
    /// Without comments and literals; lines are where they were.
    pub(super) code: String,
}

impl Workspace {
    pub(super) fn read() -> Result<Workspace, Box<dyn Error>> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let root = metadata.workspace_root.as_std_path();

        let mut packages = Vec::new();
        let outside = MetadataCommand::new().manifest_path(root.join(OUTSIDE)).no_deps().exec()?;
        for package in metadata.packages.iter().chain(&outside.packages) {
            packages.push(read_package(package, root)?);
        }
        let mut files = Vec::new();
        read_files(root, root, &mut files)?;
        Ok(Workspace { packages, files })
    }
}

impl<'a> SourceFile<'a> {
    pub(super) fn new(file: &'a TextFile, packages: &'a [Package]) -> Option<SourceFile<'a>> {
        if !file.path.ends_with(".rs") {
            return None;
        }
        let package = packages.iter().find(|package| {
            file.path.strip_prefix(&package.folder).is_some_and(|inside| inside.starts_with('/'))
        })?;
        Some(SourceFile { package: &package.name, path: &file.path, code: code_only(&file.text) })
    }
}

fn read_package(package: &cargo_metadata::Package, root: &Path) -> Result<Package, Box<dyn Error>> {
    let manifest_path = package.manifest_path.as_std_path();
    let folder = manifest_path.parent().unwrap_or(root);
    let dependencies = package
        .dependencies
        .iter()
        .map(|dependency| Dependency { name: dependency.name.clone(), is_ours: dependency.path.is_some() });
    Ok(Package {
        name: package.name.to_string(),
        folder: relative(folder, root),
        manifest: fs::read_to_string(manifest_path)?,
        dependencies: dependencies.collect(),
    })
}

/// Reads every file that is text, also those that nobody has added to the repository yet.
fn read_files(folder: &Path, root: &Path, files: &mut Vec<TextFile>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !NOT_OURS.contains(&relative(&entry.path(), root).as_str()) {
                read_files(&entry.path(), root, files)?;
            }
        } else if kind.is_file()
            && !NOT_OURS.contains(&relative(&entry.path(), root).as_str())
            && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
        {
            files.push(TextFile { path: relative(&entry.path(), root), text });
        }
    }
    Ok(())
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
