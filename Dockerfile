# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/requirements.txt


FROM python:3.11-slim-bookworm AS portal
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0750 /data /keys
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY . .
# Catalogues and static files are made from tracked files, so they belong to the image. The mode is demo for this one
# step because collecting needs neither secrets nor a database, and production refuses to start without them.
RUN python -c "from script.lib.assets import compile_catalogues; compile_catalogues()" \
    && PORTAL_MODE=demo PORTAL_DATA=/tmp/build DATABASE_URL=postgresql://build@localhost/build \
       python manage.py collectstatic --noinput --verbosity=0 \
    && python -m compileall -q /app \
    && rm -rf /tmp/build

ENV PORTAL_MODE=production PORTAL_DATA=/data PORTAL_HOST=0.0.0.0 PORT=8000
USER portal
VOLUME /data /keys
EXPOSE 8000
CMD ["gunicorn"]
