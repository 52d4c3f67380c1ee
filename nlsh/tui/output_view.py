"""Output of a program in a turn, drawn by visible row; long lines are folded at the width there is."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from nlsh.tui.output import Line, OutputBuffer
from nlsh.tui.rows import highlight


class OutputView(Widget):
    """Draws an `OutputBuffer`; `flush` takes over what came since, and is called at most 60 times a second."""

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {"output--error", "output--cut"}
    DEFAULT_CSS = """
    OutputView {
        height: auto;
        & .output--error { color: $error; }
        & .output--cut { color: $turn-gutter; }
    }
    """

    def __init__(self, buffer: OutputBuffer) -> None:
        super().__init__()
        self.buffer = buffer
        self._rows: list[tuple[int, int]] = []
        self._rows_width = 0

    def flush(self) -> bool:
        """Take over new output; whether there was any."""
        if not self.buffer.drain():
            return False
        self.reload()
        return True

    def reload(self) -> None:
        """Take over whatever the buffer holds."""
        count = len(self._rows)
        self._fold(self._rows_width or self.content_size.width)
        self.refresh(layout=len(self._rows) != count)

    def _fold(self, width: int) -> None:
        """Which line, from which cell, stands in which row; row -1 tells of lines that are not kept."""
        self._rows_width = width
        step = max(1, width)
        self._rows = [(-1, 0)] if self.buffer.dropped else []
        for at, line in enumerate(self.buffer.lines):
            if line.cells <= step:
                self._rows.append((at, 0))
            else:
                self._rows.extend((at, start) for start in range(0, line.cells, step))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its folded lines."""
        if width != self._rows_width:
            self._fold(width)
        return len(self._rows)

    def render_line(self, y: int) -> Strip:
        """Draw one visible row."""
        width = self.content_size.width
        if y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        at, start = self._rows[y]
        if at < 0:
            style = self.rich_style + self.get_component_rich_style("output--cut", partial=True)
            return Strip([Segment(self._cut_text(), style)]).crop_extend(0, width, self.rich_style)
        strip = self._strip(self.buffer.lines[at])
        if self.text_selection is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = highlight(strip, self.text_selection.get_span(at), style)
        return strip.crop_extend(start, start + width, self.rich_style).apply_offsets(start, at)

    def _cut_text(self) -> str:
        return f"… {self.buffer.dropped:,} earlier lines are not kept"

    def _strip(self, line: Line) -> Strip:
        base = self.rich_style
        if line.is_error:
            base += self.get_component_rich_style("output--error", partial=True)
        return Strip([Segment(text, base + style) for text, style in line.pieces], line.cells)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection made with the mouse."""
        return selection.extract("\n".join(line.text for line in self.buffer.lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()
