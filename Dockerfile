# syntax=docker/dockerfile:1
# The controller's image: docker build -t whimbrel .
#
# Pass images by digest to build the same twice: --build-arg RUNTIME_IMAGE=debian:bookworm-slim@sha256:...
ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
# infrastructure/dependencies says what each is for.
RUN apt-get update \
  && apt-get install --no-install-recommends --yes \
    libcurl4-openssl-dev libpq-dev libssl-dev libtomlplusplus-dev libyaml-dev pkg-config zlib1g-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The package manager wants the folders of all targets, those of tests included.
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
RUN --mount=type=cache,target=/root/.cache/org.swift.swiftpm --mount=type=cache,target=/src/.build \
  swift build --configuration release --static-swift-stdlib --product whimbrel \
  && install --strip "$(swift build --configuration release --show-bin-path)/whimbrel" /usr/local/bin/whimbrel

FROM ${RUNTIME_IMAGE} AS runtime
# Linked libraries: libcurl4, libpq5, libssl3, libstdc++6, libyaml-0-2, zlib1g. For Git: git, prlimit of util-linux, ssh, gpg; ssh wants
# an entry in /etc/passwd. For promotion windows: tzdata.
RUN apt-get update \
  && apt-get install --no-install-recommends --yes \
    ca-certificates git gpg libcurl4 libpq5 libssl3 libstdc++6 libyaml-0-2 openssh-client tzdata util-linux zlib1g \
  && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
  && groupadd --gid 65532 whimbrel \
  && useradd --uid 65532 --gid 65532 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin whimbrel
COPY --from=build /usr/local/bin/whimbrel /usr/local/bin/whimbrel
# Nothing is written but below TMPDIR and --git-cache: the root may be read-only.
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/whimbrel"]
CMD ["controller"]
