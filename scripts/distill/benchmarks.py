"""The evaluation sets and their measures, independent of the encoder. Reads data by path, ships none.

An encoder here is a function from a list of texts to a matrix of unit vectors.
"""

import collections
import csv
import json
import math
import re

import numpy as np
from scipy.stats import spearmanr

# Settings are chosen on the first group of each only; the second group is reported.
LOCOMO = {"choose": ("locomo-26", "locomo-41", "locomo-43"), "report": ("locomo-47", "locomo-49")}
RUNS = {
    "choose": ("james-*", "noema-gemini3-*"),
    "report": ("noema-gpt52-sigma",),
}
STSB = {"choose": "dev", "report": "test"}
CUTS = (1, 5, 10)


def stsb(data, split):
    """Sentence pairs with gold similarity."""
    with open(data / "stsb" / f"stsb-en-{split}.csv", newline="", encoding="utf-8") as file:
        return [(a, b, float(gold)) for a, b, gold in csv.reader(file)]


def score_stsb(encode, pairs):
    """Spearman's rho x 100 between cosine and gold."""
    left, right = encode([p[0] for p in pairs]), encode([p[1] for p in pairs])
    return 100 * spearmanr((left * right).sum(1), [p[2] for p in pairs]).statistic


def run(path):
    """A recorded run's prompts and replies, pairs with an empty reply left out."""
    messages = [m for m in json.loads(path.read_text(encoding="utf-8"))["messages"] if m["role"] != "system"]
    pairs = [(a["content"], b["content"]) for a, b in zip(messages[::2], messages[1::2])]
    return [p for p in pairs if p[1].strip()]


def runs(data, group):
    """Name and pairs of every run of the group."""
    paths = [p for pattern in RUNS[group] for p in sorted((data / "transcripts").glob(f"{pattern}.json"))]
    return [(p.stem, run(p)) for p in paths]


def score_run(encode, pairs):
    """Share of replies whose prompt is the nearest, and among the five nearest, of the run's prompts (%)."""
    prompts = encode([p for p, _ in pairs])
    scores = encode([r for _, r in pairs]) @ prompts.T
    texts = np.array([p for p, _ in pairs], object)
    own = scores.diagonal()[:, None]
    better = ((scores > own) & (texts[None, :] != texts[:, None])).sum(1)
    return [100 * float(np.mean(better < cut)) for cut in (1, 5)]


class Conversation:
    """One LoCoMo conversation: its turns with speakers, and its answerable questions."""

    def __init__(self, data, name):
        source = json.loads((data / "locomo" / "conversations" / f"{name}.json").read_text(encoding="utf-8"))
        messages = source["messages"]
        self.ids = [m["id"] for m in messages]
        self.names = {m["name"] for m in messages if m.get("name")}
        self.turns = [f"{m['name']}: {m['content']}" for m in messages]
        lines = (data / "locomo" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        queries = [q for q in map(json.loads, lines) if q["conversation"] == name]
        self.queries = [q for q in queries if q["category"] != "adversarial" and q["evidence"]]
        self.evidence = [np.isin(self.ids, q["evidence"]) for q in self.queries]

    def questions(self, with_names):
        """The questions, the speakers' names taken out unless `with_names`."""
        texts = [q["query"] for q in self.queries]
        if not with_names:
            pattern = re.compile(r"\b(" + "|".join(map(re.escape, sorted(self.names))) + r")('s|’s)?\b")
            texts = [pattern.sub(" ", t) for t in texts]
        return texts


def bm25(turns, questions, k1=1.2, b=0.75):
    """Okapi BM25 scores (questions, turns) over lower-case words."""
    split = [re.findall(r"\w+", t.lower()) for t in turns]
    mean = sum(map(len, split)) / len(split)
    postings = collections.defaultdict(list)
    for at, words in enumerate(split):
        for word, count in collections.Counter(words).items():
            norm = count + k1 * (1 - b + b * len(words) / mean)
            postings[word].append((at, count * (k1 + 1) / norm))
    scores = np.zeros((len(questions), len(turns)))
    for row, question in zip(scores, questions):
        for word in re.findall(r"\w+", question.lower()):
            found = postings.get(word, [])
            idf = math.log(1 + (len(turns) - len(found) + 0.5) / (len(found) + 0.5))
            for at, weight in found:
                row[at] += idf * weight
    return scores


def ranks(scores):
    """Rank of each turn from 1, ties in order of the turns."""
    order = np.argsort(-scores, axis=1, kind="stable")
    out = np.empty_like(order)
    np.put_along_axis(out, order, np.arange(1, scores.shape[1] + 1)[None, :], 1)
    return out


def hits(scores, evidence):
    """Per question whether a turn of the evidence is among the first 1, 5 and 10."""
    best = np.where(np.array(evidence), ranks(scores), 10**9).min(1)
    return np.stack([best <= cut for cut in CUTS], 1)


def score_locomo(encode, conversations):
    """Hits (%) @1, @5, @10 of every method over all questions of the conversations."""
    found = collections.defaultdict(list)
    for talk in conversations:
        turns = encode(talk.turns)
        lexical = bm25(talk.turns, talk.questions(True))
        for name, with_names in (("dense", True), ("dense, names out", False)):
            dense = encode(talk.questions(with_names)) @ turns.T
            both = 1 / (60 + ranks(dense)) + 1 / (60 + ranks(lexical))
            found[name].append(hits(dense, talk.evidence))
            found[f"{name}, with BM25"].append(hits(both, talk.evidence))
        found["BM25"].append(hits(lexical, talk.evidence))
    return {name: 100 * np.concatenate(parts).mean(0) for name, parts in found.items()}
