import type { admissionregistrationv1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { Resource } from '../../registry/resource';
import type { Matching } from '../webhooks/match';
import { compileMatching } from './matching';
import { parseAll } from './params';

/** A binding, made ready for all requests. */
export interface Binding {
  readonly name: string;
  readonly matching: Matching;
  readonly paramRef: admissionregistrationv1.ParamRef | undefined;
  readonly actions: readonly string[];
}

/** What policies of both kinds have in common. */
export interface PolicyParts {
  readonly name: string;
  readonly matching: Matching;
  readonly paramKind: admissionregistrationv1.ParamKind | undefined;
  readonly ignoresFailure: boolean;
}

export interface Bound<T extends PolicyParts> {
  readonly policy: T;
  readonly bindings: readonly Binding[];
}

type BindingObject = KubeObject & {
  readonly spec?: Pick<admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec, 'policyName' | 'paramRef' | 'matchResources' | 'validationActions'>;
};

/** The policies that are bound, by their names; compiled anew when a policy or a binding has changed. */
export class PolicySource<P extends KubeObject, T extends PolicyParts> {
  private compiled: readonly Bound<T>[] = [];
  private stamp = '';

  constructor(
    private readonly policies: Resource,
    private readonly bindings: Resource,
    private readonly compile: (policy: P) => T,
  ) {}

  get bound(): readonly Bound<T>[] {
    const stamp = `${changesOf(this.policies)}/${changesOf(this.bindings)}`;
    if (stamp !== this.stamp) {
      this.compiled = this.bind();
      this.stamp = stamp;
    }
    return this.compiled;
  }

  private bind(): Bound<T>[] {
    const all = byName(parseAll<BindingObject>(this.bindings));
    return byName(parseAll<P>(this.policies)).flatMap((policy) => {
      const bindings = all.filter(({ spec }) => spec?.policyName === policy.metadata.name);
      return bindings.length ? [{ policy: this.compile(policy), bindings: bindings.map(compileBinding) }] : [];
    });
  }
}

function changesOf({ cache }: Resource): number {
  return cache.counts.events + cache.counts.loads;
}

function byName<T extends KubeObject>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
}

function compileBinding({ metadata, spec }: BindingObject): Binding {
  return { name: metadata.name ?? '', matching: compileMatching(spec?.matchResources), paramRef: spec?.paramRef, actions: spec?.validationActions ?? [] };
}
