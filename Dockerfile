# The production image: no embedded services, no tests, an ordinary user.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    KASPI_OFFICE_NO_BOOTSTRAP=1 DATA_DIR=/srv/office/var PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
WORKDIR /srv/office
COPY requirements.server.lock .
RUN pip install --require-hashes --only-binary :all: -r requirements.server.lock
COPY . .
RUN useradd --system --uid 10001 --home /srv/office office \
 && mkdir -p var \
 && python manage.py collectstatic --noinput \
 && chown -R office var
USER office
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
CMD ["gunicorn", "--config", "python:kaspi_office.local.gunicorn_conf", "--bind", "0.0.0.0:8000"]
