import {
  formatGroupVersion,
  groupVersionKindOf,
  groupVersionKindText,
  groupVersionResourceText,
  parseGroupKind,
  parseGroupResource,
  parseGroupVersion,
  parseResourceArgument,
} from './group-version';
import { compareVersionPriority } from './version-priority';

describe('parseGroupVersion', () => {
  it.each([
    ['v1', '', 'v1'],
    ['apps/v1', 'apps', 'v1'],
    ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io', 'v1'],
    ['', '', ''],
    ['/', '', ''],
    ['/v1', '', 'v1'],
    ['apps/', 'apps', ''],
  ])('reads %j', (text, group, version) => {
    expect(parseGroupVersion(text)).toEqual({ group, version });
  });

  it('refuses a second slash', () => {
    expect(() => parseGroupVersion('a/b/c')).toThrow('unexpected GroupVersion string: a/b/c');
  });

  it('writes what it reads', () => {
    for (const text of ['v1', 'apps/v1', 'a.b.c/v2beta1']) expect(formatGroupVersion(parseGroupVersion(text))).toBe(text);
  });
});

describe('texts and arguments', () => {
  it('names kinds and resources as upstream does', () => {
    expect(groupVersionKindText({ group: '', version: 'v1', kind: 'Event' })).toBe('/v1, Kind=Event');
    expect(groupVersionResourceText({ group: 'apps', version: 'v1', resource: 'deployments' })).toBe('apps/v1, Resource=deployments');
  });

  it('takes the kind of an object, whatever its apiVersion', () => {
    expect(groupVersionKindOf({ apiVersion: 'apps/v1', kind: 'Deployment' })).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
    expect(groupVersionKindOf({ apiVersion: 'a/b/c', kind: 'X' })).toEqual({ group: '', version: '', kind: 'X' });
    expect(groupVersionKindOf({})).toEqual({ group: '', version: '', kind: '' });
  });

  it('splits resource and kind arguments at the first dot', () => {
    expect(parseGroupResource('deployments.apps')).toEqual({ group: 'apps', resource: 'deployments' });
    expect(parseGroupResource('pods')).toEqual({ group: '', resource: 'pods' });
    expect(parseGroupKind('Role.rbac.authorization.k8s.io')).toEqual({ group: 'rbac.authorization.k8s.io', kind: 'Role' });
    expect(parseResourceArgument('deployments.v1.apps').versioned).toEqual({ group: 'apps', version: 'v1', resource: 'deployments' });
    expect(parseResourceArgument('deployments.apps').versioned).toBeUndefined();
  });
});

describe('compareVersionPriority', () => {
  it('sorts as the documented example of custom resource versions', () => {
    const versions = ['v10beta3', 'v3beta1', 'foo10', 'v1', 'v12alpha1', 'v11alpha2', 'v11beta2', 'v2', 'v10', 'foo1', 'v12alpha10'];
    expect(versions.sort(compareVersionPriority)).toEqual([
      'v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha10', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10',
    ]);
  });

  it('counts equal names as equal', () => {
    expect(compareVersionPriority('v1', 'v1')).toBe(0);
    expect(compareVersionPriority('x', 'x')).toBe(0);
  });
});
