"""Quantizes a text encoder to 8 bits, calibrated: see scripts/quantize-model."""
import argparse
import glob
import json
import logging
import os
import sys

logging.disable(logging.INFO)
os.environ.setdefault("NNCF_DISABLE_TELEMETRY", "1")
import nncf  # noqa: E402
import numpy as np  # noqa: E402
import openvino as ov  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

ROWS = 300
STEP = 16


def paragraphs(path):
    """Texts to calibrate on, in a fixed order."""
    if path:
        with open(path) as file:
            texts = [json.loads(line)["text"] for line in file if line.strip()]
    else:
        texts = []
        for name in sorted(glob.glob("docs/*.md") + ["README.md"]):
            with open(name) as file:
                texts += [part.strip() for part in file.read().split("\n\n")]
        # Models see one sentence as well as a page.
        texts += [" ".join(texts[start : start + 4]) for start in range(0, len(texts), 4)]
    texts = [text for text in texts if len(text) > 20]
    if not texts:
        sys.exit("quantize-model: there is no text to calibrate on")
    return texts[:: max(1, len(texts) // ROWS)][:ROWS]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--texts")
    options = parser.parse_args()
    names = [name for name in ("model.xml", "model.onnx", "onnx/model.onnx") if os.path.exists(os.path.join(options.model, name))]
    if not names:
        sys.exit(f"quantize-model: {options.model} holds neither model.xml nor model.onnx")
    model = ov.Core().read_model(os.path.join(options.model, names[0]))
    tokenizer = Tokenizer.from_file(os.path.join(options.model, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with open(os.path.join(options.model, "config.json")) as file:
        limit = min(256, json.load(file).get("max_position_embeddings", 256))

    def inputs(text):
        ids = tokenizer.encode(text).ids[:limit]
        length = -(-len(ids) // STEP) * STEP
        row = np.zeros((1, length), dtype=np.int64)
        mask = np.zeros((1, length), dtype=np.int64)
        row[0, : len(ids)], mask[0, : len(ids)] = ids, 1
        values = {}
        for port in model.inputs:
            name = port.get_any_name()
            kind = np.int32 if port.get_element_type() == ov.Type.i32 else np.int64
            if "input_ids" in name:
                values[name] = row.astype(kind)
            elif "attention_mask" in name:
                values[name] = mask.astype(kind)
            elif "position_ids" in name:
                values[name] = np.arange(length, dtype=kind)[None]
            else:
                values[name] = np.zeros_like(row, dtype=kind)
        return values

    texts = paragraphs(options.texts)
    quantized = nncf.quantize(
        model,
        nncf.Dataset(texts, inputs),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(texts),
    )
    target = os.path.join(options.model, "model.int8.xml")
    new = target[:-4] + ".new.xml"
    ov.save_model(quantized, new, compress_to_fp16=False)
    os.replace(new[:-4] + ".bin", target[:-4] + ".bin")
    os.replace(new, target)
    print(f"quantize-model: {target} is ready ({len(texts)} texts)")


if __name__ == "__main__":
    main()
