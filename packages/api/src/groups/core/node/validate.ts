import { duplicate, FieldPath, forbidden, invalid, type FieldError } from '@typekube/apimachinery';
import { cidrFamily } from '../../../shared/ip/cidr';
import { validateLegacyCidr } from '../../../shared/ip/validate';
import { validateResourceQuantityValue } from '../../../shared/resources/validate';
import type { corev1 } from '../../../types';
import { validateConfigSourceSpec, validateConfigStatus } from './validate-config';
import { validateTaints } from './validate-taints';

const SPEC = FieldPath.of('spec');
const STATUS = FieldPath.of('status');
/** Upstream reports taints here. */
const TAINTS = FieldPath.of('metadata', 'taints');

/** `old` is the stored node on an update: its networks stay valid in whatever form they have. */
export function validateNode(node: corev1.Node, old?: corev1.Node): FieldError[] {
  return [
    ...validateTaints(node.spec?.taints ?? [], TAINTS),
    ...validateResources(node),
    ...validatePodCidrs(node.spec?.podCIDRs ?? [], SPEC.child('podCIDRs'), old?.spec?.podCIDRs),
  ];
}

/** Holds for the node and for its status. */
export function validateNodeUpdate(node: corev1.Node, old: corev1.Node): FieldError[] {
  const { spec = {}, status = {} } = node;
  const errors = [...validateResources(node), ...validateAddresses(status.addresses ?? [])];
  errors.push(...validateFrozenSpec(spec, old.spec ?? {}));
  if (spec.configSource) errors.push(...validateConfigSourceSpec(spec.configSource, SPEC.child('configSource')));
  if (status.config) errors.push(...validateConfigStatus(status.config, STATUS.child('config')));
  errors.push(...validateTaints(spec.taints ?? [], TAINTS));
  if ((spec.externalID ?? '') !== (old.spec?.externalID ?? '')) {
    errors.push(forbidden(SPEC.child('externalID'), 'may not be updated'));
  }
  return errors;
}

/** Pod CIDRs and the provider ID are set once. */
function validateFrozenSpec(spec: corev1.NodeSpec, old: corev1.NodeSpec): FieldError[] {
  const errors: FieldError[] = [];
  const cidrs = spec.podCIDRs ?? [];
  const oldCidrs = old.podCIDRs ?? [];
  const path = SPEC.child('podCIDRs');
  const changed = oldCidrs.length === cidrs.length ? oldCidrs.filter((cidr, i) => cidr !== cidrs[i]).length : 1;
  if (oldCidrs.length > 0) {
    const error = forbidden(path, 'node updates may not change podCIDR except from "" to valid');
    errors.push(...new Array<FieldError>(changed).fill(error));
  }
  if (old.providerID && old.providerID !== spec.providerID) {
    errors.push(forbidden(SPEC.child('providerID'), 'node updates may not change providerID except from "" to valid'));
  }
  return errors;
}

function validateResources({ status = {} }: corev1.Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    Object.entries(status[field] ?? {}).flatMap(([name, value]) =>
      validateResourceQuantityValue(name, value, STATUS.child(field, name)),
    ),
  );
}

function validateAddresses(addresses: readonly corev1.NodeAddress[]): FieldError[] {
  const seen = new Set<string>();
  return addresses.flatMap((address, i) => {
    const key = JSON.stringify([address.type, address.address]);
    if (seen.has(key)) return [duplicate(STATUS.child('addresses').index(i), address)];
    seen.add(key);
    return [];
  });
}

function validatePodCidrs(cidrs: readonly string[], path: FieldPath, existing?: readonly string[]): FieldError[] {
  const errors = cidrs.flatMap((cidr, i) => validateLegacyCidr(cidr, path.index(i), existing));
  if (cidrs.length < 2) return errors;
  const families = new Set(cidrs.map(cidrFamily));
  if (families.size < 2 || cidrs.length > 2) {
    errors.push(invalid(path, cidrs, 'may specify no more than one CIDR for each IP family'));
  }
  cidrs.forEach((cidr, i) => {
    if (cidrs.indexOf(cidr) < i) errors.push(duplicate(path.index(i), cidr));
  });
  return errors;
}
