"""Forms of what people write together: nobody's words are lost or overwritten unseen."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from continuity.core.nhs.layout import Press
from incidents.forms.base import RoomForm, WordsField
from incidents.reviews.differing import Stretch, marked
from incidents.reviews.pieces import Part, Piece, Stale

LONGEST_TEXT = 10_000


class Clash(NamedTuple):
    """A piece that somebody else saved first: how it stands now, and what was typed, marked against it."""

    piece: Piece
    stretches: list[Stretch]


class WritingForm(RoomForm):
    """Pieces of a review on one page, each with what its writer saw: what they left alone is nobody's concern."""

    def __init__(
        self, *args: Any, part: Part, pieces: Mapping[str, Piece], button: str = "Save", **kwargs: Any
    ) -> None:
        self.pieces = [pieces[code] for code in part.codes]
        # What others wrote meanwhile, filled when a save came too late.
        self.theirs: list[Clash] = []
        super().__init__(*args, **kwargs)
        for piece in self.pieces:
            self.fields[piece.code] = WordsField(
                required=False, rows=6, max_length=LONGEST_TEXT, label=piece.label, initial=piece.text,
                help_text=". ".join(filter(None, (piece.hint, piece.saved))),
            )  # fmt: skip
            self.fields[_seen(piece)] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=piece.version
            )
            self.fields[_was(piece)] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=_mark_of(piece.text)
            )
        if len(self.pieces) > 1:
            self.marks_optional = False
        names = [name for piece in self.pieces for name in (piece.code, _seen(piece), _was(piece))]
        self.arrange(*names, Press(button))

    def texts(self) -> dict[str, str]:
        """The pieces that were changed here, by code."""
        return {piece.code: self.cleaned_data[piece.code] for piece in self.pieces if self._is_touched(piece)}

    def seen(self) -> dict[str, int]:
        return {piece.code: self.cleaned_data[_seen(piece)] or 0 for piece in self.pieces}

    def came_too_late(self, now: Mapping[str, Piece]) -> None:
        """Keep what was typed and show what stands there `now`; sent again, it replaces that."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for code in [piece.code for piece in self.pieces]:
            theirs, is_touched = now[code], code in self.texts()
            if not is_touched:
                data[code] = theirs.text
            elif theirs.version != self.seen()[code]:
                typed = self.cleaned_data[code]
                self.theirs.append(Clash(theirs, marked(_plain(theirs.text), _plain(typed))))
            data[_seen(theirs)], data[_was(theirs)] = str(theirs.version), _mark_of(theirs.text)
        self.data = data
        self.add_error(None, str(Stale()))

    def _is_touched(self, piece: Piece) -> bool:
        return bool(self.cleaned_data[_was(piece)] != _mark_of(self.cleaned_data[piece.code]))


def _seen(piece: Piece) -> str:
    return f"{piece.code}_version"


def _was(piece: Piece) -> str:
    return f"{piece.code}_was"


def _mark_of(text: str) -> str:
    """By which a text is known again: SHA-256, in hex, however a browser ends its lines."""
    return hashlib.sha256(_plain(text).encode()).hexdigest()


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
