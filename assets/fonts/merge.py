#!/usr/bin/env python3
"""Make AidpostSans-Regular.ttf and AidpostSans-Bold.ttf from Noto.

usage: merge.py DIR-WITH-NOTO-TTFS OUTPUT-DIR      (needs fontTools 4)

Each source is cut to a set of characters that no other source has, so that
the merged character map is the plain union and every script keeps its own
shaping rules. See README.md for the versions used.
"""

import os
import sys
import tempfile

from fontTools import merge, subset
from fontTools.ttLib import TTFont

LATIN = [
    *range(0x0020, 0x007F), *range(0x00A0, 0x0180), *range(0x0218, 0x021C),
    *range(0x02BB, 0x02BD), *range(0x02C6, 0x02DE), *range(0x0300, 0x0329),
    0x01A0, 0x01A1, 0x01AF, 0x01B0,  # the horned letters of Vietnamese
    *range(0x1E80, 0x1E86), *range(0x1EA0, 0x1EFA), 0x1E9E,
    *range(0x2000, 0x2028), 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A,
    0x2044, *range(0x2066, 0x206A), *range(0x2070, 0x208F), 0x20AC, 0x2113,
    0x2116, 0x2122, 0x2126, 0x212E, 0x00B5, 0x03BC, 0xFEFF, 0xFFFD,
]
# Russian and Ukrainian, and the other Slavic languages written in Cyrillic.
CYRILLIC = [*range(0x0400, 0x0460), 0x0490, 0x0491]
ARABIC = [
    *range(0x0600, 0x0700), *range(0x0750, 0x0780), *range(0x08A0, 0x0900),
    *range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFF),
]
MATH = [*range(0x2190, 0x219A), 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x221E]
SYMBOLS = [0x25A0, 0x25A1, 0x25B2, 0x25B3, 0x25BC, 0x25BD, 0x25CB, 0x25CF,
           0x25C6, 0x2665, 0x26A0, 0x2713, 0x2717, 0x2022]

# Line box, in units of 1000 to the em: room for Arabic marks above and tails
# below, and centred on the Latin capitals so that labels sit in the middle of
# buttons.
ASCENT, DESCENT = 1194, -480


def cut(path, chars, out):
    options = subset.Options()
    options.hinting = False
    options.layout_features = [
        "ccmp", "locl", "liga", "rlig", "calt", "isol", "init", "medi", "fina",
        "mark", "mkmk", "kern", "curs", "frac", "numr", "dnom", "sups", "subs",
        "tnum", "lnum", "case", "rtlm",
    ]
    options.drop_tables += ["DSIG"]
    options.notdef_outline = True
    font = subset.load_font(path, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=chars)
    cutter.subset(font)
    font.save(out)


def rename(font, weight):
    """Give the result its own name, so that nobody takes it for Noto."""
    family, full = "Aidpost Sans", f"Aidpost Sans {weight}"
    name = font["name"]
    keep = {n.nameID: n.toUnicode() for n in name.names if n.platformID == 3}
    name.names = []
    for number, text in {
        0: keep.get(0, ""), 1: family, 2: weight, 3: full + " 1.0", 4: full,
        5: "Version 1.0", 6: f"AidpostSans-{weight}",
        13: keep.get(13, ""), 14: keep.get(14, ""),
    }.items():
        name.setName(text, number, 3, 1, 0x409)


def main(source, out):
    for weight in ("Regular", "Bold"):
        parts = [
            (f"NotoSans-{weight}.ttf", LATIN + CYRILLIC),
            (f"NotoSansArabic-{weight}.ttf", ARABIC),
            ("NotoSansMath-Regular.ttf", MATH),
            ("NotoSansSymbols2-Regular.ttf", SYMBOLS),
        ]
        with tempfile.TemporaryDirectory() as work:
            taken, files = set(), []
            for number, (file, chars) in enumerate(parts):
                own = [c for c in chars if c not in taken]
                taken.update(TTFont(os.path.join(source, file)).getBestCmap().keys() & set(own))
                files.append(os.path.join(work, f"{number}.ttf"))
                cut(os.path.join(source, file), own, files[-1])
            font = merge.Merger().merge(files)
        for table, up, down in (("hhea", "ascent", "descent"),
                                ("OS/2", "sTypoAscender", "sTypoDescender")):
            setattr(font[table], up, ASCENT)
            setattr(font[table], down, DESCENT)
        font["hhea"].lineGap = font["OS/2"].sTypoLineGap = 0
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ASCENT, -DESCENT
        rename(font, weight)
        font.save(os.path.join(out, f"AidpostSans-{weight}.ttf"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
