"""Writes run.tfevents: the event file of a run of two steps and an evaluation, by TensorBoard's own classes.

pip install tensorboard==2.21.0; python make.py
EventFilesTest writes the same events; both files must be equal to the byte.
"""

import os

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

WALL = 1_700_000_000.25


def scalars(step, values):
    return Event(
        wall_time=WALL,
        step=step,
        summary=Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values]),
    )


def train(step, loss, rate, norm, speed, epoch):
    names = ["loss", "learningRate", "gradientNorm", "tokensPerSecond", "epoch"]
    return scalars(step, [("train/" + name, value) for name, value in zip(names, [loss, rate, norm, speed, epoch])])


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "run.tfevents"), "wb") as file:
    writer = RecordWriter(file)
    for event in [
        Event(wall_time=WALL, file_version="brain.Event:2"),
        Event(wall_time=WALL, step=1, session_log=SessionLog(status=SessionLog.START)),
        train(1, 3.5, 0.001, 2.25, 1000.0, 0),
        train(300, -1e-30, 1e-3 / 3, 0.0, 123456.789, 7),
        scalars(300, [("valid/loss", 2.75), ("valid/accuracy", 1 / 3), ("baseline/order0", 2.9)]),
    ]:
        writer.write(event.SerializeToString(deterministic=True))
