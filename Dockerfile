# The command line in a slim image:
#   docker build -t forecastle .
#   docker run --rm -v "$PWD:/data" --user "$(id -u)" forecastle run sales.csv --horizon 13 --out out

FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/app
ENV SYNC="uv sync --frozen --no-default-groups --extra postgres --extra s3 --extra gcs --extra azure"
WORKDIR /src
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml uv.lock ./
RUN $SYNC --no-install-project
COPY README.md LICENSE ./
COPY src src
RUN $SYNC --no-editable

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 forecastle
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
ENTRYPOINT ["forecastle"]
CMD ["--help"]
