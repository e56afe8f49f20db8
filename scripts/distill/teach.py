"""The source model's sentence vectors of the corpus, computed once and kept below the work folder.

Shards of fixed content, each computed by one single-threaded process, so that the result does not depend
on how many processes run.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import time

import numpy as np

import bert
import corpus
import pinned

GENERATED = 60000
SHARD = 4096
# The shards used of each kind. More of them fit a little better and cost proportionally more time.
SHARDS = {"example": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "conversation": [1, 2, 4, 5, 8, 9], "definition": [2, 4, 8]}


def shards(work):
    """The corpus in shards: name and texts."""
    kinds = corpus.build(work, GENERATED)
    return [(f"{kind}-{at:03}", kinds[kind][at * SHARD:(at + 1) * SHARD])
            for kind, numbers in SHARDS.items() for at in numbers]


def start(folder):
    """Loads the source model in a worker process."""
    global TEACHER, TOKENIZER
    TEACHER, TOKENIZER = bert.Teacher(folder), bert.tokenizer(folder)


def compute(job):
    """Computes and keeps one shard unless it is there for the same texts."""
    path, texts = job
    ids = [e.ids for e in TOKENIZER.encode_batch(texts, add_special_tokens=False)]
    vectors = TEACHER.sentences(ids)
    temporary = path.with_suffix(".part.npy")
    np.save(temporary, vectors)
    os.replace(temporary, path)
    path.with_suffix(".json").write_text(json.dumps(texts))
    return path.name


def teach(work, processes=2):
    """All texts of the corpus with the source model's vectors, in the shards' order."""
    work = pathlib.Path(work)
    folder, out = pinned.model(work), work / "teacher"
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(out / f"{name}.npy", texts) for name, texts in shards(work)]
    todo = [job for job in jobs if not kept(*job)]
    began = time.monotonic()
    if todo:
        with multiprocessing.get_context("spawn").Pool(processes, start, (folder,)) as pool:
            for number, name in enumerate(pool.imap_unordered(compute, todo), 1):
                print(f"teacher: {number}/{len(todo)} {name} {time.monotonic() - began:.0f} s", file=sys.stderr)
    return [t for _, texts in jobs for t in texts], np.concatenate([np.load(path) for path, _ in jobs])


def kept(path, texts):
    """Whether the shard was computed for just these texts."""
    listing = path.with_suffix(".json")
    return path.exists() and listing.exists() and json.loads(listing.read_text()) == texts


if __name__ == "__main__":
    teach(sys.argv[1])
