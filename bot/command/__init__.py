"""The command model: a typed function becomes a command. Pure: no I/O, no clock, no platform library."""

from bot.command.binding import clean
from bot.command.check import check_commands, check_paths, check_services
from bot.command.declare import Declaration, Group, Item, command, declaration, group
from bot.command.grammar import compile_parser, format_options
from bot.command.invocation import Invocation, Raw, ReplyHandle
from bot.command.option import REQUIRED, Option, Resolver, Rest, Secret
from bot.command.registry import Registry
from bot.command.signature import compile_command, compile_commands
from bot.command.spec import CommandSpec, Guard, Handler

__all__ = [
    "REQUIRED",
    "CommandSpec",
    "Declaration",
    "Group",
    "Guard",
    "Handler",
    "Invocation",
    "Item",
    "Option",
    "Raw",
    "Registry",
    "ReplyHandle",
    "Resolver",
    "Rest",
    "Secret",
    "check_commands",
    "check_paths",
    "check_services",
    "clean",
    "command",
    "compile_command",
    "compile_commands",
    "compile_parser",
    "declaration",
    "format_options",
    "group",
]
