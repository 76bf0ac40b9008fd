#!/bin/bash
# Unpacks image archives into a containerd folder. Runs in namespaces of its own: its mounts and processes end with it.
# Arguments: what lies over /usr in a node, the folder, then the archives.
set -euo pipefail
usr=$1 folder=$2; shift 2
export PATH=$usr/bin:$usr/sbin:$PATH LD_LIBRARY_PATH=$usr/lib/x86_64-linux-gnu
run=$(mktemp -d)
mount -t tmpfs -o mode=755 tmpfs "$run"
cat > "$run/config.toml" << CONFIG
version = 2
root = "$folder"
state = "$run/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.opt", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$run/containerd.sock"
CONFIG
containerd --config "$run/config.toml" > "$run/log" 2>&1 &
containerd=$!
ctr() { command ctr --address "$run/containerd.sock" --namespace k8s.io "$@"; }
until ctr version > /dev/null 2>&1; do
  kill -0 $containerd || { cat "$run/log" >&2; exit 1; }
  sleep 0.1
done
for archive in "$@"; do ctr images import "$archive" > /dev/null; done
# It closes its databases on the way out.
kill -TERM $containerd
wait $containerd
umount "$run"
rmdir "$run"
