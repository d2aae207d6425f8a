# `make` alone lists the targets. What a target needs of the machine is looked
# for, and where possible installed, by .ci/need: nothing is done by hand.

# Go's own installer puts it here without touching PATH.
export PATH := $(PATH):/usr/local/go/bin

# The version comes from FyneApp.toml, not from git, so that a copy without its
# history builds too.
GOFLAGS ?= -buildvcs=false
export GOFLAGS

VERSION := $(shell sed -n 's/^ *Version *= *"\(.*\)"/\1/p' FyneApp.toml)
LDFLAGS := -X main.release=$(VERSION)

# Everything but the program itself needs neither cgo nor a display, and with
# the tag ci the program builds without them, too.
PURE := CGO_ENABLED=0
TAGS := -tags ci
LINT_TAGS := -tags ci,e2e

# Packages in which goroutines meet, tested with the race detector each time. Of
# records/outbox one test is, which takes minutes as a whole.
# Fyne's test driver is left out of it altogether: it runs what is posted to it
# on whatever goroutine posts.
RACED := ./app/visit ./app/site ./instruments ./instruments/cuff ./instruments/simulated ./records ./reports/cups
# The kills of records prove durability, which no race detector sees: a few do. What
# damaged files are read by is one goroutine.
RACE := CGO_ENABLED=1 AIDPOST_KILLS=5 go test -race -timeout 20m -skip '^Test(DamageOfEachTable|FlippedBits|SalvageOfRandomDamage|EveryHeaderByte)$$'
RACEABLE := ./app/visit/... ./app/site/... ./app/script/... ./app/cli/... ./instruments/... ./records/... ./reports/...

# Tools, each in a version of its own, so that a check does not change its mind
# overnight.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
FYNE := fyne.io/tools/cmd/fyne@v1.7.4

# Tests with a HAPI FHIR server: 1 has it keep its records in a file, postgres in
# PostgreSQL.
hapi = $(PURE) AIDPOST_HAPI=$(1) go test $(TAGS) -count=1 -v

FUZZTIME ?= 1m
KILLS ?= 1000
SENT ?= 5000
DRAIN ?= 10000
VISITS ?= 10000
HOURS ?= 0
PEOPLE ?= 60
JOBS ?= 2
SCREENSHOTS ?= $(CURDIR)/build/screenshots
PAPERS ?= $(CURDIR)/build/papers
ARGS ?= --simulate
VOICES ?=

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: build ## build Aidpost and open the kiosk with simulated instruments
	./aidpost $(ARGS)

.PHONY: build
build: ## build the program, ./aidpost
	@.ci/need go window
	@test -x aidpost || echo 'Building. The first time this takes a few minutes, later seconds.'
	go build -ldflags '$(LDFLAGS)' -o aidpost ./app

.PHONY: test
test: ## run every test that needs no display
	@.ci/need go cc pdftotext
	$(PURE) go test $(TAGS) ./...
	$(RACE) $(RACED)
	$(RACE) -run '^TestExactlyOnce$$/^2$$' ./records/outbox

.PHONY: race
race: ## run the race detector on every package without Fyne
	@.ci/need go cc
	$(RACE) $(RACEABLE)

.PHONY: lint
lint: ## check format, vet, staticcheck and known vulnerabilities
	@.ci/need go
	@echo gofmt -l .
	@unformatted=$$(gofmt -l .) && test -z "$$unformatted" || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	$(PURE) go vet $(LINT_TAGS) ./...
	$(PURE) GOOS=windows go vet ./instruments/...
	$(PURE) go run $(STATICCHECK) $(LINT_TAGS) ./...
	@$(PURE) .ci/vulnerabilities $(GOVULNCHECK) $(TAGS)

.PHONY: bench
bench: ## run the benchmarks, with the size of the machine
	@.ci/need go
	@.ci/machine
	$(PURE) go test $(TAGS) -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (1m) each
	@.ci/need go
	@$(PURE) .ci/fuzz $(FUZZTIME) $(TAGS)

.PHONY: kill
kill: ## kill a process that saves KILLS (1000) times, and one that sends SENT (5000) visits; the report is build/kills.json
	@.ci/need go
	$(PURE) AIDPOST_KILLS=$(KILLS) AIDPOST_KILL_REPORT='$(CURDIR)/build/kills.json' AIDPOST_VERSION='$(VERSION)' \
		AIDPOST_COMMIT="$$(git rev-parse --short HEAD 2>/dev/null)" go test -count=1 -timeout 2h -v -run '^TestKilled' ./records
	$(PURE) AIDPOST_VISITS=$(SENT) go test -count=1 -timeout 2h -v -run '^TestKilled' ./records/outbox

.PHONY: crowd
crowd: ## let VISITS (10000) people use the kiosk in JOBS (2) processes, or let them come for HOURS
	@.ci/need go
	@$(PURE) .ci/crowd $(VISITS) $(HOURS) $(JOBS) $(TAGS)

.PHONY: clients
clients: ## let protocol implementations of others talk to ours (fetches them)
	@.ci/need go
	@$(PURE) .ci/clients $(TAGS)

.PHONY: hapi
hapi: hapi-server ## send to a real HAPI FHIR server, over a bad wire and through a kill (fetches it)
	$(call hapi,1) -timeout 20m -run '^TestHapi(Faults)?$$' ./records/outbox

.PHONY: hapi-kill
hapi-kill: hapi-server ## kill "aidpost sync watch" and a HAPI FHIR server while SENT (5000) visits are sent
	AIDPOST_VISITS=$(SENT) $(call hapi,1) -timeout 3h -run '^TestHapiKilled$$' ./records/outbox

.PHONY: hapi-bench
hapi-bench: hapi-server ## measure how fast a HAPI FHIR server is filled with DRAIN (10000) visits, and how soon one is there
	@.ci/machine
	AIDPOST_DRAIN=$(DRAIN) $(call hapi,1) -timeout 3h -run '^$$' -bench '^BenchmarkHapi' -benchtime 1x ./records/outbox

.PHONY: hapi-postgres
hapi-postgres: hapi-server ## what "make hapi" does, with a HAPI FHIR server on PostgreSQL
	@.ci/need postgres
	pg_virtualenv env $(call hapi,postgres) -timeout 20m -run '^TestHapi(Faults)?$$' ./records/outbox

.PHONY: hapi-server
hapi-server:
	@.ci/need go java
	@cd records/outbox/hapi && mvn -q -B process-classes || { rm -f target/classpath; echo 'Maven could not fetch the server.'; }

.PHONY: medplum
medplum: ## send to a second FHIR server, on Medplum's router (fetches it with npm)
	@.ci/need go
	@cd records/outbox/medplum && npm ci --no-audit --no-fund || echo 'npm could not fetch the server.'
	$(PURE) AIDPOST_MEDPLUM=1 go test $(TAGS) -count=1 -timeout 20m -v -run '^TestMedplum' ./records/outbox

.PHONY: conformance
conformance: ## disturb the wire of every simulated instrument at length (half an hour)
	@.ci/need go
	$(PURE) AIDPOST_EXHAUSTIVE=1 go test -count=1 -timeout 2h -v $(TAGS) -run '^TestDrivers' ./instruments/conformance

.PHONY: e2e
e2e: ## drive the real program in a real window, on a virtual display
	@.ci/need go window screen
	go test -count=1 -timeout 15m -tags e2e ./app/e2e

.PHONY: day
day: ## let PEOPLE (60) come in a working day, in a real window; pictures go to SCREENSHOTS
	@.ci/need go window screen
	AIDPOST_PEOPLE=$(PEOPLE) AIDPOST_SCREENSHOTS='$(SCREENSHOTS)' go test -count=1 -timeout 2h -v -tags e2e -run '^TestDay$$' ./app/e2e

.PHONY: screenshots
screenshots: ## draw every screen into SCREENSHOTS (build/screenshots)
	@.ci/need go
	@mkdir -p '$(SCREENSHOTS)'
	$(PURE) AIDPOST_SCREENSHOTS='$(SCREENSHOTS)' go test -count=1 -run Screenshots ./ui/kiosk ./ui/clinic
	@echo 'The pictures are in $(SCREENSHOTS)'

.PHONY: papers
papers: ## print every report in every language, and draw contact sheets of them into PAPERS (build/papers)
	@.ci/need go pdftotext
	@mkdir -p '$(PAPERS)'
	$(PURE) AIDPOST_PAPERS='$(PAPERS)' go test -count=1 -timeout 2h -run '^TestPapers$$' ./reports
	@echo 'The contact sheets are in $(PAPERS)'

.PHONY: voices
voices: ## have espeak-ng say what a kiosk says, in all languages or those of VOICES, into build/voices
	@.ci/need go espeak
	$(PURE) go run ./app/voice/clips/render build/voices $(VOICES)
	$(PURE) AIDPOST_VOICES='$(CURDIR)/build/voices' go test -count=1 -run '^TestEngineSaysThem$$' ./app/voice/clips

.PHONY: package
package: voices ## make a Linux package in dist, with the voices
	@.ci/need go window xz
	go build -trimpath -tags release,migrated_fynedo -ldflags '-s -w $(LDFLAGS)' -o build/package/aidpost ./app
	@.ci/package '$(FYNE)' '$(VERSION)' build/package/aidpost

.PHONY: clean
clean: ## remove what these targets made
	rm -rf aidpost build dist
	find . -path '*/testdata/failed' -prune -exec rm -r {} +
