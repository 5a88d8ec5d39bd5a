"""What the ledger refuses, each with a code of its own. Whatever is refused has changed nothing."""

from bot.errors import SoulfraError, UserError


class InsufficientError(UserError):
    """An account has less at its disposal (its balance without what is held) than a posting takes."""

    def __init__(self, available: int, amount: int) -> None:
        super().__init__(
            "You have {balance} ✦, that is not enough for {amount} ✦.",
            code="insufficient",
            balance=available,
            amount=amount,
        )


class PostingError(SoulfraError):
    """A posting that can never be right: a fault of the program, not of a person."""

    code = "posting"


class KeyMissingError(PostingError):
    """Without a key nobody could tell whether it was carried out."""

    code = "key_missing"


class KeyReusedError(PostingError):
    """A key came back with another content."""

    code = "key_reused"


class NoLegsError(PostingError):
    """Nothing moves."""

    code = "no_legs"


class UnbalancedError(PostingError):
    """Blessings would come from nowhere or be gone."""

    code = "unbalanced"


class ZeroError(PostingError):
    """An amount that is nothing, or less than nothing where a payment is meant."""

    code = "zero_amount"


class FractionError(PostingError):
    """An amount that is not a whole number."""

    code = "fraction"


class TooLargeError(PostingError):
    """An amount beyond `economy.posting.MOST`."""

    code = "too_large"


class UnknownAccountError(PostingError):
    """There is no such account."""

    code = "unknown_account"
