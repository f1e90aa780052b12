interface Replacement {
  readonly label: string;
  readonly since: string;
}

/** The beta labels of nodes and the stable ones that took their place. */
const REPLACEMENTS: Readonly<Record<string, Replacement>> = {
  'beta.kubernetes.io/arch': { label: 'kubernetes.io/arch', since: 'v1.14' },
  'beta.kubernetes.io/os': { label: 'kubernetes.io/os', since: 'v1.14' },
  'failure-domain.beta.kubernetes.io/region': { label: 'topology.kubernetes.io/region', since: 'v1.17' },
  'failure-domain.beta.kubernetes.io/zone': { label: 'topology.kubernetes.io/zone', since: 'v1.17' },
  'beta.kubernetes.io/instance-type': { label: 'node.kubernetes.io/instance-type', since: 'v1.17' },
};

/** The stable name of a beta label; undefined for any other. */
export function stableLabelOf(key: string): string | undefined {
  return replacementOf(key)?.label;
}

/** `deprecated since v1.14; use "kubernetes.io/os" instead`; undefined for a label that is not deprecated. */
export function labelDeprecation(key: string): string | undefined {
  const replacement = replacementOf(key);
  return replacement && `deprecated since ${replacement.since}; use "${replacement.label}" instead`;
}

function replacementOf(key: string): Replacement | undefined {
  return Object.hasOwn(REPLACEMENTS, key) ? REPLACEMENTS[key] : undefined;
}
