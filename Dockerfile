# Duly's image, from jars that are built already: ./duly --version (or ./mvnw package) comes first. It needs a JDK and
# Maven Central, as every build of Duly does; building again inside an image would need both once more.
FROM eclipse-temurin:25-jre

RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin duly \
 && install -d -o duly -g duly /data

WORKDIR /opt/duly
# LICENSE is always there, so that missing jars are reported below and not as a pattern that matches nothing.
COPY LICENSE cli/target/duly-cli-*.jar cli/target/lib*/*.jar lib/
COPY duly ./
RUN if ! ls lib/duly-cli-*.jar >/dev/null 2>&1 || ! ls lib/picocli-*.jar >/dev/null 2>&1; then \
      echo 'Duly is not built yet: run ./duly --version in the checkout first, then build this image again' >&2; exit 1; \
    fi \
 && mv lib/LICENSE . \
 && ./duly --version

USER duly
WORKDIR /data
ENTRYPOINT ["/opt/duly/duly"]
CMD ["--help"]
