# The two commands that matter: `make pipeline` and `make test`.
SHELL := /bin/bash
PREFIX ?= /usr/local
P ?= pipelines/handbook.yaml
SLUICE = .build/release/sluice
# The standard library inside: the program starts faster, and on machines without Swift.
RELEASE = -c release --static-swift-stdlib --product sluice

.PHONY: pipeline stage plan test golden fuzz test-stores bench format lint setup build install clean help

pipeline: build ## set up, build, run the main pipeline, print where to look
	@$(SLUICE) run $(P)

stage: build ## bring one stage up to date, with all that it needs: make stage S=cluster
	@test -n "$(S)" || { echo "Which stage? make stage S=cluster"; exit 2; }
	@$(SLUICE) run $(P) +$(S)

plan: build ## show what `make pipeline` would do
	@$(SLUICE) plan $(P)

test: setup ## set up and run all tests
	swift build --build-tests
	@scripts/test
	@scripts/golden

golden: build ## run the main pipeline anew and take what it makes as the golden set
	@SLUICE=$(SLUICE) scripts/golden accept

FUZZ ?= 20000
# Swift has no undefined-behaviour sanitizer: it is for the C targets. (hnswlib stores numbers where they are not aligned.)
SANITIZED = --scratch-path .build/fuzz -c release -Xswiftc -enable-testing --sanitize=address -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined \
  -Xcxx -fsanitize=undefined -Xcxx -fno-sanitize=vptr,function,alignment \
  -Xcxx -fsanitize-ignorelist=$(CURDIR)/scripts/sanitize-ignore -Xlinker -lubsan

fuzz: setup ## damage inputs of every reader, 20,000 each, with the sanitizers; more than an hour: make fuzz FUZZ=1000
	swift build --build-tests $(SANITIZED)
	SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 SLUICE_FUZZ=$(FUZZ) \
	  swift test --skip-build $(SANITIZED) --filter FuzzTests

test-stores: setup ## ask real vector stores, too: Chroma, PostgreSQL with pgvector (installs 700 MB)
	@scripts/setup-stores
	swift build --build-tests
	swift test --skip-build --filter VectorStore

bench: ## measure against peers, side by side
	@scripts/setup bench
	@$(MAKE) --no-print-directory build
	@Benchmarks/run
	@Benchmarks/generations

format: ## lay the sources out
	@scripts/builtin-stages
	swift format -i -r -p Sources Tests Package.swift

lint: ## check the layout
	swift format lint -r -p -s Sources Tests Package.swift

setup:
	@scripts/setup

build: setup
	swift build $(RELEASE)

install: build ## install the program and the local model: make install PREFIX=~/.local
	install -D -m 755 $(SLUICE) $(DESTDIR)$(PREFIX)/bin/sluice
	mkdir -p $(DESTDIR)$(PREFIX)/share/sluice
	cp -R models $(DESTDIR)$(PREFIX)/share/sluice/

clean: ## remove what was built; artifacts stay
	rm -rf .build

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12
