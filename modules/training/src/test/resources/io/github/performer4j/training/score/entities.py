"""Writes entities.json beside it: figures over entities of random tags by seqeval, nothing shared with the Java code.

Usage: PYTHONPATH=(a checkout of seqeval) python3 entities.py    (made with seqeval 1.2.2, git cd01b52; it needs scikit-learn)

Its default mode is used, which follows the conlleval script.

Tags are drawn at random, so most sequences break their scheme somewhere; labels are numbers into "labels".
"""

import json
import pathlib
import random
import warnings

import seqeval.metrics as m
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

warnings.filterwarnings("ignore")


def case(name, labels, sequences, agreement):
    r = random.Random(name)
    truth = [[r.choice(labels) for _ in range(r.randrange(1, 15))] for _ in range(sequences)]
    predicted = [[t if r.random() < agreement else r.choice(labels) for t in row] for row in truth]
    types = sorted({label[2:] for label in labels if label != "O"})
    precision, recall, f1, support = precision_recall_fscore_support(truth, predicted, average=None, zero_division=0)
    number = {label: i for i, label in enumerate(labels)}
    return {
        "name": name, "labels": labels,
        "truth": [[number[t] for t in row] for row in truth],
        "predicted": [[number[t] for t in row] for row in predicted],
        "figures": {
            "accuracy": m.accuracy_score(truth, predicted),
            "entityPrecision": m.precision_score(truth, predicted, zero_division=0),
            "entityRecall": m.recall_score(truth, predicted, zero_division=0),
            "entityF1": m.f1_score(truth, predicted, zero_division=0),
        },
        "types": {
            t: {"precision": float(p), "recall": float(c), "f1": float(f), "support": int(s)}
            for t, p, c, f, s in zip(types, precision, recall, f1, support)
        },
    }


cases = [
    case("IOB, one type", ["O", "B-A", "I-A"], 40, 0.8),
    case("IOB, three types", ["O", "B-A", "I-A", "B-B", "I-B", "B-C", "I-C"], 60, 0.8),
    case("IOB, mostly wrong", ["O", "B-A", "I-A", "B-B", "I-B"], 30, 0.3),
    case("IOBES, two types", ["O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "E-B", "S-B"], 60, 0.8),
    case("IOB1, insides only", ["O", "I-LOC", "I-PER"], 20, 0.7),
]
lines = ",\n".join(" " + json.dumps(case) for case in cases)
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + lines + "\n]\n")
