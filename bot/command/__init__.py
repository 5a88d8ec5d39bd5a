"""The command model: a typed function becomes a command. Pure: no I/O, no clock, no platform library."""

from bot.command.asking import ANSWER, asked, read_answer
from bot.command.binding import compile_binder
from bot.command.check import check_commands, check_paths, check_services
from bot.command.choosing import clashes, named, worded
from bot.command.claims import is_path
from bot.command.converters import clean
from bot.command.declare import Declaration, Group, Item, command, declaration, group, on
from bot.command.duration import canonical, duration
from bot.command.filling import complete, missing
from bot.command.grammar import Readable, compile_parser, format_options
from bot.command.invocation import Invocation, Raw, ReplyHandle
from bot.command.option import REQUIRED, Option, Resolver, Rest, Secret, Suggest, Suggester
from bot.command.registry import Registry
from bot.command.signature import compile_command, compile_commands
from bot.command.spec import CommandSpec, Guard, Handler, Trigger
from bot.command.words import members

__all__ = [
    "ANSWER",
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
    "Readable",
    "Registry",
    "ReplyHandle",
    "Resolver",
    "Rest",
    "Secret",
    "Suggest",
    "Suggester",
    "Trigger",
    "asked",
    "canonical",
    "check_commands",
    "check_paths",
    "check_services",
    "clashes",
    "clean",
    "command",
    "compile_binder",
    "compile_command",
    "compile_commands",
    "compile_parser",
    "complete",
    "declaration",
    "duration",
    "format_options",
    "group",
    "is_path",
    "members",
    "missing",
    "named",
    "on",
    "read_answer",
    "worded",
]
