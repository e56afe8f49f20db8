#!/usr/bin/env python3
"""The rule that tells from token ids alone whether a text is English enough for the table, and its rates.

    language.py --data DATA [--work WORK]

The word lists below are the rule's only data; `distill.py` writes them to `language.txt`.
"""

import argparse
import collections
import json
import pathlib
import re

import benchmarks as sets
import bert
import languages
import pinned
import table

UNKNOWN = 100
SHORT = 3
POINTS = {"english": 2, "word": 1, "suffixed": 0, "neutral": 0, "split": -1, "unknown": -1, "script": -2, "other": -3}
# Function words of English that are rare in other languages.
ENGLISH = """the and to that it for with his they this have from had by but what some we can were all there when up
use your how said each she which their if will about many then them would these so her him has more could my than
been who now did get our just don not you are be its yes any too very much here why where because into only also
before does doing was please thanks thank of he t s m re ve ll isn didn doesn""".split()
# Function words of other languages that are rare in English, as they look without accents.
OTHER = """der das und ich ist dem ein eine auf von zu du mir dir oder el la los las de del que en un una por con para
se su como tu les des est et je ne pas une il dans qui au aux di che em um het ik dat och det av og er es da
y""".split()
# Words that both groups share and that therefore count as any other word.
SHARED = "so was has her he we of".split()
# Pieces that end an English word of two pieces.
SUFFIXES = """s ly ing ed ness ity ally ation ations ings less ful ble able ment ments ers ized es ical ically ism ist
ists""".split()


def lists():
    """The three word lists, each in a fixed order."""
    return {"english": sorted(set(ENGLISH) - set(SHARED)), "other": sorted(OTHER), "suffixes": sorted(SUFFIXES)}


def is_script(piece):
    """Whether a piece holds a letter beyond ASCII: a character from U+00DF on outside U+2000..U+303F, not U+00F7."""
    return any(c >= "\u00df" and not "\u2000" <= c <= "\u303f" and c != "\u00f7" for c in piece)


class Rule:
    """The rule for one vocabulary, given as the list of its pieces."""

    def __init__(self, vocabulary):
        ids = {piece: at for at, piece in enumerate(vocabulary)}
        words = lists()
        self.continues = [p.startswith("##") and len(p) > 2 for p in vocabulary]
        self.script = [at >= table.FIRST_ROW and is_script(p) for at, p in enumerate(vocabulary)]
        self.lettered = [at >= table.FIRST_WORD and bool(re.search("[a-z]", p)) for at, p in enumerate(vocabulary)]
        self.english = {ids[w] for w in words["english"] if w in ids}
        self.other = {ids[w] for w in words["other"] if w in ids}
        self.suffixes = {ids["##" + w] for w in words["suffixes"] if "##" + w in ids}

    def kind(self, word):
        """The class of one word, that is of an id and the continuing ids after it."""
        if word[0] == UNKNOWN:
            return "unknown"
        if any(self.script[i] for i in word):
            return "script"
        if len(word) > 1:
            return "suffixed" if len(word) == 2 and word[1] in self.suffixes else "split"
        if word[0] in self.english:
            return "english"
        if word[0] in self.other:
            return "other"
        return "word" if self.lettered[word[0]] else "neutral"

    def counts(self, ids):
        """How many words of each class a text has."""
        found, word = collections.Counter(), []
        for i in ids:
            if word and not self.continues[i]:
                found[self.kind(word)] += 1
                word = []
            word.append(i)
        if word:
            found[self.kind(word)] += 1
        return found

    def score(self, ids):
        """The text's points; below 0 the text is not English enough."""
        found = self.counts(ids)
        total = sum(POINTS[kind] * count for kind, count in found.items())
        if sum(found.values()) - found["neutral"] <= SHORT:
            total -= POINTS["split"] * found["split"]
        return total


def joined(texts):
    """The texts alone, in pairs and in fives."""
    out = list(texts)
    for size in (2, 5):
        out += [" ".join(texts[at:at + size]) for at in range(0, len(texts) - size + 1, size)]
    return out


def english(data, group):
    """The English texts of an evaluation group, by kind."""
    pairs = [p for _, run in sets.runs(data, group) for p in run]
    talks = [sets.Conversation(data, name) for name in sets.LOCOMO[group]]
    turns = [t.split(": ", 1)[1] for talk in talks for t in talk.turns]
    cut = [s for t in turns for s in re.split(r"(?<=[.!?])\s+", t) if re.search(r"\w", s)]
    return {
        "prompts of recorded runs": [p for p, _ in pairs], "replies of recorded runs": [r for _, r in pairs],
        "LoCoMo turns": turns, "LoCoMo sentences": cut,
        "LoCoMo sentences of 1-3 words": [s for s in cut if len(s.split()) <= 3],
        "STS-B sentences": [s for a, b, _ in sets.stsb(data, sets.STSB[group]) for s in (a, b)],
    }


def samples():
    """The own texts: name, whether they are English, texts."""
    for kind, text in languages.UNUSUAL_ENGLISH.items():
        yield f"English, {kind}", True, languages.split(text)
    for language, text in languages.CHOOSE.items():
        yield language, False, joined(languages.split(text))
    for language, text in languages.SHORT_FOREIGN.items():
        yield f"{language}, 1-3 words", False, languages.split(text)
    for language, text in languages.REPORT.items():
        yield f"{language} (report)", False, joined(languages.split(text))


def golden(rule, tokenizer):
    """Lines for the reader's test: each own text with its points."""
    for name, _, texts in samples():
        for text in texts:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            yield json.dumps({"set": name, "text": text, "score": rule.score(ids)})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/leeboard-distill"))
    parser.add_argument("--misses", action="store_true", help="print wrongly judged texts of the own samples")
    args = parser.parse_args()
    model = pinned.model(args.work)
    tokenizer = bert.tokenizer(model)
    rule = Rule((model / "vocab.txt").read_text(encoding="utf-8").split("\n")[:table.ROWS])
    groups = [(f"{name} ({group})", True, texts) for group in ("choose", "report")
              for name, texts in english(args.data, group).items()]
    for name, _, texts in [*groups, *samples()]:
        scores = [rule.score(e.ids) for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
        print(f"{name:45} {len(texts):5} texts, abstains on {100 * sum(s < 0 for s in scores) / len(texts):6.2f} %")
        if args.misses and (name, _, texts) in list(samples()):
            print(*(f"    {s:3} {t}" for s, t in zip(scores, texts) if (s < 0) == _), sep="\n")


if __name__ == "__main__":
    main()
