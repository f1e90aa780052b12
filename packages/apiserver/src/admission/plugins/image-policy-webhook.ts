import { Agent } from 'node:https';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from '@typekube/apimachinery';
import { BoundedMap } from '../../cache/bounded-map';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { type ImagePolicyConfig, readImagePolicyConfig } from '../image-policy/config';
import type { PluginSetup } from '../plugin-descriptor';
import { containersOf, isResource, podOf } from '../pods';
import { readWebhookTarget } from '../../webhook-target/webhook-target';
import { PostError, type PostTarget, postJson } from '../webhooks/post-json';

const API_VERSION = 'imagepolicy.k8s.io/v1alpha1';
const AUDIT_PREFIX = 'imagepolicywebhook.image-policy.k8s.io/';
const REQUEST_MS = 30_000;
const ATTEMPTS = 5;
const MAX_CACHED = 1024;

interface Verdict {
  readonly allowed: boolean;
  readonly reason: string;
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

type Dependencies = Pick<AdmissionDependencies, 'log' | 'stopping'>;

/** Upstream's ImagePolicyWebhook: asks somebody else whether the images of a pod may be used. */
export async function prepareImagePolicyWebhook({ configuration, folder }: PluginSetup): Promise<(dependencies: Dependencies) => AdmissionPlugin> {
  const config = readImagePolicyConfig(configuration);
  const target = await postTarget(resolve(folder, config.kubeConfigFile));
  return ({ log, stopping }) => {
    stopping.addEventListener('abort', () => target.agent.destroy(), { once: true });
    const policy = new ImagePolicy(config, target, log);
    return {
      name: 'ImagePolicyWebhook',
      handles: ({ operation, resource, subresource }) =>
        isResource({ resource }, '', 'pods') &&
        (operation === 'CREATE' || operation === 'UPDATE') &&
        (subresource === '' || subresource === 'ephemeralcontainers'),
      validate: (attributes) => policy.validate(attributes),
    };
  };
}

async function postTarget(kubeconfig: string): Promise<PostTarget> {
  const { url, tls, authorization } = await readWebhookTarget(kubeconfig);
  if (url.protocol !== 'https:') throw new Error(`${kubeconfig}: the webhook must have an https server`);
  const agent = new Agent({ ...tls, keepAlive: true });
  return {
    url,
    agent,
    get headers(): Record<string, string> {
      const Authorization = authorization();
      return Authorization ? { Authorization } : {};
    },
  };
}

class ImagePolicy {
  private readonly cache = new BoundedMap<string, Verdict>(MAX_CACHED);

  constructor(
    private readonly config: ImagePolicyConfig,
    private readonly target: PostTarget,
    private readonly log: Dependencies['log'],
  ) {}

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const spec = specOf(attributes);
    if (spec.containers.length === 0) return;
    const verdict = await this.verdictOn(attributes, spec);
    if (!verdict) return;
    for (const [key, value] of Object.entries(verdict.auditAnnotations)) attributes.annotate(AUDIT_PREFIX + key, value);
    if (verdict.allowed) return;
    const { reason } = verdict;
    throw forbidden(attributes, reason ? `image policy webhook backend denied one or more images: ${reason}` : 'one or more images rejected by webhook backend');
  }

  /** Undefined where nobody could be asked and pods pass all the same. */
  private async verdictOn(attributes: AdmissionAttributes, spec: object): Promise<Verdict | undefined> {
    const key = JSON.stringify(spec);
    const cached = this.cache.get(key);
    if (cached) return cached;
    try {
      const verdict = readVerdict(await this.ask(spec));
      this.cache.set(key, verdict, verdict.allowed ? this.config.allowMs : this.config.denyMs);
      return verdict;
    } catch (error) {
      if (!(error instanceof PostError)) throw error;
      this.log.error('error contacting the image policy webhook', error);
      if (!this.config.defaultAllow) throw forbidden(attributes, error.message);
      attributes.annotate(`${AUDIT_PREFIX}failed-open`, 'true');
      return undefined;
    }
  }

  /** Again and again for a while where it may help. */
  private async ask(spec: object): Promise<unknown> {
    const body = Buffer.from(JSON.stringify({ kind: 'ImageReview', apiVersion: API_VERSION, metadata: {}, spec }));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await postJson(this.target, body, REQUEST_MS);
      } catch (error) {
        if (!(error instanceof PostError) || attempt >= ATTEMPTS || !mayPass(error)) throw error;
        await delay(this.config.retryMs * 1.5 ** (attempt - 1));
      }
    }
  }
}

interface ReviewSpec {
  readonly containers: readonly { readonly image: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly namespace: string;
}

function specOf(attributes: AdmissionAttributes): ReviewSpec {
  const pod = podOf(attributes);
  const containers = attributes.subresource ? (pod.spec.ephemeralContainers ?? []) : containersOf({ ...pod.spec, ephemeralContainers: [] });
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(([key]) => key.includes('.image-policy.k8s.io/'));
  return {
    containers: containers.map(({ image = '' }) => ({ image })),
    ...(annotations.length && { annotations: Object.fromEntries(annotations) }),
    namespace: attributes.namespace,
  };
}

function mayPass({ code }: PostError): boolean {
  return code === undefined || code >= 500 || code === 429;
}

function readVerdict(answer: unknown): Verdict {
  const status = isJsonObject(answer) ? answer['status'] : undefined;
  if (!isJsonObject(status)) throw new PostError('the answer has no status', 200);
  const { allowed, reason, auditAnnotations } = status;
  const notes = isJsonObject(auditAnnotations) ? auditAnnotations : {};
  return {
    allowed: allowed === true,
    reason: typeof reason === 'string' ? reason : '',
    auditAnnotations: Object.fromEntries(Object.entries(notes).map(([key, value]) => [key, String(value)])),
  };
}
