"""Faults are made on purpose, on real files and real processes; the store's own fixtures serve here too."""

import pytest

from backend.store import keyring
from tests.store.conftest import data, db, sign

__all__ = ["data", "db", "sign"]


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    keyring.make(folder)
    return folder


@pytest.fixture(scope="session")
def keys(key_folder):
    return keyring.load(key_folder)
