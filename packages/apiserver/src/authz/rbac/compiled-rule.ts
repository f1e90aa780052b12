import type { rbacv1 } from '@typekube/api';
import type { AuthorizationAttributes } from '../authorizer';

/** What a request asks, in the form in which rules are compared: made once a request, whatever the number of rules. */
export interface Asked {
  readonly isResourceRequest: boolean;
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  /** `pods`, or `pods/log`. */
  readonly resource: string;
  /** What a rule for this subresource of every resource says: `*` + `/log`; empty without a subresource. */
  readonly anyWithSubresource: string;
  readonly name: string;
}

export function asked({ isResourceRequest, verb, path, apiGroup, resource, subresource, name }: AuthorizationAttributes): Asked {
  return {
    isResourceRequest,
    verb,
    path,
    group: apiGroup,
    resource: subresource ? `${resource}/${subresource}` : resource,
    anyWithSubresource: subresource && `*/${subresource}`,
    name,
  };
}

/** A rule of a role, made ready to be compared with many requests (upstream's rbac.RuleAllows). */
export class CompiledRule {
  private readonly verbs: Names;
  private readonly groups: Names;
  private readonly resources: Names;
  private readonly names: ReadonlySet<string> | undefined;
  private readonly paths: Names;
  private readonly pathPrefixes: readonly string[];

  constructor(readonly rule: rbacv1.PolicyRule) {
    this.verbs = namesOf(rule.verbs);
    this.groups = namesOf(rule.apiGroups);
    this.resources = namesOf(rule.resources);
    this.names = rule.resourceNames?.length ? new Set(rule.resourceNames) : undefined;
    this.paths = namesOf(rule.nonResourceURLs);
    this.pathPrefixes = (rule.nonResourceURLs ?? []).filter((url) => url.endsWith('*')).map((url) => url.replace(/\*+$/, ''));
  }

  allows(request: Asked): boolean {
    if (!has(this.verbs, request.verb)) return false;
    return request.isResourceRequest ? this.allowsResource(request) : this.allowsPath(request.path);
  }

  private allowsResource({ group, resource, anyWithSubresource, name }: Asked): boolean {
    const { groups, resources, names } = this;
    if (!has(groups, group)) return false;
    if (!has(resources, resource) && !(anyWithSubresource && has(resources, anyWithSubresource))) return false;
    return names === undefined || names.has(name);
  }

  private allowsPath(path: string): boolean {
    return has(this.paths, path) || this.pathPrefixes.some((prefix) => path.startsWith(prefix));
  }
}

/** `*` stands for everything. */
type Names = '*' | ReadonlySet<string>;

function namesOf(names: readonly string[] = []): Names {
  return names.includes('*') ? '*' : new Set(names);
}

function has(names: Names, name: string): boolean {
  return names === '*' || names.has(name);
}
