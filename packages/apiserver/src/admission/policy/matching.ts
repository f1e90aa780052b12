import type { admissionregistrationv1 } from '@typekube/api';
import { selectorFromLabelSelector } from '@typekube/apimachinery';
import type { Matching } from '../webhooks/match';
import { CompiledRules, type RuleSubject } from '../webhooks/rules';

/** Compiles what a policy or a binding is about: no rules at all mean everything. */
export function compileMatching(match: admissionregistrationv1.MatchResources | undefined): Matching {
  return {
    rules: new PolicyRules(match?.resourceRules ?? [], match?.excludeResourceRules ?? []),
    namespaceSelector: selectorFromLabelSelector(match?.namespaceSelector ?? {}),
    objectSelector: selectorFromLabelSelector(match?.objectSelector ?? {}),
    matchesEquivalent: match?.matchPolicy !== 'Exact',
  };
}

/** Rules, and rules that take out of them. */
class PolicyRules {
  private readonly included: CompiledRules;
  private readonly excluded: CompiledRules;

  constructor(private readonly rules: readonly admissionregistrationv1.NamedRuleWithOperations[], excluded: readonly admissionregistrationv1.NamedRuleWithOperations[]) {
    this.included = new CompiledRules(rules);
    this.excluded = new CompiledRules(excluded);
  }

  match(subject: RuleSubject): boolean {
    return !this.excluded.match(subject) && (this.rules.length === 0 || this.included.match(subject));
  }

  firstOf<T extends RuleSubject>(subjects: readonly T[]): T | undefined {
    if (subjects.some((subject) => this.excluded.match(subject))) return undefined;
    return this.rules.length === 0 ? subjects[0] : this.included.firstOf(subjects);
  }
}
