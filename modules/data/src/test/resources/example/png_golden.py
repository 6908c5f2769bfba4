"""Writes png-golden.json: PNG files of every colour type and depth, made with zlib alone, and their pixels as 0 to 255, in colour and in grey.

Run: python3 png_golden.py > png-golden.json"""
import base64
import json
import random
import struct
import sys
import zlib

HEIGHT, WIDTH = 5, 7
BANDS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def packed(values, depth):
    bits = "".join(format(v, f"0{depth}b") for v in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def png(kind, depth, rows, palette=None, transparent=None):
    data = b"".join(b"\0" + packed([v for pixel in row for v in pixel], depth) for row in rows)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, kind, 0, 0, 0))
    if palette:
        out += chunk(b"PLTE", bytes(v for entry in palette for v in entry))
    if transparent:
        out += chunk(b"tRNS", transparent)
    return out + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def rounded(over, under):
    return (2 * over + under) // (2 * under)


def over_white(value, alpha):
    return rounded(value * alpha + 255 * (255 - alpha), 255)


def grey(r, g, b):
    return (19595 * r + 38470 * g + 7471 * b + 32768) // 65536


def main():
    draw = random.Random(3)
    cases = []
    for kind, depth in [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8),
                        (6, 16)]:
        palette = transparent = None
        if kind == 3:
            palette = [[draw.randrange(256) for _ in range(3)] for _ in range(2 ** depth)]
            if depth == 4:
                transparent = bytes(draw.randrange(256) for _ in range(9))
        rows = [[[draw.randrange(2 ** depth) for _ in range(BANDS[kind])] for _ in range(WIDTH)] for _ in range(HEIGHT)]
        most = 2 ** depth - 1
        colours, greys = [], []
        for pixel in (pixel for row in rows for pixel in row):
            alpha = 255
            if kind == 3:
                colour = palette[pixel[0]]
                if transparent and pixel[0] < len(transparent):
                    alpha = transparent[pixel[0]]
            else:
                values = [rounded(255 * v, most) for v in pixel]
                if kind in (4, 6):
                    alpha = values.pop()
                colour = values * 3 if len(values) == 1 else values
            colour = [over_white(v, alpha) for v in colour]
            colours += colour
            greys.append(colour[0] if kind in (0, 4) else grey(*colour))
        cases.append({"name": f"type {kind}, {depth} bits", "channels": 1 if kind in (0, 4) else 3,
                      "png": base64.b64encode(png(kind, depth, rows, palette, transparent)).decode(), "colour": colours, "grey": greys})
    json.dump({"height": HEIGHT, "width": WIDTH, "cases": cases}, sys.stdout)
    sys.stdout.write("\n")


main()
