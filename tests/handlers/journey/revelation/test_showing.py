"""What is said in public in place of something private."""

from bot.command import ReplyHandle
from bot.message import Message, b, t
from bot.platforms.discord import bodies
from bot.platforms.twitch import render
from bot.users import User

ADA = User("twitch", "41001", "ada", "ada")
WHERE = ReplyHandle("twitch", "", "room", ADA, message="m1")
GERMAN = {"{who}, page {number}": "{who}, Seite {number}", "secret": "geheim"}
POINTED = Message(t("secret"), private=True, pointer=t("{who}, page {number}", who=ADA, number=b(3)))


def test_it_goes_through_the_outbox_and_into_the_readers_language() -> None:
    assert Message.from_json(POINTED.to_json()) == POINTED
    assert Message.from_json(Message("x", pointer="plain").to_json()).pointer == "plain"
    assert Message.from_json(Message("x").to_json()).pointer is None
    german = POINTED.translated(lambda text: GERMAN.get(text, text))
    (line,) = render.payloads(Message.from_json(german.to_json()), WHERE)
    assert line == {"message": "geheim", "to_user_id": ADA.id, "pointer": "@ada, Seite 3"}


def test_what_is_public_has_none() -> None:
    for message in (POINTED.replaced(private=False), POINTED.replaced(pointer=None)):
        (line,) = render.payloads(message, WHERE)
        assert "pointer" not in line


def test_discord_never_sees_it_beside_the_words() -> None:
    where = ReplyHandle("discord", "", "1", User("discord", "2", "ada"), message="3")
    (body,) = bodies.pointed(POINTED, where)
    assert body["pointer"]["content"].endswith("page **3**")
    assert body["content"] == "secret"
    assert "pointer" not in bodies.shown(body)
    assert "secret" not in str(bodies.pointer(body, where))
