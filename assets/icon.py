"""Makes icon.png, the icon of the packages: three signals on one wire. Needs nothing but Python."""
import math
import struct
import zlib
from pathlib import Path

SIZE = 128
SCALE = 3
BACK, WIRE, SIGNALS = (23, 32, 56), (120, 140, 180), ((92, 200, 255), (255, 190, 92), (140, 230, 150))


def shade(x, y):
    """The colour of a point, in units of the icon; None outside of it."""
    corner = 24
    dx, dy = max(corner - x, x - (SIZE - corner), 0), max(corner - y, y - (SIZE - corner), 0)
    if math.hypot(dx, dy) > corner:
        return None
    for number, colour in enumerate(SIGNALS):
        base = 34 + 30 * number
        # A square wave, a sine and pulses: what bits, streams and messages look like.
        level = [
            -9 if (x // 16) % 2 else 9,
            9 * math.sin(x / 8),
            -9 if x % 32 < 8 else 9,
        ][number]
        edge = [x % 16 < 3, False, x % 32 < 3 or 8 <= x % 32 < 11][number]
        if 14 <= x <= SIZE - 14 and (abs(y - base - level) <= 2.5 or (edge and abs(y - base) <= 9)):
            return colour
    return WIRE if 14 <= x <= SIZE - 14 and abs(y - 114) <= 1.5 else BACK


def pixel(column, row):
    points = [shade(column + (i + 0.5) / SCALE, row + (j + 0.5) / SCALE) for i in range(SCALE) for j in range(SCALE)]
    solid = [p for p in points if p]
    if not solid:
        return bytes(4)
    return bytes([*(sum(p[i] for p in solid) // len(solid) for i in range(3)), 255 * len(solid) // len(points)])


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
Path(__file__).with_name("icon.png").write_bytes(png)
