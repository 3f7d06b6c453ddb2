"""Opens an .xlsx that a stranger sent: weighed first, then read by calamine. Pure, a leaf.

calamine is some twenty times faster than openpyxl, but trusts its input: it lays the cells out in a full rectangle, so
two cells in opposite corners of a sheet would ask for terabytes. Hence it is never given the file itself, only an
archive that is packed anew from the parts that were looked at here, with the place of every cell checked.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from python_calamine import CalamineWorkbook

MB = 1024 * 1024
MAX_PARTS = 200
MAX_UNPACKED = 100 * MB
MAX_RATIO = 100
MAX_COLUMNS = 100
MOST_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: its megabytes as sent, and its rows without the header."""

    megabytes: int
    rows: int

    @property
    def size(self) -> int:
        return self.megabytes * MB


ORDERS = Limits(10, 50_000)
PRICES = Limits(20, 100_000)

Line = tuple[int, tuple[str, ...]]
"""The number of a row as Excel shows it, and its cells as trimmed text."""

_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".docx", ".rar", ".7z", ".gz")
# A sheet whose tags bear prefixes is rare, and is looked through the long way.
_PREFIXED = re.compile(rb":(?:c|row)[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"')
_PLACED_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"']([0-9]+)[\"']")
# A sheet is looked through in pieces: all of its cells at once would take several times its own memory.
_PIECE = 2 * MB


class BadWorkbook(Exception):
    """The file cannot be read at all. `code` is for programs, `sentence` (Russian) for the person who uploaded it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class Sheet(NamedTuple):
    """`height` counts its rows, the header and empty ones too."""

    height: int
    lines: Iterator[Line]


def as_text(cell: object) -> str:
    """A cell as trimmed text; of a moment, its day."""
    if isinstance(cell, str):
        return cell.strip()
    # Whoever saved the file again in Excel may have turned texts into dates and numbers.
    if isinstance(cell, datetime | date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_lines(data: bytes, *, limits: Limits = ORDERS, as_text: Callable[[object], str] = as_text) -> Iterator[Line]:
    """The rows of the first sheet; see `read_sheet`."""
    return read_sheet(data, limits=limits, as_text=as_text).lines


def read_sheet(data: bytes, *, limits: Limits = ORDERS, as_text: Callable[[object], str] = as_text) -> Sheet:
    """The first sheet, of at most so many rows and one for the header; each cell as `as_text` writes it.

    Raises BadWorkbook, before the first row is given, when the file is not a plain workbook of a reasonable size.
    """
    clean = _repacked(data, limits)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(clean)).get_sheet_by_index(0)
    # A workbook whose parts do not fit together shows itself in any error of the parser.
    except Exception as error:
        raise _unreadable() from error
    return Sheet(sheet.total_height, _lines(sheet.iter_rows(), as_text))


def _lines(rows: Iterable[Sequence[object]], as_text: Callable[[object], str]) -> Iterator[Line]:
    whole = _Written(as_text)
    for number, cells in enumerate(rows, start=1):
        # Most cells are texts and most numbers come again: a call for each would take as long as the parser did.
        yield (
            number,
            tuple(
                [
                    cell.strip() if type(cell) is str else whole[cell] if type(cell) is float else as_text(cell)
                    for cell in cells
                ]
            ),
        )


class _Written(dict[float, str]):
    """Numbers that were met, each as it is written."""

    def __init__(self, as_text: Callable[[object], str]) -> None:
        super().__init__()
        self._as_text = as_text

    def __missing__(self, number: float) -> str:
        if len(self) > MOST_REMEMBERED:
            self.clear()
        text = self[number] = self._as_text(number)
        return text


def too_large(data: bytes, limits: Limits) -> BadWorkbook | None:
    """The refusal of a file that weighs too much."""
    if len(data) <= limits.size:
        return None
    return BadWorkbook("too_large", f"Файл больше {limits.megabytes} МБ: разделите его на части.")


def _repacked(data: bytes, limits: Limits) -> bytes:
    if refusal := too_large(data, limits):
        raise refusal
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadWorkbook("old_or_locked", "Это старый формат .xls или файл под паролем: сохраните как обычный .xlsx.")
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(clean, "w") as copy:
            _weigh(archive.infolist())
            for part in archive.infolist():
                if part.filename.casefold().endswith((".xml", ".rels")):
                    # Reads no more than the size that was declared and weighed.
                    copy.writestr(part.filename, _checked(archive.read(part), limits.rows + 1))
    except BadWorkbook:
        raise
    # A damaged archive shows itself in as many ways as zipfile and zlib have errors.
    except Exception as error:
        raise _unreadable() from error
    return clean.getvalue()


def _weigh(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.casefold() for part in parts]
    if "[content_types].xml" not in names:
        raise _unreadable()
    if any("vbaproject" in name for name in names):
        raise BadWorkbook("macros", "В файле есть макросы: сохраните его как обычный .xlsx.")
    if any("externallinks/" in name for name in names):
        raise BadWorkbook("external_links", "Файл ссылается на другие файлы: загрузите его таким, каким его дал Kaspi.")
    if any(name.endswith(_ARCHIVES) for name in names):
        raise BadWorkbook("nested", "Внутри файла лежит другой архив: загрузите его таким, каким его дал Kaspi.")
    # Parts may share their bytes, so the declared sizes are added up.
    unpacked = sum(part.file_size for part in parts)
    swollen = any(part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or swollen:
        raise BadWorkbook("too_heavy", "Файл распаковывается в слишком большой объём: сохраните его заново в Excel.")


def _checked(content: bytes, last_row: int) -> bytes:
    """The part as it is. UTF-8 holds no zero byte, so UTF-16, in which nothing below would be found, is refused too."""
    if b"\x00" in content:
        raise _unreadable()
    if b"<!DOCTYPE" in content:
        raise BadWorkbook("doctype", "В файле есть недопустимое описание DOCTYPE: сохраните его заново в Excel.")
    if any(suspect.search(content) for suspect in (_PREFIXED, *_suspects(last_row))):
        for piece in _pieces(content):
            _check_places(piece, last_row)
    return content


@cache
def _suspects(last_row: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Find what may be a cell or a row that lies too far, or one whose place nobody can tell: where neither finds
    anything, there is none. Each begins with letters, by which a sheet of a million cells is gone through in no time.
    """
    row = _up_to(last_row)
    cell = rf'<c(?=[\s/>])(?! r="(?:[A-Z]|[AB][A-Z]|C[A-V])(?:{row})")'
    return re.compile(cell.encode()), re.compile(rf"<row\b[^>]*?\br=[\"'](?!(?:{row})[\"'])".encode())


def _up_to(most: int) -> str:
    """A pattern of the whole numbers that are not greater."""
    digits = str(most)
    fewer = [f"[0-9]{{1,{len(digits) - 1}}}"] if len(digits) > 1 else []
    # As long, alike up to some digit, and less by that one.
    less = [
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    return "|".join([*fewer, *less, digits])


def _pieces(content: bytes) -> Iterator[bytes]:
    """The part cut before tags, so that none is torn."""
    start = 0
    while start < len(content):
        end = start + _PIECE
        cut = content.rfind(b"<", start + 1, end) if end < len(content) else len(content)
        # A text longer than a piece holds no tag to cut before: the piece is as long as that text.
        cut = cut if cut > start else content.find(b"<", end)
        cut = cut if cut > start else len(content)
        yield content[start:cut]
        start = cut


def _check_places(piece: bytes, last_row: int) -> None:
    cells = _PLACED_CELL.findall(piece)
    if len(cells) != len(_CELL.findall(piece)):
        raise _unreadable()
    rows = {row for _, row in cells} | set(_PLACED_ROW.findall(piece))
    if any(int(row) > last_row for row in rows):
        raise BadWorkbook("too_many_rows", f"В файле больше {last_row - 1} строк: разделите его на части.")
    if any(_column(letters) > MAX_COLUMNS for letters in {letters for letters, _ in cells}):
        raise BadWorkbook("too_many_columns", f"В файле больше {MAX_COLUMNS} столбцов: это не та таблица.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _unreadable() -> BadWorkbook:
    return BadWorkbook("not_xlsx", "Это не таблица .xlsx, или файл повреждён: сохраните его заново.")
