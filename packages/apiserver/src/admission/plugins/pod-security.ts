import type { corev1 } from '@typekube/api';
import { type KubeObject, newInvalid } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import type { ObjectSource } from '../object-source';
import { isResource, oldPodOf, podOf } from '../pods';
import type { MakePlugin, PluginSetup } from '../plugin-descriptor';
import type { CheckedPod, Violation } from '../pod-security/check';
import { type PodSecurityConfig, readPodSecurityConfig } from '../pod-security/config';
import { detailText, evaluatePod } from '../pod-security/evaluate';
import { warningsForPods } from '../pod-security/existing-pods';
import type { PodSecurityMetrics } from '../pod-security/metrics';
import { hasPodTemplate, podTemplateOf } from '../pod-security/pod-templates';
import { compareLevels, isSameLevelVersion, LABEL_PREFIX, type LevelVersion, levelVersionText, type Mode, MODES, type ParsedPolicy, policyOf } from '../pod-security/policy';
import { isSignificantUpdate } from '../pod-security/significant-update';
import { withNamespace } from '../with-namespace';

/** Pods pass these ways without their spec. Any other way is looked at, also one that is not known yet. */
const IGNORED_SUBRESOURCES: ReadonlySet<string> = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

/** Upstream's PodSecurity: holds pods to the Pod Security Standard that the labels of their namespace name. */
export async function preparePodSecurity(setup: PluginSetup): Promise<MakePlugin> {
  const config = await readPodSecurityConfig(setup);
  return (dependencies) => {
    const security = new PodSecurity(config, dependencies);
    return {
      name: 'PodSecurity',
      handles: ({ operation, resource, subresource }) => {
        if (operation !== 'CREATE' && operation !== 'UPDATE') return false;
        if (isResource({ resource }, '', 'pods')) return !IGNORED_SUBRESOURCES.has(subresource);
        return subresource === '' && (isResource({ resource }, '', 'namespaces') || hasPodTemplate(resource));
      },
      validate: (attributes) => security.validate(attributes),
    } satisfies AdmissionPlugin;
  };
}

class PodSecurity {
  private readonly namespaces: ObjectSource<KubeObject>;
  private readonly pods: ObjectSource<corev1.Pod>;
  private readonly metrics: PodSecurityMetrics | undefined;

  constructor(
    private readonly config: PodSecurityConfig,
    { objects, metrics }: Pick<AdmissionDependencies, 'objects' | 'metrics'>,
  ) {
    this.metrics = metrics?.podSecurity;
    this.namespaces = objects('', 'namespaces');
    this.pods = objects<corev1.Pod>('', 'pods');
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    if (isResource(attributes, '', 'namespaces')) return this.validateNamespace(attributes);
    const exempt = this.exemptionOf(attributes);
    if (exempt) return this.exempt(attributes, exempt);
    return withNamespace(attributes, this.namespaces, ({ metadata }) => this.validatePods(attributes, policyOf(metadata.labels, this.config.defaults)));
  }

  private exemptionOf({ namespace, user }: AdmissionAttributes): string | undefined {
    if (this.config.namespaces.has(namespace)) return 'namespace';
    return this.config.usernames.has(user.name) ? 'user' : undefined;
  }

  private exempt(attributes: AdmissionAttributes, why: string): void {
    attributes.annotate(`${LABEL_PREFIX}exempt`, why);
    this.metrics?.exempted(attributes);
  }

  private validatePods(attributes: AdmissionAttributes, { policy, errors }: ParsedPolicy): void {
    const isPod = isResource(attributes, '', 'pods');
    const { enforce, audit, warn } = policy;
    const isOpen = audit.level === 'privileged' && warn.level === 'privileged' && (!isPod || enforce.level === 'privileged');
    if (isOpen && errors.length === 0) {
      if (isPod) {
        this.metrics?.evaluated(attributes, true, enforce, 'enforce');
        attributes.annotate(`${LABEL_PREFIX}enforce-policy`, 'privileged:latest');
      }
      return;
    }
    const pod = isPod ? podOf(attributes) : podTemplateOf(attributes.resource, attributes.object!);
    if (!pod) return;
    if (isPod && attributes.operation === 'UPDATE' && !isSignificantUpdate(pod, oldPodOf(attributes))) return;
    if (this.isExemptClass(pod.spec.runtimeClassName)) return this.exempt(attributes, 'runtimeClass');
    if (errors.length) {
      this.metrics?.failed(attributes, false);
      const texts = errors.map(({ field, detail }) => `${field}: ${detail}`).join(', ');
      attributes.annotate(`${LABEL_PREFIX}error`, `Failed to parse policy: ${texts}`);
    }
    this.evaluate(attributes, policy, pod, isPod);
  }

  private evaluate(attributes: AdmissionAttributes, { enforce, audit, warn }: ParsedPolicy['policy'], pod: CheckedPod, enforces: boolean): void {
    const results = new Map<string, Violation[]>();
    const violationsOf = (level: LevelVersion): Violation[] => {
      const key = levelVersionText(level);
      const known = results.get(key) ?? evaluatePod(level, pod);
      results.set(key, known);
      return known;
    };
    const text = (level: LevelVersion, found: readonly Violation[]): string =>
      `violate PodSecurity ${JSON.stringify(levelVersionText(level))}: ${detailText(found)}`;
    const audited = violationsOf(audit);
    if (audited.length) {
      attributes.annotate(`${LABEL_PREFIX}audit-violations`, `would ${text(audit, audited)}`);
      this.metrics?.evaluated(attributes, false, audit, 'audit');
    }
    if (enforces) {
      attributes.annotate(`${LABEL_PREFIX}enforce-policy`, levelVersionText(enforce));
      const refused = violationsOf(enforce);
      this.metrics?.evaluated(attributes, refused.length === 0, enforce, 'enforce');
      if (refused.length) throw forbidden(attributes, text(enforce, refused).replace('violate', 'violates'));
    }
    const warned = violationsOf(warn);
    if (warned.length === 0) return;
    attributes.warn(`would ${text(warn, warned)}`);
    this.metrics?.evaluated(attributes, false, warn, 'warn');
  }

  /** Labels that mean nothing are refused, but may stay; that pods do not hold to new ones is warned of. */
  private validateNamespace(attributes: AdmissionAttributes): void {
    const { resource, object, oldObject } = attributes;
    const name = object?.metadata.name ?? '';
    const now = policyOf(object?.metadata.labels, this.config.defaults);
    const before = oldObject && policyOf(oldObject.metadata.labels, this.config.defaults);
    if (now.errors.length && !(before && sameErrors(now, before))) throw newInvalid(resource.groupKind, name, now.errors);
    if (before && !isStricter(now.policy.enforce, before.policy.enforce)) return;
    if (this.config.namespaces.has(name)) return this.warnOfExemption(attributes, name, now);
    if (!before) return;
    const isExempt = ({ spec }: corev1.Pod): boolean => this.isExemptClass(spec?.runtimeClassName);
    for (const text of warningsForPods(name, this.pods.list(name), now.policy.enforce, isExempt)) attributes.warn(text);
  }

  /** Of what the labels ask for in vain. */
  private warnOfExemption(attributes: AdmissionAttributes, name: string, { policy }: ParsedPolicy): void {
    const { defaults } = this.config;
    const labels = attributes.object?.metadata.labels ?? {};
    const asks = (mode: Mode): boolean => [mode, `${mode}-version`].some((label) => labels[LABEL_PREFIX + label] !== undefined);
    const forbidding = MODES.filter((mode) => policy[mode].level !== 'privileged');
    if (forbidding.length === 0 || MODES.every((mode) => isSameLevelVersion(policy[mode], defaults[mode]))) return;
    const texts = forbidding.filter(asks).map((mode) => `${mode}=${levelVersionText(policy[mode])}`).join(', ');
    attributes.warn(`namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${texts}) will be ignored`);
  }

  private isExemptClass(name: string | undefined): boolean {
    return Boolean(name) && this.config.runtimeClasses.has(name!);
  }
}

function sameErrors(a: ParsedPolicy, b: ParsedPolicy): boolean {
  const texts = ({ errors }: ParsedPolicy): string => errors.map(({ field, badValue }) => `${field}=${String(badValue)}`).join();
  return texts(a) === texts(b);
}

function isStricter(now: LevelVersion, before: LevelVersion): boolean {
  if (isSameLevelVersion(now, before) || now.level === 'privileged') return false;
  return now.version !== before.version || compareLevels(now.level, before.level) > 0;
}
