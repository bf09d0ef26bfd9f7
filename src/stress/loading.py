"""Models of users, from where they are: a file, or the release registry."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.errors import UserError
from src.stress.configuration import ModelConfig, ReleasedVersion, parse
from src.stress.data import hash_of_file
from src.stress.model import Fitted, Model

if TYPE_CHECKING:
    from src.release.registry import Registry

PICKLE, PROGRAM = ".pkl", ".py"


def load_model(
    model_config: dict[str, Any] | ModelConfig,
    classes: list[Any] | None = None,
    registry: "Registry | None" = None,
) -> Model:
    """Load a model.

    A pickle is loaded only if its hash is the one in the report beside it. A program gets a
    process of its own, which ends with this one.

    Args:
        model_config: as `Project.register_model` takes it.
        classes: of a program that does not say them, as those of the labels.
        registry: where released versions are; by default that on S3.

    Raises:
        UserError: it is not there, or cannot be used.
    """
    config = pinned(parse(ModelConfig, model_config), registry)
    if version := config.version:
        found = _registry(registry).load(version.dataset, version.model, version.model_id)
        return Fitted(found)
    if config.path.suffix == PICKLE:
        return _pickled(config.path)
    from src.stress.program import Program

    limits = {"timeout_seconds": config.timeout_seconds, "memory_mb": config.memory_mb}
    return Program(config.path, config.classes, classes, **limits)


def pinned(config: ModelConfig, registry: "Registry | None" = None) -> ModelConfig:
    """Answer which model it is now, where its configuration leaves that to the registry.

    Raises:
        UserError: there is none.
    """
    if config.path:
        if config.path.suffix not in (PICKLE, PROGRAM):
            raise UserError(f"{config.path} is no model: give a {PICKLE} or a {PROGRAM} file.")
        return config
    registry, asked = _registry(registry), config.production or config.version
    if config.production:
        model_id = registry.production(asked.dataset, asked.model).model_id
    else:
        model_id = _published(config.version, registry)
    found = ReleasedVersion(dataset=asked.dataset, model=asked.model, model_id=model_id)
    return ModelConfig(version=found)


def fingerprint_of(config: ModelConfig) -> str:
    """Hash what a pinned configuration means; of a program, only the file itself.

    Raises:
        UserError: the file is not there, or is not what the report beside it tells of.
    """
    told = config.model_dump(mode="json", exclude={"path"})
    if config.path:
        told["file"] = hash_of_file(config.path)
        if config.path.suffix == PICKLE and told["file"] != _digest(config.path):
            raise UserError(
                f"{config.path} is not what the report beside it tells of: train it again."
            )
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _registry(given: "Registry | None") -> "Registry":
    from src.release.registry import Registry

    return given or Registry()


def _published(version: ReleasedVersion, registry: "Registry") -> str:
    from src.release.versions import Versions

    known = Versions(version.dataset, version.model, registry).find(version.model_id)
    if not known.published:
        raise UserError(
            f"{known.model_id} is not in the registry: deploy it, "
            f"or give its path, {known.run_dir / 'model.pkl'}."
        )
    return known.model_id


def _pickled(path: Path) -> Model:
    from src.release.training_run import artifact_of
    from src.utils import deserialise

    digest = _digest(path)
    estimator = deserialise(artifact_of(path, digest), digest)
    if not (hasattr(estimator, "predict_proba") and hasattr(estimator, "classes_")):
        raise UserError(f"{path} holds no fitted classifier: train one.")
    return Fitted(estimator)


def _digest(path: Path) -> str:
    """Answer the hash that a pickle must have, as the report beside it says."""
    from src.release.training_run import REPORT, report_of

    if not (path.parent / REPORT).is_file():
        raise UserError(
            f"{path} has no {REPORT} beside it, which would bear its hash: "
            "use a model of `python -m src train`, or write a .py file with predict_df(df)."
        )
    return report_of(path.parent).artifacts.get(path.name, "no hash")
