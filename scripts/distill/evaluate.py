#!/usr/bin/env python3
"""Prints the figures of a table: similarity, reply to prompt, and retrieval. Fits and chooses nothing.

    evaluate.py --data DATA [--group choose|report|both] [--teacher|--unfitted] [TABLE_FOLDER]
"""

import argparse
import functools
import pathlib

import numpy as np

import benchmarks as sets
import bert
import pinned
import table

ASSETS = pathlib.Path(__file__).resolve().parents[2] / "crates/leeboard-io/assets/embedding"


def static_encoder(rows, tokenizer):
    """An encoder from a table's rows."""
    def encode(texts):
        return table.encode(rows, [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)])
    return encode


def unfitted(model, work):
    """The table from token rows, weights and basis alone, rounded to int8 as the shipped one."""
    rows = bert.token_rows(model, work)[table.FIRST_ROW:]
    mean, axes = table.basis(rows, 3)
    values, scales = table.quantise(table.full((rows - mean) @ axes) * table.weights(1e-3)[:, None])
    return values.astype(np.float32) * scales[:, None]


def teacher_encoder(folder, tokenizer):
    """An encoder that runs the source model; slow."""
    model = bert.Teacher(folder)

    @functools.cache
    def cached(texts):
        return model.sentences([e.ids for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)])
    return lambda texts: cached(tuple(texts))


@functools.cache
def load(data, group):
    """The sets of one group."""
    return (sets.stsb(data, sets.STSB[group]), sets.runs(data, group),
            [sets.Conversation(data, name) for name in sets.LOCOMO[group]])


def figures(encode, data, group):
    """All figures of one group: name and values."""
    pairs, runs, talks = load(data, group)
    out = {f"STS-B {sets.STSB[group]}": [sets.score_stsb(encode, pairs)]}
    by_run = {name: sets.score_run(encode, pairs) for name, pairs in runs}
    out |= {f"reply to prompt, {name} @1 @5": values for name, values in by_run.items()}
    if len(by_run) > 1:
        out["reply to prompt, mean of runs @1 @5"] = np.mean(list(by_run.values()), 0)
    questions = sum(len(t.queries) for t in talks)
    for name, values in sets.score_locomo(encode, talks).items():
        out[f"LoCoMo {name} @1 @5 @10 ({questions} questions)"] = values
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ASSETS)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/leeboard-distill"))
    parser.add_argument("--group", choices=("choose", "report", "both"), default="both")
    parser.add_argument("--teacher", action="store_true", help="score the source model instead of a table")
    parser.add_argument("--unfitted", action="store_true", help="score the table before any fit")
    args = parser.parse_args()
    model = pinned.model(args.work)
    tokenizer = bert.tokenizer(model)
    if args.teacher:
        encode = teacher_encoder(model, tokenizer)
    elif args.unfitted:
        encode = static_encoder(unfitted(model, args.work), tokenizer)
    else:
        encode = static_encoder(table.read(args.folder), tokenizer)
    for group in ("choose", "report") if args.group == "both" else (args.group,):
        print(f"## {group}")
        for name, values in figures(encode, args.data, group).items():
            print(f"{name:60}", *(f"{v:6.2f}" for v in values))


if __name__ == "__main__":
    main()
