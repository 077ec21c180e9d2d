# Everything a newcomer needs. `make` alone says what there is.
#   make test ARGS="inventory_states -k ledger"   some addons, options of pytest
#   make serve DB=mine PORT=8070                  a database of that name, made if new
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint serve bench

DB ?= returns_demo
PORT ?= 8070
HOST ?= 127.0.0.1
ARGS ?=
ADDON ?=

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | \
	  awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

setup:  ## Bring in Odoo, its Python packages, PostgreSQL and a browser
	@bin/setup

demo: setup  ## Load a shop and play its returns through the public API
	@bin/python bin/demo $(ARGS)

test: setup  ## Run all tests (ADDON=name for one addon, ARGS=... for pytest)
	@bin/test $(ADDON) $(ARGS)

bench: setup  ## Measure the speed beside Odoo alone and OCA's rma
	@bin/python bench $(ARGS)

lint: setup  ## Check style, manifests, XML, JavaScript and licences
	@bin/lint $(ARGS)

serve: setup  ## Serve a database until stopped (DB=name PORT=8070)
	@bin/serve --db $(DB) --port $(PORT) --host $(HOST)
