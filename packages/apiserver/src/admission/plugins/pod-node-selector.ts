import type { KubeObject } from '@typekube/apimachinery';
import { parseYaml } from '../../http/yaml';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';
import { withNamespace } from '../with-namespace';
import type { MakePlugin, PluginSetup } from '../plugin-descriptor';
import { isPod, podOf } from '../pods';

type Labels = Readonly<Record<string, string>>;

const ANNOTATION = 'scheduler.alpha.kubernetes.io/node-selector';
const CLUSTER_DEFAULT = 'clusterDefaultNodeSelector';

/** Upstream's PodNodeSelector: the pods of a namespace go to the nodes that its annotation, or else the configuration, names. */
export function preparePodNodeSelector({ configuration }: PluginSetup): MakePlugin {
  const selectors = readConfiguration(configuration);
  return ({ objects }) => {
    const namespaces = objects('', 'namespaces');
    const selectorOf = ({ metadata }: KubeObject): Labels =>
      parseLabels(metadata.annotations?.[ANNOTATION] ?? selectors.get(CLUSTER_DEFAULT) ?? '');
    return {
      name: 'PodNodeSelector',
      handles: (target) => isPod(target) && target.operation === 'CREATE',
      admit: (attributes) =>
        withNamespace(attributes, namespaces, (namespace) => {
          const selector = selectorOf(namespace);
          checkConflict(attributes, selector);
          const { spec } = podOf(attributes);
          if (Object.keys(selector).length) spec.nodeSelector = { ...selector, ...spec.nodeSelector };
        }),
      validate: (attributes) =>
        withNamespace(attributes, namespaces, (namespace) => {
          checkConflict(attributes, selectorOf(namespace));
          checkAllowed(attributes, parseLabels(selectors.get(attributes.namespace) ?? ''));
        }),
    } satisfies AdmissionPlugin;
  };
}

function checkConflict(attributes: AdmissionAttributes, selector: Labels): void {
  const own = podOf(attributes).spec.nodeSelector ?? {};
  if (!Object.entries(selector).some(([key, value]) => own[key] !== undefined && own[key] !== value)) return;
  throw forbidden(attributes, 'pod node label selector conflicts with its namespace node label selector');
}

function checkAllowed(attributes: AdmissionAttributes, allowed: Labels): void {
  if (Object.keys(allowed).length === 0) return;
  if (Object.entries(podOf(attributes).spec.nodeSelector ?? {}).every(([key, value]) => allowed[key] === value)) return;
  throw forbidden(attributes, 'pod node label selector labels conflict with its namespace whitelist');
}

/** The file has no version: selectors by namespace, under one key. */
function readConfiguration(text: string | undefined): ReadonlyMap<string, string> {
  if (!text) return new Map();
  const { podNodeSelectorPluginConfig: config } = parseYaml(text).value as { podNodeSelectorPluginConfig?: unknown };
  if (config === undefined || config === null) return new Map();
  if (typeof config !== 'object') throw new Error('podNodeSelectorPluginConfig must be a map of node selectors by namespace');
  const selectors = Object.entries(config).map(([namespace, selector]) => [namespace, String(selector)] as const);
  for (const [, selector] of selectors) parseLabels(selector);
  return new Map(selectors);
}

/** `a=b,c=d`. Throws for anything else. */
function parseLabels(text: string): Labels {
  const pairs = text.split(',').map((pair) => pair.trim()).filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', value, ...more] = pair.split('=');
      if (!key || value === undefined || more.length) throw new Error(`invalid selector: ${pair}`);
      return [key.trim(), value.trim()];
    }),
  );
}
