# The portal without its database and broker: one image for web, workers and clock, see docker-compose.yml.
FROM python:3.11-slim-bookworm

# Where pip finds torch's smaller build for processors; without it several gigabytes for graphics cards come along.
ARG TORCH_INDEX_URL=""

RUN apt-get update \
    && apt-get install --yes --no-install-recommends make tesseract-ocr tesseract-ocr-kor \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home portal

WORKDIR /portal
COPY . .
RUN PIP_NO_CACHE_DIR=1 make install EXTRAS= TORCH_INDEX_URL="$TORCH_INDEX_URL" \
    && install --directory --owner portal --group portal /data

ENV PORTAL_DATA_DIR=/data PATH=/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
USER portal
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "web"]
