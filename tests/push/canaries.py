"""What must never leave: planted wherever a resident's own words could slip in, and searched for in all that is sent."""

PERSON_NUMBER = "0101801234"
NAME = "Ingeborg Canary-Møller"
FREE_TEXT = "my back has hurt since the divorce"
ALL = (PERSON_NUMBER, "010180-1234", NAME, FREE_TEXT)


def found(text: str) -> list[str]:
    return [one for one in ALL if one in text]
