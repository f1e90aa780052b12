import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
  tooMany,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing, validateDns1123LabelField, validateEnum, validateRequiredEnum } from '../fields/field-rules';
import { validateLifecycle } from '../probe/validate-handler';
import { validateReadinessProbe, validateRestartingProbe } from '../probe/validate-probe';
import { PULL_POLICIES } from '../volume/validate-driver-sources';
import { validateVolumeDevices, validateVolumeMounts, type VolumesByName } from '../volume/validate-mounts';
import { validateEnv, validateEnvFrom } from './validate-env';
import { validateContainerPorts } from './validate-ports';
import { type ClaimNames, validateContainerResources } from './validate-resources';
import { validateSecurityContext } from './validate-security-context';

/** What a container's rules need to know of its pod. */
export interface ContainerContext {
  readonly volumes: VolumesByName;
  readonly claims: ClaimNames;
  readonly gracePeriod: number | undefined;
  readonly restartPolicy: string | undefined;
  readonly os: string | undefined;
  readonly hostUsers: boolean;
}

/** The rules that hold for containers of every sort (validateContainerCommon). */
export function validateContainerCommon(container: corev1.Container, path: FieldPath, context: ContainerContext): FieldError[] {
  const { name, securityContext } = container;
  const errors = isMissing(name) ? [required(path.child('name'))] : validateDns1123LabelField(name, path.child('name'));
  if (isMissing(container.image)) errors.push(required(path.child('image')));
  errors.push(
    ...validateRequiredEnum(container.terminationMessagePolicy, path.child('terminationMessagePolicy'), [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...validateContainerPorts(container.ports ?? [], path.child('ports')),
    ...validateEnv(container.env ?? [], path.child('env')),
    ...validateEnvFrom(container.envFrom ?? [], path.child('envFrom')),
    ...validateVolumeMounts(container, path.child('volumeMounts'), context.volumes),
    ...validateVolumeDevices(container, path.child('volumeDevices'), context.volumes),
    ...validateRequiredEnum(container.imagePullPolicy, path.child('imagePullPolicy'), PULL_POLICIES),
    ...validateContainerResources(container.resources ?? {}, path.child('resources'), context.claims),
    ...validateResizePolicy(container.resizePolicy ?? [], path.child('resizePolicy'), context.restartPolicy),
  );
  if (securityContext) errors.push(...validateSecurityContext(securityContext, path.child('securityContext'), context.hostUsers));
  return errors;
}

/** Hooks and probes, which only containers that keep running may have. */
export function validateRunningContainer(container: corev1.Container, path: FieldPath, context: ContainerContext): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const { gracePeriod } = context;
  return [
    ...(lifecycle ? validateLifecycle(lifecycle, path.child('lifecycle'), context) : []),
    ...(livenessProbe ? validateRestartingProbe(livenessProbe, path.child('livenessProbe'), gracePeriod) : []),
    ...(readinessProbe ? validateReadinessProbe(readinessProbe, path.child('readinessProbe'), gracePeriod) : []),
    ...(startupProbe ? validateRestartingProbe(startupProbe, path.child('startupProbe'), gracePeriod) : []),
  ];
}

const RESIZABLE = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

/** Upstream names the list, not the item, in all errors but the one about repetition. */
function validateResizePolicy(
  policies: readonly corev1.ContainerResizePolicy[],
  path: FieldPath,
  podRestartPolicy: string | undefined,
): FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName, restartPolicy }, i) => {
    const errors = seen.has(resourceName) ? [duplicate(path.index(i), resourceName)] : [];
    seen.add(resourceName);
    errors.push(
      ...validateRequiredEnum(resourceName, path, RESIZABLE),
      ...validateRequiredEnum(restartPolicy, path, RESIZE_POLICIES),
    );
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy ?? '', "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const MAX_RESTART_RULES = 20;

/** A container's own restart policy and the exit codes that make exceptions from it. */
export function validateContainerRestartPolicy(container: corev1.Container, path: FieldPath): FieldError[] {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  const at = path.child('restartPolicy');
  if (restartPolicy === undefined) {
    return rules.length > 0 ? [required(at, 'must specify restartPolicy when restart rules are used')] : [];
  }
  const errors = validateEnum(restartPolicy, at, RESTART_POLICIES);
  const rulesPath = path.child('restartPolicyRules');
  if (rules.length > MAX_RESTART_RULES) errors.push(tooMany(rulesPath, rules.length, MAX_RESTART_RULES));
  return [...errors, ...rules.flatMap((rule, i) => validateRestartRule(rule, rulesPath.index(i)))];
}

const MAX_EXIT_CODES = 255;

function validateRestartRule({ action, exitCodes }: corev1.ContainerRestartRule, path: FieldPath): FieldError[] {
  const errors = validateEnum(action ?? '', path.child('action'), ['Restart', 'RestartAllContainers']);
  const at = path.child('exitCodes');
  if (!exitCodes) return [...errors, required(at, 'must be specified')];
  errors.push(...validateEnum(exitCodes.operator ?? '', at.child('operator'), ['In', 'NotIn']));
  const count = exitCodes.values?.length ?? 0;
  return count > MAX_EXIT_CODES ? [...errors, tooMany(at.child('values'), count, MAX_EXIT_CODES)] : errors;
}

/** Rules of pods that templates are spared, for the sake of tools that fill in images later. */
export function validateContainerOfPod(
  { image = '' }: corev1.Container | corev1.EphemeralContainer,
  path: FieldPath,
): FieldError[] {
  return image === image.trim() ? [] : [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')];
}

const WITHOUT_ALWAYS = 'may not be set for init containers without restartPolicy=Always';

/** An init container ends before the next starts, unless it is a sidecar. */
export function validateInitContainer(container: corev1.Container, path: FieldPath, context: ContainerContext): FieldError[] {
  const { restartPolicy, restartPolicyRules } = container;
  const errors = validateContainerCommon(container, path, context);
  if (restartPolicyRules?.length) errors.push(...validateContainerRestartPolicy(container, path));
  else if (restartPolicy !== undefined && !RESTART_POLICIES.includes(restartPolicy)) {
    errors.push(notSupported(path.child('restartPolicy'), restartPolicy, RESTART_POLICIES));
  }
  if (restartPolicy === 'Always') return [...errors, ...validateRunningContainer(container, path, context)];
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  const set = fields.filter((field) => container[field] !== undefined);
  return [...errors, ...set.map((field) => forbidden(path.child(field), WITHOUT_ALWAYS))];
}
