"""What the command line asks of a run, as a test_run_config."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.errors import UserError
from src.stress.catalogue import all_tests
from src.stress.suggestion import unknown


@dataclass(frozen=True)
class Asked:
    """Options of the command line; what is given there wins over the file.

    Attributes:
        categories: whose tests run; none are those of the file, or the default.
        tests: the only ones that run; none are all of the categories.
        sensitivity: strict, default or lenient.
        seed: decides all chances.
        file: of JSON with a test_run_config, or parts of one.
    """

    categories: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    sensitivity: str | None = None
    seed: int | None = None
    file: str | None = None

    def config(self, **defaults: Any) -> dict[str, Any]:
        """Answer a test_run_config.

        Args:
            defaults: of keys that neither the command line nor the file gives.

        Raises:
            UserError: the file is of no use, or a test is unknown.
        """
        config = defaults | self._from_file()
        if self.categories:
            config["categories"] = list(self.categories)
        if self.seed is not None:
            config["seed"] = self.seed
        suite = dict(config.get("test_suite_config", {}))
        if self.sensitivity:
            suite["global_test_sensitivity"] = self.sensitivity
        if self.tests:
            suite["individual_tests_config"] = self._only_tests(suite)
            config["categories"] = []
        return config | {"test_suite_config": suite}

    def _only_tests(self, suite: dict[str, Any]) -> dict[str, Any]:
        known = all_tests()
        for name in self.tests:
            if name not in known:
                raise UserError(unknown("stress test", name, known))
        given = suite.get("individual_tests_config", {})
        return {name: {**given.get(name, {}), "run": True} for name in self.tests}

    def _from_file(self) -> dict[str, Any]:
        if self.file is None:
            return {}
        try:
            config = json.loads(Path(self.file).read_bytes())
        except OSError as error:
            raise UserError(
                f"{self.file} cannot be read ({error.strerror}): give a file of JSON."
            ) from error
        except ValueError as error:
            raise UserError(f"{self.file} is no JSON ({error}): correct it.") from error
        if not isinstance(config, dict):
            raise UserError(f"{self.file} holds no JSON object: give a test_run_config.")
        return config
