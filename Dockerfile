# The service in a container, built by the same scripts as `make run` uses. See deploy/README.md.
#
#   docker build -t sambut .
#
# A package index or proxy of your own: --secret id=pip.conf,src=… and --secret id=npmrc,src=… are used if given.
ARG DEBIAN=13

FROM debian:${DEBIAN}-slim AS build
WORKDIR /opt/sambut
COPY requirements requirements
COPY scripts scripts
RUN scripts/debian-packages.sh service build && rm -rf /var/lib/apt/lists/*
COPY . .
# The cache keeps the SIP engine (and pip's downloads) from one build of the image to the next.
RUN --mount=type=cache,target=/root/.cache \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    scripts/bootstrap.sh run && rm -rf web .tools && chmod -R a+rX .

FROM debian:${DEBIAN}-slim
WORKDIR /opt/sambut
COPY requirements/debian requirements/debian
COPY scripts scripts
RUN scripts/debian-packages.sh service && rm -rf /var/lib/apt/lists/* .tools \
    && useradd --uid 10001 --no-create-home --home-dir /var/lib/sambut --shell /usr/sbin/nologin sambut \
    && install -d -o sambut -g sambut -m 0750 /var/lib/sambut /etc/sambut
COPY --from=build /opt/sambut /opt/sambut

ENV PATH=/opt/sambut/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SAMBUT_CONFIG=/etc/sambut \
    SAMBUT_DATA=/var/lib/sambut \
    SAMBUT_HTTP_BIND=0.0.0.0 \
    SAMBUT_HTTP_PORT=8080 \
    SAMBUT_LOG_FORMAT=json \
    SAMBUT_SIP_BIND=0.0.0.0
USER sambut
WORKDIR /var/lib/sambut
VOLUME /var/lib/sambut
EXPOSE 5060/udp 5060/tcp 8080/tcp 20000-29999/udp
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "/opt/sambut/deploy/docker/healthcheck.py"]
# Exec form: SIGTERM reaches the service, which lets running calls finish for SAMBUT_DRAIN_S seconds.
ENTRYPOINT ["sambut"]
CMD ["serve"]
