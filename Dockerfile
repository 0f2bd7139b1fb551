# The app and the command in one image, on the CPU: docker build -t contrast .
# Then `docker compose up` (compose.yaml), or
#   docker run --rm -p 127.0.0.1:8501:8501 -v "$PWD/photos:/photos:ro" -v contrast:/work contrast
FROM python:3.11-slim AS build
COPY . /src
RUN python -m venv /opt/contrast
# PyTorch's own index has the builds without CUDA: 200 MB where PyPI's are gigabytes.
RUN /opt/contrast/bin/pip install --no-cache-dir --no-compile \
    --extra-index-url https://download.pytorch.org/whl/cpu \
    '/src[all,serve,login]' -c /src/constraints.txt

FROM python:3.11-slim
COPY --from=build /opt/contrast /opt/contrast
RUN useradd --create-home --uid 10001 contrast && install -d -o contrast /work
# What UMAP and fonts keep goes where the container may write also when its root is read-only.
ENV PATH=/opt/contrast/bin:$PATH HOME=/work NUMBA_CACHE_DIR=/tmp/numba PYTHONDONTWRITEBYTECODE=1
USER contrast
WORKDIR /work
VOLUME /work
EXPOSE 8501
# At its first start it makes the sample collection, minutes on a slow machine; healthy is said at once.
# With podman or buildah: --format docker, else the check is left out.
HEALTHCHECK --interval=30s --timeout=5s --start-period=600s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["contrast"]
# Within the container every address; the port is published on the host's own loopback only.
# It opens the last workspace in /work, at first the sample photographs; from there, /photos.
CMD ["app", "--host", "0.0.0.0", "--port", "8501", "--no-browser"]
