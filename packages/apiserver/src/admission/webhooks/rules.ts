import type { admissionregistrationv1 } from '@typekube/api';

/** What rules look at. */
export interface RuleSubject {
  readonly operation: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespaced: boolean;
  readonly name: string;
}

/** A rule of a webhook, or of a policy, which may be about some names only. */
type Rule = admissionregistrationv1.NamedRuleWithOperations;

/** The rules of a webhook: whether any of them is about a request (upstream's rules.Matcher). */
export class CompiledRules {
  constructor(private readonly rules: readonly Rule[]) {}

  match(subject: RuleSubject): boolean {
    return this.rules.some((rule) => matches(rule, subject));
  }

  /** Of several, the first that the first rule is about which is about any. */
  firstOf<T extends RuleSubject>(subjects: readonly T[]): T | undefined {
    for (const rule of this.rules) {
      const found = subjects.find((subject) => matches(rule, subject));
      if (found) return found;
    }
    return undefined;
  }
}

function matches(rule: Rule, subject: RuleSubject): boolean {
  return (
    isInScope(rule.scope, subject.namespaced) &&
    has(rule.operations, subject.operation) &&
    has(rule.apiGroups, subject.group) &&
    has(rule.apiVersions, subject.version) &&
    (rule.resources ?? []).some((pattern) => isResource(pattern, subject)) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(subject.name))
  );
}

function isInScope(scope: string | undefined, namespaced: boolean): boolean {
  return scope === undefined || scope === '*' || (scope === 'Namespaced') === namespaced;
}

function has(items: readonly string[] | undefined, value: string): boolean {
  return Boolean(items?.some((item) => item === '*' || item === value));
}

/** A pattern is a resource, or a resource and a subresource with a slash between; both may be a star. */
function isResource(pattern: string, { resource, subresource }: RuleSubject): boolean {
  const slash = pattern.indexOf('/');
  const [of, sub] = slash < 0 ? [pattern, ''] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
  return (of === '*' || of === resource) && (sub === '*' || sub === subresource);
}
