"""The error tree. Every error says what happened and what to do; each class owns one exit code.

NlshError                  1   the work failed
├── UsageError             2   the command line or an argument cannot be used
├── ConfigInvalid          2   a configuration, rules, theme or model file cannot be used
├── NotUnderstood          3   no plan could be made, or a question is open
│   └── PlanInvalid        3   the model's plan does not validate; no part of it runs
├── ModelUnavailable       4   no model: missing, corrupt, crashed or out of time
├── StoreUnavailable       1   the ledger, journal or history cannot be written or read
├── Refused              126   policy refused it, or the person declined
└── Cancelled            130   the person cancelled it
"""

from __future__ import annotations

from typing import ClassVar


class NlshError(Exception):
    """The work failed. `message` says what happened, `hint` what to do about it (may be empty)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(NlshError):
    """The command line, or an argument of a syscall, cannot be used as given."""

    exit_code = 2


class ConfigInvalid(NlshError):
    """A configuration, rules, theme or model file cannot be used; the message names file and key."""

    exit_code = 2


class NotUnderstood(NlshError):
    """No plan could be made from the utterance, or a question to the person is open."""

    exit_code = 3


class PlanInvalid(NotUnderstood):
    """The plan does not validate against the syscall classes; no part of it runs."""


class ModelUnavailable(NlshError):
    """The model is missing, corrupt, crashed, or did not answer within its deadline."""

    exit_code = 4


class StoreUnavailable(NlshError):
    """The ledger, journal or history cannot be written or read; without a record nothing runs."""


class Refused(NlshError):
    """Policy refused the syscall, or the person declined it."""

    exit_code = 126


class Cancelled(NlshError):
    """The person cancelled the turn."""

    exit_code = 130
