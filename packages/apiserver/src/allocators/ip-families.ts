import { type FieldError, FieldPath, invalid, type KubeObject, newInvalid } from '@typekube/apimachinery';
import { type corev1, validateClusterIps } from '@typekube/api';
import { familyOf, type IpFamily } from './address-range';
import { SERVICE_KIND } from './service-spec';

type Spec = corev1.ServiceSpec;

/** The families of `--service-cluster-ip-range`, the default first. */
export type Families = readonly [IpFamily, ...IpFamily[]];

const SPEC = FieldPath.of('spec');
const POLICY = SPEC.child('ipFamilyPolicy');

/**
 * Fills in `ipFamilyPolicy` and `ipFamilies`, in place, from what the user has said, what the service was and what the cluster has
 * (upstream's initIPFamilyFields). A service never changes between one and two families but by its policy. Fails with 422.
 */
export function initIpFamilies(service: KubeObject, spec: Spec, old: Spec | undefined, families: Families): void {
  if (spec.type === 'ExternalName' || (old && isUnchangedPreferDualStack(spec, old))) return;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? defaultPolicy(spec);
  const fail = (errors: readonly FieldError[]): void => {
    if (errors.length) throw newInvalid(SERVICE_KIND, service.metadata.name ?? '', errors);
  };
  fail(validateClusterIps(spec, old));
  fail([...(old ? followPolicy(spec, old) : []), ...checkPolicy(spec), ...inferFamilies(spec, families)]);
  if (isSelectorless(spec)) return chooseSelectorlessFamilies(spec, families);
  fail(checkConfigured(spec, families));
  const [first, second] = chosen(spec, families);
  spec.ipFamilies = second ? [first, second] : [first];
}

/** A service that prefers two families keeps what it has when the cluster gets or loses its second one. */
export function isUnchangedPreferDualStack(spec: Spec, old: Spec): boolean {
  if (spec.ipFamilyPolicy !== 'PreferDualStack') return false;
  if (old.type !== spec.type || !['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '')) return false;
  if (old.ipFamilyPolicy !== undefined && old.ipFamilyPolicy !== 'PreferDualStack') return false;
  return sameList(spec.clusterIPs, old.clusterIPs) && sameList(spec.ipFamilies, old.ipFamilies);
}

function isSelectorless({ clusterIP, selector }: Spec): boolean {
  return clusterIP === 'None' && Object.keys(selector ?? {}).length === 0;
}

/** Endpoints of a headless service without a selector are made by hand and may be of both families. */
function defaultPolicy(spec: Spec): string {
  return isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack';
}

/** `SingleStack` lets go of the second address and family that nobody has asked to keep; any other policy must not lose them. */
function followPolicy(spec: Spec, old: Spec): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (spec.clusterIPs && sameList(spec.clusterIPs, old.clusterIPs)) spec.clusterIPs = spec.clusterIPs.slice(0, 1);
    if (spec.ipFamilies && sameList(spec.ipFamilies, old.ipFamilies)) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    return [];
  }
  const error = (what: string): FieldError =>
    invalid(POLICY, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isReduced(spec.clusterIPs, old.clusterIPs) ? [error('cluster IP')] : []),
    ...(isReduced(spec.ipFamilies, old.ipFamilies) ? [error('IP family')] : []),
  ];
}

function checkPolicy({ ipFamilyPolicy, clusterIPs, ipFamilies }: Spec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const error = (what: string): FieldError =>
    invalid(POLICY, ipFamilyPolicy, `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
  return [...(clusterIPs?.length === 2 ? [error('cluster IPs')] : []), ...(ipFamilies?.length === 2 ? [error('IP families')] : [])];
}

/** Addresses that the user chose say which families are meant. */
function inferFamilies(spec: Spec, families: Families): FieldError[] {
  const { clusterIPs = [] } = spec;
  if (clusterIPs[0] === 'None') return [];
  return clusterIPs.flatMap((ip, i) => {
    if (i < (spec.ipFamilies?.length ?? 0)) return [];
    const family = familyOf(ip);
    if (!families.includes(family)) {
      return [invalid(SPEC.child('clusterIPs').index(i), clusterIPs, `${family} is not configured on this cluster`)];
    }
    spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    return [];
  });
}

/** Two families are allowed here even where the cluster has one: there are no addresses to allocate. */
function chooseSelectorlessFamilies(spec: Spec, [byDefault]: Families): void {
  const [first = byDefault, second] = spec.ipFamilies ?? [];
  const wantsTwo = second !== undefined || spec.ipFamilyPolicy !== 'SingleStack';
  spec.ipFamilies = wantsTwo ? [first, second ?? otherFamily(first)] : [first];
}

function checkConfigured({ ipFamilyPolicy, ipFamilies = [] }: Spec, families: Families): FieldError[] {
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'RequireDualStack' && families.length < 2) {
    errors.push(invalid(POLICY, ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  ipFamilies.forEach((family, i) => {
    if (families.some((configured) => configured === family)) return;
    errors.push(invalid(SPEC.child('ipFamilies').index(i), family, 'not configured on this cluster'));
  });
  return errors;
}

function chosen({ ipFamilyPolicy, ipFamilies = [] }: Spec, families: Families): [string, string?] {
  const [first = families[0], second] = ipFamilies;
  if (second !== undefined) return [first, second];
  return ipFamilyPolicy !== 'SingleStack' && families.length === 2 ? [first, otherFamily(first)] : [first];
}

function otherFamily(family: string): IpFamily {
  return family === 'IPv4' ? 'IPv6' : 'IPv4';
}

function isReduced(now: readonly string[] | undefined, before: readonly string[] | undefined): boolean {
  return Boolean(now?.length) && (now?.length ?? 0) < (before?.length ?? 0);
}

function sameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
