# One verb per job. `make demo` and `make test` do all the set-up that they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help

LOCAL := infrastructure/local
SCRATCH ?= .build

.PHONY: help dependencies build test dashboard-test chaos check format manifests demo promotion-demo infra-up infra-down infra-test migrate dev dev-reset \
  tilt-up tilt-down tilt-check policy-check db-connect documentation bench site clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dependencies: ## Install what building needs (apt)
	@infrastructure/dependencies build

build: dependencies ## Build the binary (debug)
	swift build --scratch-path $(SCRATCH) --product whimbrel

test: ## Set everything up and run every test
	@infrastructure/test

dashboard-test: ## Test the dashboard in headless Chromium; SCREENSHOTS names a folder for pictures
	@infrastructure/dependencies browser
	@WHIMBREL_SCREENSHOTS=$(SCREENSHOTS) infrastructure/test --filter DashboardBrowserTests

chaos: dependencies ## Make faults while two replicas work (SEED, TIMES, FAULTS, MIGRATIONS, LEASES, SOAK)
	@infrastructure/chaos

check: ## Check formatting and architecture rules
	@infrastructure/check

format: ## Format the Swift sources
	swift format --in-place --recursive --parallel --configuration .swift-format Sources Tests Package.swift

manifests: ## Render the manifests from the chart, and copy the chart's files
	@infrastructure/manifests

demo: infra-up build ## Set everything up and run the main job, showing what happens
	@examples/betting-platform/demo

promotion-demo: infra-up build ## Set everything up and promote migrations through dev, staging and prod
	@examples/promotion/demo

infra-up: ## Start etcd, kube-apiserver and a Citus cluster locally
	@infrastructure/dependencies run
	@$(LOCAL) up

infra-down: ## Stop them and remove their state
	@$(LOCAL) down

infra-test: ## Check cluster, tables and history of the example
	@examples/betting-platform/infra-test

migrate: infra-up build ## Apply the example's directory through a CitusMigration and wait
	@examples/betting-platform/migrate

dev: infra-up build ## Apply the example's files whenever one is saved, without Tilt or Docker (DIRECTORY)
	@examples/betting-platform/dev

dev-reset: infra-up ## Empty the development database of make dev
	@examples/betting-platform/dev-reset

tilt-up: ## The same in a local Kubernetes, with Tilt: controller, Citus and migrations
	tilt up --file examples/betting-platform/Tiltfile

tilt-down: ## Remove what tilt-up has made, but for the volumes
	tilt down --file examples/betting-platform/Tiltfile

tilt-check: ## Check the Tiltfile without Tilt and Docker
	@infrastructure/tiltfile-check

policy-check: ## Ask the approval policy about requests, without a cluster
	@infrastructure/policy-check

db-connect: ## Open psql on the coordinator
	@$(LOCAL) psql

documentation: build ## Run what the documentation shows (PAGES)
	@infrastructure/dependencies run test
	@WHIMBREL_BINARY=$(abspath $(SCRATCH))/debug/whimbrel infrastructure/documentation run $(PAGES)

bench: ## Measure beside peers and the floor (ROW, SIZE, ROUNDS; SAVE=1 writes docs/benchmarks.md)
	@infrastructure/dependencies build
	@Benchmarks/run $(if $(SAVE),--save) $(ROW)

site: ## Build a web site of the documentation, in .build/site
	@infrastructure/site

clean: ## Remove build results
	rm -rf $(SCRATCH)
