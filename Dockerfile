# One image for the server, its workers and the command line:
#   docker build -t forecastle .                                  serves forecasts; no training libraries beyond the core and LightGBM
#   docker build -t forecastle-training --target training .       carries every model family and torch, for workers that train
#   docker run --rm -p 8000:8000 -v forecastle:/data forecastle
#   docker run --rm -v "$PWD:/data" --user "$(id -u)" forecastle run sales.csv --horizon 13 --out out

FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/app
ENV SYNC="uv sync --frozen --no-default-groups --extra postgres --extra redis --extra s3 --extra gcs --extra azure --extra boost"
WORKDIR /src
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN $SYNC --no-install-project
COPY README.md LICENSE ./
COPY src src
RUN $SYNC --no-editable

FROM build AS build-training
# torch is not in the lock file: this is the CPU's; another index or version by --build-arg.
ARG TORCH="torch==2.13.0 --torch-backend cpu"
# hadolint ignore=SC2086
RUN $SYNC --no-editable --extra all && uv pip install --no-cache --no-config --python /app/bin/python $TORCH

FROM python:3.13-slim AS base
# LightGBM is linked against OpenMP, which slim images lack; its security updates are wanted, so that no version is named.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 forecastle && install --directory --owner=10001 --group=10001 /data
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 FORECASTLE_SERVER__HOST=0.0.0.0 FORECASTLE_LOG__FORMAT=json
USER 10001
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
ENTRYPOINT ["forecastle"]
CMD ["serve"]

FROM base AS training
COPY --from=build-training /app /app

FROM base AS serving
COPY --from=build /app /app
