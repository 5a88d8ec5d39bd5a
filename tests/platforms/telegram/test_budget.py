"""What a chat may hear, by a clock that the test moves."""

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram import wire
from bot.platforms.telegram.budget import Budget
from bot.platforms.telegram.directory import Directory
from bot.users import Place

GROUP, PRIVATE = -100, 7


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(budget: Budget, chat: int, tries: int) -> int:
    return sum(budget.take(chat) == 0.0 for _ in range(tries))


def test_a_chat_hears_sixty_a_minute_and_bursts_pass() -> None:
    clock = Clock()
    budget = Budget(clock)
    assert taken(budget, PRIVATE, 40) == 30  # what the whole bot may say in a second
    clock.now += 1
    assert taken(budget, PRIVATE, 40) == 30
    clock.now += 1
    assert budget.take(PRIVATE) == 58


def test_groups_hear_twenty_a_minute_and_the_world_thirty_a_second() -> None:
    clock = Clock()
    budget = Budget(clock)
    heard = 0
    for _ in range(60):
        heard += taken(budget, GROUP, 3)
        clock.now += 1
    assert heard == 20
    assert taken(budget, GROUP, 3) == 3
    assert sum(taken(Budget(clock), chat, 1) for chat in range(1, 100)) == 99
    shared = Budget(clock)
    assert sum(taken(shared, chat, 1) for chat in range(1, 100)) == 30


@given(st.lists(st.tuples(st.integers(-3, 3).filter(bool), st.floats(0, 5)), max_size=60))
def test_waiting_as_long_as_told_is_enough(steps: list[tuple[int, float]]) -> None:
    clock = Clock()
    budget = Budget(clock)
    for chat, pause in steps:
        clock.now += pause
        if wait := budget.take(chat):
            clock.now += wait + 1e-6
            assert budget.take(chat) == 0


def test_a_punished_chat_waits_alone() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.punish(GROUP, 7)
    assert budget.take(GROUP) == 7
    assert budget.take(PRIVATE) == 0
    clock.now = 7
    assert budget.take(GROUP) == 0


def test_both_keep_a_bounded_memory() -> None:
    budget, people = Budget(Clock(), keep=2), Directory(keep=2)
    for number in (1, 2, 3):
        assert budget.take(number) == 0
        people.learn(wire.User(number, is_bot=False, first_name=f"N{number}", username=f"name{number}"))
    assert taken(budget, 3, 40) == 27  # the bot's own second holds thirty
    assert [bool(people.find(f"@NAME{number}")) for number in (1, 2, 3)] == [False, True, True]
    people.learn(wire.User(9, is_bot=True, first_name="Robot", username="robot"))
    assert people.find("robot") is None


def test_who_was_known_comes_back() -> None:
    people = Directory()

    def seen(number: int, name: str, title: str) -> None:
        account = wire.User(number, is_bot=False, first_name=f"{number}", username=name)
        chat = wire.Chat(GROUP, "supergroup", title)
        people.learn_from(wire.Update(1, message=wire.Message(1, chat, 0, sender=account)))

    tea, place = (1, "rose", "Tea"), Place("telegram", str(GROUP))
    for number, name, title in (tea, (2, "rose", "Wine"), tea, (1, "iris", "Wine"), tea):
        seen(number, name, title)
        found, room = people.find(f"@{name.upper()}"), people.room(f"#{title}", place)
        assert found is not None
        assert (found.id, found.handle, people.bearer(found.id)) == (str(number), name, found)
        assert room is not None
