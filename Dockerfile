# Charla in a container. Three stages: `dependencies` installs the locked packages, `app` lays out the program, and the
# last one, the image, takes their results and nothing else: no compiler, no cache, no build tool.

# ---- The dependencies: made anew only when the lock file changes.
FROM python:3.13-slim AS dependencies

# For `strip`, below.
RUN apt-get update && apt-get install --yes --no-install-recommends binutils

# A virtual environment without pip of its own: the base's pip fills it and stays behind.
RUN python -m venv --without-pip /venv
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

# The root file system is read-only when it runs, so bytecode is compiled here or never: 75 MB, and TensorFlow and Keras
# are imported in 2 seconds instead of 6. "Unchecked": nothing edits these files, so Python need not compare each with
# its source, and no timestamp can make one stale.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib

# The program lies in /app as in a checkout, since it finds the shipped models beside its packages; the path file makes
# it importable from any working directory. The script is the one that pyproject.toml declares.
RUN echo /app >/venv/lib/python3.13/site-packages/charla.pth \
    && printf '%s\n' '#!/venv/bin/python' 'import sys' 'from bot.__main__ import main' 'sys.exit(main())' \
        >/venv/bin/charla \
    && chmod 755 /venv/bin/charla

# ---- The program: .dockerignore lets in what belongs here and no more.
FROM python:3.13-slim AS app

WORKDIR /app
COPY . .
# Readable by the image's user whatever the checkout's file modes, and with a folder for models even if none is shipped.
RUN rm -r requirements \
    && mkdir -p models bases \
    && chmod -R u=rwX,go=rX . \
    && python -m compileall -q --invalidation-mode unchecked-hash bot cogs

# ---- The image.
FROM python:3.13-slim

# A number, not a name: an orchestrator can tell that it is not root, and no password file has to know it.
# /models is the operator's, /data holds servers' own settings: a new named volume takes over its owner from here.
RUN install -d -o 10001 -g 10001 /models /data

# What changes seldom comes first: new code is a new layer of a few kilobytes.
COPY --from=dependencies /venv /venv
COPY --from=app /app/models /app/models
COPY --from=app /app/bases /app/bases
COPY --from=app /app/LICENSE /app/LICENSE
COPY --from=app /app/cogs /app/cogs
COPY --from=app /app/bot /app/bot

# Keras makes a folder for its settings when it is imported: in /tmp, as the user has no home.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KERAS_HOME=/tmp/keras \
    MODELS_DIR=/models \
    DATABASE_URL=sqlite:////data/charla.db

WORKDIR /app
USER 10001:10001
ENTRYPOINT ["charla"]
CMD ["run"]
