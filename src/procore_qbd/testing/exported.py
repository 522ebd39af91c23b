"""What stands in a company file, as records: for a test that looks at what an export has made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from procore_qbd.qbxml.rows.records import Record, table

if TYPE_CHECKING:
    from procore_qbd.simulator import CompanyFile

__all__ = ["Exported"]

R = TypeVar("R", bound=Record)


class Exported:
    """Reads a company file past all transports: ``exported(Bill)``, ``exported(Vendor, name="Alder Creek")``.

    Args:
        company_file: The company file.
    """

    def __init__(self, company_file: CompanyFile) -> None:
        self._company_file = company_file

    def __call__(self, cls: type[R], **fields: Any) -> list[R]:
        """The records of a class: of a list by full name, inactive ones too; transactions by their number.

        Args:
            cls: The class: ``Vendor``, ``PurchaseOrder``.
            fields: What they say: only those with these values.

        Raises:
            TypeError: It is no class of records that a company file keeps, or has no such field.
        """
        _must_be_kept(cls, self._company_file.kinds)
        if strangers := [name for name in fields if name not in table(cls).by_name]:
            raise TypeError(f"{cls.__record__.tag} has no field {', '.join(strangers)}")
        return [
            record
            for record in self._company_file.records(cls.__record__.tag)
            if isinstance(record, cls) and all(getattr(record, name) == value for name, value in fields.items())
        ]


def _must_be_kept(cls: object, kinds: tuple[str, ...]) -> None:
    if not (isinstance(cls, type) and issubclass(cls, Record) and cls.__record__.tag in kinds):
        raise TypeError(f"expected a class of records such as Vendor, got {cls!r}; there are {', '.join(kinds)}")
