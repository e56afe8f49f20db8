//! A disk that is soon full.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system of its own in memory, which only root may mount.
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// One of so many KiB; `None` where mounting is not allowed.
    pub(crate) fn mount(kib: u64) -> Option<Self> {
        let disk = Self { folder: TempDir::new().unwrap() };
        let size = format!("size={kib}k,mode=755");
        let mounted = run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", disk.path().to_str().unwrap()]);
        mounted.then_some(disk)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Gives it more room.
    pub(crate) fn grow(&self, kib: u64) {
        let size = format!("remount,size={kib}k");
        assert!(run("mount", &["-o", &size, self.path().to_str().unwrap()]));
    }

    /// A folder on it for PostgreSQL's user.
    pub(crate) fn folder_for_postgres(&self) -> PathBuf {
        let folder = self.path().join("tables");
        std::fs::create_dir(&folder).unwrap();
        assert!(run("chown", &["postgres", folder.to_str().unwrap()]));
        // The folder for temporary files is the caller's own.
        assert!(run("chmod", &["755", self.path().to_str().unwrap()]));
        folder
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that is just ending may still hold a file.
        run("umount", &["-l", self.path().to_str().unwrap_or_default()]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}
