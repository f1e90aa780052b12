import {
  APPS,
  AUTHENTICATION,
  AUTHORIZATION,
  AUTOSCALING,
  BATCH,
  COORDINATION,
  CORE,
  DISCOVERY,
  EXTENSIONS,
  NETWORKING,
  on,
  paths,
  POLICY,
  RBAC,
  READ,
  READ_WRITE,
  RESOURCE,
  WRITE,
} from './rule';
import type { RoleTemplate } from './template';

const HEALTH = '/healthz /livez /readyz /version /version/';
const STREAMS = 'pods/attach pods/exec pods/portforward pods/proxy';
const SCALED_APPS = 'deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale';
const SCALED_EXTENSIONS = 'deployments deployments/scale replicasets replicasets/scale replicationcontrollers/scale';

/** Roles for people: what everybody may, and the roles that an administrator gives in a namespace. */
export const USER_ROLES: readonly RoleTemplate[] = [
  {
    name: 'cluster-admin',
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
  { name: 'system:discovery', rules: [paths(`${HEALTH} /api /api/* /apis /apis/* /openapi /openapi/*`)] },
  {
    name: 'system:monitoring',
    rules: [
      paths('/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'),
      paths('/flagz'),
      paths('/statusz'),
    ],
  },
  {
    name: 'system:basic-user',
    rules: [
      on(AUTHORIZATION, 'selfsubjectaccessreviews selfsubjectrulesreviews', 'create'),
      on(AUTHENTICATION, 'selfsubjectreviews', 'create'),
    ],
  },
  { name: 'system:public-info-viewer', rules: [paths(HEALTH)] },
  { name: 'admin', collects: 'admin' },
  { name: 'edit', collects: 'edit', partOf: 'admin' },
  { name: 'view', collects: 'view', partOf: 'edit' },
  {
    name: 'system:aggregate-to-admin',
    partOf: 'admin',
    rules: [on(AUTHORIZATION, 'localsubjectaccessreviews', 'create'), on(RBAC, 'roles rolebindings', READ_WRITE)],
  },
  {
    name: 'system:aggregate-to-edit',
    partOf: 'edit',
    rules: [
      // Whoever reads these can do more than view.
      on(CORE, `${STREAMS} secrets services/proxy`, READ),
      on(CORE, 'serviceaccounts', 'impersonate'),
      on(CORE, `pods ${STREAMS}`, WRITE),
      on(CORE, 'pods/eviction', 'create'),
      on(
        CORE,
        'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
        WRITE,
      ),
      on(CORE, 'serviceaccounts/token', 'create'),
      on(APPS, `daemonsets deployments/rollback ${SCALED_APPS}`, WRITE),
      on(AUTOSCALING, 'horizontalpodautoscalers', WRITE),
      on(BATCH, 'jobs cronjobs', WRITE),
      on(EXTENSIONS, `daemonsets deployments/rollback ingresses networkpolicies ${SCALED_EXTENSIONS}`, WRITE),
      on(POLICY, 'poddisruptionbudgets', WRITE),
      on(NETWORKING, 'networkpolicies ingresses', WRITE),
      on(COORDINATION, 'leases', READ_WRITE),
      on(RESOURCE, 'resourceclaims resourceclaimtemplates', WRITE),
    ],
  },
  {
    name: 'system:aggregate-to-view',
    partOf: 'view',
    rules: [
      on(
        CORE,
        'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers ' +
          'replicationcontrollers/scale serviceaccounts services services/status',
        READ,
      ),
      on(
        CORE,
        'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
        READ,
      ),
      on(CORE, 'namespaces', READ),
      on(DISCOVERY, 'endpointslices', READ),
      on(
        APPS,
        `controllerrevisions daemonsets daemonsets/status deployments/status replicasets/status statefulsets/status ${SCALED_APPS}`,
        READ,
      ),
      on(AUTOSCALING, 'horizontalpodautoscalers horizontalpodautoscalers/status', READ),
      on(BATCH, 'cronjobs cronjobs/status jobs jobs/status', READ),
      on(
        EXTENSIONS,
        `daemonsets daemonsets/status deployments/status ingresses ingresses/status networkpolicies replicasets/status ${SCALED_EXTENSIONS}`,
        READ,
      ),
      on(POLICY, 'poddisruptionbudgets poddisruptionbudgets/status', READ),
      on(NETWORKING, 'ingresses ingresses/status networkpolicies', READ),
      on(RESOURCE, 'resourceclaims resourceclaims/status resourceclaimtemplates', READ),
    ],
  },
];
