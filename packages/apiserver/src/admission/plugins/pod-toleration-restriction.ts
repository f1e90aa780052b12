import type { corev1 } from '@typekube/api';
import { type KubeObject, newInternalError, parseJson } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';
import { type MakePlugin, type PluginSetup, readPluginConfig } from '../plugin-descriptor';
import { isPod, podOf } from '../pods';
import { addToleration, areAllowed, mergeTolerations } from '../tolerations';
import { withNamespace } from '../with-namespace';

type Toleration = corev1.Toleration;

const DEFAULTS = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const ALLOWED = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';

const TOLERATION = { fields: { key: 'string', operator: 'string', value: 'string', effect: 'string', tolerationSeconds: 'integer' } } as const;
const CONFIGURATION = {
  kind: 'Configuration',
  apiVersions: ['podtolerationrestriction.admission.k8s.io/v1alpha1'],
  fields: { default: { list: TOLERATION }, whitelist: { list: TOLERATION } },
} as const;

/** Upstream's PodTolerationRestriction: the pods of a namespace tolerate what it says by default, and no more than it allows. */
export async function preparePodTolerationRestriction(setup: PluginSetup): Promise<MakePlugin> {
  const { default: clusterDefaults = [], whitelist: clusterAllowed = [] } = (await readPluginConfig(setup, CONFIGURATION)) ?? {};
  return ({ objects }) => {
    const namespaces = objects('', 'namespaces');
    const check = (attributes: AdmissionAttributes, namespace: KubeObject): void => {
      const allowed = tolerationsOf(namespace, ALLOWED) ?? clusterAllowed;
      if (!allowed.length || areAllowed(podOf(attributes).spec.tolerations ?? [], allowed)) return;
      throw forbidden(attributes, 'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist');
    };
    return {
      name: 'PodTolerationRestriction',
      handles: (target) => isPod(target) && (target.operation === 'CREATE' || target.operation === 'UPDATE'),
      admit: (attributes) =>
        withNamespace(attributes, namespaces, (namespace) => {
          if (attributes.operation === 'CREATE') addDefaults(podOf(attributes).spec, tolerationsOf(namespace, DEFAULTS) ?? clusterDefaults);
          check(attributes, namespace);
        }),
      validate: (attributes) => withNamespace(attributes, namespaces, (namespace) => check(attributes, namespace)),
    } satisfies AdmissionPlugin;
  };
}

/** What puts pressure on the memory of a node strikes best effort pods only: all others tolerate it. */
function addDefaults(spec: corev1.PodSpec, defaults: readonly Toleration[]): void {
  const merged = mergeTolerations([...defaults], spec.tolerations ?? []);
  if (merged.length) spec.tolerations = merged;
  const asks = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].some(
    ({ resources }) => Object.keys({ ...resources?.requests, ...resources?.limits }).length > 0,
  );
  if (asks) spec.tolerations = addToleration(spec.tolerations ?? [], MEMORY_PRESSURE);
}

const MEMORY_PRESSURE: Toleration = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' };

/** Undefined where the namespace says nothing of it. */
function tolerationsOf({ metadata }: KubeObject, annotation: string): Toleration[] | undefined {
  const text = metadata.annotations?.[annotation];
  if (!text) return undefined;
  try {
    const value = parseJson(Buffer.from(text));
    if (Array.isArray(value)) return value as Toleration[];
  } catch (error) {
    throw newInternalError(error as Error);
  }
  throw newInternalError(new Error(`annotation ${annotation} must be a list of tolerations`));
}
