import {
  duplicate,
  FieldPath,
  invalid,
  isFullyQualifiedDomainName,
  isValidLabelValue,
  isValidPortNum,
  nameIsDNSSubdomain,
  required,
  tooMany,
  validateLabels,
  type FieldError,
} from '@typekube/apimachinery';
import {
  invalidEach,
  isMissing,
  validateDns1123LabelField,
  validateImmutable,
  validateQualifiedNameField,
  validateRequiredEnum,
} from '../../../shared/fields/field-rules';
import { parseIp } from '../../../shared/ip/address';
import { validateLegacyIp, validateNonSpecialIp } from '../../../shared/ip/validate';
import type { discoveryv1 } from '../../../types';
import { PORT_PROTOCOLS } from '../../core/endpoints/validate';

type Slice = discoveryv1.EndpointSlice;

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'] as const;
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_HINTS = 8;

/** `old` is the stored slice on an update: its addresses stay valid in whatever form they have. */
export function validateEndpointSlice(slice: Slice, old?: Slice): FieldError[] {
  const existing = (old?.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []);
  return [
    ...validateRequiredEnum(slice.addressType, FieldPath.of('addressType'), ADDRESS_TYPES),
    ...validateEndpoints(slice, FieldPath.of('endpoints'), existing),
    ...validatePorts(slice.ports ?? [], FieldPath.of('ports')),
  ];
}

export function validateEndpointSliceUpdate(slice: Slice, old: Slice): FieldError[] {
  return [
    ...validateEndpointSlice(slice, old),
    ...validateImmutable(slice.addressType, old.addressType, FieldPath.of('addressType')),
  ];
}

function validateEndpoints({ endpoints = [], addressType }: Slice, path: FieldPath, existing: readonly string[]): FieldError[] {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany(path, endpoints.length, MAX_ENDPOINTS)];
  return endpoints.flatMap((endpoint, i) => [
    ...validateAddresses(endpoint.addresses ?? [], path.index(i).child('addresses'), { addressType, existing }),
    ...validateEndpoint(endpoint, path.index(i)),
  ]);
}

interface AddressContext {
  readonly addressType: string;
  readonly existing: readonly string[];
}

function validateAddresses(addresses: readonly string[], path: FieldPath, context: AddressContext): FieldError[] {
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(path, 'must contain at least 1 address'));
  if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(path, addresses.length, MAX_ADDRESSES));
  return [...errors, ...addresses.flatMap((address, i) => validateAddress(address, path.index(i), context))];
}

function validateAddress(address: string, path: FieldPath, { addressType, existing }: AddressContext): FieldError[] {
  switch (addressType) {
    case 'IPv4':
    case 'IPv6': {
      const errors = validateLegacyIp(address, path, existing);
      if (errors.length > 0) return errors;
      const isOfType = `IPv${parseIp(address)?.family}` === addressType;
      const mismatch = isOfType ? [] : [invalid(path, address, `must be an ${addressType} address`)];
      return [...mismatch, ...validateNonSpecialIp(address, path)];
    }
    case 'FQDN':
      return isFullyQualifiedDomainName(path, address);
    default:
      return [];
  }
}

function validateEndpoint(endpoint: discoveryv1.Endpoint, path: FieldPath): FieldError[] {
  const { nodeName, deprecatedTopology = {}, hostname, hints } = endpoint;
  const errors: FieldError[] = [];
  if (nodeName !== undefined) errors.push(...invalidEach(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)));
  const topologyPath = path.child('deprecatedTopology');
  const labels = Object.keys(deprecatedTopology).length;
  if (labels > MAX_TOPOLOGY_LABELS) errors.push(tooMany(topologyPath, labels, MAX_TOPOLOGY_LABELS));
  errors.push(...validateLabels(deprecatedTopology, topologyPath));
  if (hostname !== undefined) errors.push(...validateDns1123LabelField(hostname, path.child('hostname')));
  if (!hints) return errors;
  const hintsPath = path.child('hints');
  return [
    ...errors,
    ...validateHints(hints.forZones ?? [], hintsPath.child('forZones'), (zone) => isValidLabelValue(zone)),
    ...validateHints(hints.forNodes ?? [], hintsPath.child('forNodes'), (node) => nameIsDNSSubdomain(node, false)),
  ];
}

function validateHints(
  hints: readonly { readonly name: string }[],
  path: FieldPath,
  check: (name: string) => string[],
): FieldError[] {
  if (hints.length > MAX_HINTS) return [tooMany(path, hints.length, MAX_HINTS)];
  const seen = new Set<string>();
  return hints.flatMap(({ name = '' }, i) => {
    const at = path.index(i).child('name');
    const repeated = seen.has(name) ? [duplicate(at, name)] : [];
    seen.add(name);
    return [...repeated, ...invalidEach(at, name, check(name))];
  });
}

function validatePorts(ports: readonly discoveryv1.EndpointPort[], path: FieldPath): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany(path, ports.length, MAX_PORTS)];
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const at = path.index(i);
    const { name = '', protocol, port: number, appProtocol } = port;
    const errors = isMissing(name) ? [] : validateDns1123LabelField(name, at.child('name'));
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
    errors.push(...validateRequiredEnum(protocol, at.child('protocol'), PORT_PROTOCOLS));
    if (number !== undefined) errors.push(...invalidEach(at.child('port'), number, isValidPortNum(number)));
    if (appProtocol !== undefined) errors.push(...validateQualifiedNameField(appProtocol, at.child('appProtocol')));
    return errors;
  });
}
