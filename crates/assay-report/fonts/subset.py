#!/usr/bin/env python3
"""Makes the fonts that reports are set in, from Debian's fonts-inter and fonts-jetbrains-mono.

    pip install fonttools brotli
    python3 crates/assay-report/fonts/subset.py

Kept: Latin, Greek, Cyrillic, punctuation, and the signs numbers and tables need. In Inter the tabular
figures are made the default ones, so that columns of numbers align in every program that draws them.
"""

import io
import pathlib

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).parent
RANGES = [(0x20, 0x24F), (0x2C6, 0x2DD), (0x370, 0x3FF), (0x400, 0x45F), (0x2000, 0x206F),
          (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2116, 0x2122), (0x2190, 0x2199), (0x2200, 0x2265),
          (0x25A0, 0x25CF), (0xFFFD, 0xFFFD)]
FONTS = [
    ("/usr/share/fonts/opentype/inter/Inter-Regular.otf", "Inter-Regular", ".otf"),
    ("/usr/share/fonts/opentype/inter/Inter-SemiBold.otf", "Inter-SemiBold", ".otf"),
    ("/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular",
     ".ttf"),
]


def freeze_tabular_figures(font):
    """Maps characters to the glyphs that the feature `tnum` would put in their place."""
    gsub = font["GSUB"].table
    lookups = {index for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
               for index in record.Feature.LookupListIndex}
    mapping = {}
    for index in lookups:
        for table in gsub.LookupList.Lookup[index].SubTable:
            table = getattr(table, "ExtSubTable", table)
            mapping.update(getattr(table, "mapping", {}))
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            # Only figures and signs that stand in columns of numbers; a narrow full stop stays.
            if chr(code) in "0123456789+-−±×=<>~–":
                table.cmap[code] = mapping.get(glyph, glyph)


for source, name, extension in FONTS:
    font = TTFont(source, recalcTimestamp=False)
    if name.startswith("Inter"):
        freeze_tabular_figures(font)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "ccmp"] if name.startswith("Inter") else []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)
    font.save(HERE / (name + extension))
    if name.startswith("Inter"):
        font.flavor = "woff2"
        font.save(HERE / (name + ".woff2"))
