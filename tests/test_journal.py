import json

import pytest

from procore_qbd import ItemKind, Link, LinkError
from procore_qbd.journal import LinksFile

LINK = Link(kind=ItemKind.VENDOR, procore_id=35, quickbooks_id="80000001-1", name="Stœl™", edit_sequence="1")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.company.links.json"


def test_links_and_generations_survive(path):
    file = LinksFile(path, "file 1")
    file.links.add(LINK)
    file.links.add(Link(kind=ItemKind.PROJECT, procore_id=7, quickbooks_id="80000002-1"))
    file.links.remove(ItemKind.PROJECT, 7)
    file.save()
    again = LinksFile(path, "file 1")
    assert list(again.links) == [LINK]
    assert again.links.generations == {(ItemKind.PROJECT, 7): 1}
    assert again.links.guid(ItemKind.PROJECT, 7, 1) == file.links.guid(ItemKind.PROJECT, 7, 1)


def test_a_file_that_is_not_there_yet_holds_no_links(path):
    assert len(LinksFile(path, "file 1").links) == 0
    assert not path.exists()


@pytest.mark.parametrize(
    ("company_file", "environment", "words"),
    [("file 2", "production", "another company file"), ("file 1", "sandbox", "another Procore environment")],
)
def test_links_of_another_file_or_environment_are_refused(path, company_file, environment, words):
    LinksFile(path, "file 1").save()
    with pytest.raises(LinkError, match=words):
        LinksFile(path, company_file, environment=environment)


def test_links_of_a_newer_release_are_refused(path):
    LinksFile(path, "file 1").save()
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"format": 2}))
    with pytest.raises(LinkError, match="another format: expected 1, got 2"):
        LinksFile(path, "file 1")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": 1}',
        b"\xff\xfe",
        b'{"format":1,"company_file":"file 1","environment":"production","links":[{}],"generations":[]}',
    ],
)
def test_what_is_no_links_file_is_refused_and_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(LinkError, match=r"links\.json"):
        LinksFile(path, "file 1")
    assert path.read_bytes() == content


def test_saving_leaves_the_old_links_until_the_new_ones_are_whole(path, monkeypatch):
    file = LinksFile(path, "file 1")
    file.links.add(LINK)
    file.save()
    before = path.read_bytes()
    file.links.add(Link(kind=ItemKind.PROJECT, procore_id=7, quickbooks_id="80000002-1"))

    def full(*_arguments, **_settings):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(json, "dump", full)
    with pytest.raises(OSError, match="no space"):
        file.save()
    assert path.read_bytes() == before
