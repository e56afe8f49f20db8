//! Copies of a store that is in use.
//!
//! Owns making one: of one moment, whole, and readable by its owner only.

use std::io::ErrorKind;
use std::path::Path;

use super::{SqliteStore, StoreError, database, open};

impl SqliteStore {
    /// Writes a copy of the store, as it is at one moment, to a new file of mode 0600, while other
    /// processes go on reading and writing. What was deleted is not in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Open`] if the file is there already or cannot be created,
    /// [`StoreError::Database`] if it cannot be written; it is taken away again then.
    pub async fn back_up(&self, path: &Path) -> Result<(), StoreError> {
        let refused = |reason: String| StoreError::Open { path: path.display().to_string(), reason };
        open::create_new(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => refused("it is there already (name a new file)".to_owned()),
            _ => refused(error.to_string()),
        })?;
        let name = path.to_str().ok_or_else(|| refused("its name is not UTF-8".to_owned()));
        let copied = match name {
            Ok(name) => sqlx::query("VACUUM INTO ?").bind(name).execute(&self.pool).await.map_err(database),
            Err(error) => Err(error),
        };
        if copied.is_err() {
            // Only an empty or a half-written file is there.
            let _ = std::fs::remove_file(path);
        }
        copied.map(drop)
    }
}
