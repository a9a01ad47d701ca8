"""The forward pass of a BERT encoder in float64 with numpy alone: the reference that a converted model is held against."""
import math

import numpy as np

erf = np.vectorize(math.erf)


def norm(x, weights, name, epsilon):
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(spread + epsilon) * weights[name + ".weight"] + weights[name + ".bias"]


def dense(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def embed(config, weights, tokens):
    """The mean over the tokens of the last layer, of length 1. `weights`: as `convert_bert.read_safetensors` gives them."""
    weights = {name: array.astype(np.float64) for name, array in weights.items()}
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm", epsilon)
    width = x.shape[1] // heads
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}."
        query, key, value = (
            dense(x, weights, f"{layer}attention.self.{part}").reshape(len(tokens), heads, width).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(x.shape)
        x = norm(x + dense(seen, weights, layer + "attention.output.dense"), weights, layer + "attention.output.LayerNorm", epsilon)
        inner = dense(x, weights, layer + "intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(x + dense(inner, weights, layer + "output.dense"), weights, layer + "output.LayerNorm", epsilon)
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)
