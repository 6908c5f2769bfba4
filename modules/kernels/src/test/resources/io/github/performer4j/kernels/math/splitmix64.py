"""Writes splitmix64.csv: what io.github.performer4j.kernels.math.CounterRandom must return, computed with Python's big integers.

Mixer and increment are those of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Usage: python3 splitmix64.py > splitmix64.csv
Each line: seed, path joined by blanks, hash of (seed, path), then the first three 64-bit numbers of the stream, all signed.
"""

M = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def finalise(z):
    z &= M
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return z ^ (z >> 31)


def mix(seed, path):
    h = finalise(seed + GOLDEN * (len(path) + 1))
    for p in path:
        h = finalise((h ^ finalise(p + GOLDEN)) + GOLDEN)
    return h


def signed(z):
    return z - (1 << 64) if z >> 63 else z


# SplitMix64 itself, seed 1234567: the numbers that its reference implementation in C prints.
assert [finalise(1234567 + i * GOLDEN) for i in (1, 2, 3)] == [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
]

print("seed,path,hash,first,second,third")
for seed, path in [
    (0, []),
    (0, [0]),
    (0, [0, 0]),
    (1, []),
    (-1, [-1]),
    (42, [3, 1, 4, 1, 5]),
    (2**63 - 1, [-(2**63), 2**63 - 1]),
    (-(2**63), [7]),
]:
    h = mix(seed, path)
    stream = [signed(finalise(h + i * GOLDEN)) for i in (1, 2, 3)]
    print(seed, " ".join(map(str, path)), signed(h), *stream, sep=",")
