//! Exit codes, which scripts and CI depend on.

use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: done.
    #[default]
    Done,
    /// 1: done, and what scripts look for was found: the threshold of `--fail-on`, damage, or a
    /// problem.
    Threshold,
    /// 2: bad input, bad usage, or something that could not be done. What could be done is done.
    Bad,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Threshold => 1,
            Exit::Bad => 2,
        })
    }
}
