import { applyJsonPatch, jsonEqual, type KubeObject, newInternalError, PatchError, StatusError } from '@typekube/apimachinery';
import { cloneObject } from '../../registry/clone-object';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { type CallContext, callHook } from './call';
import type { Form } from './equivalents';
import type { Hook } from './hook';
import { matchWebhook } from './match';
import { measured, type Report } from './measure';
import type { ObjectView } from './object-view';
import { webhookCalls, type WebhookContext } from './webhook-calls';

const NAME = 'MutatingAdmissionWebhook';
const MUTATION = 'mutation.webhook.admission.k8s.io/';
const PATCH = 'patch.webhook.admission.k8s.io/';

/** What the first round leaves to the second. */
interface Memory {
  /** Those that want to see what others have changed after them. */
  readonly reinvocable: Set<string>;
  /** Those that are to be called again. */
  readonly due: Set<string>;
  /** The object as the last webhook left it. */
  output: KubeObject | undefined;
}

/** Upstream's MutatingAdmissionWebhook: asks the webhooks of all MutatingWebhookConfigurations, one after the other, and applies their patches. */
export function mutatingAdmissionWebhook(dependencies: AdmissionDependencies): AdmissionPlugin {
  const { handles, ask } = webhookCalls(dependencies, 'mutatingwebhookconfigurations', dispatch);
  return { name: NAME, handles, admit: ask };
}

async function dispatch(hooks: readonly Hook[], attributes: AdmissionAttributes, context: WebhookContext): Promise<void> {
  const { reinvocation } = attributes;
  const memory = reinvocation.memoryOf<Memory>(NAME, () => ({ reinvocable: new Set(), due: new Set(), output: undefined }));
  // In between, other plugins have changed what the webhooks saw.
  if (reinvocation.isActive && !jsonEqual(memory.output, attributes.object)) memory.reinvocable.forEach((uid) => memory.due.add(uid));
  for (const [index, hook] of hooks.entries()) {
    if (reinvocation.isActive && !memory.due.has(hook.uid)) continue;
    const form = await matchWebhook(hook, attributes, context);
    if (form === undefined) continue;
    memory.due.delete(hook.uid);
    const { metrics } = context;
    const call = (report: Report): Promise<boolean> => callOne(hook, form, attributes, { ...context, index, report });
    if (await measured({ hook, type: 'admit', attributes, metrics }, call)) {
      memory.reinvocable.forEach((uid) => memory.due.add(uid));
      reinvocation.request();
    }
    attributes.checkTime();
    if (hook.reinvoked) memory.reinvocable.add(hook.uid);
  }
  memory.output = attributes.object && cloneObject(attributes.object);
}

/** Whether it has changed the object. */
async function callOne(
  hook: Hook,
  form: Form,
  attributes: AdmissionAttributes,
  { index, ...context }: CallContext & { readonly index: number; readonly report: Report },
): Promise<boolean> {
  const { configuration, name: webhook } = hook;
  const place = `round_${attributes.reinvocation.isActive ? 1 : 0}_index_${index}`;
  const note = (mutated: boolean): void => attributes.annotate(MUTATION + place, JSON.stringify({ configuration, webhook, mutated }));
  const called = await callHook(hook, form, attributes, { ...context, mayPatch: true });
  if (!called) {
    attributes.annotate(`failed-open.${MUTATION}${place}`, webhook);
    return false;
  }
  const { patch } = called.response;
  const changed = patch !== undefined && (await applyPatch(hook, attributes, called.view, patch));
  note(changed);
  if (changed) attributes.annotate(PATCH + place, JSON.stringify({ configuration, webhook, patch, patchType: 'JSONPatch' }));
  return changed;
}

async function applyPatch({ name }: Hook, { object }: AdmissionAttributes, view: ObjectView, patch: unknown): Promise<boolean> {
  if (Array.isArray(patch) && patch.length === 0) return false;
  if (!object) {
    throw newInternalError(new Error(`admission webhook "${name}" attempted to modify the object, which is not supported for this operation`));
  }
  const before = cloneObject(object);
  try {
    await view.takeOver(applyJsonPatch(await view.show(object), patch) as Record<string, unknown>, object);
  } catch (error) {
    // It is not the client who has sent what cannot be read.
    if (error instanceof PatchError || (error instanceof StatusError && error.code === 400)) throw newInternalError(error);
    throw error;
  }
  return !jsonEqual(before, object);
}
