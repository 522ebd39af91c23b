"""A data set on disk: a folder a company, Parquet files a table, and one small file that says which of them count.

::

    PATH/company=Cascade Ridge/_manifest.json               what counts, and how far was read
    PATH/company=Cascade Ridge/table=bill/part-000003-1.parquet
    PATH/company=Cascade Ridge/table=bill_item_line/part-000003-1.parquet

Files are never changed. New ones are written beside, and brought to the disk; then the manifest is replaced in one
step; then the old ones go. Who is killed in between leaves files that nothing names, and the next run takes them out.
"""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from procore_qbd.disk import sync
from procore_qbd.errors import DatasetError
from procore_qbd.frames.files import Parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["LAYOUT", "MANIFEST", "Merged", "Partition", "in_words", "merged", "read_dataset"]

LAYOUT = 1
"""The version of the layout; a folder of a newer one is not touched."""

MANIFEST = "_manifest.json"
_LOCK, _NEW = "_lock", "_new"
_PART_ROWS = 200_000
"""How many rows a file has, but for the last of a table."""


class Partition:
    """The folder of one company, while one process writes in it.

    Args:
        path: The data set.
        company: What the company is called there.

    Attributes:
        facts: The manifest.
        wrote: Whether anything was written.

    Raises:
        DatasetError: It is no data set, is of a newer layout, or another process writes in it.
    """

    def __init__(self, path: str | os.PathLike[str], company: str) -> None:
        root = Path(path)
        if not company.strip():
            raise DatasetError("the company of a data set must have a name, to be told from others")
        if root.is_file() or (root.is_dir() and any(root.iterdir()) and not any(root.glob("company=*"))):
            raise DatasetError(f"{root}: is no data set of procore_qbd, and not empty; name another folder")
        self.folder = root / f"company={quote(company, safe=' ')}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.company = company
        self.wrote = False
        self._lock = _lock(self.folder / _LOCK)
        try:
            self.facts = _manifest(self.folder, company)
            self._sweep()
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        shutil.rmtree(self.folder / _NEW, ignore_errors=True)
        os.close(self._lock)

    def _sweep(self) -> None:
        """Take out what a process left that died: files that the manifest does not name."""
        shutil.rmtree(self.folder / _NEW, ignore_errors=True)
        counted = {self.folder / name for names in self.facts["parts"].values() for name in names}
        for found in self.folder.glob("table=*/*"):
            if found not in counted:
                found.unlink()
        with suppress(FileNotFoundError):
            (self.folder / f"{MANIFEST}.new").unlink()

    def parts(self, table: str) -> list[Path]:
        """The files of a table that count."""
        return [self.folder / name for name in self.facts["parts"].get(table, ())]

    def columns(self, table: str, names: Sequence[str]) -> pa.Table | None:
        """Some columns of a table, whole; None where there is no file of it, or one without these columns."""
        parts = self.parts(table)
        if not parts or any(not {*names} <= {*pq.read_schema(part).names} for part in parts):
            return None
        return pa.concat_tables(pq.ParquetFile(part).read(columns=list(names)) for part in parts)

    def spool(self, table: str) -> Path:
        """Where what was read is kept until it is compared."""
        folder = self.folder / _NEW
        folder.mkdir(exist_ok=True)
        return folder / f"{table}.parquet"

    def commit(self, changed: Mapping[str, Merged], **facts: Any) -> None:
        """Let files take the place of others, and put down facts; all of it in one step, or nothing.

        Where nothing is new, nothing is written.

        Args:
            changed: The new files of tables, and what of the old ones stays.
            facts: What else the manifest says from now on.
        """
        wanted = {**self.facts, **facts, "parts": dict(self.facts["parts"])}
        generation = self.facts["generation"] + 1
        new: list[Path] = []
        for table, merged in changed.items():
            if merged.same:
                continue
            folder = self.folder / f"table={table}"
            folder.mkdir(exist_ok=True)
            files = _write(folder, generation, merged)
            new += files
            wanted["parts"][table] = [
                *(self._name(part) for part in merged.kept),
                *(self._name(file) for file in files),
            ]
        if wanted == self.facts:
            return
        wanted["generation"] = generation
        for folder in {one.parent for one in new}:
            sync(folder)
        self._replace(wanted)
        old = {name for names in self.facts["parts"].values() for name in names}
        self.facts, self.wrote = wanted, True
        for name in sorted(old - {name for names in wanted["parts"].values() for name in names}):
            (self.folder / name).unlink()

    def _name(self, part: Path) -> str:
        return part.relative_to(self.folder).as_posix()

    def _replace(self, facts: Mapping[str, Any]) -> None:
        there = self.folder / MANIFEST
        new = there.with_name(f"{MANIFEST}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1, ensure_ascii=False)
        sync(new)
        os.replace(new, there)  # noqa: PTH105  the one step, as the system calls it
        sync(self.folder)


class Merged:
    """What becomes of a table: files that stay, and the rows of new ones.

    Args:
        schema: Its columns.
        kept: Files that stay as they are.
        gone: Files whose rows are among the new ones, as far as they stay.
        rows: The rows of new files.
    """

    def __init__(
        self, schema: pa.Schema, kept: Sequence[Path], gone: Sequence[Path], rows: Iterable[pa.RecordBatch]
    ) -> None:
        self.schema, self.kept, self.gone, self.rows = schema, kept, gone, rows

    @property
    def same(self) -> bool:
        """Whether nothing changes."""
        return not self.gone and self.rows == ()


def _write(folder: Path, generation: int, merged: Merged) -> list[Path]:
    """New files, brought to the disk."""
    files: list[Path] = []
    open_: Parquet | None = None
    for batch in merged.rows:
        if not batch.num_rows:
            continue
        if open_ is None or open_.rows >= _PART_ROWS:
            if open_ is not None:
                open_.close()
            files.append(folder / f"part-{generation:06}-{len(files) + 1}.parquet")
            open_ = Parquet(files[-1], merged.schema)
        open_.write(batch)
    if open_ is not None:
        open_.close()
    for file in files:
        sync(file)
    return files


def merged(
    schema: pa.Schema, parts: Sequence[Path], key: str, touched: pa.Array, new: Iterable[pa.RecordBatch] | None
) -> Merged:
    """A table without the rows of some records, and with new rows.

    Args:
        schema: Its columns.
        parts: Its files.
        key: The column that says of which record a row is.
        touched: The records whose rows go.
        new: New rows; None for none.
    """
    kept: list[Path] = []
    gone: list[Path] = []
    for part in parts:
        file = pq.ParquetFile(part)
        hit = len(touched) and any(_is_in(one.column(0), touched) for one in file.iter_batches(columns=[key]))
        short = new is not None and file.metadata.num_rows < _PART_ROWS
        (gone if hit or short else kept).append(part)
    if not gone and new is None:
        return Merged(schema, kept, (), ())
    return Merged(schema, kept, gone, _rows(gone, key, touched, new))


def _is_in(ids: pa.Array, touched: pa.Array) -> bool:
    return bool(pa.compute.any(pa.compute.is_in(ids, value_set=touched)).as_py())


def _rows(
    parts: Sequence[Path], key: str, touched: pa.Array, new: Iterable[pa.RecordBatch] | None
) -> Iterator[pa.RecordBatch]:
    for part in parts:
        for batch in pq.ParquetFile(part).iter_batches():
            yield batch.filter(pa.compute.invert(pa.compute.is_in(batch.column(key), value_set=touched)))
    yield from new or ()


def read_dataset(path: str | os.PathLike[str], table: str, company: str | None = None) -> pads.Dataset:
    """A table of a data set, to be read by pyarrow, or by Polars and DuckDB through it; ``.to_table()`` reads it whole.

    The rows have the company in a column beside.

    Args:
        path: The data set.
        table: Its name.
        company: One company; all of them by default.

    Raises:
        DatasetError: It is no data set, has no such table, or is of a newer layout.
    """
    with in_words(path):
        return _read(Path(path), table, company)


def _read(root: Path, table: str, company: str | None) -> pads.Dataset:
    folders = [one for one in sorted(root.glob("company=*")) if (one / MANIFEST).exists()]
    wanted = [one for one in folders if company in {None, _company(one)}]
    if not wanted:
        raise DatasetError(f"{root}: has no data set" + (f" of {company!r}" if company else ""))
    files, known = [], set()
    for folder in wanted:
        facts = _manifest(folder, _company(folder))
        files += [folder / name for name in facts["parts"].get(table, ())]
        known.update(facts["parts"])
    if not files:
        raise DatasetError(f"{root}: has no rows of {table!r}; there are {', '.join(sorted(known)) or 'none'}")
    by_company = pads.partitioning(pa.schema([("company", pa.string())]), flavor="hive")
    return pads.dataset(
        [one.as_posix() for one in files], format="parquet", partitioning=by_company, partition_base_dir=root.as_posix()
    )


def _company(folder: Path) -> str:
    return unquote(folder.name.removeprefix("company="))


def _manifest(folder: Path, company: str) -> dict[str, Any]:
    """What the manifest says; where there is none yet, what a new one does."""
    there = folder / MANIFEST
    if not there.exists():
        if any(folder.glob("table=*/*")) and not any(folder.glob("table=*/part-000001-*")):
            raise DatasetError(f"{folder}: has tables, but no {MANIFEST} that says which count; move it away")
        return {"layout": LAYOUT, "company": company, "generation": 0, "parts": {}, "tables": {}}
    try:
        facts: dict[str, Any] = json.loads(there.read_text("utf-8"))
        layout, named = int(facts["layout"]), facts["company"]
        if layout <= LAYOUT:
            _must_be_whole(facts)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DatasetError(
            f"{there}: is damaged, or no manifest of a data set ({type(error).__name__}: {error}); {_ANEW}"
        ) from None
    if layout > LAYOUT:
        raise DatasetError(
            f"{folder}: is of layout {layout}, and this procore_qbd knows {LAYOUT}: upgrade it "
            "(pip install --upgrade procore-qbd), or write to another folder"
        )
    if named != company:
        raise DatasetError(f"{folder}: is the data set of {named!r}, and not of {company!r}")
    for part in (folder / name for names in facts["parts"].values() for name in names):
        try:
            pq.read_schema(part)
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(f"{part}: counts, and cannot be read ({error}); {_ANEW}") from None
    return facts


_ANEW = "move the folder of this company away, and the next run makes it anew"
_PART = re.compile(r"table=\w+/part-\d+-\d+\.parquet")


def _must_be_whole(facts: Mapping[str, Any]) -> None:
    """See that a manifest says what it must, so that nobody stumbles over it later.

    Raises:
        ValueError, TypeError, LookupError, AttributeError: It does not.
    """
    int(facts["generation"])
    for names in facts["parts"].values():
        if strange := [name for name in names if not _PART.fullmatch(name)]:
            raise ValueError(f"no files of a data set: {strange}")
    for stamp in (*facts["tables"].values(), facts.get("newest")):
        if stamp is not None:
            dt.datetime.fromisoformat(stamp)
    if facts.get("since") is not None:
        dt.date.fromisoformat(facts["since"])


@contextmanager
def in_words(path: str | os.PathLike[str]) -> Iterator[None]:
    """A disk that is full, a folder that may not be written, a damaged file: one error that names the data set.

    Raises:
        DatasetError: What the system or pyarrow says of it.
    """
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(
            f"{os.fspath(path)}: cannot be read or written: {error}; what its manifest names is as it was"
        ) from error


def _lock(path: Path) -> int:
    """Be the one process that writes; the system lets go of it when the process dies."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise DatasetError(f"{path.parent}: another process writes to it; wait until it has ended") from None
    return opened
