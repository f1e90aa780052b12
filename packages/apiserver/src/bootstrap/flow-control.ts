import { hasReason, type KubeObject, semanticEqual } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '@typekube/api';
import { MANDATORY_SCHEMAS, SUGGESTED_SCHEMAS } from './flow-schemas';
import { MANDATORY_LEVELS, SUGGESTED_LEVELS } from './priority-levels';
import type { ResourceName, SystemClient } from './system-client';

const FLOW_SCHEMAS = { group: 'flowcontrol.apiserver.k8s.io', plural: 'flowschemas' };
const PRIORITY_LEVELS = { group: 'flowcontrol.apiserver.k8s.io', plural: 'prioritylevelconfigurations' };

/** `true`: servers keep the spec as they would write it; `false`: it is its owner's. */
const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';

type Configuration = flowcontrolv1.FlowSchema | flowcontrolv1.PriorityLevelConfiguration;

/** Creates and updates the objects of API priority and fairness that a server comes with (upstream's flow control bootstrap and ensurer). */
export async function ensureFlowControl(client: SystemClient): Promise<void> {
  await Promise.all([
    ...wanted('PriorityLevelConfiguration', MANDATORY_LEVELS).map((level) => ensureMandatory(client, PRIORITY_LEVELS, level)),
    ...wanted('PriorityLevelConfiguration', SUGGESTED_LEVELS).map((level) => ensureSuggested(client, PRIORITY_LEVELS, level)),
    ...wanted('FlowSchema', MANDATORY_SCHEMAS).map((schema) => ensureMandatory(client, FLOW_SCHEMAS, schema)),
    ...wanted('FlowSchema', SUGGESTED_SCHEMAS).map((schema) => ensureSuggested(client, FLOW_SCHEMAS, schema)),
    removeObsolete(client, PRIORITY_LEVELS, { ...MANDATORY_LEVELS, ...SUGGESTED_LEVELS }),
    removeObsolete(client, FLOW_SCHEMAS, { ...MANDATORY_SCHEMAS, ...SUGGESTED_SCHEMAS }),
  ]);
}

function wanted(kind: string, specs: Readonly<Record<string, object>>): (KubeObject & { spec: object })[] {
  return Object.entries(specs).map(([name, spec]) => ({
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind,
    metadata: { name, annotations: { [AUTO_UPDATE]: 'true' } },
    spec: structuredClone(spec),
  }));
}

/** What every server must have is put right whatever its owner says. */
async function ensureMandatory(client: SystemClient, resource: ResourceName, object: KubeObject & { spec: object }): Promise<void> {
  const current = client.get<Configuration>(resource, '', object.metadata.name ?? '');
  if (!current) return void (await client.ensure(resource, object));
  // The shares of the exempt level are its owner's choice.
  const isExempt = resource === PRIORITY_LEVELS && object.metadata.name === 'exempt';
  if (!isExempt && !semanticEqual(current.spec, object.spec)) await overwrite(client, resource, object);
}

async function ensureSuggested(client: SystemClient, resource: ResourceName, object: KubeObject & { spec: object }): Promise<void> {
  const current = client.get<Configuration>(resource, '', object.metadata.name ?? '');
  if (!current) return void (await client.ensure(resource, object));
  if (!isKeptByServers(current) || semanticEqual(current.spec, object.spec)) return;
  await overwrite(client, resource, object);
}

/** Without the annotation, an object that nobody has changed since it was made is still the servers'. */
function isKeptByServers({ metadata }: Configuration): boolean {
  const annotation = metadata.annotations?.[AUTO_UPDATE];
  return annotation === undefined ? metadata.generation === 1 : annotation === 'true';
}

async function overwrite(client: SystemClient, resource: ResourceName, { metadata, spec }: KubeObject & { spec: object }): Promise<void> {
  try {
    await client.update<KubeObject & { spec: object }>(resource, metadata, (current) => {
      current.spec = structuredClone(spec);
    });
  } catch (error) {
    // It has just been deleted: the next round creates it.
    if (!hasReason(error, 'NotFound')) throw error;
  }
}

/** Objects that an older server came with and this one does not. */
async function removeObsolete(client: SystemClient, resource: ResourceName, specs: Readonly<Record<string, object>>): Promise<void> {
  const obsolete = client.list(resource).filter(({ metadata: { name = '', annotations } }) => {
    return annotations?.[AUTO_UPDATE] === 'true' && !Object.hasOwn(specs, name);
  });
  await Promise.all(obsolete.map(({ metadata: { name = '' } }) => client.delete(resource, '', name)));
}
