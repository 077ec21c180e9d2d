# Everything a newcomer needs: make setup | demo | test | lint | bench | serve
.DEFAULT_GOAL := help
.PHONY: help setup

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:  ## Bring in Odoo, Python packages, PostgreSQL and a browser
	@bin/setup
