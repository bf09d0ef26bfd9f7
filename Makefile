# A line per verb. Every target sets up what it needs: see "Setting up" below.
PYTHON ?= python3
VENV   ?= .venv
RUN     = $(VENV)/bin/python
READY   = $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help train deploy predict serve s3 load-test benchmark release stress data notebooks progress score bench \
	test lint format verify branches lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9%-]+:.*## / {gsub("%", "N", $$1); printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Learning: EX=2 chooses one exercise, OF=solutions (or a folder) whose tests are judged
check-day%: $(READY) ## what your tests of day N are worth; EX=2 for one exercise, OF=solutions for ours
	@$(RUN) -m checker check day$* $(if $(OF),--of "$(OF)") $(if $(EX),--exercise "$(EX)") $(ARGS)

watch-day%: $(READY) ## the board of day N again at each save; EX=2 for one exercise; q ends
	@$(RUN) -m checker watch day$* $(if $(OF),--of "$(OF)") $(if $(EX),--exercise "$(EX)") $(ARGS)

hint-day%: $(READY) ## the next hint for day N, one bug at a time; EX=2 for one exercise
	@$(RUN) -m checker hint day$* $(if $(OF),--of "$(OF)") $(if $(EX),--exercise "$(EX)") $(ARGS)

catch-up-day%: $(READY) ## complete the days before day N, your own work untouched; ARGS=--undo
	@$(RUN) -m checker catch-up day$* $(ARGS)

reset-day%: $(READY) ## an exercise's scaffold again, EX=2; yours is kept beside it
	@$(RUN) -m checker reset day$* $(if $(EX),--exercise "$(EX)") $(ARGS)

solution-day%: $(READY) ## how we solved it, EX=2, and what it adds to yours; ARGS=--diff
	@$(RUN) -m checker solution day$* $(if $(OF),--of "$(OF)") $(if $(EX),--exercise "$(EX)") $(ARGS)

progress: $(READY) ## how far each day is, and how long the rest takes
	@$(RUN) -m checker progress $(if $(OF),--of "$(OF)") $(ARGS)

notebooks: $(READY)-notebooks ## a notebook a day, with the same board inline
	@$(RUN) -m jupyterlab notebooks

# The application: ARGS="..." is passed on
train: $(READY) ## train every model on every dataset
	@$(RUN) -m src train --dataset all --model all $(ARGS)

deploy: $(READY) ## put the newest training of each into production on S3
	@$(RUN) -m src deploy --all $(ARGS)

predict: $(READY) ## answer data points from FILE (JSON), or from standard input
	@$(RUN) -m src predict $(if $(FILE),"$(FILE)",-) $(ARGS)

serve: $(READY) ## serve predictions over HTTP
	@$(RUN) -m src serve $(ARGS)

s3: $(READY) ## keep the embedded S3 running, for several terminals or other tools
	@$(RUN) -m src s3 $(ARGS)

load-test: $(READY) ## load on a server that runs, and budgets; ARGS="--serve --duration 20s"
	@$(RUN) -m src load run $(ARGS)

benchmark: $(READY) ## compare a candidate with the model in production; ID=... or asked for
	@$(RUN) -m src benchmark $(if $(ID),--model-id "$(ID)") $(ARGS)

release: $(READY) ## versions, validation, canary, roll-back; ARGS=list, ARGS="canary status"
	@$(RUN) -m src release $(ARGS)

stress: $(READY) ## stress tests of the newest model on each dataset, with reports; ARGS=--strict
	@$(RUN) -m src stress run --dataset all $(ARGS)

data: $(READY) ## make the datasets again: the same values
	@$(RUN) -m data $(ARGS)

# Contributing
mutants-day%: $(READY) ## generated bugs that day N's solutions miss: which chaff is missing?
	@$(RUN) -m checker mutants day$* $(if $(OF),--of "$(OF)") $(if $(EX),--exercise "$(EX)") $(ARGS)

score: $(READY) ## the ML Test Score of what the exercises cover
	@$(RUN) -m checker score $(ARGS)

bench: $(READY) ## what a check and a request cost, beside other ways; ARGS=--quick, ARGS="--only serving"
	@$(RUN) -m benchmarks $(ARGS)

test: $(READY) ## our tests, of the application, the checker and the material
	@$(RUN) -m pytest -n auto $(ARGS)

verify: $(READY)-notebooks ## the gates over the course material; ARGS="day2 --only chaffs"
	@$(RUN) -m checker verify $(ARGS)

lint: $(READY) ## style
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

format: $(READY) ## bring files into style
	@$(RUN) -m ruff check --fix . && $(RUN) -m ruff format .

branches: $(READY) ## make the branches workshop (no solutions/) and solutions of HEAD; ARGS="--from main"
	@$(RUN) -m checker branches $(ARGS)

lock: $(READY) ## resolve pyproject.toml into the two requirements files again
	@$(RUN) -m uv pip compile --quiet --upgrade --universal --no-header pyproject.toml --group course --group dev --output-file requirements.txt
	@$(RUN) -m uv pip compile --quiet --upgrade --universal --no-header pyproject.toml --group notebooks --constraint requirements.txt --output-file requirements-notebooks.txt

clean: ## remove what was trained, deployed, cached and installed
	@rm -rf output .cache $(VENV) .pytest_cache .ruff_cache .hypothesis

# Setting up: once, and again when the requirements change
$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: name one with make PYTHON=python3.12 ..."; exit 2; }
	@echo "Setting up $(VENV): a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(READY)-notebooks: requirements-notebooks.txt $(READY)
	@echo "Adding Jupyter to $(VENV): once."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-notebooks.txt
	@touch $@
