"""What the lab shows as one HTML file that needs nothing else: sentences, pictures as SVG, tables, sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from models.snapshot import World
from ui.lab.painting import paint
from ui.lab.presentation import Picture, Presentation, Table
from ui.theme import Theme
from ui.wording import badge_of, time_text

_WIDE, _HIGH = 960, 320
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem}"
    "body{color:#1b2431;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums;font-size:14px}"
    "th,td{padding:.25rem .75rem;border-bottom:1px solid #d5dbe3;text-align:left}.right{text-align:right}"
    "figure{margin:1.5rem 0}svg{width:100%;height:auto}.muted{color:#5a6675;font-size:14px}"
    ".badge{border:1px solid;padding:.1rem .5rem;color:#7a2fb0}.verdict{font-weight:600}"
    "@media print{section{break-inside:avoid-page}}"
)


def html_report(shown: Sequence[Presentation], theme: Theme, world: World, made: dt.datetime) -> str:
    """Return the report; `theme` should be the light one.  Needs a running QGuiApplication for its fonts."""
    badge = badge_of(world)
    head = f'<p class="badge">{escape(badge)}</p>' if badge else ""
    body = "".join(part for each in shown for part in _section(each, theme))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bellwether: evidence</title>'
        f"<style>{_STYLE}</style></head><body><h1>Evidence</h1>{head}"
        f'<p class="muted">Made {escape(time_text(made))}.</p>{body}</body></html>\n'
    )


def svg_of(picture: Picture, theme: Theme) -> str:
    """Return a picture as an SVG element, without the prologue of a file of its own."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(_WIDE, _HIGH))
    generator.setViewBox(QRectF(0, 0, _WIDE, _HIGH))
    generator.setTitle(picture.title)
    generator.setDescription(picture.says)
    painter = QPainter(generator)
    paint(painter, QRectF(0, 0, _WIDE, _HIGH), picture, theme)
    painter.end()
    text = bytes(kept.data()).decode("utf-8")
    return text[text.index("<svg") :]


def _section(shown: Presentation, theme: Theme) -> Iterator[str]:
    yield f"<section><h2>{escape(shown.title)}</h2>"
    if shown.verdict:
        yield f'<p class="verdict">{escape(shown.verdict.capitalize())}. {escape(shown.reason)}</p>'
    yield f"<p>{escape(shown.sentence)}</p>"
    yield from (f'<p class="muted"><s>{escape(text)}</s></p>' for text in shown.struck)
    yield from (f'<p class="muted">{escape(note)}</p>' for note in shown.notes)
    yield from (f"<figure>{svg_of(picture, theme)}</figure>" for picture in shown.pictures)
    yield from (_table(table) for table in shown.tables)
    yield "<h3>How this is computed</h3>"
    yield from (f"<p>{escape(paragraph)}</p>" for paragraph in shown.how)
    yield f'<p class="muted">{escape(" · ".join(shown.provenance))}</p></section>'


def _table(table: Table) -> str:
    heads = "".join(_cell("th", text, column, table) for column, text in enumerate(table.heads))
    rows = "".join(
        "<tr>" + "".join(_cell("td", text, column, table) for column, text in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(kind: str, text: str, column: int, table: Table) -> str:
    right = ' class="right"' if column in table.right else ""
    return f"<{kind}{right}>{escape(text)}</{kind}>"
