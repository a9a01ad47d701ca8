"""Builds an OpenVINO model (IR) from the safetensors of a BERT encoder.

In:  input_ids, attention_mask: i64 [batch, sequence], both dynamic.
Out: last_hidden_state: f32 [batch, sequence, hidden]. Pooling is left to the caller.

Written with OpenVINO's own opset, so that neither torch nor onnx is needed.
"""
import json
import struct

import numpy as np
import openvino as ov
from openvino import opset13 as op


def read_safetensors(path):
    """Name -> float32 array (https://github.com/huggingface/safetensors#format)."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        array = np.frombuffer(data[start:end], dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
        tensors[name.removeprefix("bert.")] = array.astype(np.float32) if entry["dtype"] == "F16" else array
    return tensors


def build(config, weights):
    """The encoder of `config` (Hugging Face's config.json of a BertModel) with `weights`."""
    if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
        raise SystemExit("only BERT encoders with gelu are converted")
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    width, epsilon = hidden // heads, config["layer_norm_eps"]

    def constant(array, kind=np.float32):
        return op.constant(np.ascontiguousarray(array, dtype=kind))

    def norm(x, name):
        axes = op.constant(np.array([-1], dtype=np.int64))
        normal = op.mvn(x, axes, normalize_variance=True, eps=epsilon, eps_mode="inside_sqrt")
        return op.add(op.multiply(normal, constant(weights[name + ".weight"])), constant(weights[name + ".bias"]))

    def linear(x, name):
        product = op.matmul(x, constant(weights[name + ".weight"]), False, True)
        return op.add(product, constant(weights[name + ".bias"]))

    def split(x):  # [b, s, hidden] -> [b, heads, s, width]
        shaped = op.reshape(x, op.constant(np.array([0, 0, heads, width], dtype=np.int64)), True)
        return op.transpose(shaped, op.constant(np.array([0, 2, 1, 3], dtype=np.int64)))

    ids = op.parameter([-1, -1], np.int64, name="input_ids")
    mask = op.parameter([-1, -1], np.int64, name="attention_mask")
    ids.output(0).set_names({"input_ids"})
    mask.output(0).set_names({"attention_mask"})

    zero, one = op.constant(np.int64(0)), op.constant(np.int64(1))
    length = op.gather(op.shape_of(ids), one, zero)
    # All tokens are of type 0: its embedding is folded into the positions.
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    places = op.gather(constant(positions), op.range(zero, length, one, "i64"), zero)
    words = op.gather(constant(weights["embeddings.word_embeddings.weight"]), ids, zero)
    x = norm(op.add(words, places), "embeddings.LayerNorm")

    hidden_from = op.multiply(op.subtract(constant(1.0), op.convert(mask, np.float32)), constant(-10000.0))
    bias = op.unsqueeze(hidden_from, op.constant(np.array([1, 2], dtype=np.int64)))

    for layer in range(config["num_hidden_layers"]):
        base = f"encoder.layer.{layer}."
        query, key, value = (split(linear(x, f"{base}attention.self.{part}")) for part in ("query", "key", "value"))
        attention = op.scaled_dot_product_attention(query, key, value, bias)
        joined = op.transpose(attention, op.constant(np.array([0, 2, 1, 3], dtype=np.int64)))
        joined = op.reshape(joined, op.constant(np.array([0, 0, hidden], dtype=np.int64)), True)
        x = norm(op.add(linear(joined, base + "attention.output.dense"), x), base + "attention.output.LayerNorm")
        inner = op.gelu(linear(x, base + "intermediate.dense"), "erf")
        x = norm(op.add(linear(inner, base + "output.dense"), x), base + "output.LayerNorm")

    result = op.result(x)
    result.output(0).set_names({"last_hidden_state"})
    return ov.Model([result], [ids, mask], config.get("_name_or_path", "bert"))


def convert(config_path, weights_path, out_path):
    """Writes `out_path` (.xml) and the .bin beside it, in float32."""
    with open(config_path) as file:
        config = json.load(file)
    ov.save_model(build(config, read_safetensors(weights_path)), out_path, compress_to_fp16=False)


def embed(model_path, tokens, properties=None):
    """The mean-pooled, L2-normalized vector of one text, given its tokens; for checking."""
    compiled = ov.Core().compile_model(model_path, "CPU", {"INFERENCE_PRECISION_HINT": "f32", **(properties or {})})
    ids = np.array([tokens], dtype=np.int64)
    states = compiled([ids, np.ones_like(ids)])[0][0]
    mean = states.astype(np.float64).mean(axis=0)
    return mean / np.linalg.norm(mean)
