"""Writes figures.json beside it: figures of random predictions by scikit-learn and SciPy, nothing shared with the Java code.

Usage: python3 figures.py    (made with scikit-learn 1.2.1, SciPy 1.10.1; Debian: python3-sklearn)

Probabilities and scores are whole 64ths, so float32 holds them exactly and many are equal; figures have 15 digits. Where a figure is not
defined (no class with positives and negatives, a constant truth) null stands; a class without positives or negatives is left out of the
mean of areas, a label without positives out of that of average precisions.
"""

import itertools
import json
import math
import pathlib
import random
import warnings

import numpy as np
import scipy.stats
import sklearn.metrics as m

warnings.filterwarnings("ignore")
PARTS = 64


def digits(x):
    return None if x is None or math.isnan(x) else float("%.15g" % x)


def composition(r, classes, toward):
    """Returns `classes` positive whole numbers with sum PARTS, most of them likely near one class."""
    parts = [1] * classes
    for _ in range(PARTS - classes):
        parts[toward if r.random() < 0.4 else r.randrange(classes)] += 1
    return parts


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def class_case(name, classes, n, used, weighted, coarse):
    r = random.Random(name)
    labels = [r.choice(used) for _ in range(n)]
    parts = [composition(r, classes, label if r.random() < 0.5 else r.choice(used)) for label in labels]
    if coarse:  # few different rows: ties everywhere
        pool = parts[:5]
        parts = [r.choice(pool) for _ in range(n)]
    weights = [r.randrange(1, 9) / 4 for _ in range(n)] if weighted else None
    p = np.array(parts) / PARTS
    y = np.array(labels)
    predicted = p.argmax(axis=1)
    areas = [
        m.roc_auc_score(y == k, p[:, k], sample_weight=weights)
        for k in ([1] if classes == 2 else range(classes))
        if 0 < (y == k).sum() < n
    ]
    precision, recall, f1, support = m.precision_recall_fscore_support(
        y, predicted, labels=range(classes), sample_weight=weights, zero_division=0
    )
    return {
        "name": name, "classes": classes, "labels": labels, "parts": parts, "weights": weights,
        "figures": {
            "accuracy": digits(m.accuracy_score(y, predicted, sample_weight=weights)),
            "macroF1": digits(m.f1_score(y, predicted, average="macro", sample_weight=weights, zero_division=0)),
            "matthews": digits(m.matthews_corrcoef(y, predicted, sample_weight=weights)),
            "logLoss": digits(m.log_loss(y, p, labels=range(classes), sample_weight=weights)),
            "auc": digits(mean(areas)),
        },
        "precision": [digits(x) for x in precision], "recall": [digits(x) for x in recall],
        "f1": [digits(x) for x in f1], "support": [digits(x) for x in support],
        "confusion": m.confusion_matrix(y, predicted, labels=range(classes), sample_weight=weights).tolist(),
    }


def set_case(name, classes, n, rates):
    r = random.Random(name)
    truth = [[int(r.random() < rates[k]) for k in range(classes)] for _ in range(n)]
    parts = [[min(63, max(1, r.randrange(0, 40) + 24 * t)) for t in row] for row in truth]
    y, p = np.array(truth), np.array(parts) / PARTS
    predicted = (p >= 0.5).astype(int)
    seen = [k for k in range(classes) if y[:, k].any()]
    return {
        "name": name, "classes": classes, "truth": truth, "parts": parts,
        "figures": {
            "microF1": digits(m.f1_score(y, predicted, average="micro", zero_division=0)),
            "macroF1": digits(m.f1_score(y, predicted, average="macro", zero_division=0)),
            "subsetAccuracy": digits(m.accuracy_score(y, predicted)),
            "meanAveragePrecision": digits(mean(m.average_precision_score(y[:, k], p[:, k]) for k in seen)),
            "macroAuc": digits(mean(m.roc_auc_score(y[:, k], p[:, k]) for k in seen if not y[:, k].all())),
            "logLoss": digits(mean(m.log_loss(y[:, k], p[:, k], labels=[0, 1]) for k in range(classes))),
        },
    }


def number_case(name, dimensions, n, shift, constant):
    r = random.Random(name)
    truth = [[shift + r.randrange(-96, 97) / PARTS for _ in range(dimensions)] for _ in range(n)]
    for row in truth:
        if constant is not None:
            row[constant] = shift + 0.5
    prediction = [[x + r.randrange(-64, 65) / PARTS for x in row] for row in truth]
    y, x = np.array(truth), np.array(prediction)
    varied = [d for d in range(dimensions) if len(set(y[:, d])) > 1]
    return {
        "name": name, "dimensions": dimensions, "truth": truth, "prediction": prediction,
        "figures": {
            "rmse": digits(m.mean_squared_error(y, x, squared=False)),
            "mae": digits(m.mean_absolute_error(y, x)),
            "r2": digits(mean(m.r2_score(y[:, d], x[:, d]) for d in varied)),
            "pearson": digits(mean(scipy.stats.pearsonr(y[:, d], x[:, d])[0] for d in varied)),
            "spearman": digits(mean(scipy.stats.spearmanr(y[:, d], x[:, d])[0] for d in varied)),
            "constantDimensions": float(dimensions - len(varied)),
        },
        "ranks": scipy.stats.rankdata(y[:, 0]).tolist(),
    }


def pool_case(name, n):
    """Without ties: scikit-learn; the reciprocal rank of one right answer is its label ranking average precision."""
    r = random.Random(name)
    similarity = [[float(v) for v in r.sample(range(-500, 500), n)] for _ in range(n)]
    s = np.array(similarity)
    return {
        "name": name, "similarity": similarity,
        "figures": {
            "recallAt1": digits(m.top_k_accuracy_score(range(n), s, k=1, labels=range(n))),
            "recallAt10": digits(m.top_k_accuracy_score(range(n), s, k=10, labels=range(n))),
            "meanReciprocalRank": digits(m.label_ranking_average_precision_score(np.eye(n), s)),
        },
    }


def tied_pool_case(name, n):
    """With ties: the mean over every order of the candidates, each sorted stably."""
    r = random.Random(name)
    similarity = [[float(r.randrange(3)) for _ in range(n)] for _ in range(n)]
    first, reciprocal, orders = 0, 0.0, 0
    for order in itertools.permutations(range(n)):
        orders += 1
        for i in range(n):
            rank = sorted(order, key=lambda j: -similarity[i][j]).index(i) + 1
            first += rank == 1
            reciprocal += 1 / rank
    return {
        "name": name, "similarity": similarity,
        "figures": {
            "recallAt1": digits(first / orders / n),
            "recallAt10": 1.0,
            "meanReciprocalRank": digits(reciprocal / orders / n),
        },
    }


cases = {
    "classes": [
        class_case("two", 2, 83, [0, 1], False, False),
        class_case("two, weighted", 2, 61, [0, 1], True, False),
        class_case("two, ties", 2, 59, [0, 1], False, True),
        class_case("two, one class only", 2, 17, [1], False, False),
        class_case("five", 5, 131, [0, 1, 2, 3, 4], False, False),
        class_case("five, weighted, ties", 5, 97, [0, 1, 2, 3, 4], True, True),
        class_case("seven, three missing", 7, 71, [0, 2, 3, 6], False, False),
        class_case("three, one class only", 3, 13, [2], False, False),
        class_case("three, one example", 3, 1, [0, 1, 2], False, False),
    ],
    "sets": [
        set_case("five labels", 5, 79, [0.5, 0.3, 0.1, 0.7, 0.2]),
        set_case("never and always", 4, 41, [0.0, 0.4, 1.0, 0.5]),
        set_case("one label, one example", 1, 1, [1.0]),
    ],
    "numbers": [
        number_case("three dimensions", 3, 67, 0.0, None),
        number_case("far from 0", 2, 53, 30000.0, None),
        number_case("one constant", 3, 31, 0.0, 1),
    ],
    "pools": [pool_case("thirteen", 13), pool_case("seven", 7), tied_pool_case("five, ties", 5)],
}

path = pathlib.Path(__file__).with_suffix(".json")
lines = [
    " %s: [\n%s\n ]" % (json.dumps(kind), ",\n".join("  " + json.dumps(case) for case in some))
    for kind, some in cases.items()
]
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
