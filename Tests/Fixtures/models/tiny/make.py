"""Makes three tiny text encoders with the inputs, outputs and settings of well-known families, and the vectors that
onnxruntime and numpy give for some texts: pip install onnx onnxruntime tokenizers numpy; python make.py

  tiny-bge-small-en   [CLS] pooling, token_type_ids; wants an instruction before questions
  tiny-qwen           last token, position_ids, causal; prompts in config_sentence_transformers.json
  tiny-pooled         gives sentence_embedding beside token_embeddings
"""
import json
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH = 24
TEXTS = ["query: a b c", "the cat sat", "Represent this", "longer text " * 9, "x"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ":", ".", ","] + list(LETTERS) + ["##" + letter for letter in LETTERS]
random = np.random.default_rng(11)


def tokenizer(folder):
    made = Tokenizer(models.WordPiece({token: i for i, token in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.save(os.path.join(folder, "tokenizer.json"))
    return made


def constant(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def graph(kind):
    """States: tanh((E[ids] + P[positions]) W + (mean over the tokens seen) U)."""
    weights = [
        constant("E", random.normal(size=(len(VOCABULARY), WIDTH)).astype(np.float32)),
        constant("T", random.normal(size=(2, WIDTH)).astype(np.float32)),
        constant("P", random.normal(size=(256, WIDTH)).astype(np.float32)),
        constant("W", (random.normal(size=(WIDTH, WIDTH)) / 4).astype(np.float32)),
        constant("U", random.normal(size=(WIDTH, WIDTH)).astype(np.float32)),
        constant("one", np.array([1], np.int64)), constant("two", np.array([2], np.int64)),
    ]
    node = helper.make_node
    nodes = [node("Gather", ["E", "input_ids"], ["words"]), node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT)]
    inputs = ["input_ids", "attention_mask"]
    if kind == "qwen":
        inputs.append("position_ids")
        nodes += [node("Gather", ["P", "position_ids"], ["places"]), node("Add", ["words", "places"], ["sum"])]
    else:
        inputs.append("token_type_ids")
        nodes += [node("Gather", ["T", "token_type_ids"], ["kinds"]), node("Add", ["words", "kinds"], ["sum"])]
    nodes += [
        node("Unsqueeze", ["mask", "two"], ["column"]), node("Mul", ["sum", "column"], ["seen"]),
    ]
    if kind == "qwen":
        # Causal: each token sees those before it.
        nodes += [
            node("CumSum", ["seen", "axis"], ["before"]), node("CumSum", ["column", "axis"], ["count"]),
            node("Max", ["count", "least"], ["atleast"]), node("Div", ["before", "atleast"], ["mean"]),
        ]
        weights += [constant("axis", np.array(1, np.int64)), constant("least", np.array([1], np.float32))]
    else:
        nodes += [
            node("ReduceSum", ["seen", "one"], ["all"], keepdims=1), node("ReduceSum", ["column", "one"], ["count"], keepdims=1),
            node("Div", ["all", "count"], ["mean"]),
        ]
    nodes += [
        node("MatMul", ["sum", "W"], ["own"]), node("MatMul", ["mean", "U"], ["others"]), node("Add", ["own", "others"], ["raw"]),
        node("Tanh", ["raw"], ["token_embeddings" if kind == "pooled" else "last_hidden_state"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", WIDTH])]
    if kind == "pooled":
        nodes += [
            node("Mul", ["token_embeddings", "column"], ["kept"]), node("ReduceSum", ["kept", "one"], ["total"], keepdims=0),
            node("ReduceSum", ["mask", "one"], ["length"], keepdims=1), node("Div", ["total", "length"], ["average"]),
            node("Neg", ["average"], ["sentence_embedding"]),
        ]
        outputs = [
            helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH]),
        ]
    values = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in inputs]
    made = helper.make_model(
        helper.make_graph(nodes, kind, values, outputs, weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    onnx.checker.check_model(made)
    return made


def write(folder, name, value):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


def main():
    for kind, name in (("bge", "tiny-bge-small-en"), ("qwen", "tiny-qwen"), ("pooled", "tiny-pooled")):
        folder = os.path.join(HERE, name)
        os.makedirs(folder, exist_ok=True)
        splitter = tokenizer(folder)
        onnx.save(graph(kind), os.path.join(folder, "model.onnx"))
        write(folder, "config.json", {"hidden_size": WIDTH, "max_position_embeddings": 64, "model_type": "bert"})
        if kind == "qwen":
            write(folder, "1_Pooling/config.json", {"word_embedding_dimension": WIDTH, "pooling_mode_lasttoken": True})
            write(folder, "config_sentence_transformers.json", {"prompts": {"query": "query: ", "document": ""}})
        elif kind == "bge":
            write(folder, "1_Pooling/config.json", {"embedding_dimension": WIDTH, "pooling_mode": "cls"})
        session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"))
        vectors = []
        for text in TEXTS:
            ids = splitter.encode(text).ids
            ids = ids if len(ids) <= 64 else ids[:63] + [3]
            feed = {"input_ids": np.array([ids], np.int64), "attention_mask": np.ones((1, len(ids)), np.int64)}
            third = session.get_inputs()[2].name
            feed[third] = np.arange(len(ids))[None] if third == "position_ids" else np.zeros((1, len(ids)), np.int64)
            output = session.run(None, feed)[0]
            vector = output[0] if kind == "pooled" else output[0, -1 if kind == "qwen" else 0]
            vectors.append([round(float(x), 6) for x in vector / np.linalg.norm(vector)])
        write(folder, "reference.json", {"texts": TEXTS, "vectors": vectors})


if __name__ == "__main__":
    main()
