import { isQualifiedName, newBadRequest, newInternalError, type Status, StatusError } from '@typekube/apimachinery';
import type { AdmissionAttributes } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import type { Form } from './equivalents';
import type { Hook } from './hook';
import { type ObjectView, viewOf } from './object-view';
import type { Report } from './measure';
import type { WebhookMetrics } from './metrics';
import { PostError } from './post-json';
import { makeReview, readResponse, ReviewError, type ReviewResponse } from './review';
import type { WebhookClients } from './webhook-client';

export interface CallContext {
  readonly clients: WebhookClients;
  readonly log: AdmissionDependencies['log'];
  readonly metrics: WebhookMetrics | undefined;
}

export interface Called {
  readonly response: ReviewResponse;
  readonly view: ObjectView;
}

/**
 * Asks a webhook about a write. Undefined where it could not be asked and its failure is to be ignored; throws a StatusError where it may
 * not be ignored, or where the webhook refuses.
 */
export async function callHook(
  hook: Hook,
  form: Form,
  attributes: AdmissionAttributes,
  { clients, log, mayPatch, report }: CallContext & { readonly mayPatch: boolean; readonly report: Report },
): Promise<Called | undefined> {
  if (attributes.dryRun && !hook.allowsDryRun) throw newBadRequest(`admission webhook "${hook.name}" does not support dry run`);
  try {
    const view = viewOf(attributes, form);
    const review = await makeReview(attributes, view, hook.reviewVersions);
    const answer = await ask(hook, review.body, clients);
    const response = verified(() => readResponse(answer, review, mayPatch));
    annotateAll(hook, response, attributes, log);
    for (const text of response.warnings) attributes.warn(text);
    if (!response.allowed) {
      const refused = refusal(hook.name, response.status);
      report({ at: 'refused', code: refused.code });
      throw refused;
    }
    return { response, view };
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error;
    report({ at: 'failed', code: error.code, ignored: hook.ignoresFailure });
    if (hook.ignoresFailure) {
      log.error(`Failed calling webhook, failing open ${hook.name}`, error);
      return undefined;
    }
    throw newInternalError(new Error(`failed calling webhook ${JSON.stringify(hook.name)}: ${error.message}`, { cause: error }));
  }
}

async function ask({ client, timeoutMs }: Hook, body: Buffer, clients: WebhookClients): Promise<unknown> {
  try {
    return await clients.post(client, body, timeoutMs);
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    const code = error.code !== undefined && error.code >= 400 ? error.code : undefined;
    throw new ReviewError(`failed to call webhook: ${error.message}`, { cause: error }, code);
  }
}

/** What is no name is left out: it is the webhook's fault, not the client's. */
function annotateAll({ name }: Hook, { auditAnnotations }: ReviewResponse, attributes: AdmissionAttributes, log: CallContext['log']): void {
  for (const [key, value] of Object.entries(auditAnnotations)) {
    const qualified = `${name}/${key}`;
    const problems = isQualifiedName(qualified);
    if (problems.length === 0) attributes.annotate(qualified, value);
    else log.error(`Ignoring an audit annotation of webhook ${name}: ${JSON.stringify(key)}: ${problems.join('; ')}`, undefined);
  }
}

function verified(read: () => ReviewResponse): ReviewResponse {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReviewError) throw new ReviewError(`received invalid webhook response: ${error.message}`, { cause: error });
    throw error;
  }
}

/** What a webhook says no with; it cannot say so with a code that means yes (webhookerrors.ToStatusErr). */
function refusal(name: string, status: Partial<Status>): StatusError {
  const deniedBy = `admission webhook ${JSON.stringify(name)} denied the request`;
  const { code = 0, reason = '', message = '', details } = status;
  const text = message || reason;
  const isCode = code >= 400 && code < 600;
  return new StatusError(isCode ? code : 400, reason, text ? `${deniedBy}: ${text}` : `${deniedBy} without explanation`, details);
}
