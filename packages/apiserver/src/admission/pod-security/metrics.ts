import { KUBERNETES_VERSION, type MetricsRegistry } from '@typekube/component-base';
import type { AdmissionAttributes } from '../admission';
import { isResource } from '../pods';
import type { LevelVersion, Mode } from './policy';

/** Told what PodSecurity decides. */
export interface PodSecurityMetrics {
  evaluated(attributes: AdmissionAttributes, isAllowed: boolean, policy: LevelVersion, mode: Mode): void;
  exempted(attributes: AdmissionAttributes): void;
  /** `isFatal` where there is no decision at all. */
  failed(attributes: AdmissionAttributes, isFatal: boolean): void;
}

const REQUEST_LABELS = ['request_operation', 'resource', 'subresource'] as const;

/** Metrics of PodSecurity with upstream's names and labels. What nearly always happens is shown from the start. */
export function podSecurityMetrics(registry: MetricsRegistry): PodSecurityMetrics {
  const evaluations = registry.counter({
    name: 'pod_security_evaluations_total',
    help: 'Number of policy evaluations that occurred, not counting ignored or exempt requests.',
    labelNames: ['decision', 'policy_level', 'policy_version', 'mode', ...REQUEST_LABELS],
  });
  const exemptions = registry.counter({
    name: 'pod_security_exemptions_total',
    help: 'Number of exempt requests, not counting ignored or out of scope requests.',
    labelNames: REQUEST_LABELS,
  });
  const errors = registry.counter({
    name: 'pod_security_errors_total',
    help: 'Number of errors preventing normal evaluation. Non-fatal errors may result in the latest restricted profile being used for evaluation.',
    labelNames: ['fatal', ...REQUEST_LABELS],
  });
  for (const request_operation of ['create', 'update']) {
    evaluations.inc({ decision: 'allow', policy_level: 'privileged', policy_version: 'latest', mode: 'enforce', request_operation, resource: 'pod', subresource: '' }, 0);
    for (const resource of ['pod', 'controller']) exemptions.inc({ request_operation, resource, subresource: '' }, 0);
  }
  return {
    evaluated(attributes, isAllowed, { level, version }, mode) {
      const policy_version = versionLabel({ level, version });
      evaluations.inc({ decision: isAllowed ? 'allow' : 'deny', policy_level: level, policy_version, mode, ...requestLabels(attributes) });
    },
    exempted: (attributes) => exemptions.inc(requestLabels(attributes)),
    failed: (attributes, isFatal) => errors.inc({ fatal: String(isFatal), ...requestLabels(attributes) }),
  };
}

function requestLabels(attributes: AdmissionAttributes): Record<(typeof REQUEST_LABELS)[number], string> {
  const { operation, subresource } = attributes;
  return { request_operation: operation.toLowerCase(), resource: resourceLabel(attributes), subresource };
}

function resourceLabel(attributes: AdmissionAttributes): string {
  if (isResource(attributes, '', 'pods')) return 'pod';
  return isResource(attributes, '', 'namespaces') ? 'namespace' : 'controller';
}

/** Versions are the client's to make up: one that is not there yet is shown as such. */
function versionLabel({ level, version }: LevelVersion): string {
  if (version === 'latest' || level === 'privileged') return 'latest';
  return version <= Number(KUBERNETES_VERSION.minor) ? `v1.${version}` : 'future';
}
