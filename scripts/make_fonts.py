"""Put the fonts of the printed papers where `anhnh_lms.certificates.fonts` finds them.

    pip download --no-deps fontpkg-amiri==1.2
    python scripts/make_fonts.py fontpkg_amiri-1.2-py3-none-any.whl

The package carries Amiri 1.002 as Google Fonts publishes it (google/fonts, ofl/amiri): Latin and
Arabic in one file for each weight. The files are taken as they are. Cutting them down to the
letters of our languages would save 15 %, and a paper must print any name; the letters of
Bambara, Hausa and Zarma that Amiri lacks come from Libertinus Serif, which typst brings along.

Everything is checked against the SHA-256 below, so a run changes nothing or says why it cannot.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "anhnh_lms" / "certificates" / "fonts"
FILES = {
    "fontpkg_amiri/files/Amiri-Regular.ttf": (
        "Amiri-Regular.ttf",
        "ab391c4147d054c48976e98322ad0eefe1427aa0e0502a12a4c75d80a70cfcd7",
    ),
    "fontpkg_amiri/files/Amiri-Bold.ttf": (
        "Amiri-Bold.ttf",
        "cfccb794268e7d573d857e6d6a67f89cf8a053e8ffd85dfa0c8ec1bb36fc4827",
    ),
    "fontpkg_amiri/LICENSE": (
        "OFL.txt",
        "72de68e5954f4fdd24702292ef5a32f003ca960ec9330dc86e5eefb5dffb9b22",
    ),
}


def main(package: Path) -> int:
    """Copy the files out of `package` (a wheel); 1 and no file touched if one is not as expected."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(package) as wheel:
        for inside, (name, wanted) in FILES.items():
            found[name] = wheel.read(inside)
            if hashlib.sha256(found[name]).hexdigest() != wanted:
                print(f"{inside}: not the file that was chosen; nothing is changed", file=sys.stderr)
                return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (TARGET / name).write_bytes(content)
        print(f"{TARGET / name}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
