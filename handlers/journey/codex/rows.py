"""The statements of the codex."""

import sqlalchemy as sa

from bot.store import insert, param
from handlers.journey.codex.tables import book, correction, page

EVERY = 2**31 - 1
"""As a limit: all of them."""

_who = param("who", sa.BigInteger)
_row = param("row", sa.BigInteger)
_in = page.c.book == param("inside", sa.BigInteger)

# --- books ---------------------------------------------------------------------------------------------------------------

_BOOK = (book.c.id, book.c.mark, book.c.key, book.c.secret, book.c.pages, book.c.ours, book.c.opened)
BOOKS = sa.select(*_BOOK).where(book.c.person == _who).order_by(book.c.id)
WRITING = sa.select(*_BOOK).where(book.c.person == _who, book.c.ours == 1).order_by(book.c.id.desc()).limit(1)
WHOSE = sa.select(book.c.id, book.c.person).where(book.c.mark == param("name"))
NEW_BOOK = (
    insert(book)
    .values(
        person=_who,
        mark=param("mark"),
        opener=param("opener", sa.BigInteger),
        key=param("key", sa.LargeBinary),
        secret=param("secret", sa.LargeBinary),
        pages=param("pages", sa.Integer),
        ours=param("ours", sa.Integer),
        opened=param("opened", sa.BigInteger),
    )
    .on_conflict_do_nothing(index_elements=["opener"])
    .returning(book.c.id)
)
OWN = (
    sa.update(book)
    .where(book.c.id == _row)
    .values(person=_who, key=param("key", sa.LargeBinary), secret=param("secret", sa.LargeBinary))
)
NEXT = sa.update(book).where(book.c.id == _row).values(pages=book.c.pages + 1).returning(book.c.pages)
"""The number of the next page; whoever comes second waits here for the first."""

# --- sealing ---------------------------------------------------------------------------------------------------------------

_mine = page.join(book, book.c.id == page.c.book)
_is_mine = book.c.person == _who
COUNT = (
    sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(page.c.at), 0, type_=sa.BigInteger))
    .select_from(_mine)
    .where(_is_mine)
)
LAST = (
    sa.select(page.c.chapter, page.c.leading, page.c.hash)
    .where(_in)
    .order_by(page.c.number.desc())
    .limit(param("most", sa.Integer))
)
MOODS = (
    sa.select(page.c.mood, sa.func.count()).where(_in, page.c.at > param("since", sa.BigInteger)).group_by(page.c.mood)
)
WRITE = (
    insert(page)
    .values(
        book=param("inside", sa.BigInteger),
        number=param("number", sa.Integer),
        chapter=param("chapter", sa.Integer),
        at=param("at", sa.BigInteger),
        mood=param("mood"),
        leading=param("leading"),
        category=param("category"),
        whisper=param("whisper"),
        depth=param("depth", sa.Integer),
        valence=param("valence", sa.Integer),
        themes=param("themes"),
        language=param("language"),
        words=param("words", sa.LargeBinary),
        svg=param("svg", sa.LargeBinary),
        previous=param("previous", sa.LargeBinary),
        hash=param("hash", sa.LargeBinary),
        salt=param("salt", sa.LargeBinary),
        seed=param("seed", sa.LargeBinary),
        body=param("body", sa.LargeBinary),
    )
    .returning(page.c.id)
)

# --- reading ---------------------------------------------------------------------------------------------------------------

_order = (page.c.at, page.c.id)
_numbered = (
    sa.select(page.c.id, sa.func.row_number(type_=sa.BigInteger).over(order_by=_order).label("running"))
    .select_from(_mine)
    .where(_is_mine)
    .subquery()
)
_at_leaf = sa.and_(correction.c.book == page.c.book, correction.c.number == page.c.number)
_mood = sa.func.coalesce(correction.c.mood, page.c.mood, type_=sa.Text)
_PAGE = (
    page.c.id, page.c.book, _numbered.c.running, page.c.chapter, page.c.at, page.c.mood, page.c.depth, page.c.valence, page.c.seed,
    page.c.hash, page.c.svg, page.c.number, page.c.category, page.c.whisper, page.c.themes, page.c.language, _mood,
)  # fmt: skip
_from = page.join(_numbered, _numbered.c.id == page.c.id).outerjoin(correction, _at_leaf)
_newest = _numbered.c.running.desc()
_most, _skip = param("most", sa.BigInteger), param("skip", sa.BigInteger)
PAGES = sa.select(*_PAGE).select_from(_from).order_by(_newest).limit(_most).offset(_skip)
_opened = sa.select(*_PAGE, page.c.body).select_from(_from)
ONE = _opened.where(_numbered.c.running == param("number", sa.BigInteger))
OPENED = _opened.order_by(_newest).limit(_most)
KEPT = _opened.where(page.c.body.is_not(None)).order_by(_newest).limit(_most)
FACTS = (
    sa.select(page.c.at, _mood, page.c.category, page.c.depth, page.c.valence)
    .select_from(_mine.outerjoin(correction, _at_leaf))
    .where(_is_mine, book.c.ours == 1)
    .order_by(*_order)
)
LEAVES = (
    sa.select(
        page.c.number,
        page.c.chapter,
        page.c.at,
        page.c.mood,
        page.c.leading,
        page.c.category,
        page.c.whisper,
        page.c.depth,
        page.c.valence,
        page.c.themes,
        page.c.language,
        page.c.words,
        page.c.svg,
        page.c.previous,
        page.c.hash,
        page.c.salt,
        page.c.seed,
        page.c.body,
    )
    .where(_in)
    .order_by(page.c.number)
)
HASHES = sa.select(page.c.hash).where(_in).order_by(page.c.number)
CORRECTIONS = sa.select(correction.c.number, correction.c.mood, correction.c.at).where(
    correction.c.book == param("inside", sa.BigInteger)
)

# --- changing --------------------------------------------------------------------------------------------------------------

_gone = {"salt": sa.null(), "seed": sa.null(), "body": sa.null()}
FORGET = sa.update(page).where(page.c.id == _row, page.c.body.is_not(None)).values(_gone).returning(page.c.id)
FORGET_BOOK = sa.update(page).where(_in, page.c.body.is_not(None)).values(_gone).returning(page.c.number)
_correct = insert(correction).values(
    book=param("inside", sa.BigInteger),
    number=param("number", sa.Integer),
    mood=param("mood"),
    at=param("now", sa.BigInteger),
)
CORRECT = _correct.on_conflict_do_update(
    index_elements=[correction.c.book, correction.c.number],
    set_={"mood": _correct.excluded.mood, "at": _correct.excluded.at},
)
