# Sourced by the scripts: goes on under the first Python on PATH that is new enough.
# usage: run_with_python COMMAND ARGUMENTS…
run_with_python() {
    local root candidate ours
    root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
    ours="$root/.venv/bin/python"
    # An interrupted installation is thrown away and made again, so nothing may run from it.
    if [ -e "$root/.venv/.unfinished" ]; then ours=python3; fi
    for candidate in "$ours" python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            exec "$candidate" "$root/script/lib" "$@"
        fi
    done
    echo "Python 3.11 or newer is needed, and no python3 on PATH is; on Debian 12: apt-get install python3 python3-venv" >&2
    exit 1
}
