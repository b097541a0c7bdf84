"""A page as if drawn by hand: the wind at the coast by day and by night."""

import math
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (1000, 700)
INK, RED, BLUE = (35, 40, 60), (190, 60, 40), (40, 90, 170)
Point = tuple[float, float]


def coast_png(rng: Random) -> bytes:
    return drawn(rng, "PNG")


def coast_pdf(rng: Random) -> bytes:
    return drawn(rng, "PDF")


def drawn(rng: Random, kind: str) -> bytes:
    page = Image.new("RGB", SIZE, (252, 251, 246))
    pen = Pen(ImageDraw.Draw(page), rng)
    for left, title, inland in ((40, "day", True), (530, "night", False)):
        half(pen, left, title, inland=inland)
    file = BytesIO()
    page.save(file, kind)
    return file.getvalue()


class Pen:
    """Draws lines that shake a little."""

    def __init__(self, draw: ImageDraw.ImageDraw, rng: Random) -> None:
        self.draw, self.rng = draw, rng

    def line(self, points: Sequence[Point], ink: tuple[int, int, int] = INK, width: int = 3) -> None:
        shaken: list[Point] = []
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(2, int(math.hypot(x1 - x0, y1 - y0) / 12))
            shaken += [
                (
                    x0 + (x1 - x0) * step / steps + self.rng.gauss(0, 1.2),
                    y0 + (y1 - y0) * step / steps + self.rng.gauss(0, 1.2),
                )
                for step in range(steps + 1)
            ]
        self.draw.line(shaken, fill=ink, width=width, joint="curve")

    def arrow(self, start: Point, end: Point, ink: tuple[int, int, int]) -> None:
        self.line([start, end], ink, 4)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        for turn in (2.6, -2.6):
            self.line([end, (end[0] + 24 * math.cos(angle + turn), end[1] + 24 * math.sin(angle + turn))], ink, 4)

    def circle(self, centre: Point, radius: float) -> None:
        turns = [step * math.tau / 24 for step in range(26)]
        self.line([(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns])

    def write(self, place: Point, text: str, ink: tuple[int, int, int] = INK) -> None:
        self.draw.text((place[0] + self.rng.gauss(0, 3), place[1]), text, fill=ink, font=ImageFont.load_default(26))


def half(pen: Pen, left: float, title: str, *, inland: bool) -> None:
    """Draw one half of the page: land on the left, sea on the right, and the air going round."""
    pen.write((left + 170, 40), title)
    pen.line([(left, 520), (left + 200, 510), (left + 230, 560), (left + 430, 560)])
    waves = [(left + 235 + 15 * step, 575 + 5 * (-1) ** step) for step in range(13)]
    pen.line(waves, BLUE)
    pen.write((left + 60, 540), "land")
    pen.write((left + 310, 600), "sea")
    pen.circle((left + 380, 120), 34)
    if inland:
        for ray in range(8):
            turn = ray * math.tau / 8
            pen.line(
                [
                    (left + 380 + 44 * math.cos(turn), 120 + 44 * math.sin(turn)),
                    (left + 380 + 62 * math.cos(turn), 120 + 62 * math.sin(turn)),
                ]
            )
    else:
        pen.circle((left + 392, 112), 26)
    corners = [(left + 90, 460), (left + 90, 230), (left + 340, 230), (left + 340, 460)]
    loop = corners if inland else corners[::-1]
    for start, end, ink in zip(loop, loop[1:] + loop[:1], (RED, INK, BLUE, BLUE), strict=True):
        inset_x, inset_y = (end[0] - start[0]) * 0.12, (end[1] - start[1]) * 0.12
        pen.arrow((start[0] + inset_x, start[1] + inset_y), (end[0] - inset_x, end[1] - inset_y), ink)
    pen.write((left + 130, 470), "wind", BLUE)
    pen.write((left + 20, 330), "warm" if inland else "cool", RED if inland else BLUE)
    pen.write((left + 355, 330), "cool" if inland else "warm", BLUE if inland else RED)
