"""Opens an .xlsx that a stranger sent: weighed first, then read by calamine. Pure, a leaf.

calamine is some twenty times faster than openpyxl, but trusts its input: it lays the cells out in a full rectangle, so
two cells in opposite corners of a sheet would ask for terabytes. Hence it is never given the file itself, only an
archive that is packed anew from the parts that were looked at here, with the place of every cell checked.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime

from python_calamine import CalamineWorkbook

MAX_BYTES = 10 * 1024 * 1024
MAX_PARTS = 200
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 50_000
MAX_COLUMNS = 100

Line = tuple[int, tuple[str, ...]]
"""The number of a row as Excel shows it, and its cells as trimmed text."""

_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".docx", ".rar", ".7z", ".gz")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]{1,7})"')
_PLACED_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"']([0-9]+)[\"']")


class BadWorkbook(Exception):
    """The file cannot be read at all. `code` is for programs, `sentence` (Russian) for the person who uploaded it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


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


def read_lines(data: bytes, *, max_rows: int = MAX_ROWS, as_text: Callable[[object], str] = as_text) -> Iterator[Line]:
    """The rows of the first sheet, at most `max_rows` and one for the header; each cell as `as_text` writes it.

    Raises BadWorkbook, before the first row is given, when the file is not a plain workbook of a reasonable size.
    """
    clean = _repacked(data, max_rows + 1)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(clean)).get_sheet_by_index(0)
    # A workbook whose parts do not fit together shows itself in any error of the parser.
    except Exception as error:
        raise _unreadable() from error
    return ((number, tuple(map(as_text, cells))) for number, cells in enumerate(sheet.iter_rows(), start=1))


def _repacked(data: bytes, last_row: int) -> bytes:
    if len(data) > MAX_BYTES:
        raise BadWorkbook("too_large", "Файл больше 10 МБ: разделите его на части.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadWorkbook("old_or_locked", "Это старый формат .xls или файл под паролем: сохраните как обычный .xlsx.")
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(clean, "w") as copy:
            _weigh(archive.infolist())
            for part in archive.infolist():
                if part.filename.casefold().endswith((".xml", ".rels")):
                    # Reads no more than the size that was declared and weighed.
                    copy.writestr(part.filename, _checked(archive.read(part), last_row))
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
    cells = _PLACED_CELL.findall(content)
    if len(cells) != len(_CELL.findall(content)):
        raise _unreadable()
    rows = {row for _, row in cells} | set(_PLACED_ROW.findall(content))
    if any(int(row) > last_row for row in rows):
        raise BadWorkbook("too_many_rows", f"В файле больше {last_row - 1} строк: разделите его на части.")
    if any(_column(letters) > MAX_COLUMNS for letters in {letters for letters, _ in cells}):
        raise BadWorkbook("too_many_columns", f"В файле больше {MAX_COLUMNS} столбцов: это не та таблица.")
    return content


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _unreadable() -> BadWorkbook:
    return BadWorkbook("not_xlsx", "Это не таблица .xlsx, или файл повреждён: сохраните его заново.")
