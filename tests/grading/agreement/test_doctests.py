import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import grading.agreement as package

MODULES = sorted(module.name for module in pkgutil.iter_modules(package.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name):
    module = importlib.import_module(f"grading.agreement.{name}")
    names = {key: getattr(package, key) for key in package.__all__} | {"np": np}
    result = doctest.testmod(module, extraglobs=names, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


@pytest.mark.parametrize("name", package.__all__)
def test_public_function_has_an_example(name):
    public = getattr(package, name)
    if not isinstance(public, type) or name in ("Ratings", "Histogram"):
        assert ">>>" in (public.__doc__ or ""), f"{name} shows no example"
