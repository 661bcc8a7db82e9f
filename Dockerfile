# Charla in a container, in two sizes:
#   slim  serves with LiteRT, and has no TensorFlow.
#   full  has TensorFlow as well: it trains, imports, converts and evaluates. The one that is built if none is named.
#
# `tools` is what both sets of packages are installed with, `slim-packages` and `full-packages` are those sets, `app` lays
# out the program, `common` is what the images share. The images take results and nothing else: no compiler, no cache,
# no build tool.

# ---- What installs packages.
FROM python:3.13-slim AS tools

# For `strip`, below.
RUN apt-get update && apt-get install --yes --no-install-recommends binutils

# A virtual environment without pip of its own: the base's pip fills it and stays behind. The program lies in /app as in a
# checkout; the path file makes it importable from any working directory. The script is the one that pyproject.toml
# declares.
RUN python -m venv --without-pip /venv \
    && echo /app >/venv/lib/python3.13/site-packages/charla.pth \
    && printf '%s\n' '#!/venv/bin/python' 'import sys' 'from bot.__main__ import main' 'sys.exit(main())' \
        >/venv/bin/charla \
    && chmod 755 /venv/bin/charla

# ---- The packages that serve: made anew only when their lock file changes.
FROM tools AS slim-packages

COPY requirements/slim.txt /tmp/slim.txt
RUN pip --python /venv/bin/python install --no-cache-dir --no-compile --require-hashes --requirement /tmp/slim.txt

# What nothing reads at run time:
#   tests         14 MB  the packages' own.
#   LiteRT's      33 MB  what runs graphs on graphics cards and on phones' chips (`vendors`, which the wheel for ARM
#                        lacks), and tools for developers.
#   symbol tables  3 MB  for debuggers; the dynamic linker has its own, which stay.
RUN cd /venv/lib/python3.13/site-packages \
    && rm -r ai_edge_litert/libLiteRtWebGpuAccelerator.so ai_edge_litert/tools \
    && rm -rf ai_edge_litert/vendors \
    && find . -type d -name tests -prune -exec rm -r {} + \
    && find ai_edge_litert -type f -name '*.so*' -exec strip --strip-unneeded {} +

# The root file system is read-only when it runs, so bytecode is compiled here or never, and without it a start takes
# several times as long. "Unchecked": nothing edits these files, so Python need not compare each with its source, and
# no timestamp can make one stale.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib

# ---- All packages.
FROM tools AS full-packages

COPY requirements/run.txt /tmp/run.txt
RUN pip --python /venv/bin/python install --no-cache-dir --no-compile --require-hashes --requirement /tmp/run.txt

# What nothing reads at run time (for TensorFlow 2.21 on x86-64):
#   libclang            64 MB  TensorFlow's own build tools want it; nothing imports it.
#   tensorflow/include 270 MB  C++ headers, for compiling custom operations. XLA's compiler is in the library.
#   tests                8 MB  the packages' own.
#   symbol tables      245 MB  for debuggers; the dynamic linker has its own, which stay.
# The rest stays, even where it looks idle: TensorFlow imports most of itself at start.
RUN cd /venv/lib/python3.13/site-packages \
    && pip --python /venv/bin/python uninstall --yes --quiet libclang \
    && rm -r tensorflow/include \
    && find . -type d -name tests -prune -exec rm -r {} + \
    && find tensorflow -type f -name '*.so*' -exec strip --strip-unneeded {} +

# As above: 75 MB, and TensorFlow and Keras are imported in 2 seconds instead of 6.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib

# ---- The program: .dockerignore lets in what belongs here and no more.
FROM python:3.13-slim AS app

WORKDIR /app
COPY . .
# Readable by the image's user for any file modes of the checkout. The shipped models get a layer of their own.
RUN rm -r requirements \
    && chmod -R u=rwX,go=rX . \
    && mv bot/shipped /shipped \
    && python -m compileall -q --invalidation-mode unchecked-hash bot cogs playground

# ---- What the images share. What changes seldom comes first: new code is a new layer of a few kilobytes.
FROM python:3.13-slim AS common

# A number, not a name: an orchestrator can tell that it is not root, and no password file has to know it.
# /models is the operator's; /data holds servers' own settings, and the key that conversions are signed with: a new named
# volume takes over its owner from here.
RUN install -d -o 10001 -g 10001 /models /data

COPY --from=app /shipped /app/bot/shipped
COPY --from=app /app/LICENSE /app/LICENSE

# Keras makes a folder for its settings when it is imported: in /tmp, as the user has no home.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KERAS_HOME=/tmp/keras \
    MODELS_DIR=/models \
    DATA_DIR=/data \
    HEALTH_ADDRESS=9464

# `charla health` asks the bot at that address, on the container's own loopback: whether it works, is connected, and has
# its model. A container that does something else, such as training, has no bot to ask and counts as unhealthy, which
# changes nothing for it.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 CMD ["charla", "health"]

WORKDIR /app
USER 10001:10001
ENTRYPOINT ["charla"]
CMD ["run"]

# ---- The slim image.
FROM common AS slim
COPY --from=slim-packages /venv /venv
COPY --from=app /app/cogs /app/cogs
COPY --from=app /app/playground /app/playground
COPY --from=app /app/bot /app/bot

# ---- The full image.
FROM common AS full
COPY --from=full-packages /venv /venv
COPY --from=app /app/cogs /app/cogs
COPY --from=app /app/playground /app/playground
COPY --from=app /app/bot /app/bot
