"""Fitting token rows to the source model's sentence vectors: a ridge start, then descent on cosines.

Notation: row t of the table is w[t] * V[t] with fixed weights w (see `table.weights`); a text's vector is
the normalised sum of its rows. Everything is single-threaded and seeded, so it repeats bit for bit.
"""

import sys
import time

import numpy as np
import scipy.sparse as sparse

import table

SEED = 1


def bags(sequences, weights):
    """Sparse matrix (texts, ids) of count * weight, each row scaled to length 1, and which texts have one."""
    ends = np.cumsum([0] + [len(ids) for ids in sequences])
    ids = np.concatenate([np.asarray(ids, np.int64) for ids in sequences])
    matrix = sparse.csr_matrix((weights[ids], ids, ends), shape=(len(sequences), table.ROWS))
    matrix.sum_duplicates()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1))).ravel()
    kept = length > 0
    return (sparse.diags(1 / length[kept]) @ matrix[kept]).tocsr().astype(np.float32), kept


def ridge(texts, goal, rows, penalty, steps):
    """Minimises |texts V - goal|^2 + penalty |V - c rows|^2 by conjugate gradients, one per column.

    `c` is the least-squares factor that brings the unfitted rows to the goal's scale.
    """
    rows = rows.astype(np.float32)
    flipped = texts.T.tocsr()
    plain = texts @ rows
    start = rows * np.float32((plain * goal).sum(dtype=np.float64) / (plain * plain).sum(dtype=np.float64))
    moved = np.zeros_like(start)
    rest = flipped @ (goal - texts @ start)
    way, size = rest.copy(), (rest * rest).sum(0)
    for _ in range(steps):
        image = flipped @ (texts @ way) + np.float32(penalty) * way
        length = size / np.maximum((way * image).sum(0), 1e-30)
        moved += length * way
        rest -= length * image
        before, size = size, (rest * rest).sum(0)
        way = rest + size / np.maximum(before, 1e-30) * way
    return start + moved


def unit(x):
    """Rows scaled to length 1."""
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def clusters(vectors, count, generator, rounds=4):
    """A cluster number per vector, by spherical k-means from random texts."""
    centres = vectors[generator.choice(len(vectors), count, replace=False)]
    for _ in range(rounds):
        label = (vectors @ centres.T).argmax(1)
        member = sparse.csr_matrix((np.ones(len(label), np.float32), (label, np.arange(len(label)))),
                                   shape=(count, len(label)))
        sums = member @ vectors
        empty = ~sums.any(1)
        sums[empty] = centres[empty]
        centres = unit(sums)
    return (vectors @ centres.T).argmax(1)


def batches(label, size, group, generator):
    """Batches of text numbers: runs of `group` texts of like meaning, mixed anew at each call."""
    order = generator.permutation(len(label))
    order = order[np.argsort(label[order], kind="stable")]
    runs = [order[at:at + group] for at in range(0, len(order), group)]
    order = np.concatenate([runs[i] for i in generator.permutation(len(runs))])
    for at in range(0, len(order) - size + 1, size):
        yield order[at:at + size]


class Adam:
    """The optimiser of Kingma and Ba (ICLR 2015) with a short warm-up and a linear fall to 5 %.

    Only the rows that a batch touches move, so rare rows keep close to their start.
    """

    def __init__(self, values, rate, total):
        self.values, self.rate, self.total, self.step = values, rate, total, 0
        self.mean, self.square = np.zeros_like(values), np.zeros_like(values)

    def move(self, ids, gradient):
        """One step of the rows `ids`."""
        self.step += 1
        rate = self.rate * min(1, self.step / 20) * (1 - 0.95 * self.step / self.total)
        mean = np.float32(0.9) * self.mean[ids] + np.float32(0.1) * gradient
        square = np.float32(0.999) * self.square[ids] + np.float32(0.001) * gradient * gradient
        self.mean[ids], self.square[ids] = mean, square
        root = np.sqrt(square * np.float32(1 / (1 - 0.999**self.step)))
        self.values[ids] -= np.float32(rate / (1 - 0.9**self.step)) * mean / (root + np.float32(1e-10))


def touched(texts):
    """The ids that occur in a batch, and the batch over just these."""
    ids, places = np.unique(texts.indices, return_inverse=True)
    return ids, sparse.csr_matrix((texts.data, places, texts.indptr), shape=(texts.shape[0], len(ids)))


def gradient(texts, values, goal, pairs, direct, pairwise, group):
    """Gradient with respect to `values` of the loss of one batch.

    The loss is direct * mean(1 - cos(text, goal)) plus pairwise / group * the sum over pairs, per text, of
    the squared difference between the table's cosine and the source model's (`pairs`).
    """
    sums = texts @ values
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    z = sums / length
    off = z @ z.T - pairs
    np.fill_diagonal(off, 0)
    slope = (np.float32(-direct) * goal + np.float32(4 * pairwise / group) * (off @ z)) / np.float32(len(z))
    slope = (slope - (slope * z).sum(1, keepdims=True) * z) / length
    return texts.T @ slope


def refine(texts, values, goal, meaning, *, epochs, rate, direct, pairwise, size=1024, group=64, kinds=256):
    """Descends on cosines from `values` (ids, dims); `goal` and `meaning` are unit vectors per text."""
    generator = np.random.default_rng(SEED)
    label = clusters(meaning, kinds, generator)
    values = values / np.float32(np.sqrt((values[table.FIRST_ROW:] ** 2).mean(dtype=np.float64)))
    optimiser, began = Adam(values, rate, epochs * (len(goal) // size)), time.monotonic()
    for epoch in range(epochs):
        for batch in batches(label, size, group, generator):
            pairs = meaning[batch] @ meaning[batch].T
            ids, part = touched(texts[batch])
            optimiser.move(ids, gradient(part, values[ids], goal[batch], pairs, direct, pairwise, group))
        print(f"refine: epoch {epoch + 1}/{epochs}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    values[:table.FIRST_ROW] = 0
    return values


def fit(sequences, vectors, rows, recipe):
    """The rows of the table, f64 (ids, 256), from unfitted rows (ids, 384) and sentence vectors."""
    weights = table.weights(recipe["sif_a"])
    texts, kept = bags(sequences, weights)
    vectors = vectors[kept]
    centred = rows - rows[table.FIRST_ROW:].mean(0)
    centred[:table.FIRST_ROW] = 0
    start = ridge(texts, vectors, centred, recipe["ridge_penalty"], recipe["ridge_steps"]).astype(np.float64)
    mean, axes = table.basis(start[table.FIRST_ROW:], recipe["dropped_axes"])
    values = (start - mean) @ axes
    values[:table.FIRST_ROW] = 0
    meaning = vectors - vectors.mean(0)
    goal = unit((meaning @ axes).astype(np.float32))
    values = refine(texts, values.astype(np.float32), goal, unit(meaning), **recipe["refine"])
    return values.astype(np.float64) * weights[:, None]
