"""Writes frozen TensorFlow SavedModels without TensorFlow.

A SavedModel is one protobuf message. This module encodes the few messages of
it that a frozen inference graph needs straight to the wire format, so that an
export depends on nothing but numpy. The numbers below are the field numbers
of those messages.
"""

import os

import numpy as np

DT_FLOAT = 1
DT_INT32 = 3

# The TensorFlow release whose graph version the export claims: every operator
# and attribute used here is at least that old.
TENSORFLOW_VERSION = "2.9.1"
GRAPH_PRODUCER = 1087


# The wire format: a field is a varint of (number << 3 | type) and its payload.

def _varint(value):
    value &= (1 << 64) - 1  # negative int64s are ten bytes of two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _int(number, value):
    return _varint(number << 3) + _varint(int(value))


def _bytes(number, value):
    if isinstance(value, str):
        value = value.encode()
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _map_entry(number, key, value):
    return _bytes(number, _bytes(1, key) + _bytes(2, value))


def _shape(dims):
    return b"".join(_bytes(2, _int(1, d)) for d in dims)


def _tensor(array):
    dtype = {np.dtype("<f4"): DT_FLOAT, np.dtype("<i4"): DT_INT32}[array.dtype]
    return _int(1, dtype) + _bytes(2, _shape(array.shape)) + _bytes(4, array.tobytes())


# Attribute values. Python's own types say which one is meant; a data type, a
# shape and a tensor need a word more.

def dtype(value):
    return _int(6, value)


def shape(dims):
    return _bytes(7, _shape(dims))


def tensor(array):
    return _bytes(8, _tensor(array))


def _attr(value):
    if isinstance(value, bytes):
        return value  # one of the three above, encoded already
    if isinstance(value, bool):
        return _int(5, value)
    if isinstance(value, str):
        return _bytes(2, value)
    if isinstance(value, list):
        return _bytes(1, _bytes(3, b"".join(_varint(v) for v in value)))
    raise TypeError(f"no attribute value for {value!r}")


class Graph:
    """A graph of named operators; each method adds one and returns its name."""

    def __init__(self):
        self.nodes = []

    def add(self, op, name, inputs=(), **attrs):
        node = _bytes(1, name) + _bytes(2, op)
        node += b"".join(_bytes(3, i) for i in inputs)
        node += b"".join(_map_entry(5, k, _attr(v)) for k, v in sorted(attrs.items()))
        self.nodes.append(node)
        return name

    def placeholder(self, name, dims):
        return self.add("Placeholder", name, dtype=dtype(DT_FLOAT), shape=shape(dims))

    def const(self, name, array):
        array = np.ascontiguousarray(array)
        array = array.astype("<f4" if array.dtype.kind == "f" else "<i4")
        kind = DT_FLOAT if array.dtype.kind == "f" else DT_INT32
        return self.add("Const", name, dtype=dtype(kind), value=tensor(array))

    def reshape(self, name, x, dims):
        target = self.const(name + "/shape", np.array(dims, np.int32))
        return self.add("Reshape", name, [x, target],
                        T=dtype(DT_FLOAT), Tshape=dtype(DT_INT32))

    def dense(self, name, x, weights, bias):
        """weights are [inputs, outputs]."""
        w = self.const(name + "/weights", weights)
        b = self.const(name + "/bias", bias)
        product = self.add("MatMul", name + "/MatMul", [x, w], T=dtype(DT_FLOAT),
                           transpose_a=False, transpose_b=False)
        return self._bias_add(name, product, b)

    def conv(self, name, x, filters, bias):
        """filters are [height, width, inputs, outputs]; stride 1, same size."""
        w = self.const(name + "/filters", filters)
        b = self.const(name + "/bias", bias)
        product = self.add("Conv2D", name + "/Conv2D", [x, w], T=dtype(DT_FLOAT),
                           strides=[1, 1, 1, 1], padding="SAME", data_format="NHWC",
                           dilations=[1, 1, 1, 1])
        return self._bias_add(name, product, b)

    def _bias_add(self, name, x, bias):
        return self.add("BiasAdd", name + "/BiasAdd", [x, bias],
                        T=dtype(DT_FLOAT), data_format="NHWC")

    def max_pool(self, name, x, size):
        window = [1, size, size, 1]
        return self.add("MaxPool", name, [x], T=dtype(DT_FLOAT), ksize=window,
                        strides=window, padding="VALID", data_format="NHWC")

    def unary(self, op, name, x):
        """Relu, Softmax or Identity."""
        return self.add(op, name, [x], T=dtype(DT_FLOAT))

    def save(self, directory, inputs, outputs):
        """Writes saved_model.pb; inputs and outputs map a key of the signature
        to the name of a node and the shape of its tensor (-1 is any)."""
        graph = b"".join(_bytes(1, n) for n in self.nodes)
        graph += _bytes(4, _int(1, GRAPH_PRODUCER))

        def infos(number, tensors):
            return b"".join(
                _map_entry(number, key,
                           _bytes(1, node + ":0") + _int(2, DT_FLOAT) + _bytes(3, _shape(dims)))
                for key, (node, dims) in tensors.items())

        signature = infos(1, inputs) + infos(2, outputs)
        signature += _bytes(3, "tensorflow/serving/predict")
        meta_graph = _bytes(1, _bytes(4, "serve") + _bytes(5, TENSORFLOW_VERSION))
        meta_graph += _bytes(2, graph)
        meta_graph += _map_entry(5, "serving_default", signature)
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, "saved_model.pb")
        with open(path, "wb") as file:
            file.write(_int(1, 1) + _bytes(2, meta_graph))
        return path
