#!/bin/bash
# Runs in new namespaces that still show the machine's files: builds the node's root file system and goes into it.
# Wants STATE (the platform's folder), USR (what lies over /usr), NAME, HIERARCHIES (of cgroup v1) in its environment.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
ip link set lo up
root=$STATE/rootfs
mount -t tmpfs -o mode=755,size=64m "$NAME-root" "$root"
cd "$root"
mkdir -p usr etc/kubernetes/pki etc/platform proc sys dev run tmp var/tmp root old var/log/pods var/log/containers var/log/platform \
  var/lib/kubelet var/lib/containerd var/lib/etcd var/lib/platform
ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64; ln -s /run var/run
chmod 1777 tmp var/tmp
mount -t overlay -o "ro,lowerdir=$USR:/usr" overlay usr
cp -L /etc/passwd /etc/group /etc/nsswitch.conf etc/
for file in protocols services; do [ ! -e "/etc/$file" ] || cp -L "/etc/$file" etc/; done
: > etc/resolv.conf
echo "$NAME" | md5sum | cut -c1-32 > etc/machine-id

mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs -o mode=755,size=1m cgroup sys/fs/cgroup
# Every hierarchy, the named one too: containerd's out-of-memory watcher wants them all.
for c in $HIERARCHIES; do mkdir "sys/fs/cgroup/$c"; mount -t cgroup -o "${c/#systemd/none,name=systemd}" cgroup "sys/fs/cgroup/$c"; done

mount -t tmpfs -o mode=755,size=4m dev dev
mkdir dev/pts dev/shm dev/mqueue
for device in null zero full random urandom tty kmsg fuse; do
  [ ! -e "/dev/$device" ] || { : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; }
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o size=64m shm dev/shm
mount -t mqueue mqueue dev/mqueue
ln -s /proc/self/fd dev/fd; for i in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${i%:*}" "dev/${i#*:}"; done
mount -t tmpfs -o mode=755,size=512m run run

# The kubelet writes these, and they are the whole machine's: plain files over them keep its values inside.
mkdir run/sysctl
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=run/sysctl/$(tr / . <<< "${setting%=*}")
  echo "${setting#*=}" > "$file"
  mount --bind "$file" "proc/sys/${setting%=*}"
done

# On the state folder's own disk: overlayfs must not lie on overlayfs.
for part in kubelet containerd etcd; do mount --bind "$STATE/$part" "var/lib/$part"; done
mount --bind "$STATE/volumes" var/lib/platform
mount --bind "$STATE/log" var/log/platform
mount --bind "$STATE/pods" var/log/pods
mount --bind -o ro "$STATE/pki" etc/kubernetes/pki
mount --bind "$STATE/conf" etc/platform
ln -s platform/hosts etc/hosts
cp "$here/init.sh" root/init.sh

pivot_root . old
cd /
umount -l /old
rmdir /old
mount --make-rshared /
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root bash /root/init.sh
