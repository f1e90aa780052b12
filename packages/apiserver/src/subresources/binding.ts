import {
  type FieldError,
  FieldPath,
  formatTime,
  type KubeObject,
  newBadRequest,
  newConflict,
  newInvalid,
  notSupported,
  required,
  type Status,
} from '@typekube/apimachinery';
import { type corev1, getSchema, type ServedResource } from '@typekube/api';
import { admissionResource } from '../admission/admission';
import { admitAction } from '../admission/admit-action';
import { NO_ADMISSION } from '../admission/chain';
import type { ServerCore } from '../handlers/core';
import { parseDryRun, writeRequest } from '../handlers/write-options';
import { readBody } from '../http/body';
import { decodeAs, parseFieldValidation } from '../http/decode-object';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { parseBody } from '../http/parse-body';
import { sendStatus } from '../http/respond';
import { update } from '../registry/update';

/** POST of a Binding, to `pods/NAME/binding` or to `bindings`: assigns an unassigned pod to a node (upstream's BindingREST). */
export async function bindingHandler(core: ServerCore, served: ServedResource, request: ApiRequest, response: ApiResponse): Promise<void> {
  const { query } = request.context;
  const dryRun = parseDryRun(query, 'CreateOptions');
  const binding = await readBinding(request);
  const { resource } = core.endpoints.endpoint(core.endpoints.find('', 'v1', 'pods')!);
  const name = served.definition.plural === 'pods' ? request.context.info.name : binding.metadata.name ?? '';
  checkBinding(binding, name);
  const write = writeRequest(request, served, resource, dryRun);
  const target = served.definition.plural === 'pods' ? resource : admissionResource(served.definition);
  await admitAction({ ...write, name, resource: target }, 'CREATE', binding, core.writes);
  const apply = (pod: KubeObject | undefined): KubeObject => assign(pod as corev1.Pod, binding, write.now);
  const unchecked = { ...write, name, strategy: {}, subresource: 'binding' };
  await update(unchecked, { apply }, { ...core.writes, admission: NO_ADMISSION });
  sendStatus(request, response, CREATED);
}

const CREATED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

const PODS = { group: '', resource: 'pods/binding' };

async function readBinding(request: ApiRequest): Promise<corev1.Binding> {
  const { query, warnings, audit } = request.context;
  const expected = { apiVersion: 'v1', kind: 'Binding', schema: getSchema('io.k8s.api.core.v1.Binding') };
  const body = parseBody(await readBody(request), request.headers['content-type'], expected);
  const object = decodeAs(expected, body, parseFieldValidation(query.get('fieldValidation')), (text) => void warnings.add(text));
  audit?.requestObject(object);
  return object as corev1.Binding;
}

function checkBinding({ target, metadata }: corev1.Binding, name: string): void {
  if (metadata.name && metadata.name !== name) throw newBadRequest('name in URL does not match name in Binding object');
  const path = FieldPath.of('target');
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== 'Node') errors.push(notSupported(path.child('kind'), target.kind, ['Node', '<empty>']));
  if (!target?.name) errors.push(required(path.child('name')));
  if (errors.length) throw newInvalid({ group: '', kind: 'Binding' }, name, errors);
}

function assign(pod: corev1.Pod, { target, metadata }: corev1.Binding, now: Date): corev1.Pod {
  const name = pod.metadata.name ?? '';
  const refuse = (why: string): Error => newConflict(PODS, name, why);
  for (const [field, said] of [['uid', 'UID'], ['resourceVersion', 'ResourceVersion']] as const) {
    const [asked, present = ''] = [metadata[field], pod.metadata[field]];
    if (asked && asked !== present) throw refuse(`Precondition failed: ${said} in precondition: ${asked}, ${said} in object meta: ${present}`);
  }
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec?.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  pod.spec = { ...pod.spec!, nodeName: target.name! };
  if (metadata.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
  if (metadata.labels) pod.metadata.labels = { ...pod.metadata.labels, ...metadata.labels };
  pod.status = { ...pod.status, conditions: withScheduled(pod.status?.conditions ?? [], now) };
  // What it was meant for is settled now: nobody is to act on it any more.
  delete pod.status.nominatedNodeName;
  return pod;
}

function withScheduled(conditions: readonly corev1.PodCondition[], now: Date): corev1.PodCondition[] {
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: formatTime(now) };
  return [...conditions.filter(({ type }) => type !== 'PodScheduled'), scheduled];
}
