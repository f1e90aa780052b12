import { requestVerb } from '@typekube/apimachinery';
import { type Caller, type Client, reviewAccess } from '@typekube/client';
import { AnswerCache, type Clock } from '@typekube/component-base';
import { HttpError } from './http-error';

export interface AuthorizationOptions {
  /** Undefined where the kubelet knows no API server: nobody is asked then. */
  readonly client: Client | undefined;
  readonly clock: Clock;
  readonly mode: 'AlwaysAllow' | 'Webhook';
  readonly nodeName: string;
  readonly webhookCacheAuthorizedTtl: number;
  readonly webhookCacheUnauthorizedTtl: number;
}


/** Subresources of `nodes` that paths are of, instead of `proxy`. */
const SUBRESOURCES: readonly (readonly [path: string, subresource: string])[] = [
  ['/stats', 'stats'],
  ['/metrics', 'metrics'],
  ['/logs', 'log'],
  ['/checkpoint', 'checkpoint'],
];

/** Those of which whoever may use them needs no `proxy`, which still allows them. */
const FINE_GRAINED: readonly (readonly [path: string, subresource: string])[] = [
  ['/pods', 'pods'],
  ['/runningpods', 'pods'],
  ['/healthz', 'healthz'],
  ['/configz', 'configz'],
];

/** The subresources of the node, any of which allows a path (upstream's KubeletFineGrainedAuthz). */
export function subresourcesOf(path: string): string[] {
  const isBelow = ([root]: readonly [string, string]): boolean => path === root || path.startsWith(`${root}/`);
  const fine = FINE_GRAINED.filter(isBelow).map(([, subresource]) => subresource);
  const [found] = SUBRESOURCES.filter(isBelow);
  return [...fine, found ? found[1] : 'proxy'];
}

/** Finds out whether a caller may do what it asks, which is what it may do with the node in the API (upstream's kubelet authorization). */
export class Authorization {
  private readonly answers: AnswerCache<boolean>;

  /** Throws where the API server is to be asked and there is none. */
  constructor(private readonly options: AuthorizationOptions) {
    if (options.mode === 'Webhook' && !options.client) throw new Error('no client provided, cannot use webhook authorization');
    const { clock, webhookCacheAuthorizedTtl, webhookCacheUnauthorizedTtl } = options;
    this.answers = new AnswerCache(clock, (allowed) => (allowed ? webhookCacheAuthorizedTtl : webhookCacheUnauthorizedTtl));
  }

  /** Rejects with 403 where it may not, and with the API server's error where it cannot be asked. */
  async check(caller: Caller, { method, path }: { method: string; path: string }): Promise<void> {
    if (this.options.mode === 'AlwaysAllow') return;
    const verb = requestVerb(method);
    const subresources = subresourcesOf(path);
    for (const subresource of subresources) if (await this.may(caller, verb, subresource)) return;
    const what = `user=${caller.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}]`;
    throw new HttpError(403, `Forbidden (${what})`);
  }

  private may(caller: Caller, verb: string, subresource: string): Promise<boolean> {
    return this.answers.get(JSON.stringify([caller, verb, subresource]), () => this.review(caller, verb, subresource));
  }

  private async review(caller: Caller, verb: string, subresource: string): Promise<boolean> {
    const { client, nodeName } = this.options;
    if (!client) return false;
    const { allowed } = await reviewAccess(client, caller, { resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName } });
    return allowed;
  }
}
