import { newForbidden, StatusError } from '@typekube/apimachinery';
import { type AccessAnswer, type AccessAttributes, type Caller, type Client, reviewAccess } from '@typekube/client';
import { AnswerCache, type Clock } from '@typekube/component-base';
import type { RequestInfo } from '../api/request-info';

export interface AuthorizationOptions {
  readonly client: Client;
  /** Anybody may read them; with `/*` at the end, what is below too. */
  readonly alwaysAllowPaths: readonly string[];
  readonly authorizedTtl: number;
  readonly unauthorizedTtl: number;
  readonly clock: Clock;
}

/** Who is of it need not be asked about, as upstream: the API server would allow everything. */
const PRIVILEGED = 'system:masters';

/** Asks the API server what a caller may do, and keeps its answers for a while. */
export class Authorization {
  private readonly answers: AnswerCache<AccessAnswer>;
  private readonly paths: ReadonlySet<string>;
  private readonly prefixes: readonly string[];

  constructor(private readonly options: AuthorizationOptions) {
    const { clock, authorizedTtl, unauthorizedTtl, alwaysAllowPaths } = options;
    this.answers = new AnswerCache(clock, ({ allowed }) => (allowed ? authorizedTtl : unauthorizedTtl));
    this.paths = new Set(alwaysAllowPaths.filter((path) => !path.endsWith('*')));
    this.prefixes = alwaysAllowPaths.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
  }

  /** Rejects with 403 where the caller may not, and with the API server's error where it cannot be asked. */
  async check(caller: Caller, info: RequestInfo): Promise<void> {
    if (!info.resource && this.isForAll(info.path)) return;
    if (caller.groups.includes(PRIVILEGED)) return;
    const attributes = attributesOf(info);
    const { allowed, reason } = await this.answers.get(JSON.stringify([caller, attributes]), () => reviewAccess(this.options.client, caller, attributes));
    if (!allowed) throw forbidden(caller, info, reason);
  }

  private isForAll(path: string): boolean {
    return this.paths.has(path) || this.prefixes.some((prefix) => path.startsWith(prefix));
  }
}

function attributesOf({ path, verb, resource }: RequestInfo): AccessAttributes {
  return resource ? { resourceAttributes: { verb, ...resource } } : { nonResourceAttributes: { path, verb } };
}

/** A refusal in upstream's words. */
function forbidden({ name }: Caller, { path, verb, resource }: RequestInfo, reason: string): StatusError {
  const why = reason ? `: ${reason}` : '';
  const user = `User ${JSON.stringify(name)}`;
  if (!resource) return new StatusError(403, 'Forbidden', `forbidden: ${user} cannot ${verb} path ${JSON.stringify(path)}${why}`, {});
  const what = resource.subresource ? `${resource.resource}/${resource.subresource}` : resource.resource;
  const scope = resource.namespace ? `in the namespace ${JSON.stringify(resource.namespace)}` : 'at the cluster scope';
  const text = `${user} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(resource.group)} ${scope}${why}`;
  return newForbidden({ group: resource.group, resource: resource.resource }, resource.name, text);
}
