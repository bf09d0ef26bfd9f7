"""Write the report from which an operator decides whether a new model goes into production.

The new model, the candidate, was trained on this machine; the one in production comes from S3. Both
are random forests on tennis_points, and of both there are the same three files:

- model.pkl: the fitted model, serialised
- dataset.parquet: all rows of its data; the column `split` tells which were for training (`train`)
  and which were held out (`test`)
- report.json: its id, the log losses of its training, the hash of each of the other two

The candidate's are in output/<model id>/. On S3, models/tennis_points/random_forest/production.json
names the version in production, and models/tennis_points/random_forest/<model id>/ has its files.

The report is a row for each model, with figures to four decimals, and a sentence below:

    model id      log loss   cv mean   cv std
    72d8370124…     0.7754    0.9027   0.1441
    production      0.3769    0.4628   0.0511

    The candidate has seen 0 of these 1000 rows.

- log loss: of both on the same rows, those that production's training held out. Score both models
  here and now: the figure in a report.json was measured on another machine, and on other rows.
- cv mean, cv std: of the folds of each model's own training, as its report.json tells them.
- The sentence tells how many of these rows the candidate was trained on: such rows flatter it.

The report decides nothing. Print it with `python -m exercises.day2.performance.test_metrics`.
Pytest finds no test in this file. The tests are ours this time: `make check-day2 EX=4`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # finds src, wherever you run it

# What you will need of src: aws (download), utils (find_experiment, deserialise, Cache),
# and config (Settings.from_env().output_dir is the folder output/).


def main() -> None:
    """Ask the operator for the candidate's id, and print the report."""
    raise NotImplementedError


def report(model_id: str) -> str:
    """Answer the report on the candidate with an id, or with the one id that starts like this.

    Raises:
        UserError: no training has this id; never is it another model that is reported on.
    """
    # 1. Which version is in production? Download its files. What you keep of them, keep by version.
    # 2. Find the candidate's folder, and read its files.
    # 3. Score both models on the rows that production's training held out.
    # 4. Count those of them that are in the candidate's training rows, too.
    raise NotImplementedError


if __name__ == "__main__":
    main()
