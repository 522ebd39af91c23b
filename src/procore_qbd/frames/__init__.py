"""QuickBooks' records as tables: frames for a notebook, Parquet for a warehouse. Needs the extra ``arrow``.

`frames` makes Arrow batches of any stream of records, in flat memory; pandas, Polars, DuckDB and pyarrow read what it
returns by themselves. `frame` is one call for a notebook. `write_dataset` keeps a folder of Parquet files equal to a
company file, however often it is run and wherever it dies; `read_dataset` reads it. `dlt_source` is a source for dlt.
"""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.frames.batches import Frames as Frames
    from procore_qbd.frames.batches import frame as frame
    from procore_qbd.frames.batches import frames as frames
    from procore_qbd.frames.datasets import DatasetWritten as DatasetWritten
    from procore_qbd.frames.datasets import TableWritten as TableWritten
    from procore_qbd.frames.datasets import write_dataset as write_dataset
    from procore_qbd.frames.files import to_csv as to_csv
    from procore_qbd.frames.files import to_parquet as to_parquet
    from procore_qbd.frames.layout import read_dataset as read_dataset
    from procore_qbd.frames.loading import dlt_source as dlt_source

_PLACES = {
    "batches": ("Frames", "frame", "frames"),
    "datasets": ("DatasetWritten", "TableWritten", "write_dataset"),
    "files": ("to_csv", "to_parquet"),
    "layout": ("read_dataset",),
    "loading": ("dlt_source",),
}
"""Each public name, by the module it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, _get, __dir__ = _offer(__name__, _PLACES)

    def __getattr__(name: str) -> object:
        try:
            return _get(name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "pyarrow":
                raise
            raise ModuleNotFoundError(
                'frames need pyarrow, which is not installed: pip install "procore-qbd[arrow]"'
            ) from error
