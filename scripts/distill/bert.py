"""The forward pass of the source model (BERT, 6 layers, width 384) in numpy, and its tokenizer.

Only what distillation needs: hidden states for batches of equal length, so that no padding or mask is
needed. No fitting and no table here.
"""

import json

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

import table

LAYERS, WIDTH, HEADS = 6, 384, 12
CLS, SEP = 101, 102
SQRT_HALF = np.float32(0.7071067811865476)


def tokenizer(folder):
    """The source model's tokenizer, without truncation, padding or special tokens in the text.

    The names of special tokens, such as "[SEP]", count as ordinary text.
    """
    settings = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    settings.update(truncation=None, padding=None, added_tokens=[], post_processor=None)
    return Tokenizer.from_str(json.dumps(settings))


def normalise(x, weight, bias):
    """Layer normalisation over the last axis (epsilon 1e-12 as in BERT)."""
    x = x - x.mean(-1, keepdims=True)
    x *= 1 / np.sqrt(np.mean(x * x, -1, keepdims=True) + np.float32(1e-12))
    return x * weight + bias


class Teacher:
    """The source model."""

    def __init__(self, folder):
        w = {k.removeprefix("bert."): v for k, v in load_file(folder / "model.safetensors").items()}
        self.words = w["embeddings.word_embeddings.weight"]
        self.places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        self.first = w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"]
        self.layers = [self.layer(w, f"encoder.layer.{i}.") for i in range(LAYERS)]

    @staticmethod
    def layer(w, at):
        """One layer's weights, transposed for right multiplication."""
        def linear(name):
            return np.ascontiguousarray(w[at + name + ".weight"].T), w[at + name + ".bias"]

        query, key, value = (linear(f"attention.self.{n}") for n in ("query", "key", "value"))
        return {
            "qkv": tuple(np.concatenate(parts, -1) for parts in zip(query, key, value)),
            "out": linear("attention.output.dense"),
            "norm1": (w[at + "attention.output.LayerNorm.weight"], w[at + "attention.output.LayerNorm.bias"]),
            "up": linear("intermediate.dense"),
            "down": linear("output.dense"),
            "norm2": (w[at + "output.LayerNorm.weight"], w[at + "output.LayerNorm.bias"]),
        }

    def hidden(self, ids):
        """Last hidden states (batch, length, 384) of a batch of id sequences of one length."""
        ids = np.asarray(ids)
        batch, length = ids.shape
        x = normalise(self.words[ids] + self.places[:length], *self.first).reshape(-1, WIDTH)
        scale = np.float32((WIDTH // HEADS) ** -0.5)
        for layer in self.layers:
            qkv = (x @ layer["qkv"][0] + layer["qkv"][1]).reshape(batch, length, 3, HEADS, -1)
            query, key, value = (np.ascontiguousarray(a) for a in qkv.transpose(2, 0, 3, 1, 4))
            scores = query @ key.swapaxes(-1, -2) * scale
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            seen = (scores @ value).transpose(0, 2, 1, 3).reshape(-1, WIDTH)
            x = normalise(x + seen @ layer["out"][0] + layer["out"][1], *layer["norm1"])
            up = x @ layer["up"][0] + layer["up"][1]
            up *= np.float32(0.5) * (1 + erf(up * SQRT_HALF))
            x = normalise(x + up @ layer["down"][0] + layer["down"][1], *layer["norm2"])
        return x.reshape(batch, length, WIDTH)

    def tokens(self, ids):
        """Row per id: the hidden state of the token alone between CLS and SEP, at its own position."""
        out = np.empty((len(ids), WIDTH), np.float32)
        for start in range(0, len(ids), 256):
            part = ids[start:start + 256]
            out[start:start + len(part)] = self.hidden([[CLS, i, SEP] for i in part])[:, 1]
        return out

    def sentences(self, sequences, limit=254, budget=2048, report=None):
        """Unit sentence vectors: mean over CLS, the first `limit` tokens and SEP, as the source model pools."""
        groups = {}
        for at, ids in enumerate(sequences):
            groups.setdefault(len(ids[:limit]), []).append(at)
        out, done = np.empty((len(sequences), WIDTH), np.float32), 0
        for length in sorted(groups):
            members, size = groups[length], max(1, budget // (length + 2))
            for start in range(0, len(members), size):
                part = members[start:start + size]
                mean = self.hidden([[CLS, *sequences[i][:limit], SEP] for i in part]).mean(1)
                out[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
                done += len(part)
                if report:
                    report(done, len(sequences))
        return out


def token_rows(folder, work):
    """The source model's row per token (ids, 384), computed once; zeros for ids without one."""
    path = work / "rows.npy"
    if not path.exists():
        np.save(path, Teacher(folder).tokens(list(range(table.FIRST_ROW, table.ROWS))))
    return table.full(np.load(path).astype(np.float64))
