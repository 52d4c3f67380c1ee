"""Examples written short: for syscalls that people ask for in many ways."""

from __future__ import annotations

from nlsh.core.syscall import Example


def sayings(name: str, *pairs: tuple[str, str]) -> tuple[Example, ...]:
    """Examples of one syscall from utterances and the inside of its arguments object: `"path":"docs","all":true`."""
    return tuple(Example(utterance, f'[{{"{name}":{{{arguments}}}}}]') for utterance, arguments in pairs)


def courses(first: str, second: str, *wishes: tuple[str, str, str]) -> tuple[Example, ...]:
    """Examples of two syscalls in a row, from utterances and the insides of both arguments objects."""
    return tuple(
        Example(utterance, f'[{{"{first}":{{{before}}}}},{{"{second}":{{{after}}}}}]')
        for utterance, before, after in wishes
    )
