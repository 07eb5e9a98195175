#!/usr/bin/env python3
"""Draws rolebook-test.ttf again: a font of one character, 龑 (U+9F91), which the
built-in fonts lack, so that a test sees whether a library's own font is used.

The character is a frame and no work of anybody else's. Needs fontTools 4.68.0
(pip install fonttools==4.68.0); the same version gives the same bytes.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM = 1000
FAMILY = "Rolebook Test"


def frame():
    """A square with a square hole."""
    pen = TTGlyphPen(None)
    for corners in (
        [(100, -20), (100, 780), (900, 780), (900, -20)],
        [(200, 80), (800, 80), (800, 680), (200, 680)],
    ):
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


builder = FontBuilder(EM, isTTF=True)
builder.setupGlyphOrder([".notdef", "uni9F91"])
builder.setupCharacterMap({0x9F91: "uni9F91"})
builder.setupGlyf({".notdef": frame(), "uni9F91": frame()})
builder.setupHorizontalMetrics({name: (EM, 100) for name in (".notdef", "uni9F91")})
builder.setupHorizontalHeader(ascent=880, descent=-120)
builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "RolebookTest-Regular"})
builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
builder.setupPost()
# Neither the clock nor the machine is in it.
builder.updateHead(created=0, modified=0)
builder.font.recalcTimestamp = False
builder.save(Path(__file__).parent / "rolebook-test.ttf")
