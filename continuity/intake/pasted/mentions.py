"""Finds the services of the catalogue that a text speaks of, by name or by the short name in brackets. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"[A-Za-z0-9]+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
# A short name of up to this many letters is also an English word, so it counts only in capitals: PAS, not pas.
SHORT = 4


@dataclass(frozen=True)
class Alias:
    """One way to name a service: its words in lower case, and whether they count only in capitals."""

    words: tuple[str, ...]
    key: str
    in_capitals: bool = False


def services_mentioned(text: str, names: Mapping[str, str]) -> list[str]:
    """The keys of the services that a text names, in the order in which it does; `names` is by key.

    The longest name counts: "e-RS slot polling" is not e-RS. One pass over the text, whatever the catalogue holds.
    """
    aliases = _by_first_word(alias for key, name in names.items() for alias in aliases_of(key, name))
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    lower = [token.lower() for token in tokens]
    found: dict[str, None] = {}
    place = 0
    while place < len(tokens):
        alias = _longest(aliases.get(lower[place], ()), lower, tokens, place)
        if alias:
            found[alias.key] = None
        place += len(alias.words) if alias else 1
    return list(found)


def aliases_of(key: str, name: str) -> Iterator[Alias]:
    """The ways to name a service: whole, without brackets or NHS, what stands in brackets; hyphens or none."""
    outside = _BRACKETS.sub(" ", name)
    said = {name, outside, re.sub(r"^\s*NHS\s+", "", outside)}
    for words in sorted(said):
        for way in {words, words.replace("-", "")}:
            if tokens := tuple(token.lower() for token in _TOKEN.findall(way)):
                yield Alias(tokens, key, in_capitals=_is_short(way))
    for short in _BRACKETS.findall(name):
        for way in {short, short.replace("-", "")}:
            if tokens := tuple(token.lower() for token in _TOKEN.findall(way)):
                yield Alias(tokens, key, in_capitals=_is_short(way))


def _is_short(words: str) -> bool:
    return len(words.strip()) <= SHORT and any(sign.isupper() for sign in words)


def _by_first_word(aliases: Iterable[Alias]) -> dict[str, list[Alias]]:
    found: dict[str, list[Alias]] = {}
    for alias in aliases:
        found.setdefault(alias.words[0], []).append(alias)
    for same in found.values():
        same.sort(key=lambda alias: -len(alias.words))
    return found


def _longest(aliases: Iterable[Alias], lower: list[str], tokens: list[str], place: int) -> Alias | None:
    for alias in aliases:
        end = place + len(alias.words)
        if tuple(lower[place:end]) != alias.words:
            continue
        # "eRS" and "ERS" are the service, "ers" is the end of another word that was torn apart.
        if not alias.in_capitals or any(sign.isupper() for sign in tokens[end - 1]):
            return alias
    return None
