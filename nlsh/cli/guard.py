"""What every call ends in: an exit code and at most a sentence. Never a traceback."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from nlsh.core.errors import Cancelled, NlshError

CRASHED: Final = 70
BROKEN_PIPE: Final = 141
HUNG_UP: Final = 129
_UNWRITABLE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a full disk behind standard output raises; the store turns its own into StoreUnavailable."""


def guarded(words: Sequence[str]) -> int:
    """Run the command line; every error becomes its exit code and a line on standard error."""
    from nlsh.cli.commands import dispatch

    return guard(lambda: dispatch(words))


def guard(work: Callable[[], int]) -> int:
    """Call `work`; errors become exit codes."""
    try:
        code = work()
        _flush()
        return code
    except NlshError as error:
        tell(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return Cancelled.exit_code
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:
        if error.errno == errno.EIO and _is_terminal_gone():
            _discard_output()
            return HUNG_UP
        return unwritable(error) if error.errno in _UNWRITABLE else _crashed(error)
    except Exception as error:  # the crash guard: whatever else happens is a defect, kept for its report
        return _crashed(error)


def _is_terminal_gone() -> bool:
    """Whether standard output is a terminal that was closed: a device still, but none that answers."""
    with suppress(OSError):
        return stat.S_ISCHR(os.fstat(1).st_mode) and not os.isatty(1)
    return False


def unwritable(error: OSError) -> int:
    """Say that standard output takes no more; returns the exit code."""
    _discard_output()
    tell(f"standard output cannot be written: {str(error.strerror).lower()}", "send it somewhere else")
    return NlshError.exit_code


def _crashed(error: Exception) -> int:
    tell(f"nlsh crashed ({type(error).__name__}); the details are in {keep_crash()}", "please report it")
    return CRASHED


def tell(message: str, hint: str = "") -> None:
    """An error on standard error, escaped; if that is gone too there is nobody to tell."""
    from nlsh.core.display import visible_text

    text = f"nlsh: {visible_text(message)}\n" + (f"      {visible_text(hint)}\n" if hint else "")
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text.encode(sys.stderr.encoding, "backslashreplace").decode(sys.stderr.encoding))
        sys.stderr.flush()


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _discard_output() -> None:
    """Nobody reads standard output any more: what is left in its buffer must not be written at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def keep_crash() -> str:
    """Write the traceback of the exception that is being handled where only its owner reads it; returns where."""
    import traceback

    from nlsh import __version__

    text = f"nlsh {__version__}, Python {sys.version}\n\n{traceback.format_exc()}"
    name = f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    for folder in (_state_folder, _temporary_folder):
        with suppress(OSError, NlshError):
            path = os.path.join(folder(), name)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return path
    return "no file: neither the state folder nor the temporary folder can be written"


def _state_folder() -> str:
    from nlsh.config.paths import Paths

    return Paths.find().make_state_dir()


def _temporary_folder() -> str:
    import tempfile

    return tempfile.gettempdir()
