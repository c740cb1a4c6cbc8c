# shellcheck shell=bash
# A container engine that answers, and a base image in it. Sourced after common.sh
# and packages.sh.
#
# An engine that is already there is used as it is. Only where none answers is one
# installed and started.

# The image the Python sandbox is built from, and ours where no registry answers.
ENGINE_PUBLIC_BASE='debian:bookworm-slim'
ENGINE_OWN_BASE='assay/base:bookworm'

engine_answers() {
  have docker && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# engine_refuses_us: an engine is there, but this user may not speak to it.
engine_refuses_us() {
  [[ -z "${DOCKER_HOST:-}" && -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]
}

# engine_ensure: returns when an engine answers.
engine_ensure() {
  engine_answers && return 0

  if [[ -n "${DOCKER_HOST:-}" ]] && have docker; then
    fail "no container engine answers at DOCKER_HOST=$DOCKER_HOST" \
      "start it, or unset DOCKER_HOST to use the local one"
  fi
  if engine_refuses_us; then
    _engine_explain_group
  fi

  # An engine that is installed and does not run is started, whatever package it came from:
  # asking apt for docker.io would remove Docker's own packages.
  if ! have dockerd && [[ ! -x /usr/sbin/dockerd ]]; then
    need_packages 'the container engine' docker.io iptables
  fi
  # Newer releases of Debian keep the client in a package of its own.
  have docker || need_packages 'speaking to the container engine' docker-cli
  if ! have docker || { ! have dockerd && [[ ! -x /usr/sbin/dockerd ]]; }; then
    fail 'no container engine answers and none is installed' 'install Docker, or set DOCKER_HOST'
  fi
  # The package may have started it.
  engine_answers && return 0
  if [[ -n "${DOCKER_HOST:-}" ]]; then
    fail "no container engine answers at DOCKER_HOST=$DOCKER_HOST" \
      "start it, or unset DOCKER_HOST to use the local one"
  fi
  # A package that has started the engine does not put anybody into its group.
  if engine_refuses_us; then _engine_explain_group; fi

  if ! can_be_root; then
    fail "no container engine answers, and starting one needs root or sudo" \
      "ask an administrator to start Docker, or install rootless Docker or Podman and set DOCKER_HOST"
  fi

  if [[ -d /run/systemd/system ]]; then
    say 'Starting the container engine: systemctl start docker'
    as_root systemctl start docker ||
      fail 'the container engine did not start' 'see: journalctl -u docker'
    _engine_await 30 'see: journalctl -u docker'
  else
    _engine_start_detached
  fi
}

_engine_explain_group() {
  local user
  user=$(id -un)
  fail "the container engine is there, but $user may not use it" \
    "sudo usermod -aG docker $user    (members of that group can act as root), then log in again" \
    'or install rootless Docker and set DOCKER_HOST'
}

# Without systemd nobody starts dockerd for us. It must outlive this script: its own
# session, no terminal, no inherited descriptors.
# _engine_stale_pid FILE NAME: FILE names a process that is no living NAME: what a daemon
# that was killed leaves behind, and what keeps the next one from starting.
_engine_stale_pid() {
  local pid
  [[ -f "$1" ]] && pid=$(<"$1") || return 1
  ! grep -qsE "^Name:[[:space:]]+$2\$" "/proc/$pid/status" ||
    grep -qsE '^State:[[:space:]]+[ZX]' "/proc/$pid/status"
}

_engine_forget_killed() {
  local name file
  for name in dockerd:/var/run/docker.pid containerd:/var/run/docker/containerd/containerd.pid; do
    file=${name#*:}
    if _engine_stale_pid "$file" "${name%%:*}"; then
      detail "removing $file, which a killed ${name%%:*} left"
      as_root rm -f "$file"
    fi
  done
}

_engine_start_detached() {
  local dir=$ASSAY_STATE_DIR/engine log pid
  mkdir -p "$dir"
  log=$dir/dockerd.log
  local -a daemon=(dockerd)
  have dockerd || daemon=(/usr/sbin/dockerd)
  _engine_forget_killed

  if [[ -e /etc/docker/daemon.json ]]; then
    say 'Starting the container engine (dockerd, with your /etc/docker/daemon.json)'
  else
    # Sandboxes have no network at all and images are built on the host's, so the
    # daemon needs neither a bridge nor a single firewall rule.
    cat >"$dir/daemon.json" <<'JSON'
{
  "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "bridge": "none",
  "iptables": false,
  "ip6tables": false,
  "ip-forward": false,
  "ip-masq": false
}
JSON
    daemon+=(--config-file "$dir/daemon.json")
    say 'Starting the container engine (dockerd, without bridge or firewall rules)'
  fi
  detail "log: $log"
  # A pid file left by a daemon that is gone keeps the next one from starting.
  if [[ -s /var/run/docker.pid ]]; then
    pid=$(cat /var/run/docker.pid)
    if [[ ! -d /proc/$pid ]]; then as_root rm -f /var/run/docker.pid; fi
  fi

  if [[ $EUID -eq 0 ]]; then
    setsid nohup "${daemon[@]}" </dev/null >>"$log" 2>&1 &
  else
    # Ask for the password now, while there is a terminal to ask on.
    sudo -v || fail 'sudo was refused' 'start dockerd by hand, or ask an administrator'
    setsid nohup sudo -n "${daemon[@]}" --group "$(id -gn)" </dev/null >>"$log" 2>&1 &
  fi
  disown
  _engine_await 30 "its log is $log"
}

_engine_await() {
  local seconds=$1 hint=$2 deadline
  deadline=$((SECONDS + seconds))
  until engine_answers; do
    if ((SECONDS >= deadline)); then
      if engine_refuses_us; then _engine_explain_group; fi
      fail "the container engine did not answer within $seconds s" "$hint"
    fi
    sleep 0.2
  done
}

_engine_has_image() { docker image inspect --format '{{.Id}}' "$1" >/dev/null 2>&1; }

# engine_base_image: returns when the engine holds a Debian base: the public image,
# or one of our own making where no image registry answers.
engine_base_image() {
  _engine_has_image "$ENGINE_OWN_BASE" && return 0
  _engine_has_image "$ENGINE_PUBLIC_BASE" && return 0

  say "Fetching the base image of the sandbox: $ENGINE_PUBLIC_BASE"
  if timeout 120 docker pull -q "$ENGINE_PUBLIC_BASE" </dev/null >&2; then
    return 0
  fi
  say "No image registry answers: building $ENGINE_OWN_BASE from Debian packages (1 to 2 minutes, about 130 MB)"
  need_packages 'the base image' mmdebstrap debian-archive-keyring
  have mmdebstrap || fail "mmdebstrap is needed to build the base image" \
    "install it, or load a Debian 12 image as $ENGINE_OWN_BASE"

  local tarball=$ASSAY_CACHE_DIR/base-bookworm.tar log=$ASSAY_CACHE_DIR/base-bookworm.log
  mkdir -p "$ASSAY_CACHE_DIR"
  # First to a file of another name, so that half a system is never imported.
  if ! as_root mmdebstrap --variant=minbase --format=tar bookworm "$tarball.part" \
    </dev/null >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    as_root rm -f "$tarball.part"
    fail 'the base image could not be built' "its log is $log" 'is a Debian mirror reachable?'
  fi
  mv -f "$tarball.part" "$tarball"
  docker import "$tarball" "$ENGINE_OWN_BASE" </dev/null >&2 ||
    fail "the base image could not be imported" "is the disk full? see: docker system df"
  rm -f "$tarball"
}
