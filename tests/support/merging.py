"""What a merge might leave behind."""

from procore_qbd import Ref
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.records.shaping import with_references


def ref(record):
    return Ref(list_id=record.list_id)


def dangling(company):
    """References to what is not there, anywhere in the file."""
    there = {(list_, record.list_id) for list_ in LISTS for record in company.records(list_)}
    found = []

    def look(row, ref):
        if ref.list_id and not any((list_, ref.list_id) in there for list_ in row.to):
            found.append((row.tag, ref))
        return ref

    for kind in (*LISTS, *KINDS):
        for record in company.records(kind):
            with_references(record, look)
    return found
