"""Projects: datasets, models and runs that belong together."""

from typing import Any

from src.errors import UserError
from src.stress.configuration import DataConfig, DataInfo, ModelConfig, TestRunConfig, parse
from src.stress.job import Job
from src.stress.rows import ProjectRow, Registered
from src.stress.store import Store
from src.stress.suggestion import unknown


class Project:
    """Datasets, models and runs that belong together."""

    def __init__(self, store: Store, row: ProjectRow) -> None:
        """Know a project of a store; see `Client.create_project`."""
        self._store = store
        self.id = row.id
        self.name = row.name
        self.description = row.description
        self.model_task = row.model_task

    def register_dataset(self, name: str, data_config: dict[str, Any]) -> str:
        """Register a dataset, once it was read as a trial, and answer its id.

        The same content and configuration is the same dataset. A name that is taken means the new
        one from now on; the old one keeps its id.

        Raises:
            UserError: the configuration or what it names is of no use.
        """
        from src.stress.data import facts_of, fingerprint_of, read_data

        config = parse(DataConfig, data_config)
        facts = facts_of(read_data(config))
        return self._register("dataset", name, fingerprint_of(config), config, facts)

    def register_model(self, name: str, model_config: dict[str, Any]) -> str:
        """Register a model, and answer its id; what is "in production" is so at this moment.

        The same content and configuration is the same model. A name that is taken means the new
        one from now on; the old one keeps its id.

        Raises:
            UserError: the configuration or what it names is of no use.
        """
        from src.stress.loading import fingerprint_of, pinned

        config = pinned(parse(ModelConfig, model_config))
        return self._register("model", name, fingerprint_of(config), config, {})

    def datasets(self) -> list[Registered]:
        """Answer what is registered, the oldest first."""
        return self._store.all_registered(self.id, "dataset")

    def models(self) -> list[Registered]:
        """Answer what is registered, the oldest first."""
        return self._store.all_registered(self.id, "model")

    def runs(self) -> list[Job]:
        """Answer the runs, the newest first."""
        return [Job(self._store, row.id) for row in self._store.jobs(self.id)]

    def resolve(self, config: TestRunConfig) -> tuple[TestRunConfig, dict[str, str]]:
        """Answer a configuration with ids for names, and the names of what it is about.

        Raises:
            UserError: a dataset, model or column is unknown.
        """
        info, asked = config.data_info, {}
        asked["reference"] = self._store.registered(self.id, "dataset", info.ref_dataset_id)
        asked["evaluation"] = self._store.registered(self.id, "dataset", info.eval_dataset_id)
        if config.model_id is not None:
            asked["model"] = self._store.registered(self.id, "model", config.model_id)
        self._check_columns(config, asked["reference"])
        ids = {what: found.id for what, found in asked.items()}
        found = config.model_copy(
            update={
                "model_id": ids.get("model"),
                "data_info": DataInfo(
                    ref_dataset_id=ids["reference"], eval_dataset_id=ids["evaluation"]
                ),
            }
        )
        names = {what: found.name for what, found in asked.items()}
        return found, {"project": self.name, "model": "", **names}

    def __repr__(self) -> str:
        """The id, the name and the task."""
        return f"<Project {self.id} {self.name!r}: {self.model_task}>"

    def _register(
        self, kind: str, name: str, fingerprint: str, config: Any, facts: dict[str, Any]
    ) -> str:
        if not name.strip():
            raise UserError(f"A {kind} needs a name.")
        told = config.model_dump(mode="json", exclude_none=True)
        return self._store.register(self.id, kind, name, fingerprint, told, facts)

    def _check_columns(self, config: TestRunConfig, reference: Registered) -> None:
        asked = {
            "global_exclude_columns": config.test_suite_config.global_exclude_columns,
            "protected_columns": config.protected_columns,
        }
        known = reference.facts["columns"]
        for key, names in asked.items():
            for name in names:
                if name not in known:
                    where = f"feature of the dataset {reference.name!r}"
                    raise UserError(f"{key}: {unknown(where, name, known)}")
