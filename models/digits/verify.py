#!/usr/bin/python3
"""Runs every exported SavedModel over samples/ with numpy alone and compares
the result with the probabilities that torch computed.

    /usr/bin/python3 verify.py

It shares no code with the export: it reads the protobuf by itself and
interprets the operators one by one.
"""

import argparse
import json
import os
import sys

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {1: np.dtype("<f4"), 3: np.dtype("<i4")}


# ------------------------------------------------------------ the protobuf

def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def fields(data):
    """A message as {field number: [values]}."""
    out, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
            assert len(value) == size, "cut short"
        else:
            raise ValueError(f"wire type {tag & 7} is not expected here")
        out.setdefault(tag >> 3, []).append(value)
    return out


def text(value):
    return bytes(value).decode()


def entries(values):
    """A map field as a dictionary of the raw values."""
    return {text(e[1][0]): e[2][0] for e in map(fields, values)}


def dims(shape):
    return [signed(fields(d).get(1, [0])[0]) for d in fields(shape).get(2, [])]


def attribute(data):
    (kind, (value,)), = fields(data).items()
    if kind == 1:  # a list of integers, packed
        packed, at, out = fields(value)[3][0], 0, []
        while at < len(packed):
            number, at = varint(packed, at)
            out.append(signed(number))
        return out
    if kind == 2:
        return text(value)
    if kind == 5:
        return bool(value)
    if kind == 6:
        return TYPES[value]
    if kind == 7:
        return dims(value)
    if kind == 8:
        tensor = fields(value)
        return np.frombuffer(tensor[4][0], TYPES[tensor[1][0]]).reshape(dims(tensor[2][0]))
    raise ValueError(f"attribute of kind {kind}")


def load(path):
    """(nodes, inputs, outputs) of the one meta graph in the file."""
    with open(path, "rb") as file:
        model = fields(memoryview(file.read()))
    assert model[1] == [1], "schema version"
    meta, = map(fields, model[2])
    info = fields(meta[1][0])
    assert [text(t) for t in info[4]] == ["serve"]
    nodes = {}
    for raw in fields(meta[2][0])[1]:
        node = fields(raw)
        nodes[text(node[1][0])] = (
            text(node[2][0]), [text(i) for i in node.get(3, [])],
            {k: attribute(v) for k, v in entries(node.get(5, [])).items()})
    signature = fields(entries(meta[5])["serving_default"])
    assert text(signature[3][0]) == "tensorflow/serving/predict"

    def infos(number):
        return {key: (text(fields(v)[1][0]), dims(fields(v)[3][0]))
                for key, v in entries(signature[number]).items()}

    return nodes, infos(1), infos(2)


# ----------------------------------------------------------- the operators

def conv2d(x, filters, a):
    assert a["strides"] == a["dilations"] == [1, 1, 1, 1]
    assert a["padding"] == "SAME" and a["data_format"] == "NHWC"
    height, width = filters.shape[:2]
    top, left = (height - 1) // 2, (width - 1) // 2
    padded = np.pad(x, ((0, 0), (top, height - 1 - top), (left, width - 1 - left), (0, 0)))
    return sum(padded[:, i:i + x.shape[1], j:j + x.shape[2]] @ filters[i, j]
               for i in range(height) for j in range(width))


def max_pool(x, a):
    assert a["ksize"] == a["strides"] and a["padding"] == "VALID"
    _, h, w, _ = a["ksize"]
    n, height, width, c = x.shape
    x = x[:, :height // h * h, :width // w * w]
    return x.reshape(n, height // h, h, width // w, w, c).max((2, 4))


def mat_mul(x, w, a):
    return (x.T if a["transpose_a"] else x) @ (w.T if a["transpose_b"] else w)


def softmax(x):
    power = np.exp(x - x.max(1, keepdims=True))
    return power / power.sum(1, keepdims=True)


OPERATORS = {
    "Const": lambda a: a["value"],
    "Identity": lambda a, x: x,
    "Reshape": lambda a, x, to: x.reshape(to),
    "MatMul": lambda a, x, w: mat_mul(x, w, a),
    "BiasAdd": lambda a, x, b: x + b,
    "Relu": lambda a, x: np.maximum(x, 0),
    "Conv2D": lambda a, x, f: conv2d(x, f, a),
    "MaxPool": lambda a, x: max_pool(x, a),
    "Softmax": lambda a, x: softmax(x),
}


def run(nodes, feed, wanted):
    done = dict(feed)

    def value(name):
        name = name.removesuffix(":0")
        if name not in done:
            op, inputs, attributes = nodes[name]
            done[name] = OPERATORS[op](attributes, *map(value, inputs))
        return done[name]

    return value(wanted)


def main():
    parser = argparse.ArgumentParser(description="Checks the exported models against torch.")
    parser.add_argument("--zoo", default=HERE, help="folder that train.py wrote")
    parser.add_argument("--within", type=float, default=1e-5)
    arguments = parser.parse_args()
    folder, limit = arguments.zoo, arguments.within

    with open(os.path.join(folder, "samples", "probabilities.json")) as file:
        expected = json.load(file)
    with open(os.path.join(folder, "zoo.json")) as file:
        models = json.load(file)["models"]
    failed = 0
    for model in models:
        nodes, inputs, outputs = load(os.path.join(folder, model["path"], "saved_model.pb"))
        assert inputs == {"image": ("image:0", [-1, 28, 28, 1])}
        assert outputs == {"probabilities": ("probabilities:0", [-1, 10])}
        rows = expected[model["name"]]
        images = [Image.open(os.path.join(folder, "samples", name)) for name in rows]
        assert all(i.mode == "L" and i.size == (28, 28) for i in images)
        x = np.stack([np.asarray(i) for i in images]).astype(np.float32)[..., None] / np.float32(255)
        got = run(nodes, {"image": x}, outputs["probabilities"][0])
        one = run(nodes, {"image": x[:1]}, outputs["probabilities"][0])
        want = np.array(list(rows.values()), np.float32)
        error = max(np.abs(got - want).max(), np.abs(one - want[:1]).max())
        right = sum(int(name[0]) == row.argmax() for name, row in zip(rows, got))
        verdict = "ok" if got.shape == want.shape and error < limit else "DIFFERS"
        failed += verdict != "ok"
        print(f"{model['name']:18} {len(rows)} samples, {right} right, "
              f"largest difference {error:.2e}  {verdict}")
        print("    " + " ".join(op for op, _, _ in nodes.values() if op != "Const"))
    print(f"{len(models) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not models else 0)


if __name__ == "__main__":
    main()
