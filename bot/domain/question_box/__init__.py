"""The question box of a lecture: what people would like to hear, handed to whoever lectures on the evening before.

It opens once somebody has confirmed, and closes at the start. Questions go to the lecturer alone: those of other
industries and of people who have heard few lectures first. Who asks anonymously stands in the row of the question and
nowhere else: neither in the audit, nor in what the lecturer reads.

The rows are its memory: a lecturer has been told of the questions that their posts carry. So whoever takes a turn over
is handed all of them, by whatever way they came to it.
"""

from bot.domain.question_box.asking import QuestionBoxService
from bot.domain.question_box.handing import QuestionHandingService
from bot.domain.question_box.values import (
    BOX,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    AlreadyBegun,
    AlreadyRead,
    AskedEnough,
    AskingOneself,
    FullBox,
    Handed,
    NoLecturerYet,
    OwnQuestions,
    Question,
    QuestionBoxRepository,
    ReadQuestion,
)

__all__ = [
    "BOX",
    "LONGEST_QUESTION",
    "MOST_QUESTIONS",
    "AlreadyBegun",
    "AlreadyRead",
    "AskedEnough",
    "AskingOneself",
    "FullBox",
    "Handed",
    "NoLecturerYet",
    "OwnQuestions",
    "Question",
    "QuestionBoxRepository",
    "QuestionBoxService",
    "QuestionHandingService",
    "ReadQuestion",
]
