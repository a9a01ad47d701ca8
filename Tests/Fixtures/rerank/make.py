#!/usr/bin/env python3
"""Makes the tiny cross-encoder that the tests re-rank with, and its scores by onnxruntime.

    pip install onnx onnxruntime tokenizers numpy && python3 Tests/Fixtures/rerank/make.py

It reads pairs as BERT does ([CLS] question [SEP] text [SEP], token types 0 and 1) and its logit says how much the mean
vectors of the two have in common: nothing was learnt, yet words in common count. Recorded with onnx 1.23.2, onnxruntime
1.31.1, tokenizers 0.23.3.
"""
import json, os
import numpy as np
import onnx, onnxruntime, tokenizers
from onnx import TensorProto as T, helper as h, numpy_helper as n

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = """[PAD] [UNK] [CLS] [SEP] the a of is in and on boats boat lock locks water canal gate bread flour dough oven stars
night telescope sky moon wait below bake light ##s ##ing . ? , how do does what rise needs""".split()
WIDTH, LONGEST = 16, 24

tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]"))
tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
    single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
tokenizer.save(f"{HERE}/tokenizer.json")

rng = np.random.default_rng(11)
table = rng.normal(size=(len(WORDS), WIDTH)).astype(np.float32)
table[:4] *= 0.1
constants = {"table": table, "scale": np.float32(0.7), "bias": np.float32(-1.5), "one": np.float32(1), "last": np.array([2], np.int64), "width": np.array([1], np.int64)}
node = h.make_node
nodes = [
    node("Gather", ["table", "input_ids"], ["states"]),
    node("Cast", ["attention_mask"], ["mask"], to=T.FLOAT),
    node("Cast", ["token_type_ids"], ["second"], to=T.FLOAT),
    node("Sub", ["one", "second"], ["first"]),
]
for name in ("first", "second"):
    nodes += [
        node("Mul", [name, "mask"], [f"{name}_mask"]),
        node("Unsqueeze", [f"{name}_mask", "last"], [f"{name}_column"]),
        node("Mul", ["states", f"{name}_column"], [f"{name}_states"]),
        node("ReduceSum", [f"{name}_states", "width"], [f"{name}_sum"], keepdims=0),
        node("ReduceSum", [f"{name}_mask", "width"], [f"{name}_count"], keepdims=1),
        node("Div", [f"{name}_sum", f"{name}_count"], [f"{name}_mean"]),
    ]
nodes += [
    node("Mul", ["first_mean", "second_mean"], ["products"]),
    node("ReduceSum", ["products", "width"], ["product"], keepdims=1),
    node("Mul", ["product", "scale"], ["scaled"]),
    node("Add", ["scaled", "bias"], ["logits"]),
]
shape = ["batch", "length"]
graph = h.make_graph(
    nodes, "rerank", [h.make_tensor_value_info(x, T.INT64, shape) for x in ("input_ids", "attention_mask", "token_type_ids")],
    [h.make_tensor_value_info("logits", T.FLOAT, ["batch", 1])], [n.from_array(np.asarray(v), k) for k, v in constants.items()])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=9)
onnx.checker.check_model(model)
onnx.save(model, f"{HERE}/model.onnx")
json.dump({"architectures": ["BertForSequenceClassification"], "hidden_size": WIDTH, "max_position_embeddings": LONGEST, "model_type": "bert", "num_labels": 1}, open(f"{HERE}/config.json", "w"), indent=1)

question = "How do boats rise in the lock?"
texts = [
    "Boats wait below the lock.", "The telescope needs a night sky.", "Bread needs flour and water.", "the lock of the canal",
    "", "unknown words only", "the boats wait below the lock in the canal and " * 8,
]
session = onnxruntime.InferenceSession(f"{HERE}/model.onnx", providers=["CPUExecutionProvider"])
tokenizer.enable_truncation(LONGEST, strategy="longest_first")
scores = []
for text in texts:
    pair = tokenizer.encode(question, text)
    feed = {"input_ids": [pair.ids], "attention_mask": [pair.attention_mask], "token_type_ids": [pair.type_ids]}
    scores.append(float(session.run(None, {k: np.array(v, np.int64) for k, v in feed.items()})[0][0, 0]))
json.dump({"question": question, "texts": texts, "scores": scores}, open(f"{HERE}/scores.json", "w"), indent=1)
print(scores)
