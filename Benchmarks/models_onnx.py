"""all-MiniLM-L6-v2 as ONNX, made from the safetensors of the same wheel: for onnxruntime, the peer of Benchmarks/models.

    python models_onnx.py MODEL_FOLDER OUT.onnx
"""
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scripts", "models")]


def read_safetensors(path):
    import struct

    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            tensors[name.removeprefix("bert.")] = np.frombuffer(data[start:end], dtype=np.float32).reshape(entry["shape"])
    return tensors


def main():
    folder, target = sys.argv[1:]
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    weights = read_safetensors(os.path.join(folder, "model.safetensors"))
    hidden, heads, epsilon = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
    width = hidden // heads
    nodes, constants = [], {}

    def constant(name, array):
        constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def norm(x, name, output):
        return node("LayerNormalization", [x, constant(name + ".w", weights[name + ".weight"]), constant(name + ".b", weights[name + ".bias"])], output, axis=-1, epsilon=epsilon)

    def linear(x, name, output):
        node("MatMul", [x, constant(name + ".w", weights[name + ".weight"].T)], output + ".product")
        return node("Add", [output + ".product", constant(name + ".b", weights[name + ".bias"])], output)

    def split(x, output, order):
        node("Reshape", [x, constant("heads", np.array([0, 0, heads, width], np.int64))], output + ".shaped")
        return node("Transpose", [output + ".shaped"], output, perm=order)

    node("Gather", [constant("words", weights["embeddings.word_embeddings.weight"]), "input_ids"], "word")
    node("Shape", ["input_ids"], "shape")
    node("Gather", ["shape", constant("one", np.array([1], np.int64))], "length")
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    node("Slice", [constant("positions", positions), constant("zero", np.array([0], np.int64)), "length", "zero"], "place")
    x = norm(node("Add", ["word", "place"], "sum"), "embeddings.LayerNorm", "x")
    node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    node("Sub", [constant("onef", np.array(1, np.float32)), "mask"], "hidden_from")
    node("Mul", ["hidden_from", constant("low", np.array(-10000, np.float32))], "bias_flat")
    node("Unsqueeze", ["bias_flat", constant("axes", np.array([1, 2], np.int64))], "bias")
    for number in range(config["num_hidden_layers"]):
        base = f"encoder.layer.{number}."
        query = split(linear(x, base + "attention.self.query", f"q{number}"), f"qh{number}", [0, 2, 1, 3])
        key = split(linear(x, base + "attention.self.key", f"k{number}"), f"kh{number}", [0, 2, 3, 1])
        value = split(linear(x, base + "attention.self.value", f"v{number}"), f"vh{number}", [0, 2, 1, 3])
        node("MatMul", [query, key], f"scores{number}")
        node("Mul", [f"scores{number}", constant("scale", np.array(width**-0.5, np.float32))], f"scaled{number}")
        node("Add", [f"scaled{number}", "bias"], f"masked{number}")
        node("Softmax", [f"masked{number}"], f"shares{number}", axis=-1)
        node("MatMul", [f"shares{number}", value], f"seen{number}")
        node("Transpose", [f"seen{number}"], f"turned{number}", perm=[0, 2, 1, 3])
        node("Reshape", [f"turned{number}", constant("flat", np.array([0, 0, hidden], np.int64))], f"joined{number}")
        out = linear(f"joined{number}", base + "attention.output.dense", f"ao{number}")
        x = norm(node("Add", [out, x], f"as{number}"), base + "attention.output.LayerNorm", f"an{number}")
        inner = linear(x, base + "intermediate.dense", f"i{number}")
        x2 = node("Gelu", [inner], f"g{number}")
        out = linear(x2, base + "output.dense", f"o{number}")
        x = norm(node("Add", [out, x], f"os{number}"), base + "output.LayerNorm", f"on{number}")
    node("Identity", [x], "last_hidden_state")
    values = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in ("input_ids", "attention_mask")]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", hidden])
    model = helper.make_model(helper.make_graph(nodes, "bert", values, [output], list(constants.values())), opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
