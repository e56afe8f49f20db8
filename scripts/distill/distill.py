#!/usr/bin/env python3
"""Makes leeboard's embedding table from the source model: the whole way, from the inputs to the manifest.

    distill.py [--work WORK] [--assets FOLDER] [--golden FOLDER] [--processes N]

Progress goes to standard error. Intermediate results are kept below WORK and used again.
"""

import os

# Rounding depends on the order of sums, so threads and the kernels of the linear algebra are fixed.
os.environ.update(OPENBLAS_NUM_THREADS="1", OPENBLAS_CORETYPE="Haswell")

import argparse
import json
import pathlib
import shutil

import bert
import corpus
import fit
import golden
import language
import pinned
import table
import teach

ROOT = pathlib.Path(__file__).resolve().parents[2]
CRATE = ROOT / "crates/leeboard-io"
MODEL_ID = "leeboard-static-minilm-256-v1"
RECIPE = {
    "sif_a": 1e-3,
    "ridge_penalty": 3.0,
    "ridge_steps": 12,
    "dropped_axes": 3,
    "refine": {"epochs": 5, "rate": 0.02, "direct": 0.3, "pairwise": 1.0},
}


def manifest(assets, texts):
    """What the table is, and the hashes of its files."""
    names = ["table.i8", "scales.f32", "vocab.txt", "language.txt"]
    return {
        "model": MODEL_ID, "dimensions": table.DIMS, "rows": table.ROWS,
        "source": {"model": pinned.SOURCE_MODEL, "revision": pinned.SOURCE_REVISION,
                   "package": pinned.MODEL_PACKAGE, "sha256": pinned.MODEL_FILES},
        "corpus": {"package": corpus.PACKAGE, "sha256": corpus.ARCHIVE_HASH, "shards": teach.SHARDS,
                   "texts_per_shard": teach.SHARD, "texts": texts},
        "recipe": RECIPE,
        "sha256": {name: pinned.sha256(assets / name) for name in names},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/leeboard-distill"))
    parser.add_argument("--assets", type=pathlib.Path, default=CRATE / "assets/embedding")
    parser.add_argument("--golden", type=pathlib.Path, default=CRATE / "tests/data/embedding")
    parser.add_argument("--processes", type=int, default=2, help="processes that run the source model")
    args = parser.parse_args()
    for folder in (args.work, args.assets, args.golden):
        folder.mkdir(parents=True, exist_ok=True)

    model = pinned.model(args.work)
    tokenizer = bert.tokenizer(model)
    rows = bert.token_rows(model, args.work)
    texts, vectors = teach.teach(args.work, args.processes)
    ids = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    table.write(args.assets, *table.quantise(fit.fit(ids, vectors, rows, RECIPE)))

    shutil.copyfile(model / "vocab.txt", args.assets / "vocab.txt")
    shutil.copyfile(ROOT / "LICENSE-APACHE", args.assets / "LICENSE")
    lines = [f"{name} {' '.join(words)}\n" for name, words in language.lists().items()]
    (args.assets / "language.txt").write_text("".join(lines), encoding="ascii")
    golden.write(args.golden, tokenizer, table.read(args.assets), args.work)
    text = json.dumps(manifest(args.assets, len(texts)), indent=2) + "\n"
    (args.assets / "manifest.json").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
