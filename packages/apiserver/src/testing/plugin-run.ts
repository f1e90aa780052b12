import { builtInDefinitions } from '@typekube/api';
import { type KubeObject, StatusError } from '@typekube/apimachinery';
import { admissionResource, type AdmissionOperation, type AdmissionPlugin } from '../admission/admission';
import { AdmissionChain } from '../admission/chain';
import type { AdmissionDependencies } from '../admission/dependencies';
import type { ObjectSource } from '../admission/object-source';
import { Reinvocation } from '../admission/reinvocation';
import type { UserInfo } from '../chain/request-context';

export interface PluginWrite {
  readonly operation?: AdmissionOperation;
  readonly group?: string;
  readonly plural: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly user?: UserInfo;
  readonly dryRun?: boolean;
  readonly object?: object;
  readonly oldObject?: object;
}

export interface PluginOutcome {
  /** As the plugin has changed it. */
  readonly object: KubeObject | undefined;
  readonly warnings: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The text of the refusal; undefined if the write passes. */
  readonly refusal: string | undefined;
  readonly code: number | undefined;
}

const USER: UserInfo = { name: 'jane', groups: ['system:authenticated'] };

/** Runs a write through both halves of a chain with this plugin alone, on a copy of the object. */
export async function runPlugin(plugin: AdmissionPlugin, write: PluginWrite): Promise<PluginOutcome> {
  const { operation = 'CREATE', group = '', plural, subresource = '' } = write;
  const definition = builtInDefinitions.find((known) => known.group === group && known.plural === plural);
  if (!definition) throw new Error(`no resource ${plural} in group "${group}"`);
  const resource = admissionResource(definition);
  const object = structuredClone(write.object) as KubeObject | undefined;
  const warnings: string[] = [];
  const annotations: Record<string, string> = {};
  const attributes = {
    operation,
    resource,
    subresource,
    version: definition.versions[0]?.version ?? 'v1',
    namespace: write.namespace ?? (resource.namespaced ? 'default' : ''),
    name: write.name ?? object?.metadata.name ?? '',
    user: write.user ?? USER,
    dryRun: write.dryRun ?? false,
    object,
    oldObject: write.oldObject as KubeObject | undefined,
    options: () => undefined,
    reinvocation: new Reinvocation(),
    warn: (text: string) => void warnings.push(text),
    annotate: (key: string, value: string) => void (annotations[key] = value),
    waited: () => undefined,
    checkTime: () => undefined,
  };
  const outcome = { object, warnings, annotations };
  const chain = new AdmissionChain([plugin]).for(operation, resource, subresource);
  try {
    await chain.admit?.(attributes);
    await chain.validate?.(attributes);
    return { ...outcome, refusal: undefined, code: undefined };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { ...outcome, refusal: error.message, code: error.code };
  }
}

/** Looks objects up among these, by their kind. */
export function objectsFrom(...all: readonly object[]): Pick<AdmissionDependencies, 'objects'> {
  return {
    objects: <T extends KubeObject>(group: string, plural: string) => {
      const kind = builtInDefinitions.find((definition) => definition.group === group && definition.plural === plural)?.kind;
      return listSource((all as readonly T[]).filter((object) => object.kind === kind));
    },
  };
}

function listSource<T extends KubeObject>(objects: readonly T[]): ObjectSource<T> {
  const get = (namespace: string, name: string): T | undefined =>
    objects.find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace);
  return {
    isEmpty: objects.length === 0,
    get,
    find: (namespace, name) => get(namespace, name) ?? Promise.resolve(undefined),
    list: (namespace) => objects.filter(({ metadata }) => !namespace || metadata.namespace === namespace),
  };
}
