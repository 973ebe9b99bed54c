# One image for every process; the command chooses which. Example: docker run sottovoce collector
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/sottovoce
COPY locks/runtime.txt locks/runtime.txt
RUN /opt/sottovoce/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r locks/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY privacy privacy
COPY service service
COPY survey_definitions survey_definitions
RUN /opt/sottovoce/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/sottovoce --create-home sottovoce
COPY --from=build /opt/sottovoce /opt/sottovoce
ENV PATH=/opt/sottovoce/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SOTTOVOCE_DATA=/var/lib/sottovoce \
    SOTTOVOCE_HOST=0.0.0.0
USER sottovoce
WORKDIR /var/lib/sottovoce
VOLUME /var/lib/sottovoce
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["sottovoce", "health"]
ENTRYPOINT ["sottovoce"]
CMD ["serve"]
