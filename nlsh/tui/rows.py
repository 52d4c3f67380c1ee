"""Views made of rows: each row is drawn only while it can be seen, so cost depends on what is visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

Piece = tuple[str, str]
"""Safe text and its role: `plain`, `muted`, `strong`, `accent`, `good`, `warn` or `bad`."""

ROLES = ("muted", "strong", "accent", "good", "warn", "bad")


def text_of(pieces: Sequence[Piece]) -> str:
    """The plain text of a row."""
    return "".join(text for text, _ in pieces)


def highlight(strip: Strip, span: tuple[int, int] | None, style: Style) -> Strip:
    """A strip with the selected span (end -1: to its end) in a style."""
    if span is None or not strip.cell_length:
        return strip
    start, end = span
    end = strip.cell_length if end == -1 else min(end, strip.cell_length)
    if start >= end:
        return strip
    parts = [strip.crop(0, start), strip.crop(start, end).apply_style(style), strip.crop(end)]
    return Strip.join(parts)


class RowPainter(Widget):
    """Draws rows of pieces in the theme's colours; subclasses say how many there are and what stands in them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rows--{role}" for role in ROLES}
    DEFAULT_CSS = """
    RowPainter {
        & .rows--muted { color: $turn-gutter; }
        & .rows--strong { text-style: bold; }
        & .rows--accent { color: $primary; }
        & .rows--good { color: $success; }
        & .rows--warn { color: $warning; }
        & .rows--bad { color: $error; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._strips: LRUCache[tuple[int, int], Strip] = LRUCache(1024)

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row(self, y: int, width: int) -> Sequence[Piece]:
        """The pieces of one row."""
        raise NotImplementedError

    def forget_rows(self) -> None:
        """The rows changed: draw them anew."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """The theme or a state changed: colours are to be taken anew."""
        super().notify_style_update()
        self._strips.clear()

    def role_style(self, role: str) -> Style:
        """The colours of a role, over this view's own."""
        base = self.rich_style
        return base if role not in ROLES else base + self.get_component_rich_style(f"rows--{role}", partial=True)

    def paint(self, y: int, width: int) -> Strip:
        """One row as a strip of exactly `width` cells."""
        if y >= self.row_count():
            return Strip.blank(width, self.rich_style)
        strip = self._strips.get((y, width))
        if strip is None:
            strip = Strip([Segment(text, self.role_style(role)) for text, role in self.row(y, width) if text])
            self._strips[(y, width)] = strip
        if self.text_selection is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = highlight(strip, self.text_selection.get_span(y), style)
        return strip.crop_extend(0, width, self.rich_style).apply_offsets(0, y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection made with the mouse."""
        width = self.content_size.width
        text = "\n".join(text_of(self.row(y, width)).rstrip() for y in range(self.row_count()))
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()


class RowsView(RowPainter):
    """A block as high as its rows, inside something that scrolls."""

    DEFAULT_CSS = "RowsView { height: auto; }"
    ALLOW_SELECT = True

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as it has rows."""
        return self.row_count()

    def render_line(self, y: int) -> Strip:
        """Draw one visible row."""
        return self.paint(y, self.content_size.width)

    def rows_changed(self) -> None:
        """The rows changed, perhaps in number."""
        self.forget_rows()
        self.refresh(layout=True)


class RowsScroll(RowPainter, ScrollView, can_focus=True):
    """A pane of rows that scrolls by itself."""

    ALLOW_SELECT = True

    def render_line(self, y: int) -> Strip:
        """Draw one visible row."""
        return self.paint(y + self.scroll_offset.y, self.scrollable_content_region.width)

    def rows_changed(self) -> None:
        """The rows changed, perhaps in number."""
        self.virtual_size = Size(0, self.row_count())
        self.forget_rows()
