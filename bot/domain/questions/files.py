"""The file that comes with a question: taken when it is asked, and kept until its post stands.

Discord lets the file of a command be read for a short while only, so it is taken at once and kept with the question:
as a draft, while the post is made, also through a crash. Once the post has it, it is in the database no more. While a
question is hidden it is there again, so that it can be brought back with the question.

The name of a file may tell whose it is, so that of an anonymous question says only what kind of file it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from bot.domain.errors import StudyError, cleaned
from bot.domain.questions.reading import post_of

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork, Units

LARGEST = 25 * 1024 * 1024
"""Bytes of a file, whatever the server allows: it lies in the database until its post is made."""
LONGEST_NAME = 100
SPOILER = "SPOILER_"
"""What the names of files begin with that Discord shows only after a press."""
_ENDINGS = (
    "7z ai avi bmp csv doc docx dwg dxf gif gz heic html ics jpeg jpg json key m4a md mkv mov mp3 mp4 numbers odp ods "
    "odt ogg pages pdf png ppt pptx psd py rtf svg tar tif tiff tsv txt wav webm webp xls xlsx xml zip"
)
_KINDS = frozenset(_ENDINGS.split())
"""The endings that say what kind of file it is; any other may be a name."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')


class QuestionFile(Struct, frozen=True):
    """A file as it is shown: its name, and what is in it."""

    name: str
    content: bytes


class FileRepository(Protocol):
    """The files of the questions of one community, at most one each."""

    async def put(self, question_id: int, file: QuestionFile) -> None:
        """Keep it in the place of the one before."""
        ...

    async def get(self, question_id: int) -> QuestionFile | None:
        """The one that is kept; None: there is none, or its post has it."""
        ...

    async def name(self, question_id: int) -> str:
        """What the question's file is called, wherever it is; "": it has none."""
        ...

    async def is_kept(self, question_id: int) -> bool:
        """Whether `get` would find it, without reading it."""
        ...

    async def rename(self, question_id: int, name: str) -> None:
        """Call it so."""
        ...

    async def fill(self, question_id: int, content: bytes) -> None:
        """Keep again what is in it."""
        ...

    async def empty(self, question_id: int) -> None:
        """The question's post has it: only its name is kept."""
        ...

    async def remove(self, question_id: int) -> None:
        """Forget it."""
        ...


class FileTooLarge(StudyError):
    """The file has `size` bytes, and only `limit` are allowed."""

    size: int
    limit: int


class FileEmpty(StudyError):
    """There is nothing in the file."""


class FileUnreadable(StudyError):
    """Discord did not hand the file over."""


class MayNotAttach(StudyError):
    """The bot may not attach files in the channel for questions."""

    channel_id: int


class QuestionFileService:
    """Keeps the file of a question whose post is about to be deleted."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def is_wanted(self, guild_id: int, question_id: int) -> bool:
        """Whether only the post has the file of a question that may be brought back."""
        async with self._units.reading(guild_id) as uow:
            if not await uow.question_files.name(question_id) or await uow.question_files.is_kept(question_id):
                return False
            return await uow.hidings.find(question_id) is not None

    async def keep(self, guild_id: int, question_id: int, content: bytes) -> None:
        """Keep it until the question is brought back or forgotten."""
        async with self._units(guild_id) as uow:
            # Brought back meanwhile, it gets another post, since this one goes all the same.
            await uow.question_files.fill(question_id, content)

    async def made(self, uow: UnitOfWork, question_id: int) -> None:
        """The question has its post, and that has the file; one that was lost before is lost."""
        if await uow.question_files.is_kept(question_id):
            await uow.question_files.empty(question_id)
        else:
            await uow.question_files.remove(question_id)


async def lost_file(uow: UnitOfWork, question_id: int) -> bool:
    """Whether the question had a file that went with its post and could not be kept."""
    had = bool(await uow.question_files.name(question_id))
    return had and not await post_of(uow, question_id) and not await uow.question_files.is_kept(question_id)


# Rules


def require_size(size: int, limit: int) -> None:
    """Raise FileTooLarge or FileEmpty unless a file of so many bytes may be posted; `limit` is the server's."""
    limit = min(limit, LARGEST)
    if size > limit:
        raise FileTooLarge(size, limit)
    if size <= 0:
        raise FileEmpty


def safe_name(name: str) -> str:
    """A file's name in one line, without what paths consist of or what turns the direction of writing."""
    shown = "".join(each for each in cleaned(name) if each == " " or unicodedata.category(each)[0] not in "CZ")
    stem, dot, suffix = _NOT_IN_NAMES.sub("_", shown).strip(" .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    suffix = suffix[:20]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1].strip(' .')}.{suffix}".strip(" .") or "file"


def neutral_name(name: str) -> str:
    """A name that tells nothing but the kind of file, and whether it is a spoiler."""
    _stem, dot, suffix = safe_name(name).lower().rpartition(".")
    spoiler = SPOILER if name.startswith(SPOILER) else ""
    return f"{spoiler}file.{suffix}" if dot and suffix in _KINDS else f"{spoiler}file"


def called(file: QuestionFile, *, anonymous: bool) -> QuestionFile:
    """A file as it is posted."""
    return QuestionFile(neutral_name(file.name) if anonymous else safe_name(file.name), file.content)
