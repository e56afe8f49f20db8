#!/usr/bin/env python3
"""Checks that the documents hold together: links, anchors, and names that the code defines.

- Every relative link in a *.md file leads to a file of the repository, every anchor to a heading.
- Every LEEBOARD_* variable of the binary stands in docs/reference/config.md.
- Every command and flag of the binary stands in docs/reference/cli.md.
- Every example that a script runs exists.
- Every test that docs/conformance.md names exists, and names all tests of the transition rules.

Settings, rule kinds, signals and record fields are checked by crates/leeboard-core/tests/docs.rs.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIP = {"target", ".git", "node_modules", ".venv"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def documents():
    for path in sorted(ROOT.rglob("*.md")):
        if not SKIP.intersection(path.relative_to(ROOT).parts):
            yield path


def check_conformance():
    """Tests in the matrix, an ellipsis standing for the beginning of the one before."""
    page = (ROOT / "docs/conformance.md").read_text()
    source = "".join(path.read_text() for path in ROOT.glob("crates/**/*.rs"))
    tests = set(re.findall(r"fn (\w+)\(", source))
    named = set(re.findall(r"`((?:srip|eri)_\w+)`", page))
    for name in sorted(named - tests):
        yield f"docs/conformance.md: there is no test {name}"
    endings = tuple(re.findall(r"`\.\.\.(_\w+)`", page))
    for name in sorted(name for name in tests if re.match(r"srip_0[2367]_", name)):
        if name not in named and not name.endswith(endings):
            yield f"docs/conformance.md: the test {name} is not in the matrix"


def without_code(text):
    """The text with fenced blocks and inline code emptied, line numbers kept."""
    text = re.sub(r"^(```|~~~).*?^\1", lambda m: "\n" * m[0].count("\n"), text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "``", text)


def anchors(path):
    """Heading anchors as code hosts make them: lower case, punctuation dropped, spaces to dashes."""
    found = set()
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#{1,6} +(.+?)\s*$", text, flags=re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (unique := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(unique)
    return found


def check_links(path):
    lines = without_code(path.read_text()).splitlines()
    for number, line in enumerate(lines, 1):
        for link in LINK.findall(line):
            if re.match(r"[a-z]+:", link):
                continue
            place = f"{path.relative_to(ROOT)}:{number}"
            file, _, anchor = link.partition("#")
            goal = (path.parent / file).resolve() if file else path
            if not goal.is_relative_to(ROOT) or not goal.exists():
                yield f"{place}: {link} leads nowhere"
            elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
                yield f"{place}: {link} names no heading of that file"


def check_variables():
    source = ROOT / "crates/leeboard/src/env.rs"
    page = (ROOT / "docs/reference/config.md").read_text()
    for name in re.findall(r'const \w+: &str = "(\w+)"', source.read_text()):
        if f"`{name}`" not in page:
            yield f"docs/reference/config.md: the variable {name} is missing"


def check_commands():
    source = (ROOT / "crates/leeboard/src/args.rs").read_text()
    page = (ROOT / "docs/reference/cli.md").read_text()
    enum = re.search(r"enum Command \{(.*?)^\}", source, flags=re.M | re.S)
    commands = re.findall(r"^    (\w+)\(", enum[1], flags=re.M) if enum else []
    if not commands:
        yield "crates/leeboard/src/args.rs: no commands found; mend scripts/check-docs.py"
    for command in commands:
        if f"leeboard {command.lower()}" not in page:
            yield f"docs/reference/cli.md: the command {command.lower()} is missing"
    # A flag is the name of the field that follows #[arg(... long ...)].
    attribute = r"#\[arg\(((?:[^\[\]]|\[[^\]]*\])*)\)\]\s*(?:pub\(crate\) )?(\w+):"
    for arguments, field in re.findall(attribute, source):
        if re.search(r"\blong\b", arguments) and f"--{field.replace('_', '-')}" not in page:
            yield f"docs/reference/cli.md: the flag --{field.replace('_', '-')} is missing"


def check_examples():
    """Every example that a script runs exists."""
    for path in sorted((ROOT / "scripts").rglob("*.py")):
        for name in re.findall(r'"--example", "(\w+)"', path.read_text()):
            if not list(ROOT.glob(f"crates/*/examples/{name}.rs")):
                yield f"{path.relative_to(ROOT)}: the example {name} is missing"


def main():
    faults = [fault for path in documents() for fault in check_links(path)]
    faults += [*check_variables(), *check_commands(), *check_examples(), *check_conformance()]
    for fault in faults:
        print(f"check-docs: {fault}", file=sys.stderr)
    print(f"   {sum(1 for _ in documents())} documents, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
