"""The form of a ledger record: canonical JSON, chained by SHA-256.

hash = SHA-256(hash of the record before ‖ payload); the first has sixty-four zeros before it. The payload is ASCII JSON
without spaces, `seq` first, keys inside `details` sorted: every field of the record stands in it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from nlsh.core.errors import StoreUnavailable
from nlsh.core.ports import Record, RecordDraft

GENESIS: Final = "0" * 64
"""What stands before the first record."""
FORMAT: Final = 1
"""The `v` of every payload."""


def payload_of(seq: int, at: float, session: str, draft: RecordDraft) -> str:
    """The canonical JSON of a record. Raises StoreUnavailable where the details are not JSON values."""
    head = {"seq": seq, "v": FORMAT, "at": at, "session": session}
    fields = {name: value for name, value in vars(draft).items() if name != "details"}
    try:
        details = json.dumps(dict(draft.details), sort_keys=True, separators=(",", ":"), allow_nan=False)
        flat = json.dumps(head | fields, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StoreUnavailable(f"the record cannot be written: {error}") from error
    return f'{flat[:-1]},"details":{details}}}'


def chained(previous: str, payload: str) -> str:
    """The hash of a record with this payload after a record with that hash."""
    return hashlib.sha256((previous + payload).encode("ascii", "replace")).hexdigest()


def read_record(payload: str | bytes, digest: str) -> Record:
    """A payload back to its record. Raises StoreUnavailable where it is not one (it was tampered with)."""
    try:
        table: dict[str, Any] = json.loads(payload)
        del table["v"]
        seq, at, session = (table.pop(key) for key in ("seq", "at", "session"))
        return Record(seq, at, session, RecordDraft(**table), digest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreUnavailable("a ledger record cannot be read", "nlsh audit verify names it") from error


def exported(payload: str, digest: str) -> str:
    """A record as one line of JSON: the payload with its hash as last key."""
    return f'{payload[:-1]},"hash":"{digest}"}}'
