"""Writes of the room: posts and shifts, who stands in, swaps of shifts, and chains."""

from continuity.command.actions.chaining import Step, change_chain
from continuity.command.actions.covering import end_stand_in, stand_in
from continuity.command.actions.rotas import add_rota, add_shift, change_rota, end_shift, remove_shift
from continuity.command.actions.swapping import accept_swap, decline_swap, propose_swap, withdraw_swap

__all__ = [
    "Step",
    "accept_swap",
    "add_rota",
    "add_shift",
    "change_chain",
    "change_rota",
    "decline_swap",
    "end_shift",
    "end_stand_in",
    "propose_swap",
    "remove_shift",
    "stand_in",
    "withdraw_swap",
]
