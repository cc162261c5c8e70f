# The shop's bot in a container: docker build -t santral . && docker run -p 5005:5005 santral

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/santral
ENV PATH=/opt/santral/bin:$PATH
WORKDIR /src

# Dependencies first: this layer is made anew only when they change.
COPY pyproject.toml ./
RUN python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
e = p['optional-dependencies']; print(*p['dependencies'], *e['redis'], *e['postgresql'], sep='\n')" \
      > /tmp/requirements.txt \
 && pip install -r /tmp/requirements.txt

COPY README.md LICENSE config.yml domain.yml endpoints.yml credentials.yml ./
COPY data data
COPY actions actions
COPY tests/conversations tests/conversations
COPY bot bot
COPY voice voice
COPY santral santral
RUN pip install --no-deps . && pip uninstall -y pip

WORKDIR /bot
RUN cp -r /src/config.yml /src/domain.yml /src/endpoints.yml /src/credentials.yml /src/data /src/actions . \
 && santral train


FROM python:3.12-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /bot santral
COPY --from=build /opt/santral /opt/santral
# Conversations and the demo shop are SQLite files here, unless endpoints.yml and SHOP_DATABASE_URL name others.
COPY --from=build --chown=santral:santral /bot /bot
ENV PATH=/opt/santral/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER santral
WORKDIR /bot
EXPOSE 5005
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5005/health', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["santral"]
CMD ["run", "--port", "5005"]
