import type { rbacv1 } from '@typekube/api';
import { parseObject, type Entry } from '../../cache/entry';
import { followCache } from '../../cache/follow-cache';
import type { ResourceCache } from '../../cache/resource-cache';
import { CompiledRule } from './compiled-rule';

/** The rules of all roles or of all cluster roles, compiled when they are first asked for. */
export class RoleTable {
  private readonly compiled = new Map<string, readonly CompiledRule[]>();

  constructor(private readonly cache: ResourceCache) {
    followCache(cache, {
      reset: () => this.compiled.clear(),
      changed: ({ entry }) => void this.compiled.delete(entry.key),
    });
  }

  /** Undefined if there is no such role. */
  rules(key: string): readonly CompiledRule[] | undefined {
    const known = this.compiled.get(key);
    if (known) return known;
    const entry = this.cache.get(key);
    if (!entry) return undefined;
    const rules = compile(entry);
    this.compiled.set(key, rules);
    return rules;
  }
}

function compile({ bytes }: Entry): readonly CompiledRule[] {
  const { rules } = parseObject(bytes) as rbacv1.Role | rbacv1.ClusterRole;
  return (rules ?? []).map((rule) => new CompiledRule(rule));
}
