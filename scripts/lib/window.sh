# shellcheck shell=bash
# Opening the real window, on a screen or on a pretended one. Sourced after common.sh.

has_display() { [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; }

# WebKit draws through DMA buffers of the graphics card; where there is no card it may
# show an empty window instead of falling back by itself.
webkit_environment() {
  if [[ ! -e /dev/dri && -z "${WEBKIT_DISABLE_DMABUF_RENDERER:-}" ]]; then
    export WEBKIT_DISABLE_DMABUF_RENDERER=1
  fi
}

# on_pretended_screen COMMAND...: with a screen and a session bus of its own.
on_pretended_screen() {
  # Nothing of the caller's session may leak in: neither its screen nor its bus.
  env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS \
    dbus-run-session -- xvfb-run --auto-servernum --server-args='-screen 0 1400x900x24' "$@"
}
