import {
  FieldPath,
  forbidden,
  invalid,
  isValidPortName,
  isValidPortNum,
  required,
  validateLabelSelector,
  type FieldError,
  type LabelSelectorValidationOptions,
} from '@typekube/apimachinery';
import { invalidEach, isMissing, validateEnum } from '../../../shared/fields/field-rules';
import { networkContains, parseCidr, significantBits } from '../../../shared/ip/cidr';
import { validateLegacyCidr } from '../../../shared/ip/validate';
import type { networkingv1 } from '../../../types';

type Policy = networkingv1.NetworkPolicy;

const SPEC = FieldPath.of('spec');
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const POLICY_TYPES = ['Ingress', 'Egress'] as const;

interface Leniency {
  readonly selectors: LabelSelectorValidationOptions;
  /** Networks of the stored policy: rules move about in lists, so these are taken wherever they are. */
  readonly existingCidrs: readonly string[];
}

/** `old` is the stored policy on an update. */
export function validateNetworkPolicy({ spec = {} }: Policy, old?: Policy): FieldError[] {
  const leniency = leniencyFor(old);
  const errors = validateLabelSelector(spec.podSelector, leniency.selectors, SPEC.child('podSelector'));
  spec.ingress?.forEach(({ ports, from }, i) => {
    const path = SPEC.child('ingress').index(i);
    errors.push(...validatePorts(ports, path.child('ports')), ...validatePeers(from, path.child('from'), leniency));
  });
  spec.egress?.forEach(({ ports, to }, i) => {
    const path = SPEC.child('egress').index(i);
    errors.push(...validatePorts(ports, path.child('ports')), ...validatePeers(to, path.child('to'), leniency));
  });
  return [...errors, ...validatePolicyTypes(spec.policyTypes ?? [], SPEC.child('policyTypes'))];
}

function leniencyFor(old: Policy | undefined): Leniency {
  const oldSelectorErrors = validateLabelSelector(old?.spec?.podSelector, {}, SPEC);
  const peers = [...(old?.spec?.ingress ?? []).map(({ from }) => from), ...(old?.spec?.egress ?? []).map(({ to }) => to)];
  const blocks = peers.flatMap((list) => list ?? []).flatMap(({ ipBlock }) => ipBlock ?? []);
  return {
    selectors: { allowInvalidLabelValueInSelector: oldSelectorErrors.length > 0 },
    existingCidrs: blocks.flatMap(({ cidr, except = [] }) => [cidr, ...except]),
  };
}

function validatePorts(ports: readonly networkingv1.NetworkPolicyPort[] | undefined, path: FieldPath): FieldError[] {
  return (ports ?? []).flatMap((port, i) => validatePort(port, path.index(i)));
}

function validatePort({ protocol, port, endPort }: networkingv1.NetworkPolicyPort, path: FieldPath): FieldError[] {
  const errors = protocol === undefined ? [] : validateEnum(protocol, path.child('protocol'), PROTOCOLS);
  const endPath = path.child('endPort');
  if (port === undefined) {
    if (endPort !== undefined) errors.push(invalid(endPath, endPort, 'may not be specified when `port` is not specified'));
    return errors;
  }
  if (typeof port === 'string') {
    if (endPort !== undefined) errors.push(invalid(endPath, endPort, 'may not be specified when `port` is non-numeric'));
    return [...errors, ...invalidEach(path.child('port'), port, isValidPortName(port))];
  }
  errors.push(...invalidEach(path.child('port'), port, isValidPortNum(port)));
  if (endPort === undefined) return errors;
  if (endPort < port) errors.push(invalid(endPath, endPort, 'must be greater than or equal to `port`'));
  return [...errors, ...invalidEach(endPath, endPort, isValidPortNum(endPort))];
}

function validatePeers(
  peers: readonly networkingv1.NetworkPolicyPeer[] | undefined,
  path: FieldPath,
  leniency: Leniency,
): FieldError[] {
  return (peers ?? []).flatMap((peer, i) => validatePeer(peer, path.index(i), leniency));
}

function validatePeer(peer: networkingv1.NetworkPolicyPeer, path: FieldPath, leniency: Leniency): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors = [
    ...validateLabelSelector(podSelector, leniency.selectors, path.child('podSelector')),
    ...validateLabelSelector(namespaceSelector, leniency.selectors, path.child('namespaceSelector')),
    ...(ipBlock ? validateIpBlock(ipBlock, path.child('ipBlock'), leniency.existingCidrs) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

/** A network and the smaller ones inside it that are left out. */
function validateIpBlock(
  { cidr, except = [] }: networkingv1.IPBlock,
  path: FieldPath,
  existing: readonly string[],
): FieldError[] {
  if (isMissing(cidr)) return [required(path.child('cidr'))];
  const errors = validateLegacyCidr(cidr, path.child('cidr'), existing);
  const block = parseCidr(cidr);
  if (!block) return errors;
  except.forEach((text, i) => {
    const at = path.child('except').index(i);
    errors.push(...validateLegacyCidr(text, at, existing));
    const hole = parseCidr(text);
    if (hole && (!networkContains(block, hole.ip) || significantBits(block) >= significantBits(hole))) {
      errors.push(invalid(at, text, 'must be a strict subset of `cidr`'));
    }
  });
  return errors;
}

function validatePolicyTypes(types: readonly string[], path: FieldPath): FieldError[] {
  if (types.length > POLICY_TYPES.length) return [invalid(path, types, 'may not specify more than two policyTypes')];
  return types.flatMap((type, i) => validateEnum(type, path.index(i), POLICY_TYPES));
}
