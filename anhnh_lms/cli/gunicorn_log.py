"""gunicorn's log, as reticent as the application's."""

from __future__ import annotations

from typing import Any

from gunicorn import glogging

from ..logs import Reticent


class Logger(glogging.Logger):  # type: ignore[misc]
    """What gunicorn cannot read is told by the PC that sent it, without a word of what was sent."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Reticent(self.error_fmt, self.datefmt))
