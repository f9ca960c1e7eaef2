# The service in a container, built by the same scripts as `make run` uses. See deploy/README.md. BuildKit is needed:
#
#   DOCKER_BUILDKIT=1 docker build -t sambut .
#
# Behind a proxy that opens TLS, with an index or a registry of your own: --secret id=ca,src=… (a PEM bundle, of all authorities),
# --secret id=pip.conf,src=… and --secret id=npmrc,src=… are used if given.
#
# What changes least comes first: a change of ours makes the last layer anew, which is small, and nothing else.
ARG DEBIAN=13

# --- packages of Debian, which the service needs and which only the building needs -------------------------------
FROM debian:${DEBIAN}-slim AS service
WORKDIR /opt/sambut
COPY requirements/debian requirements/debian
COPY scripts/lib.sh scripts/debian-packages.sh scripts/
# The mount also tells a builder without BuildKit at once, and not after minutes, that it cannot build this.
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    scripts/debian-packages.sh service && rm -rf /var/lib/apt/lists/* .tools \
    && useradd --uid 10001 --no-create-home --home-dir /var/lib/sambut --shell /usr/sbin/nologin sambut \
    && install -d -o sambut -g sambut -m 0700 /var/lib/sambut /var/lib/sambut-key \
    && install -d -o sambut -g sambut -m 0750 /etc/sambut

FROM service AS build
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    scripts/debian-packages.sh build && rm -rf /var/lib/apt/lists/*
COPY scripts/bootstrap.sh deploy/docker/with-ca.sh scripts/

# --- the Python environment: engine, packages, and the program's name in it -------------------------------------
FROM build AS environment
COPY scripts/build-engine.sh scripts/
COPY scripts/engine scripts/engine
COPY requirements/engine.txt requirements/engine-fallback.txt requirements/
# The cache keeps the SIP engine (and pip's downloads) from one build of the image to the next.
RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=ca \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    scripts/with-ca.sh scripts/bootstrap.sh run environment engine
COPY requirements/run.txt requirements/
RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=ca \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    scripts/with-ca.sh scripts/bootstrap.sh run packages
COPY pyproject.toml README.md ./
COPY deploy/docker/slim.sh scripts/
RUN scripts/bootstrap.sh run sambut && scripts/slim.sh .venv && chmod -R a+rX .venv

# --- the pages ----------------------------------------------------------------------------------------------------
FROM build AS pages
COPY requirements/node.txt requirements/
COPY web/package.json web/package-lock.json web/
COPY web web
RUN --mount=type=cache,target=/root/.cache --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf --mount=type=secret,id=npmrc,target=/root/.npmrc \
    scripts/with-ca.sh scripts/bootstrap.sh run pages

# --- the program itself, compiled, so that a container does not do that at each start -----------------------------
FROM service AS program
COPY . .
COPY --from=pages /opt/sambut/desk/static desk/static
RUN rm -rf web scripts requirements \
    && python3 -m compileall -q --invalidation-mode unchecked-hash -j 0 . && chmod -R a+rX .

FROM service
RUN rm -rf scripts requirements
COPY --from=environment /opt/sambut/.venv .venv
COPY --from=program /opt/sambut .

ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sambut" \
      org.opencontainers.image.description="A public hotline that answers by the book: SIP, IVR, queue, screen pop and tickets" \
      org.opencontainers.image.licenses="GPL-3.0-or-later" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/sambut/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SAMBUT_CONFIG=/etc/sambut \
    SAMBUT_DATA=/var/lib/sambut \
    SAMBUT_KEY_FILE=/var/lib/sambut-key/master.key \
    SAMBUT_LOG_FORMAT=json \
    SAMBUT_SIP_BIND=0.0.0.0
USER sambut
WORKDIR /var/lib/sambut
VOLUME ["/var/lib/sambut", "/var/lib/sambut-key"]
# The ports of the sound (rtp_ports) are not named: ten thousand entries, and `docker run -P` would publish each.
EXPOSE 5060/udp 5060/tcp 8080/tcp
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "/opt/sambut/deploy/docker/healthcheck.py"]
# Exec form: SIGTERM reaches the service, which lets running calls finish for SAMBUT_DRAIN_S seconds.
ENTRYPOINT ["sambut"]
CMD ["serve"]
