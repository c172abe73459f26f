# Sourced by the scripts. Runs the command with the first Python on PATH that is new enough, or with PORTAL_PYTHON.
# usage: run_with_python COMMAND ARGUMENTS…
run_with_python() {
    local root candidate folder candidates
    root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
    folder="$root/.venv"
    candidates="python3 python3.11 python3.12 python3.13"
    if [ -n "${PORTAL_PYTHON:-}" ]; then
        folder="$root/.local/venv-${PORTAL_PYTHON##*/}"
        candidates="$PORTAL_PYTHON"
    fi
    # An interrupted installation is replaced, so do not use its Python.
    if [ ! -e "$folder/.unfinished" ]; then candidates="$folder/bin/python $candidates"; fi
    for candidate in $candidates; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            exec "$candidate" "$root/script/lib" "$@"
        fi
    done
    echo "Python 3.11 or newer is needed, and no ${PORTAL_PYTHON:-python3} on PATH is; on Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
}
