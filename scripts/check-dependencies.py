#!/usr/bin/env python3
"""Checks the dependency graph against deny.toml: licences, banned crates, sources, checksums.

Needs nothing but Python 3.11 and cargo, and no network. cargo-deny reads the same file and also looks
for advisories and yanked versions, for which it fetches a database; this runs everywhere, so the rules
hold everywhere. What it cannot know, it does not claim: no advisory is looked for here.
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def satisfied(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences ("/" is an old OR)."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def take_or(at):
        value, at = take_and(at)
        while at < len(tokens) and tokens[at] == "OR":
            right, at = take_and(at + 1)
            value = value or right
        return value, at

    def take_and(at):
        value, at = take_one(at)
        while at < len(tokens) and tokens[at] == "AND":
            right, at = take_one(at + 1)
            value = value and right
        return value, at

    def take_one(at):
        if tokens[at] == "(":
            value, at = take_or(at + 1)
            return value, at + 1
        name, at = tokens[at], at + 1
        if at < len(tokens) and tokens[at] == "WITH":
            name, at = f"{name} WITH {tokens[at + 1]}", at + 2
        return name in allowed, at

    value, end = take_or(0)
    return value and end == len(tokens)


def self_test():
    allowed = {"MIT", "ISC", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"}
    for expression, wanted in [
        ("MIT", True),
        ("GPL-3.0", False),
        ("GPL-3.0 OR MIT", True),
        ("MIT AND GPL-3.0", False),
        ("Unlicense/MIT", True),
        ("(GPL-3.0 OR MIT) AND ISC", True),
        ("MIT AND (GPL-3.0 OR LGPL-2.1)", False),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", True),
        ("GPL-2.0 WITH Classpath-exception-2.0", False),
    ]:
        assert satisfied(expression, allowed) is wanted, expression
    sealed = {"name": "a", "version": "1", "source": "registry+x", "checksum": "0"}
    bare = {**sealed, "version": "2"}
    del bare["checksum"]
    assert list(unsealed({"package": [sealed, {"name": "own", "version": "1"}]})) == []
    assert len(list(unsealed({"package": [sealed, bare]}))) == 1
    assert in_several_versions([sealed, bare, {"name": "b", "version": "1"}]) == ["a"]


def unsealed(lock):
    """Packages of a registry without a checksum: cargo would take whatever comes under their name."""
    for package in lock["package"]:
        if package.get("source", "").startswith("registry+") and "checksum" not in package:
            yield f"{package['name']} {package['version']}: no checksum in Cargo.lock"


def in_several_versions(packages):
    """Crates that are there more than once, which makes the binary larger and an audit longer."""
    versions = collections.defaultdict(set)
    for package in packages:
        versions[package["name"]].add(package["version"])
    return sorted(name for name, found in versions.items() if len(found) > 1)


def main():
    self_test()
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    allowed = set(rules["licenses"]["allow"])
    banned = {ban["crate"]: ban["reason"] for ban in rules["bans"]["deny"]}
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"]
    resolved = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE)
    if resolved.returncode != 0:
        print("check-dependencies: cargo could not resolve the graph, see above", file=sys.stderr)
        return 1
    metadata = json.loads(resolved.stdout)
    own = set(metadata["workspace_members"])
    faults = list(unsealed(tomllib.loads((ROOT / "Cargo.lock").read_text())))
    registries = set()
    for package in metadata["packages"]:
        name = f"{package['name']} {package['version']}"
        source = package["source"]
        if not satisfied(package["license"] or "none", allowed):
            faults.append(f"{name}: licence {package['license']!r} is not allowed by deny.toml")
        if package["name"] in banned:
            faults.append(f"{name}: banned, {banned[package['name']]}")
        if package["id"] in own:
            continue
        if source is None:
            faults.append(f"{name}: a path outside the workspace")
        elif not source.startswith("registry+"):
            faults.append(f"{name}: comes from {source}, only the default registry is allowed")
        else:
            registries.add(source)
    if len(registries) > 1:
        faults.append(f"{len(registries)} registries are in use, only the default one is allowed")
    for fault in sorted(faults):
        print(f"check-dependencies: {fault}", file=sys.stderr)
    several = in_several_versions(metadata["packages"])
    if several and rules["bans"]["multiple-versions"] == "warn":
        print(f"   {len(several)} crates in several versions: {', '.join(several)}")
    print(f"   {len(metadata['packages'])} packages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
