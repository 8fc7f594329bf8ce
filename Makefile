# Một cửa. Plain `make` lists the verbs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first Python that is new enough; PYTHON=/path/to/python3 chooses another.
PYTHON ?=
# What pytest is told: make test PYTEST="tests/desk -q" runs one room.
PYTEST ?= -q -n 2 --dist loadfile --durations=25
VENV := .venv
RUN := PYTHONPATH=src "$(VENV)/bin/python"
# Some machines forbid Python to keep what it has compiled; then each of the processes that the tests and a running
# system start compiles thousands of files again, which takes far longer than what it was started for.
unexport PYTHONDONTWRITEBYTECODE
PIP := "$(VENV)/bin/python" -m pip --disable-pip-version-check --no-input

.PHONY: help run run-split run-training motcua test check bench evidence format clean
.PHONY: check-types check-lint check-floors check-dangers check-settings
# Which rows of docs/threat-proofs.md are proved: make evidence ROWS="V-17 V-18". All V rows when empty (hours).
ROWS ?=

help:
	@echo 'make run     chạy thử trọn hệ thống, có dữ liệu mẫu   run everything with sample data'
	@echo 'make run-split  Cổng và Một cửa là hai hệ thống riêng   portal and desk as two installations'
	@echo 'make run-training  hệ thống tập huấn, tách khỏi hệ thống thật   the training world, apart from everything real'
	@echo 'make motcua ARGS=health  một lệnh vận hành ở bản đang chạy thử   one operating command at the running trial'
	@echo 'make test    chạy mọi kiểm thử                        set up what is needed, run every test'
	@echo 'make check   kiểm tra mã nguồn                        lint, format, types, floors, settings'
	@echo 'make bench   đo tốc độ                                measure'
	@echo 'make evidence  bằng chứng và số đo, đủ cỡ             proofs at their whole size, into evidence/'
	@echo 'make format  định dạng mã nguồn                       format the source'
	@echo 'make clean   xóa môi trường ảo (giữ dữ liệu var/)     remove the virtual environment, keep var/'

run: $(VENV)/.installed
	@exec env PYTHONPATH=src "$(VENV)/bin/python" -m motcua.ops.cli --end-with-parent run

run-split: $(VENV)/.installed
	@exec env PYTHONPATH=src "$(VENV)/bin/python" -m motcua.ops.cli --end-with-parent run-split

run-training: $(VENV)/.installed
	@exec env PYTHONPATH=src "$(VENV)/bin/python" -m motcua.ops.cli --end-with-parent run-training

# One operating command at the trial that runs in this folder: make motcua ARGS="keys list"
ARGS ?= health
motcua: $(VENV)/.installed
	@MOTCUA_TRIAL=on $(RUN) -m motcua.ops.cli $(ARGS)

test: $(VENV)/.installed-dev
	@tools/find-chromium "$(VENV)/bin/python" > "$(VENV)/.chromium"
	@CHROMIUM="$$(cat "$(VENV)/.chromium")" $(RUN) -m pytest $(PYTEST)

# Two at a time: the types take as long as all the rest together.
CHECKS := check-types check-lint check-floors check-dangers check-settings
check: $(VENV)/.installed-dev
	@$(MAKE) --jobs=2 --output-sync=target $(CHECKS)

check-types:
	$(RUN) -m mypy

check-lint:
	$(RUN) -m ruff check src tests bench deploy
	$(RUN) -m ruff format --check src tests bench deploy

check-floors:
	PYTHONPATH=src "$(VENV)/bin/lint-imports"

check-dangers:
	$(RUN) -m bandit -q -ll -ii --skip B608,B108 -r src

check-settings:
	DJANGO_SETTINGS_MODULE=motcua.config.settings_test $(RUN) -m django check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=motcua.config.settings_test $(RUN) -m django makemigrations --check --dry-run

bench: $(VENV)/.installed-dev
	$(RUN) -m bench

evidence: $(VENV)/.installed-dev
	@tools/find-chromium "$(VENV)/bin/python" > "$(VENV)/.chromium"
	@CHROMIUM="$$(cat "$(VENV)/.chromium")" PYTHONPATH="src:." "$(VENV)/bin/python" -m tests.proving $(ROWS)

format: $(VENV)/.installed-dev
	$(RUN) -m ruff check --fix src tests bench deploy
	$(RUN) -m ruff format src tests bench deploy

clean:
	rm -rf "$(VENV)"

# Stamps: a second start installs nothing. A changed lock file installs again.
$(VENV)/.installed: requirements.lock tools/make-venv
	@tools/make-venv "$(VENV)" "$(PYTHON)"
	@echo 'Đang cài các gói đã khóa…'
	@$(PIP) install --quiet --require-hashes --no-deps --no-compile -r requirements.lock
	@touch "$@"

$(VENV)/.installed-dev: requirements-dev.lock tools/make-venv
	@tools/make-venv "$(VENV)" "$(PYTHON)"
	@echo 'Đang cài các gói đã khóa, kể cả công cụ kiểm thử…'
	@$(PIP) install --quiet --require-hashes --no-deps --no-compile -r requirements-dev.lock
	@touch "$(VENV)/.installed" "$@"
