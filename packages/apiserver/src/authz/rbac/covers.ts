import type { rbacv1 } from '@typekube/api';

type Rule = rbacv1.PolicyRule;

/** The smallest parts of `wanted` that no rule of `held` covers; empty if whoever has `held` has all of `wanted` (upstream's rbac validation.Covers). */
export function missingRules(held: readonly Rule[], wanted: readonly Rule[]): Rule[] {
  return wanted.flatMap(breakDown).filter((part) => !held.some((rule) => covers(rule, part)));
}

/** One part for each combination of a group, a resource, a verb and a name, or of a path and a verb. */
function breakDown({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Rule): Rule[] {
  const names = resourceNames.length ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  const parts: Rule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        for (const name of names) parts.push({ apiGroups: [group], resources: [resource], verbs: [verb], ...name });
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  return parts;
}

function covers(held: Rule, part: Rule): boolean {
  return (
    hasAll(held.verbs, part.verbs) &&
    hasAll(held.apiGroups, part.apiGroups) &&
    coversResources(held.resources, part.resources) &&
    coversPaths(held.nonResourceURLs, part.nonResourceURLs) &&
    coversNames(held.resourceNames, part.resourceNames)
  );
}

function hasAll(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return held.includes('*') || wanted.every((name) => held.includes(name));
}

function coversResources(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  if (held.includes('*')) return true;
  return wanted.every((resource) => held.includes(resource) || held.includes(resource.replace(/^[^/]*\//, '*/')));
}

function coversPaths(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return wanted.every((url) => held.some((prefix) => url === prefix || (prefix.endsWith('*') && url.startsWith(prefix.replace(/\*+$/, '')))));
}

/** A rule without names is for all of them. */
function coversNames(held: readonly string[] = [], wanted: readonly string[] = []): boolean {
  if (wanted.length === 0) return held.length === 0;
  return held.length === 0 || wanted.every((name) => held.includes(name));
}

/** Joins parts that differ in their verbs only. */
export function compactRules(rules: readonly Rule[]): Rule[] {
  const simple = new Map<string, Rule>();
  const others: Rule[] = [];
  for (const rule of rules) {
    const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
    if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 1 || nonResourceURLs.length) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups, resources, resourceNames]);
    const known = simple.get(key);
    if (known) known.verbs.push(...verbs.filter((verb) => !known.verbs.includes(verb)));
    else simple.set(key, { ...rule, verbs: [...verbs] });
  }
  return [...others, ...simple.values()];
}
