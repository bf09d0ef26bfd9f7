"""Every setting of a load test: its flag, and the variables that say it too."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A field of the configuration, and where else than in a file it can be given.

    Attributes:
        path: of the field, as "budgets.p95_ms".
        flag: on the command line.
        help: what the flag is for.
        variables: of the environment, the one that counts first.
    """

    path: str
    flag: str
    help: str
    variables: tuple[str, ...] = ()


SETTINGS = (
    Setting("host", "--host", "Base URL of the server.", ("LOCUST_HOST",)),
    Setting("users", "--users", "How many ask at once.", ("LOCUST_USERS",)),
    Setting("spawn_rate", "--spawn-rate", "Users that come a second.", ("LOCUST_SPAWN_RATE",)),
    Setting("duration", "--duration", "Of a run, as 2m or 90s.", ("LOCUST_RUN_TIME",)),
    Setting(
        "stop_timeout",
        "--stop-timeout",
        "Seconds that requests under way have at the end.",
        ("LOCUST_STOP_TIMEOUT",),
    ),
    Setting("timeout", "--timeout", "Seconds after which a request has failed."),
    Setting("wait_time.min_seconds", "--wait-min", "Shortest wait between two requests."),
    Setting("wait_time.max_seconds", "--wait-max", "Longest wait between two requests."),
    Setting("pred_method", "--method", "predict or predict_proba.", ("PRED_METHOD",)),
    Setting("dataset_name", "--dataset", "Datasets, as wine,digits; or all.", ("DATASET_NAME",)),
    Setting("model_name", "--model", "Kinds of model, or all.", ("MODEL_NAME",)),
    Setting("runs", "--runs", "How often each combination is tested."),
    Setting(
        "loglevel", "--loglevel", "DEBUG, INFO, WARNING or ERROR.", ("LOGLEVEL", "LOCUST_LOGLEVEL")
    ),
    Setting("budgets.p50_ms", "--p50", "Budget for the median, in ms; off is none."),
    Setting("budgets.p95_ms", "--p95", "Budget for the 95th percentile, in ms; off is none."),
    Setting("budgets.p99_ms", "--p99", "Budget for the 99th percentile, in ms; off is none."),
    Setting("budgets.error_share", "--error-share", "Part of the requests that may fail, 0 to 1."),
    Setting("budgets.requests_per_second", "--rps", "Fewest requests a second; off is none."),
)
