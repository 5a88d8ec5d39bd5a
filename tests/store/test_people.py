"""People: one person for one user whatever races, newest names, merges that strand nobody."""

import asyncio
from typing import Any

import sqlalchemy as sa
from msgspec import structs

from bot.store import Store, Tx, people
from bot.store.schema import person
from bot.users import User

PERSONS = sa.select(sa.func.count()).select_from(person)


def who(tx: Tx, user: User) -> int:
    return tx.person(user)


def persons(tx: Tx) -> int:
    return tx.execute(PERSONS)[0][0]


async def test_fifty_at_once_are_one_person(store: Store, ada: User) -> None:
    named = [structs.replace(ada, name=f"Ada {n}") for n in range(50)]
    ids = await asyncio.gather(*(store.write(who, one) for one in named))
    assert len(set(ids)) == 1
    assert await store.read(persons) == 1
    (found,) = await store.read(people.users_of, ids[0])
    assert found in named


async def test_a_read_creates_nobody(store: Store, ada: User) -> None:
    assert await store.read(who, ada) == 0
    id_ = await store.write(who, ada)
    assert await store.read(who, structs.replace(ada, name="Renamed")) == id_
    assert await store.read(people.users_of, id_) == [ada]


async def test_the_same_id_on_two_platforms_is_two_people(store: Store, ada: User) -> None:
    other = structs.replace(ada, platform="discord")
    assert await store.write(who, ada) != await store.write(who, other)


async def test_find_user(store: Store) -> None:
    bob = User("discord", "1", "Straße", "bob")
    twins = [User("discord", str(n), "Twin", f"twin{n}") for n in (2, 3)]
    for one in (bob, *twins, User("discord", "4", "bob"), User("twitch", "5", "Bob", "bob")):
        await store.write(who, one)
    find = people.find_user
    assert await store.read(find, "discord", "BOB") == bob, "a handle comes before a name"
    assert await store.read(find, "discord", "STRASSE") == bob
    assert await store.read(find, "discord", "twin") is None, "two have this name"
    assert await store.read(find, "discord", "Twin3") == twins[1]
    assert await store.read(find, "discord", "") is None, "no handle is nobody's handle"
    assert await store.read(find, "telegram", "bob") is None


async def test_a_handle_belongs_to_who_was_seen_with_it_last(store: Store, clock: Any) -> None:
    first, second = (User("twitch", id_, id_, "neo") for id_ in ("1", "2"))
    for one in (second, first):
        clock.now += 1
        await store.write(who, one)
    assert await store.read(people.find_user, "twitch", "neo") == first


async def test_merges_in_a_chain_strand_nobody(store: Store) -> None:
    users = [User(platform, "1", platform) for platform in ("discord", "telegram", "twitch")]
    a, b, c = [await store.write(who, one) for one in users]
    await store.write(people.merge, b, a)
    await store.write(people.merge, c, a)
    assert {await store.write(who, one) for one in users} == {c}
    assert [await store.read(people.current, old) for old in (a, b, c, 999)] == [c, c, c, 999]
    assert await store.read(people.users_of, c) == users
    await store.write(people.merge, a, c)
    assert await store.read(people.current, c) == c, "a person does not go into itself"
