"""How a verb writes its report."""

from __future__ import annotations

import argparse
import os
import sys

from data.whole_file import replace_text
from models.desk import Desk
from ui.lab.presentation import Presentation
from ui.terminal.refusal import Refusal


def write_report(desk: Desk, options: argparse.Namespace, shown: Presentation) -> None:
    """Write what the lab would show to the file that was asked for, if one was.  Raises `Refusal`."""
    if options.report is None:
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from ui.lab.report import html_report
    from ui.theme import load_theme

    application = QGuiApplication.instance() or QGuiApplication([])
    try:
        replace_text(options.report, html_report([shown], load_theme("light"), desk.world, desk.parts.clock()))
    except OSError as error:
        raise Refusal(f"The report could not be written to {options.report}: {error.strerror}.") from error
    del application
    print(f"The report is in {options.report}.", file=sys.stderr)
