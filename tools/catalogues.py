"""Keep the message catalogues in step with the source.

python tools/catalogues.py            bring every .po file up to date, and compile it
python tools/catalogues.py add it     start a catalogue for another language
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "pkoquiz"
LOCALE = SOURCE / "locale"
_KEYWORDS = {"say": None, "message": None, "say_count": (1, 2), "message_count": (1, 2)}


def extracted() -> Catalog:
    """Return all messages of the source, in the order of files."""
    catalogue = Catalog(project="pkoquiz", charset="utf-8")
    found = extract_from_dir(
        SOURCE,
        method_map=[("**.py", "python"), ("**.html.j2", "jinja2")],
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for file, _line, message, comments, context in sorted(found, key=lambda item: item[:2]):
        catalogue.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def read(path: Path) -> Catalog:
    """Return the catalogue in a .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def update(path: Path, messages: Catalog) -> None:
    """Add new messages to a .po file without a translation, and drop those that are gone."""
    catalogue = read(path) if path.exists() else Catalog(locale=path.parts[-3])
    catalogue.fuzzy = False
    catalogue.header_comment = f"# Messages of pkoquiz: {catalogue.locale_identifier}"
    catalogue.update(messages, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
    _strip_header(path)


def compile_catalogue(path: Path) -> None:
    """Write the .mo file of a .po file."""
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(path))


def _strip_header(path: Path) -> None:
    # Dates would change with each run; names and addresses are those of a form.
    names = "Project-Id|Report-Msgid|POT-|PO-|Last-Tr|Language-Team|Generated-By"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf'(?m)^"(?:{names}).*"\n', "", text), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Update all catalogues and, after `add`, new ones."""
    for name in arguments[1:]:
        (LOCALE / name / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    messages = extracted()
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        path = folder / "pkoquiz.po"
        update(path, messages)
        compile_catalogue(path)
        missing = [message.id for message in read(path) if message.id and not message.string]
        print(f"{path.parts[-3]}: {len(missing)} to translate")


if __name__ == "__main__":
    main(sys.argv[1:])
