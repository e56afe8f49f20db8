"""From rows per token to the shipped table: weights, basis, int8 rows, and reading it back.

The row formulas are those of smooth inverse frequency (Arora, Liang and Ma, ICLR 2017), with word
frequencies from Zipf's law on the rank that the vocabulary's order gives. No fitting here.
"""

import numpy as np

ROWS, FIRST_ROW, FIRST_WORD = 30522, 999, 1996
DIMS = 256


def weights(a):
    """Weight per id: a / (a + p), with p the Zipf frequency of the id's rank.

    Whole words are listed by frequency from id 1996 on, so the rank is id - 1995. The characters
    before them are not listed by frequency and count as rank 1, the lowest weight. Ids below 999 are
    special or unused and weigh 0.
    """
    ids = np.arange(ROWS)
    rank = np.maximum(1, ids - FIRST_WORD + 1).astype(np.float64)
    p = 1 / (rank + 1) / np.sum(1 / np.arange(1, ROWS - FIRST_WORD + 1))
    weight = a / (a + p)
    weight[:FIRST_ROW] = 0
    return weight


def basis(rows, drop, dims=DIMS, importance=None):
    """Mean and projection (width, dims): principal axes without the first `drop`, signs fixed."""
    importance = np.ones(len(rows)) if importance is None else importance
    importance = importance / importance.sum()
    mean = importance @ rows
    centred = rows - mean
    _, axes = np.linalg.eigh((centred * importance[:, None]).T @ centred)
    axes = axes[:, ::-1][:, drop:drop + dims]
    largest = np.abs(axes).argmax(0)
    return mean, axes * np.sign(axes[largest, np.arange(axes.shape[1])])


def quantise(rows):
    """int8 rows and one f32 scale per row: scale = max|row| / 127, value = round(row / scale)."""
    rows = rows.astype(np.float32)
    scales = (np.abs(rows).max(1) / np.float32(127)).astype(np.float32)
    safe = np.where(scales > 0, scales, np.float32(1))
    return np.rint(rows / safe[:, None]).astype(np.int8), scales


def full(rows):
    """A table of all ids from the rows of ids 999 and up, with zeros before them."""
    return np.concatenate([np.zeros((FIRST_ROW, rows.shape[1])), rows])


def write(folder, values, scales):
    """Writes `table.i8` (row-major) and `scales.f32` (little endian)."""
    (folder / "table.i8").write_bytes(values.astype(np.int8).tobytes())
    (folder / "scales.f32").write_bytes(scales.astype("<f4").tobytes())


def read(folder):
    """The table in `folder` as f32 rows."""
    scales = np.frombuffer((folder / "scales.f32").read_bytes(), "<f4")
    values = np.frombuffer((folder / "table.i8").read_bytes(), np.int8).reshape(len(scales), -1)
    return values.astype(np.float32) * scales[:, None]


def encode(table, sequences):
    """Unit vectors of id sequences: the rows' sum, normalised; all zeros where the sum is zero."""
    out = np.zeros((len(sequences), table.shape[1]), np.float32)
    for at, ids in enumerate(sequences):
        if len(ids):
            total = table[ids].sum(0, dtype=np.float64)
            norm = np.sqrt(total @ total)
            if norm > 0:
                out[at] = total / norm
    return out
