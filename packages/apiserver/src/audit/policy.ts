import { readFile } from 'node:fs/promises';
import { fieldErrorMessage } from '@typekube/apimachinery';
import { ConfigError, parseConfig } from '@typekube/component-base';
import type { UserInfo } from '../chain/request-context';
import type { RequestInfo } from '../http/request-info';
import { validatePolicy } from './validate-policy';

/** How much of a request is recorded; each level has all of those before it. */
export type AuditLevel = 'None' | 'Metadata' | 'Request' | 'RequestResponse';

export type AuditStage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  fields: {
    metadata: 'any',
    omitStages: { list: 'string' },
    omitManagedFields: 'boolean',
    rules: {
      list: {
        fields: {
          level: 'string',
          users: { list: 'string' },
          userGroups: { list: 'string' },
          verbs: { list: 'string' },
          resources: { list: { fields: { group: 'string', resources: { list: 'string' }, resourceNames: { list: 'string' } } } },
          namespaces: { list: 'string' },
          nonResourceURLs: { list: 'string' },
          omitStages: { list: 'string' },
          omitManagedFields: 'boolean',
        },
      },
    },
  },
} as const;

/** A policy file as it stands. */
export type PolicyFile = Awaited<ReturnType<typeof parsePolicyShape>>;

export type PolicyRule = NonNullable<PolicyFile['rules']>[number];

/** What a policy says of one request. */
export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<string>;
  readonly omitManagedFields: boolean;
}

function parsePolicyShape(text: string) {
  return parseConfig(text, POLICY);
}

/** The policy of `--audit-policy-file`. Fails with upstream's texts where it cannot be used. */
export async function loadPolicy(path: string): Promise<AuditPolicy> {
  try {
    return await parsePolicy(await readFile(path, 'utf8'));
  } catch (error) {
    throw new Error(`loading audit policy file: ${(error as Error).message}: from file ${path}`, { cause: error });
  }
}

export async function parsePolicy(text: string): Promise<AuditPolicy> {
  const policy = await parsePolicyShape(text);
  const errors = validatePolicy(policy);
  if (errors.length) throw new ConfigError(errors.map(fieldErrorMessage).join(', '));
  if (!policy.rules?.length) throw new ConfigError('loaded illegal policy with 0 rules');
  return new AuditPolicy(policy);
}

/** Finds what is recorded of a request: the first rule that is for it says so. */
export class AuditPolicy {
  private readonly rules: readonly { readonly rule: PolicyRule; readonly decision: AuditDecision }[];
  private readonly none: AuditDecision;

  constructor({ rules = [], omitStages = [], omitManagedFields = false }: PolicyFile) {
    this.none = { level: 'None', omitStages: new Set(omitStages), omitManagedFields };
    this.rules = rules.map((rule) => ({
      rule,
      decision: {
        level: rule.level as AuditLevel,
        omitStages: new Set([...omitStages, ...(rule.omitStages ?? [])]),
        omitManagedFields: rule.omitManagedFields ?? omitManagedFields,
      },
    }));
  }

  decide(user: UserInfo | undefined, info: RequestInfo): AuditDecision {
    return this.rules.find(({ rule }) => matches(rule, user, info))?.decision ?? this.none;
  }
}

function matches(rule: PolicyRule, user: UserInfo | undefined, info: RequestInfo): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  if (users?.length && !(user && users.includes(user.name))) return false;
  if (userGroups?.length && !user?.groups.some((group) => userGroups.includes(group))) return false;
  if (verbs?.length && !verbs.includes(info.verb)) return false;
  if (namespaces?.length || resources?.length) return info.isResourceRequest && matchesResource(rule, info);
  if (nonResourceURLs?.length) return !info.isResourceRequest && nonResourceURLs.some((url) => matchesUrl(url, info.path));
  return true;
}

function matchesUrl(url: string, path: string): boolean {
  return url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}

function matchesResource({ namespaces, resources }: PolicyRule, { namespace, apiGroup, resource, subresource, name }: RequestInfo): boolean {
  if (namespaces?.length && !namespaces.includes(namespace)) return false;
  if (!resources?.length) return true;
  const combined = subresource ? `${resource}/${subresource}` : resource;
  return resources.some(({ group = '', resources: patterns, resourceNames }) => {
    if (group !== apiGroup) return false;
    if (!patterns?.length) return true;
    if (resourceNames?.length && !resourceNames.includes(name)) return false;
    return patterns.some(
      (pattern) => pattern === '*' || pattern === combined || (subresource !== '' && pattern === `*/${subresource}`) || pattern === `${resource}/*`,
    );
  });
}
