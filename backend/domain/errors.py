"""What can be expected to go wrong, as one tree. Codes, never prose: `web/errors.py` holds status and sentence.

Refused
├── NotFound            a stranger's row, or none
├── SignInNeeded        the step needs a person
├── KeyNeeded           a program without a sender's key that opens something
├── StepUpNeeded        the act needs a sign-in at most 5 minutes old
├── Forbidden           a forged or foreign request
├── Invalid             the answers do not fit; carries `errors`
├── KeyReused           the same idempotency key, other content
├── DraftMoved          another device saved first; carries the other draft
├── CaseMoved           a colleague, or the resident, acted on the case first; carries who, what and when
├── MessageDone         a colleague has answered the message first; carries who and when
├── TooLate             a decision that can be read is not taken back
├── VersionGone         the municipality withdrew this version of the service
├── SlotTaken           somebody else booked that time
├── BadFile             the upload cannot be made safe, or there is no room for it; carries `why` and `n`
├── TooMany             a rate limit; carries `retry_after_s`
├── CodeRefused         an activation code that is wrong, used or too old
├── PasskeyRefused      a passkey we do not know, or an answer that does not fit its question
└── Busy                queue full, disk full or read-only; carries `retry_after_s`
"""


class Refused(Exception):
    """Base of every expected failure. `code` names the sentence; `detail` is for the log."""

    code = "refused"

    def __init__(self, detail: str = "", **carries: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.carries = carries


class NotFound(Refused):
    code = "not-found"


class SignInNeeded(Refused):
    code = "sign-in-needed"


class KeyNeeded(Refused):
    code = "key-needed"


class StepUpNeeded(Refused):
    code = "step-up-needed"


class Forbidden(Refused):
    code = "forbidden"


class Invalid(Refused):
    """`errors` is a list of `{"field", "code", "say", "n"}` (see `domain/answers.py`)."""

    code = "invalid"

    def __init__(self, detail: str = "", errors: list[dict] | None = None) -> None:
        super().__init__(detail, errors=errors or [])
        self.errors = errors or []


class KeyReused(Refused):
    code = "key-reused"


class DraftMoved(Refused):
    """`theirs` is the draft that was saved first, `None` if it was deleted."""

    code = "draft-moved"

    def __init__(self, theirs: object = None) -> None:
        super().__init__(theirs=theirs)
        self.theirs = theirs


class CaseMoved(Refused):
    """What happened last: `kind` of `cases.EventKind`, `by` the colleague's name ("" for the resident), `at` in epoch ms, and
    the case's `status` now."""

    code = "case-moved"

    def __init__(self, kind: str, by: str, at: int, status: str) -> None:
        super().__init__(kind, kind=kind, by=by, at=at, status=status)
        self.kind, self.by, self.at, self.status = kind, by, at, status


class MessageDone(Refused):
    """`by`: the colleague's name, `at`: when, in epoch ms."""

    code = "message-done"

    def __init__(self, by: str, at: int) -> None:
        super().__init__(by, by=by, at=at)
        self.by, self.at = by, at


class TooLate(Refused):
    """What was decided can be read by now: it is not taken back any more."""

    code = "too-late"


class VersionGone(Refused):
    code = "version-gone"


class SlotTaken(Refused):
    code = "slot-taken"


class BadFile(Refused):
    """`why` is the end of a code in `answers.CODES` that begins with "file-"; `n` the limit it speaks of."""

    code = "bad-file"

    def __init__(self, why: str, n: int = 0) -> None:
        super().__init__(why, why=why, n=n)
        self.why, self.n = why, n


class TooMany(Refused):
    code = "too-many"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class CodeRefused(Refused):
    code = "code-refused"


class PasskeyRefused(Refused):
    """`detail`, for the log: unknown, challenge, too-slow, answer."""

    code = "passkey-refused"


class Busy(Refused):
    """`why` is one of: queue-full, converting, guests-full, disk-full, read-only, disk-error, corrupt."""

    code = "busy"

    def __init__(self, why: str, retry_after_s: int = 5) -> None:
        super().__init__(why, why=why, retry_after_s=retry_after_s)
        self.why = why
        self.retry_after_s = retry_after_s
