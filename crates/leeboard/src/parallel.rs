//! Work on several threads with the results in order.
//!
//! Owns nothing but the order: whatever the threads do, the output is the same.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Threads for work on files, at most. More would mostly wait for the one that parses.
const MOST: usize = 4;

/// How many threads to use on this machine.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MOST)
}

/// Takes the items one after another, does the work on several threads and hands the results to
/// `sink` in the order of the items. When `sink` fails, the rest is not worked on.
pub(crate) fn in_order<I, R, W, S>(items: I, threads: usize, work: W, mut sink: S) -> anyhow::Result<()>
where
    I: Iterator + Send,
    I::Item: Send,
    R: Send,
    W: Fn(I::Item) -> R + Sync,
    S: FnMut(R) -> anyhow::Result<()>,
{
    let items = Mutex::new(items.enumerate());
    thread::scope(|scope| {
        // A few results may wait, so that a slow item does not stop the other threads at once.
        let (sender, receiver) = mpsc::sync_channel(threads.max(1) * 4);
        for _ in 0..threads.max(1) {
            let (items, work, sender) = (&items, &work, sender.clone());
            scope.spawn(move || {
                loop {
                    let item = items.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((n, item)) = item else { break };
                    if sender.send((n, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        drain(receiver, &mut sink)
    })
}

/// Puts results back into order. Drops the receiver at its end, which stops the threads.
fn drain<R>(
    receiver: Receiver<(usize, R)>,
    sink: &mut impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut next = 0;
    let mut waiting = BTreeMap::new();
    for (n, result) in receiver {
        waiting.insert(n, result);
        while let Some(result) = waiting.remove(&next) {
            sink(result)?;
            next += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let mut seen = Vec::new();
        let slow = |n: u64| {
            thread::sleep(std::time::Duration::from_millis((n * 7) % 5));
            n * n
        };
        in_order(0..100_u64, 4, slow, |square| {
            seen.push(square);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, (0..100_u64).map(|n| n * n).collect::<Vec<_>>());
    }

    #[test]
    fn a_sink_that_fails_ends_the_work() {
        let mut seen = 0;
        let end = in_order(
            0_u64..,
            2,
            |n| n,
            |_| {
                seen += 1;
                if seen == 3 { Err(anyhow::anyhow!("closed")) } else { Ok(()) }
            },
        );
        assert!(end.is_err() && seen == 3);
    }
}
