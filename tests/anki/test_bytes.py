"""The same checkout builds the same bytes on any machine."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

from pkoquiz.model.bank import Bank

from .course import PICTURE, build

ROOT = Path(__file__).parent.parent.parent

SCRIPT = """
import datetime, hashlib, sys
from dataclasses import replace
from pathlib import Path
from pkoquiz.editions.ledgerfile import dump
from pkoquiz.exporters import anki
from pkoquiz.load import load
bank = load(Path(sys.argv[1])).bank
moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
ledger = anki.release(bank, moment).ledger
export = anki.export(replace(bank, ledger=ledger))
for name, content in sorted({**export.files, "ledger": dump(ledger).encode()}.items()):
    print(name, hashlib.sha256(content).hexdigest())
"""


def test_folder_hash_seed_and_time_zone_do_not_matter(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "tests" / "mini", copy)
    outputs = []
    for folder, seed, zone in (
        (ROOT / "tests" / "mini", "1", "Pacific/Kiritimati"),
        (copy, "2", "America/Los_Angeles"),
    ):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONHASHSEED": seed,
            "TZ": zone,
        }
        outputs.append(
            subprocess.run(
                [sys.executable, "-c", SCRIPT, str(folder)],
                env=environment,
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert outputs[0] == outputs[1]
    assert ".apkg" in outputs[0]


def test_package_contains_fixed_dates_and_no_version_of_sqlite(bank: Bank) -> None:
    apkg = build(bank).files["anki/pko.apkg"]
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        assert archive.read("collection.anki2")[92:100] == bytes(8)


def test_media_that_no_card_shows_are_left_out(bank: Bank) -> None:
    more = replace(
        bank,
        media={
            **bank.media,
            "media/unused.png": b"x",
            "media/copy.svg": PICTURE,
            "media/evil.html": b"x",
        },
    )
    with zipfile.ZipFile(io.BytesIO(build(more).files["anki/pko.apkg"])) as archive:
        assert sorted(archive.namelist()) == ["0", "1", "collection.anki2", "media"]
