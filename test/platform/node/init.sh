#!/bin/bash
# Process 1 of the node: its network, its firewall, and the programs of Kubernetes, started again when they end.
set -uo pipefail
. /etc/platform/node.env
pki=/etc/kubernetes/pki
log=/var/log/platform
etcd=http://127.0.0.1:2379

keep() { # NAME COMMAND…
  local name=$1; shift
  ( while :; do
      "$@" >> "$log/$name.log" 2>&1
      echo "$(date +%T) $name ended with $?" >> "$log/supervisor.log"
      sleep 0.5 # a program that cannot start must not take the whole processor
    done ) &
}
await() { until "$@" > /dev/null 2>&1; do sleep 0.05; done; }

hostname "$NODE_NAME"
# Before the link arrives: the host would reach every port by its IPv6 link-local address.
for scope in all default; do echo 1 > "/proc/sys/net/ipv6/conf/$scope/disable_ipv6"; done
# From the machine only the API server answers, and nothing in here can open a connection to the machine.
# In mangle, because it comes before the Service addresses and node ports that kube-proxy translates.
iptables -w -t mangle -A PREROUTING -i eth0 -m conntrack --ctstate ESTABLISHED -j ACCEPT
iptables -w -t mangle -A PREROUTING -i eth0 -p tcp -d "$NODE_IP" --dport 6443 -j ACCEPT
iptables -w -t mangle -A PREROUTING -i eth0 -j DROP
iptables -w -t mangle -A POSTROUTING -o eth0 -m conntrack --ctstate ESTABLISHED -j ACCEPT
iptables -w -t mangle -A POSTROUTING -o eth0 -j DROP
await ip link show eth0
ip addr add "$NODE_IP/30" dev eth0
ip link set eth0 up
# No default route. The node's own programs reach Service addresses through the OUTPUT chain: they need some route first.
ip route add "$SERVICE_RANGE" dev lo src "$NODE_IP"
echo 1 > /proc/sys/net/ipv4/ip_forward

keep etcd etcd --name="$NODE_NAME" --data-dir=/var/lib/etcd --listen-client-urls="$etcd" --advertise-client-urls="$etcd" \
  --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
  --initial-cluster="$NODE_NAME=http://127.0.0.1:2380" --unsafe-no-fsync --log-level=warn --quota-backend-bytes=536870912
keep containerd containerd --config /etc/platform/containerd.toml --log-level info
keep kube-apiserver kube-apiserver --advertise-address="$NODE_IP" --bind-address=0.0.0.0 --secure-port=6443 --etcd-servers="$etcd" \
  --service-cluster-ip-range="$SERVICE_RANGE" --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
  --allow-privileged=true --anonymous-auth=true --event-ttl=1h \
  --client-ca-file=$pki/ca.crt --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key \
  --kubelet-certificate-authority=$pki/ca.crt --kubelet-client-certificate=$pki/apiserver-kubelet.crt \
  --kubelet-client-key=$pki/apiserver-kubelet.key --kubelet-preferred-address-types=InternalIP \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-signing-key-file=$pki/service-accounts.key --service-account-key-file=$pki/service-accounts.pub \
  --requestheader-client-ca-file=$pki/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file=$pki/front-proxy-client.crt --proxy-client-key-file=$pki/front-proxy-client.key \
  --audit-policy-file=/etc/platform/audit.yaml --audit-log-path=$log/audit.log --audit-log-maxsize=50 --audit-log-maxbackup=2
await kubectl --kubeconfig=$pki/kubelet.conf get --raw=/livez
keep kubelet kubelet --config=/etc/platform/kubelet.yaml --kubeconfig=$pki/kubelet.conf --node-ip="$NODE_IP" \
  --hostname-override="$NODE_NAME" --root-dir=/var/lib/kubelet
# The higher request rate saves seconds while a whole platform is created at once.
keep kube-controller-manager kube-controller-manager --kubeconfig=$pki/controller-manager.conf \
  --authentication-kubeconfig=$pki/controller-manager.conf --authorization-kubeconfig=$pki/controller-manager.conf \
  --leader-elect=false --use-service-account-credentials=true --service-account-private-key-file=$pki/service-accounts.key \
  --root-ca-file=$pki/ca.crt --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key \
  --allocate-node-cidrs=true --cluster-cidr="$POD_RANGE" --service-cluster-ip-range="$SERVICE_RANGE" --bind-address=127.0.0.1 \
  --tls-cert-file=$pki/node-server.crt --tls-private-key-file=$pki/node-server.key --kube-api-qps=300 --kube-api-burst=600
keep kube-scheduler kube-scheduler --kubeconfig=$pki/scheduler.conf --authentication-kubeconfig=$pki/scheduler.conf \
  --authorization-kubeconfig=$pki/scheduler.conf --leader-elect=false --bind-address=127.0.0.1 \
  --tls-cert-file=$pki/node-server.crt --tls-private-key-file=$pki/node-server.key
keep kube-proxy kube-proxy --config=/etc/platform/proxy.yaml
while :; do wait; sleep 1; done
