"""What a line of text cannot hold: files that came with it, the message it replied to; and what is still missing."""

from collections.abc import Mapping, Sequence

from bot.command.invocation import Raw
from bot.command.option import Option
from bot.command.spec import CommandSpec
from bot.errors import UserError
from bot.users import Attachment, Said


def complete(
    spec: CommandSpec, mapping: Mapping[str, Raw], files: Sequence[Attachment] = (), about: Said | None = None
) -> Mapping[str, Raw]:
    """The mapping with these files in the options for files, in order, and the message in the option for one.

    What has a value already keeps it. Raises `UserError` for more files than the command takes; a command that takes none
    does not mind them.
    """
    if not spec.untyped:
        return mapping
    filled = dict(mapping)
    places = [option.name for option in spec.untyped if option.type is Attachment and option.name not in mapping]
    if places and len(files) > len(places):
        raise UserError("You sent {count} files; I take {most}.", code="too_much", count=len(files), most=len(places))
    filled.update(zip(places, files, strict=False))
    if about is not None:
        filled |= {option.name: about for option in spec.untyped if option.type is Said and option.name not in mapping}
    return filled


def missing(spec: CommandSpec, mapping: Mapping[str, Raw]) -> tuple[Option, ...]:
    """The options that must be given, have no value, and can be asked for: a message can only be replied to or picked."""
    return tuple(
        option
        for option in spec.options
        if option.required and option.type is not Said and mapping.get(option.name) in (None, "", [])
    )
