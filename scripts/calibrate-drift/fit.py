#!/usr/bin/env python3
"""Fit the voice's spreads and weights on recorded conversations and print the Rust table.

usage: fit.py TRANSCRIPTS_DIR [--penalty 0.03] [--leave RUN_PREFIX]

Needs the packages of requirements.txt and cargo. The table printed replaces the one in
crates/leeboard-core/src/drift/voice/table.rs, but for the rows that are marked there as set by hand.

TRANSCRIPTS_DIR holds conversations as JSON, {"id", "messages": [{"role", "content"}, ...]}. Runs of the same
script by different writers (another model, or another agent) are paired: in each conversation, every reply is
a good one, and another writer's reply to the same prompt at the same place is a foreign one. Both are measured
against the baseline of the good replies before. A logistic regression with weights that are not negative
tells them apart by ln(1 + z^2) of every feature, above and below the usual apart, and by z of the novelty of
words. Each conversation counts the same, and within it each foreign writer.

The features are the core's own: the example `voice_features` measures every text.
"""
import argparse, collections, glob, json, math, os, re, subprocess
import numpy as np
from scipy.optimize import minimize

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TABLE = os.path.join(ROOT, "crates/leeboard-core/src/drift/voice/table.rs")
KEEP, PRIOR_WEIGHT, NOVELTY_SPREAD, BUCKETS = .97, 5, np.array([.1, .1, .4]), 4096
RATES = 5  # the first that is a rate
WINDOW, STEP, WARM = 120, 95, 10  # long recordings are cut into windows that overlap a little

def read(directory):
    runs = {}
    for path in sorted(glob.glob(os.path.join(directory, "*.json"))):
        with open(path, encoding="utf-8") as f: c = json.load(f)
        prompt, turns = "", []
        for m in c["messages"]:
            if m["role"] == "user": prompt = m["content"]
            elif m["role"] == "assistant": turns.append((prompt, m["content"]))
        runs[c["id"]] = turns
    return runs

def writer(run):
    """Repeated runs ("-r1", "-r2") of one model and agent are one writer."""
    return re.sub(r"-r\d+", "", run)

def measure(texts):
    texts = sorted(set(texts))
    out = subprocess.run(["cargo", "run", "--release", "-q", "-p", "leeboard-core", "--example", "voice_features"],
                         cwd=ROOT, input="\n".join(json.dumps(t) for t in texts), text=True, capture_output=True, check=True).stdout
    # Only a line feed ends a line here: texts may hold other separators.
    return {t: (np.array(m["features"], float), set(m["terms"])) for t, m in zip(texts, map(json.loads, out.strip("\n").split("\n")))}

class Running:
    def __init__(self): self.count = 0
    def add(self, value):
        self.count += 1
        if self.count == 1: self.mean, self.variance = np.array(value, float), np.zeros(len(value)); return
        w = max(1/self.count, 1 - KEEP); d = value - self.mean
        self.mean = self.mean + w*d; self.variance = (1 - w)*(self.variance + w*d*d)
    def nudge(self, value, w):
        d = value - self.mean; self.mean = self.mean + w*d; self.variance = (1 - w)*(self.variance + w*d*d)
    def z(self, value, prior):
        if not self.count: return np.zeros(len(value))
        return (value - self.mean)/np.sqrt((self.count*self.variance + PRIOR_WEIGHT*prior**2)/(self.count + PRIOR_WEIGHT) + 1e-300)

def bucket(term, known={}):
    if term not in known:
        h = 0x811c9dc5
        for b in term.encode(): h = ((h ^ b)*0x01000193) & 0xffffffff
        known[term] = (h ^ (h >> 12) ^ (h >> 24)) % BUCKETS
    return known[term]

class Baseline:
    def __init__(self, spread): self.features, self.novel, self.seen, self.replies, self.spread = Running(), Running(), collections.Counter(), 0, spread
    def novelty(self, terms, request):
        own = terms - request
        if self.replies < 3 or len(own) < 3: return None
        n = self.replies; c = np.array([self.seen[bucket(t)] for t in own])
        return np.array([(c < 2).mean(), (c < .05*n + 1).mean(), -np.log((c + .2)/(n + 1)).mean()])
    def distances(self, sample, request):
        features, terms = sample; new = self.novelty(terms, request); z = self.features.z(features, self.spread)
        share = math.sqrt(min(1, math.exp(features[0] - self.features.mean[0])))  # rates of short replies scatter more
        z[RATES:] *= share
        return z, np.zeros(3) if new is None else share*self.novel.z(new, NOVELTY_SPREAD)
    def add(self, sample, request):
        features, terms = sample; new = self.novelty(terms, request)
        self.features.add(features); self.replies += 1
        if new is not None: self.novel.add(new)
        for b in {bucket(t) for t in terms}: self.seen[b] += 1

def columns(z, novel):
    return np.concatenate([np.log1p(np.maximum(z, 0)**2), np.log1p(np.minimum(z, 0)**2), np.clip(novel, -3, 3)], -1)

def pairs(runs, measured, spread):
    rows, groups = [], []
    for run, turns in runs.items():
        for start in range(0, len(turns) - 100, STEP) if len(turns) > 2*WINDOW else [0]:
            base = Baseline(spread)
            for n, (prompt, reply) in enumerate(turns[start:start + WINDOW]):
                sample, asked = measured[reply], measured[prompt][1]; usable = len(sample[0]) > 0
                if n >= 6 and usable: rows.append(columns(*base.distances(sample, asked))); groups.append((run, run, 0))
                if n >= WARM:
                    for other, theirs in runs.items():
                        at = start + n
                        if writer(other) != writer(run) and at < len(theirs) and theirs[at][0].strip() == prompt.strip() and len(measured[theirs[at][1]][0]):
                            rows.append(columns(*base.distances(measured[theirs[at][1]], asked))); groups.append((run, writer(other), 1))
                if usable: base.add(sample, asked)
    return np.array(rows), groups

def fit(x, groups, penalty):
    size = collections.Counter(groups); kinds = collections.Counter((run, label) for run, _, label in size)
    w = np.array([1/size[g]/kinds[g[0], g[2]] for g in groups]); w /= w.sum(); y = np.array([1 if g[2] else -1 for g in groups])
    mean, sd = x.mean(0), x.std(0) + 1e-6; s = (x - mean)/sd
    def loss(p):
        m = y*(p[0] + s@p[1:]); g = -w*y/(1 + np.exp(m))
        return (w*np.logaddexp(0, -m)).sum() + penalty*(p[1:]**2).sum(), np.r_[g.sum(), s.T@g + 2*penalty*p[1:]]
    p = minimize(loss, np.zeros(1 + x.shape[1]), jac=True, method="L-BFGS-B", bounds=[(None, None)] + [(0, None)]*x.shape[1], options={"maxiter": 1000, "ftol": 1e-12}).x
    weights = p[1:]/sd
    return weights, p[0] - mean@weights

def spreads(runs, measured):
    within = [np.var([measured[r][0] for _, r in turns if len(measured[r][0])], 0) for turns in runs.values()]
    return np.sqrt(np.mean(within, 0)) + .02

def prune(weights, x, least):
    """Weights that move the evidence by less than `least` of a log-odds are dropped before the last fit."""
    return weights*x.std(0) >= least

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("transcripts"); a.add_argument("--penalty", type=float, default=.03); a.add_argument("--least", type=float, default=.02)
    a.add_argument("--leave", help="leave out runs whose id starts so, as target and as writer"); a = a.parse_args()
    runs = {k: v for k, v in read(a.transcripts).items() if not (a.leave and k.startswith(a.leave))}
    measured = measure([t for turns in runs.values() for turn in turns for t in turn])
    spread, weights, bias = fitted(runs, measured, a.penalty, a.least)
    with open(TABLE, encoding="utf-8") as f: names = re.findall(r'^    feature\("((?:[^"\\]|\\.)*)"', f.read(), re.M)
    n = len(names)
    for name, s, above, below in zip(names, spread, weights[:n], weights[n:2*n], strict=True):
        print(f'    feature("{name}", {s:.3f}, {above:.3f}, {below:.3f}),')
    print("NOVELTY_WEIGHTS:", [round(float(w), 3) for w in weights[2*n:]], "BIAS:", round(float(bias), 3))

def fitted(runs, measured, penalty, least):
    spread = spreads(runs, measured)
    x, groups = pairs(runs, measured, spread)
    keep = np.ones(x.shape[1], bool); weights = np.zeros(x.shape[1])
    for last in (False, True):
        weights = np.zeros(x.shape[1]); weights[keep], bias = fit(x[:, keep], groups, penalty)
        if not last: keep = prune(weights, x, least)
    return spread, weights, bias

if __name__ == "__main__": main()
