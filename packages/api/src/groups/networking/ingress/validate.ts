import {
  FieldPath,
  invalid,
  isDNS1123Subdomain,
  isWildcardDNS1123Subdomain,
  nameIsDNSSubdomain,
  type FieldError,
} from '@typekube/apimachinery';
import { invalidEach, isMissing } from '../../../shared/fields/field-rules';
import { parseIp } from '../../../shared/ip/address';
import { validateLegacyIp } from '../../../shared/ip/validate';
import type { networkingv1 } from '../../../types';
import { validateHostname } from '../../core/service/validate-load-balancer';
import { validateBackend } from './validate-backend';
import { validateHttpRule } from './validate-paths';

type Ingress = networkingv1.Ingress;

const SPEC = FieldPath.of('spec');
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

interface Leniency {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

export function validateIngressCreate(ingress: Ingress): FieldError[] {
  const errors = validateSpec(ingress.spec ?? {}, { secretNames: false, wildcardRules: false });
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION];
  const className = ingress.spec?.ingressClassName;
  if (annotation === undefined || className === undefined || annotation === className) return errors;
  const path = FieldPath.of('annotations', CLASS_ANNOTATION);
  return [...errors, invalid(path, annotation, 'must match `ingressClassName` when both are specified')];
}

/** What older servers let through may stay: bad secret names, and rules of wildcard hosts. */
export function validateIngressUpdate(ingress: Ingress, old: Ingress): FieldError[] {
  const { tls = [], rules = [] } = old.spec ?? {};
  return validateSpec(ingress.spec ?? {}, {
    secretNames: tls.some(({ secretName }) => secretNameProblems(secretName).length > 0),
    wildcardRules: rules.some(({ host, http }) => isWildcard(host) && http && validateHttpRule(http, SPEC).length > 0),
  });
}

export function validateIngressStatusUpdate(ingress: Ingress, old: Ingress): FieldError[] {
  const path = FieldPath.of('status', 'loadBalancer', 'ingress');
  const existing = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  return (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => [
    ...(isMissing(ip) ? [] : validateLegacyIp(ip, path.index(i).child('ip'), existing)),
    ...(isMissing(hostname) ? [] : validateHostname(hostname, path.index(i).child('hostname'))),
  ]);
}

function validateSpec(spec: networkingv1.IngressSpec, leniency: Leniency): FieldError[] {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    errors.push(invalid(SPEC, rules, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, SPEC.child('defaultBackend')));
  rules.forEach((rule, i) => errors.push(...validateRule(rule, SPEC.child('rules').index(i), leniency)));
  tls.forEach((entry, i) => errors.push(...validateTls(entry, SPEC.child('tls').index(i), leniency)));
  if (ingressClassName !== undefined) {
    const problems = nameIsDNSSubdomain(ingressClassName, false);
    errors.push(...invalidEach(SPEC.child('ingressClassName'), ingressClassName, problems));
  }
  return errors;
}

function validateRule({ host, http }: networkingv1.IngressRule, path: FieldPath, leniency: Leniency): FieldError[] {
  const errors: FieldError[] = [];
  if (!isMissing(host)) {
    if (parseIp(host)) errors.push(invalid(path.child('host'), host, 'must be a DNS name, not an IP address'));
    errors.push(...validateHost(host, path.child('host')));
  }
  const isExempt = isWildcard(host) && leniency.wildcardRules;
  return http && !isExempt ? [...errors, ...validateHttpRule(http, path.child('http'))] : errors;
}

function validateTls({ hosts = [], secretName }: networkingv1.IngressTLS, path: FieldPath, leniency: Leniency): FieldError[] {
  const errors = hosts.flatMap((host, i) => validateHost(host, path.child('hosts').index(i)));
  if (leniency.secretNames) return errors;
  return [...errors, ...invalidEach(path.child('secretName'), secretName, secretNameProblems(secretName))];
}

function validateHost(host: string, path: FieldPath): FieldError[] {
  return invalidEach(path, host, isWildcard(host) ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host));
}

function isWildcard(host: string | undefined): boolean {
  return host?.includes('*') ?? false;
}

function secretNameProblems(name: string | undefined): string[] {
  return isMissing(name) ? [] : nameIsDNSSubdomain(name, false);
}
