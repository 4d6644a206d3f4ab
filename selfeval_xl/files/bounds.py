"""How large a form can be; of a file that goes beyond, no more is read."""

from selfeval_xl import errors

MB = 1024 * 1024
WIDEST = 512  # columns
LONGEST = 20_000  # rows of a sheet
MOST_CELLS = 300_000  # of a file; each takes about a kilobyte


def check_size(size: int, most: int, what: str = "") -> None:
    """Refuses more than so many bytes; `what` names what has them, where it is not the whole file."""
    if size > most:
        raise errors.TooLarge(f"{what} {size // MB} MB".strip())
