"""Search in one's own letters: each is opened and its words are scanned. A common index would hold everybody's words in clear.

Every word asked for must occur, in whatever case, with or without accents, in any of the letter's languages; the beginning
or a part of a word is enough.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from backend.domain import letters as domain
from backend.domain.actors import Actor
from backend.domain.moments import milliseconds
from backend.store import letters, persons
from backend.store.database import Database
from backend.store.keyring import Keyring, Person, Tampered
from backend.store.letters import FOLDED, PAGE, Held, Row, held
from backend.store.statements import Tx

WORDS_MOST = 12
LONGEST = 200


async def find(db: Database, actor: Actor, asked: str, now: datetime) -> tuple[list[Held], bool]:
    """(the newest that fit, wherever they lie, at most `PAGE`; whether there are more). Nothing is found by nothing."""
    wanted = [word.encode() for word in list(domain.folded(asked[:LONGEST]))[:WORDS_MOST]]
    if not wanted:
        return [], False
    person, rows = await db.scan(every, actor, now=milliseconds(now))
    return await asyncio.to_thread(matching, db.keys, person, rows, wanted)


def matching(keys: Keyring, person: Person, rows: list[Row], wanted: list[bytes]) -> tuple[list[Held], bool]:
    found: list[Held] = []
    open = keys.opener(person) if rows else None
    for row in rows:
        if open and fits(keys, open, row, wanted):
            if len(found) == PAGE:
                return found, True
            found.append(held(keys, open, row))
    return found, False


def fits(keys: Keyring, open: Callable[[str, str, bytes], bytes], row: Row, wanted: list[bytes]) -> bool:
    """The words stand last in what is sealed, so nothing else of it is looked at; hers in a letter to many come on top."""
    try:
        data = letters.unsealed(keys, open, row)
        words = data[data.rindex(FOLDED) + len(FOLDED) :]
        if row.merged:
            own = " ".join(letters.merged(open, row).values())
            words += b" " + " ".join(domain.folded(own)).encode()
    except (Tampered, ValueError):
        return False
    return all(word in words for word in wanted)


# Bodies


def every(tx: Tx, actor: Actor, now: int) -> tuple[Person, list[Row]]:
    person = persons.find(tx, actor, actor.subject)
    return person, tx.all(letters.SQL.letters_of_person, Row, person=person.id, now=now)
