"""What every reader of a kind of question is given."""

from __future__ import annotations

from dataclasses import dataclass

from anhnh_lms.content.document import Block
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import Renderer
from anhnh_lms.content.scan import Chunk
from anhnh_lms.content.settings import QuestionSettings


@dataclass(frozen=True, slots=True)
class Asked:
    """One question's block, what its comment says, and the chunks that hold its answer."""

    block: Block
    settings: QuestionSettings
    chunks: tuple[Chunk, ...]
    renderer: Renderer
    problems: Problems

    @property
    def line(self) -> int:
        """Of the answer."""
        return self.chunks[0].line if self.chunks else self.block.line
