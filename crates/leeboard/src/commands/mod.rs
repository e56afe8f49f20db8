//! The commands, one file each. Each receives its arguments and the resolved settings.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod chat;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod identity;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod prompt;
pub(crate) mod recall;
pub(crate) mod replay;
pub(crate) mod serve;
pub(crate) mod sessions;
pub(crate) mod trace;
pub(crate) mod transfer;
pub(crate) mod verify;
