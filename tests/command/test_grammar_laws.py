"""What holds for every command and every line: nothing is lost on the way there and back, nothing that is said is changed."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from enum import Enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.command import (
    REQUIRED,
    CommandSpec,
    Option,
    Raw,
    compile_binder,
    compile_parser,
    format_options,
    members,
    read_answer,
)
from bot.command.duration import LONGEST, canonical, duration
from bot.errors import UserError
from bot.users import Channel, Role, User

Mapping = dict[str, Raw]
Options = tuple[Option, ...]


class Mood(Enum):
    CALM = "calm"
    VERY = "very calm"


WORDS = (
    st.text(max_size=20)
    | st.text(alphabet='ab "\\“”:to@5-,#\n', max_size=12)
    | st.sampled_from(["to:cleo", "amount:9", "5", "0.5", "yes", "calm", "@bob", "<@1>", "<@&1>", "<#1>", "#a", '"'])
    | st.sampled_from(["to:", ":", "1e3", "-0", "2", "days", "2 days", "1h", "1:30", ",", "@a,@b", "@a,", "very calm"])
    | st.sampled_from(['"a b",c', "1,2", "1, 2", '"@a"'])
)
SPANS = st.timedeltas(timedelta(), LONGEST).map(canonical) | st.sampled_from(["90s", "2 days", "1:30:00", "1h 30m"])
WHOLES, DECIMALS = st.integers(-(10**18) + 1, 10**18 - 1), st.floats(-1e17, 1e17, allow_nan=False)
IDS = st.text("0123456789", min_size=1, max_size=20)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: WHOLES | WORDS,
    float: DECIMALS | WORDS,
    bool: st.booleans() | WORDS,
    timedelta: SPANS | WORDS,
    User: WORDS | st.builds(User, st.just("telegram"), WORDS, st.just("Bob")),
    Channel: WORDS | st.builds(Channel, st.just("discord"), IDS, st.just("x")),
    Role: WORDS | st.builds(Role, st.just("discord"), IDS, st.just("x")),
}
LISTED = (str, int, float, User, Channel, Role)
GOOD: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and bool(text.strip())),
    int: WHOLES,
    float: DECIMALS,
    bool: st.booleans(),
    timedelta: SPANS,
    User: st.builds(User, st.just("telegram"), IDS, st.just("Bob")),
    Channel: st.builds(Channel, st.just("discord"), IDS, st.just("x")),
    Role: st.builds(Role, st.just("discord"), IDS, st.just("x")),
}
DEFAULTS: st.SearchStrategy[object] = st.sampled_from([REQUIRED, None])
NAMES = ["to", "amount", "who", "count", "kind", "a1"]


@st.composite
def option_lists(draw: Callable[..., Any]) -> Options:
    def one(name: str) -> Option:
        kind = draw(st.sampled_from(list(VALUES)))
        chosen = kind is str and draw(st.booleans())
        many = kind in LISTED and draw(st.booleans())
        enum = Mood if chosen else None
        return Option(
            name, kind, "", draw(DEFAULTS), choices=tuple(members(Mood)) if chosen else (), enum=enum, many=many
        )

    options = [one(name) for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))]
    if draw(st.booleans()):
        options.append(Option("note", str, "", draw(DEFAULTS), rest=True))
    return tuple(options)


def raws(option: Option, values: dict[Any, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    one = values[option.type]
    if option.choices and values is GOOD:
        one = st.sampled_from(option.choices)
    return st.lists(one, min_size=values is GOOD, max_size=4) if option.many else one


@st.composite
def filled(draw: Callable[..., Any], values: dict[Any, st.SearchStrategy[Any]] = VALUES) -> tuple[Options, Mapping]:
    """Options and values for some of them; of what fits, a value for all that must have one."""
    options = draw(option_lists())
    needed = values is GOOD
    given = [option for option in options if (needed and option.required) or draw(st.booleans())]
    return options, {option.name: draw(raws(option, values)) for option in given}


def written(raw: Any) -> Any:
    """What was pointed at, as text."""
    if isinstance(raw, list):
        return [written(one) for one in raw]
    marks = {User: "<@{}>", Channel: "<#{}>", Role: "<@&{}>"}
    return marks[type(raw)].format(raw.id) if type(raw) in marks else raw


def as_read(mapping: Mapping) -> Mapping:
    return {name: written(raw) for name, raw in mapping.items()}


def types(mapping: Mapping) -> dict[str, Any]:
    return {name: [type(one) for one in raw] if isinstance(raw, list) else type(raw) for name, raw in mapping.items()}


def done(coroutine: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return dict(ended.value)
    raise AssertionError("it waits")


def by_name(options: Options, mapping: Mapping) -> str:
    """Everything behind its name, last option first."""
    alone = [
        format_options((option,), {option.name: mapping[option.name]}) for option in options if option.name in mapping
    ]
    named = [
        line if line.startswith(f"{option.name}:") else f"{option.name}:{line}"
        for option, line in zip([one for one in options if one.name in mapping], alone, strict=True)
    ]
    rest = [line for line in named if line.startswith("note:")]
    return " ".join([line for line in reversed(named) if line not in rest] + rest)


async def nothing(_ctx: Any) -> None:
    """A handler."""


def outcome(make: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> Any:
    """The values in their order, or what was said instead."""
    try:
        return [*done(make()).items()]
    except UserError as error:
        return error.code, str(error)


@given(filled())
def test_what_is_formatted_is_read_back(pair: tuple[Options, Mapping]) -> None:
    options, mapping = pair
    line = format_options(options, mapping)
    read = compile_parser(options)(line)
    assert read == as_read(mapping), line
    assert types(read) == types(as_read(mapping))


@given(filled(GOOD))
def test_in_order_by_name_and_as_fields_a_command_is_given_the_same(pair: tuple[Options, Mapping]) -> None:
    options, mapping = pair
    parse, bind = compile_parser(options), compile_binder(options, "try")
    known = {written(one): one for raw in mapping.values() for one in (raw if isinstance(raw, list) else [raw])}

    async def resolver(ref: str, kind: type = User) -> Any:
        assert type(known[ref]) is kind
        return known[ref]

    fields = done(bind(mapping, resolver))
    assert done(bind(parse(format_options(options, mapping)), resolver)) == fields
    assert done(bind(parse(by_name(options, mapping)), resolver)) == fields, by_name(options, mapping)
    lists = {
        one.name: format_options((one,), {one.name: mapping[one.name]})
        for one in options
        if one.name in mapping and one.many
    }
    one_field = {name: line.removeprefix(f"{name}:") for name, line in lists.items()}
    assert done(bind(mapping | one_field, resolver)) == fields


@given(filled(), WORDS)
def test_later_text_changes_nothing_that_is_bound(pair: tuple[Options, Mapping], later: str) -> None:
    options, mapping = pair
    mapping.pop("note", None)
    if options and options[-1].many and options[-1].type is str:
        mapping.pop(options[-1].name, None)  # it takes the tail, like Rest
    line = format_options(options, mapping)
    if not line:
        return
    try:
        after = compile_parser(options)(f"{line} {later}")
    except UserError:
        return
    assert {name: after[name] for name in mapping} == as_read(mapping), (line, later)


@given(option_lists(), st.lists(WORDS, max_size=6).map(" ".join))
def test_any_text_is_read_or_refused_and_reads_the_same_again(options: Options, text: str) -> None:
    parse = compile_parser(options)
    try:
        mapping = parse(text)
    except UserError:
        return
    assert mapping.keys() <= {option.name for option in options}
    assert parse(format_options(options, mapping)) == mapping


@given(option_lists(), st.lists(WORDS, max_size=6).map(" ".join), st.booleans())
def test_in_one_step_a_line_is_read_or_refused_as_in_two(options: Options, text: str, pointed: bool) -> None:
    spec = CommandSpec("try", "", options, nothing)
    readable = (lambda said: said.replace("<@1>", "@Bob Ross")) if pointed else None

    async def resolver(ref: str, kind: type[Any] = User) -> Any:
        return None if ref.endswith("o") else kind("telegram", ref, "Bob")

    assert outcome(lambda: spec.read(text, resolver, readable)) == outcome(
        lambda: spec.bind(spec.parse(text, readable), resolver)
    )


@given(option_lists(), WORDS)
def test_any_answer_is_bound_or_refused(options: Options, text: str) -> None:
    async def nobody(_ref: str, _kind: type = User) -> None:
        return None

    for option in options:
        raw = read_answer(option, text)
        with suppress(UserError):
            assert done(compile_binder((option,), "try")({option.name: raw}, nobody)).keys() == {option.name}


@given(st.timedeltas(timedelta(), LONGEST))
def test_every_length_of_time_is_read_back(span: timedelta) -> None:
    assert duration(canonical(span)) == span
    assert canonical(duration(canonical(span)) or timedelta()) == canonical(span)
