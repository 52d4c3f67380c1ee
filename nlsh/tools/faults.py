"""What an operating-system error means, in one sentence a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import NlshError

_SAYINGS: Final[dict[int, tuple[str, str]]] = {
    errno.ENOENT: ("it is not there", "check the name, or list the folder"),
    errno.EACCES: ("permission is denied", "it may belong to somebody else; list it to see its owner and mode"),
    errno.EPERM: ("the system does not permit it", "it may belong to somebody else or be marked immutable"),
    errno.EEXIST: ("something of that name is there already", "choose another name"),
    errno.ENOTDIR: ("a part of the path is not a folder", "check the path"),
    errno.EISDIR: ("it is a folder", "name a file"),
    errno.ENOTEMPTY: ("the folder is not empty", "empty it first"),
    errno.ENOSPC: ("the disk is full", "free some space and try again"),
    errno.EDQUOT: ("your disk quota is used up", "free some space and try again"),
    errno.EFBIG: ("the file would be too big for the disk or for its limit", "make it smaller"),
    errno.ENAMETOOLONG: ("the name is too long", "a name may have 255 bytes, a path 4096"),
    errno.ELOOP: ("links lead in a circle, or through a link that must not be followed", "name the real path"),
    errno.EXDEV: ("it lies on another file system", "copy it instead"),
    errno.EROFS: ("the file system is read-only", "choose another place"),
    errno.EBUSY: ("it is in use by the system", "it may be a mount point"),
    errno.ETXTBSY: ("the program is running", "stop it first"),
    errno.EMFILE: ("too many files are open", "close something and try again"),
    errno.ENFILE: ("too many files are open on this machine", "close something and try again"),
    errno.EIO: ("the disk reports an input/output error", "check the disk"),
    errno.ESTALE: ("the network file system has lost it", "mount it again"),
    errno.ENOTSUP: ("the file system cannot do that", "choose another place"),
    errno.EINVAL: ("the file system does not accept that name or request", "choose another name"),
    errno.EMLINK: ("the file system allows no more links to it", "copy it instead"),
}


def fault(error: OSError, doing: str, path: str) -> NlshError:
    """`cannot write notes.txt: the disk is full`, as an error to raise from `error`; `path` may be raw."""
    reason, hint = _SAYINGS.get(error.errno or 0, (error.strerror or "the system refused", ""))
    return NlshError(f"cannot {doing} {visible(path)}: {reason}", hint)


@contextmanager
def explaining(doing: str, path: str) -> Iterator[None]:
    """Turn any OSError inside into `cannot <doing> <path>: …`.

    Raises:
        NlshError: an OSError was raised inside.
    """
    try:
        yield
    except OSError as error:
        raise fault(error, doing, path) from error
