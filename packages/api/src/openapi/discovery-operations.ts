import { idOfGroup, namesOfGroupVersion, tagOfGroup } from './group-version-names';
import type { MediaTypes } from './media-types';
import type { Operation } from './operation';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/**
 * The requests that tell what is served, by the path of their document: `api`, `api/v1`, `apis`, `apis/apps`,
 * `apis/apps/v1`, `version`.
 */
export function discoveryOperations(path: string, { objects }: MediaTypes): Operation[] {
  const [root, group = '', version] = path.split('/');
  const common = {
    method: 'get',
    path: `/${path}/`,
    parameters: [],
    consumes: objects,
    produces: objects,
    codes: [200],
  } as const;
  if (path === 'version') return [versionOperation()];
  if (path === 'api') {
    return [
      {
        ...common,
        id: 'getCoreAPIVersions',
        tag: 'core',
        description: 'get available API versions',
        answer: `${META}.APIVersions`,
      },
    ];
  }
  if (path === 'apis') {
    return [
      { ...common, id: 'getAPIVersions', tag: 'apis', description: 'get available API versions', answer: `${META}.APIGroupList` },
    ];
  }
  if (root === 'apis' && version === undefined) {
    const id = `get${idOfGroup(group)}APIGroup`;
    return [{ ...common, id, tag: tagOfGroup(group), description: 'get information of a group', answer: `${META}.APIGroup` }];
  }
  const names = root === 'api' ? namesOfGroupVersion('', group) : namesOfGroupVersion(group, version ?? '');
  const id = `get${names.id}APIResources`;
  return [{ ...common, id, tag: names.tag, description: 'get available resources', answer: `${META}.APIResourceList` }];
}

function versionOperation(): Operation {
  return {
    path: '/version/',
    method: 'get',
    id: 'getCodeVersion',
    tag: 'version',
    description: 'get the version information for this server',
    parameters: [],
    consumes: ['application/json'],
    produces: ['application/json'],
    codes: [200],
    answer: 'io.k8s.apimachinery.pkg.version.Info',
  };
}
