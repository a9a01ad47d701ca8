"""onnxruntime in Python over the texts of a JSON Lines file: prints texts a second and writes the vectors.

    python models_peer.py MODEL.onnx tokenizer.json TEXTS.jsonl OUT.npy [sorted]

Batches of 32, padded to their longest, two threads; `sorted`: by length first, as sentence-transformers does.
"""
import json
import sys
import time

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

model, tokenizer, texts, out = sys.argv[1:5]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
splitter = Tokenizer.from_file(tokenizer)
splitter.enable_truncation(256)
splitter.no_padding()
rows = [json.loads(line)["text"] for line in open(texts)]


def run(rows):
    encoded = [entry.ids for entry in splitter.encode_batch(rows)]
    order = sorted(range(len(rows)), key=lambda row: -len(encoded[row])) if "sorted" in sys.argv else range(len(rows))
    order = list(order)
    vectors = np.zeros((len(rows), 384), np.float32)
    for start in range(0, len(order), 32):
        batch = order[start : start + 32]
        length = max(len(encoded[row]) for row in batch)
        ids = np.zeros((len(batch), length), np.int64)
        mask = np.zeros((len(batch), length), np.int64)
        for place, row in enumerate(batch):
            ids[place, : len(encoded[row])] = encoded[row]
            mask[place, : len(encoded[row])] = 1
        states = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors[batch] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


run(rows[:64])
start = time.monotonic()
vectors = run(rows)
seconds = time.monotonic() - start
np.save(out, vectors)
print(json.dumps({"seconds": seconds, "version": onnxruntime.__version__}))
