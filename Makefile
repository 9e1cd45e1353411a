# One verb per job. `make demo` and `make test` do all the set-up that they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help

LOCAL := infrastructure/local
SCRATCH ?= .build

.PHONY: help dependencies build test chaos check format demo promotion-demo infra-up infra-down infra-test migrate db-connect clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dependencies: ## Install what building needs (apt)
	@infrastructure/dependencies build

build: dependencies ## Build the binary (debug)
	swift build --scratch-path $(SCRATCH) --product whimbrel

test: ## Set everything up and run every test
	@infrastructure/test

chaos: dependencies ## Make faults while two replicas work (SEED, TIMES, FAULTS, MIGRATIONS, LEASES, SOAK)
	@infrastructure/chaos

check: ## Check formatting and architecture rules
	@infrastructure/check

format: ## Format the Swift sources
	swift format --in-place --recursive --parallel --configuration .swift-format Sources Tests Package.swift

demo: build ## Set everything up and run the main job, showing what happens
	@examples/betting-platform/demo

promotion-demo: build ## Set everything up and promote migrations through dev, staging and prod
	@examples/promotion/demo

infra-up: ## Start etcd, kube-apiserver and a Citus cluster locally
	@infrastructure/dependencies run
	@$(LOCAL) up

infra-down: ## Stop them and remove their state
	@$(LOCAL) down

infra-test: ## Check cluster, tables and history of the example
	@examples/betting-platform/infra-test

migrate: build infra-up ## Apply the example's directory through a CitusMigration and wait
	@examples/betting-platform/migrate

db-connect: ## Open psql on the coordinator
	@$(LOCAL) psql

clean: ## Remove build results
	rm -rf $(SCRATCH)
