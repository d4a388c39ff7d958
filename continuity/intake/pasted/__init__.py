"""Pasted notices: text in, a proposal out. Pure: no database, no clock of its own."""

from continuity.intake.pasted.proposal import Proposal, read_notice

__all__ = ["Proposal", "read_notice"]
