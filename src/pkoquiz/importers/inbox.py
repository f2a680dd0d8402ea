"""The inbox: imported questions in our format, without sources but with proposed citations.

Files in `inbox/` look like those in `questions/`, but nothing reads them except `review`, so they
cannot stop a check or a build. Each item has two more fields than a question: `imported` (where it
came from) and `proposals` (citations to choose from).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pkoquiz.importers.foreign import Draft
from pkoquiz.model.question import GAP
from pkoquiz.quotes.propose import Index, propose
from pkoquiz.splice import SpliceError, all_appended, all_replaced, items, new_file
from pkoquiz.yamlfile import Data

OWN_FIELDS = ("imported", "proposals")
"""Fields of the inbox that a question of the bank does not have."""

_LEAST = 0.1
"""Proposals with a lower score are unrelated to the question."""

_KEPT = ("sources", "bloom", "difficulty", "objective", "enemies", "note", "attribution", "waive")
"""Fields that a person fills in; a second import does not overwrite them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The outcome of importing a draft."""

    draft: Draft
    identity: str
    state: str
    """`new`, `updated`, `unchanged`, `accepted` (in the bank as it is) or `rejected`."""


def slug(text: str, limit: int = 60) -> str:
    """Return a text as part of an id: ASCII letters, digits and hyphens; empty if it has none."""
    decomposed = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", decomposed).strip("-")
    return made if len(made) <= limit else made[:limit].rsplit("-", 1)[0].strip("-")


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return a digest of the fields, 12 hexadecimal digits, to detect changes."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def received(
    raw: bytes | None,
    drafts: Iterable[Draft],
    *,
    form: str,
    section: str,
    bank: Mapping[str, str],
    elsewhere: Mapping[str, str] | None = None,
    rejected: Mapping[str, str] | None = None,
    cite: Callable[[Draft], Sequence[dict[str, Any]]],
) -> tuple[bytes, list[Arrival]]:
    """Return the inbox file with the drafts added or updated, and the outcome for each.

    `raw` is the present file, or None. `bank` maps the ids of the course to stems, `elsewhere`
    those of other inbox files; `rejected` maps ids to the digests with which they were rejected.
    """
    content = raw if raw is not None else new_file(section, schema="")
    present = {str(item.get("id")): item for _, item in items(content)}
    by_origin = {_origin(item): identity for identity, item in present.items()}
    ids = _Ids({*present, *(elsewhere or {}), *bank})
    changes: dict[str, Mapping[str, Any]] = {}
    additions: dict[str, Mapping[str, Any]] = {}
    arrivals = []
    counts: Counter[str] = Counter()
    for draft in drafts:
        digest = digest_of(draft.fields)
        origin = draft.foreign_id or slug(draft.title)
        counts[origin] += 1
        if counts[origin] > 1:  # several questions of one file have the same title
            origin = f"{origin} ({counts[origin]})"
        identity = by_origin.get(origin) if origin in by_origin else None
        if identity is None:
            identity = _new_id(draft, ids, bank)
        if (rejected or {}).get(identity) == digest:
            arrivals.append(Arrival(draft, identity, "rejected"))
            continue
        item = _item(draft, identity, form, origin, digest)
        before = present.get(identity)
        if before is not None and by_origin.get(origin) == identity:
            if _imported(before).get("digest") == digest:
                arrivals.append(Arrival(draft, identity, "unchanged"))
                continue
            kept = {name: before[name] for name in _KEPT if name in before}
            own = additions if identity in additions else changes
            own[identity] = {**item, **kept, **_cited(cite(draft))}
            state = "updated"
        else:
            additions[identity] = {**item, **_cited(cite(draft))}
            state = "updated" if identity in bank else "new"
        present[identity] = item
        by_origin[origin] = identity
        arrivals.append(Arrival(draft, identity, state))
    return all_appended(all_replaced(content, changes), list(additions.values())), arrivals


def _cited(proposals: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"proposals": list(proposals)} if proposals else {}


def _item(draft: Draft, identity: str, form: str, origin: str, digest: str) -> dict[str, Any]:
    imported = {"from": form, "id": origin, "digest": digest}
    return {"id": identity, **draft.fields, "status": "draft", "imported": imported}


def _origin(item: Mapping[str, Data]) -> str:
    return str(_imported(item).get("id", ""))


def _imported(item: Mapping[str, Data]) -> dict[str, Data]:
    value = item.get("imported")
    return value if isinstance(value, dict) else {}


def _new_id(draft: Draft, ids: _Ids, bank: Mapping[str, str]) -> str:
    """Return an id from the foreign id or the title; an id of this bank keeps its question."""
    wanted = slug(draft.foreign_id) or slug(draft.title) or slug(str(draft.fields["stem"]))
    if draft.foreign_id == wanted and wanted in bank:
        return wanted  # one of ours, changed elsewhere
    wanted = wanted if len(wanted) > 1 else f"q-{wanted or '1'}"
    return ids.free(wanted)


class _Ids:
    """The ids that are taken, and how far each was numbered."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._numbers: Counter[str] = Counter()

    def free(self, wanted: str) -> str:
        """Return the id, numbered if it is taken, and take it."""
        identity = wanted
        while identity in self._taken:
            self._numbers[wanted] += 1
            identity = f"{wanted}-{self._numbers[wanted] + 1}"
        self._taken.add(identity)
        return identity


def proposals_for(
    draft: Draft, index: Index | None, *, section: str = "", limit: int = 3
) -> list[dict[str, Any]]:
    """Return proposed citations for a draft, best first: passage, quote and score."""
    if index is None:
        return []
    found = []
    for quote in draft.quotes:  # an export of ours cites its quotes
        found += [proposal for proposal in propose(index, quote, limit=1) if proposal.score == 1]
    if not found:
        proposed = propose(index, claim_of_fields(draft.fields), section=section, limit=limit)
        found = [proposal for proposal in proposed if proposal.score >= _LEAST]
    return [
        {"passage": proposal.passage.id, "quote": proposal.quote, "score": f"{proposal.score:.2f}"}
        for proposal in found
    ]


def claim_of_fields(fields: Mapping[str, Any]) -> str:
    """Return what a draft claims: the question and its right answer."""
    parts = [GAP.sub(" … ", str(fields.get("stem", "")))]
    for option in fields.get("options", []):
        if isinstance(option, Mapping) and str(option.get("correct")).lower() == "true":
            parts.append(str(option["text"]))
    for pair in fields.get("pairs", []):
        parts += [str(pair.get("premise", "")), str(pair.get("response", ""))]
    answers = list(fields.get("answers", []))
    for gap in fields.get("gaps", []):
        answers += gap.get("answers", [])[:1]
    for answer in answers:
        parts.append(str(answer.get("text", "")) if isinstance(answer, Mapping) else str(answer))
    parts += [str(step) for step in fields.get("sequence", [])]
    if fields.get("type") not in ("truefalse",):
        parts.append(str(fields.get("answer", "")))
    parts.append(str(fields.get("model_answer", "")))
    return re.sub(r"[*`\\]|!\[[^\]]*\]\([^)]*\)", " ", " ".join(parts))


__all__ = ["Arrival", "SpliceError", "claim_of_fields", "digest_of", "proposals_for", "received"]
