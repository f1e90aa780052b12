interface Ingress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** The addresses of a load balancer, sorted, each once: its IPs, or its name where it has none. */
export function loadBalancerAddresses(ingress: readonly Ingress[] | undefined): string[] {
  const addresses = (ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== '');
  return [...new Set(addresses)].sort();
}
