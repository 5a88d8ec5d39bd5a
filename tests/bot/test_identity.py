"""Linking: one-time codes, their typed outcomes, and that nobody's things are stranded."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import UserError
from bot.identity import LIFETIME, Identity
from bot.security.keyring import Keyring
from bot.store import Store, Tx
from bot.users import User

ADA_D, ADA_T, ADA_G = User("discord", "1", "ada"), User("twitch", "2", "ada"), User("telegram", "3", "ada")
EVE_T = User("twitch", "9", "eve")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    one = await Store.open(tmp_path / "test.db", Keyring.open(tmp_path))
    yield one
    await one.close()


async def refused(store: Store, identity: Identity, user: User, code: str) -> str:
    with pytest.raises(UserError) as caught:
        await store.write(identity.redeem, user, code)
    return caught.value.code


def same(tx: Tx, one: User, other: User) -> bool:
    return tx.person(one) == tx.person(other)


async def test_a_code_links_once(store: Store) -> None:
    identity, merged = Identity(), []
    identity.on_merge.append(lambda _tx, kept, gone: merged.append((kept, gone)))
    code = await store.write(identity.issue, ADA_D)
    assert await store.write(identity.redeem, ADA_T, code.lower()) == "discord"
    assert await store.write(same, ADA_D, ADA_T)
    assert len(merged) == 1
    assert await refused(store, identity, ADA_G, code) == "used"


async def test_links_chain_over_three_platforms(store: Store) -> None:
    identity = Identity()
    await store.write(identity.redeem, ADA_T, await store.write(identity.issue, ADA_D))
    await store.write(identity.redeem, ADA_G, await store.write(identity.issue, ADA_T))
    assert await store.write(same, ADA_D, ADA_G)


async def test_every_refusal_has_its_own_reason_and_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity()
    assert await refused(store, identity, ADA_T, "NONSENSE2") == "unknown_code"
    code = await store.write(identity.issue, ADA_D)
    assert await refused(store, identity, ADA_D, code) == "wrong_platform"
    await store.write(identity.redeem, ADA_T, code)
    assert await refused(store, identity, ADA_T, await store.write(identity.issue, ADA_D)) == "already_linked"
    assert await refused(store, identity, EVE_T, await store.write(identity.issue, ADA_D)) == "belongs_to_other"
    assert not await store.write(same, ADA_D, EVE_T)

    def later(tx: Tx, user: User, code: str) -> str:
        tx.now += LIFETIME + 1
        return identity.redeem(tx, user, code)

    code = await store.write(identity.issue, ADA_D)
    with pytest.raises(UserError) as caught:
        await store.write(later, ADA_G, code)
    assert caught.value.code == "expired"


async def test_a_feature_can_refuse_and_then_nothing_has_happened(store: Store) -> None:
    identity = Identity()

    def refuse(_tx: Tx, _kept: int, _gone: int) -> None:
        raise UserError("There is something open.", code="open_hold")

    identity.on_merge.append(refuse)
    code = await store.write(identity.issue, ADA_D)
    assert await refused(store, identity, ADA_T, code) == "open_hold"
    assert not await store.write(same, ADA_D, ADA_T)
    identity.on_merge.clear()
    assert await store.write(identity.redeem, ADA_T, code) == "discord"


async def test_a_new_code_voids_the_old_one(store: Store) -> None:
    identity = Identity()
    old = await store.write(identity.issue, ADA_D)
    await store.write(identity.issue, ADA_D)
    assert await refused(store, identity, ADA_T, old) == "used"


async def test_no_code_stands_in_the_database(store: Store, tmp_path: Path) -> None:
    code = await store.write(Identity().issue, ADA_D)
    await store.close()
    assert code.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
