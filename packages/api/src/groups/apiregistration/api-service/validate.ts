import {
  FieldPath,
  type FieldError,
  invalid,
  isDNS1035Label,
  isDNS1123Subdomain,
  isValidPathSegmentName,
  isValidPortNum,
  required,
} from '@typekube/apimachinery';
import type { apiregistrationv1 } from '../../../types';
import { invalidEach, validateEnum } from '../../../shared/fields/field-rules';

const MAX_GROUP_PRIORITY = 20000;
const MAX_VERSION_PRIORITY = 1000;
const CONDITION_STATUSES = ['True', 'False', 'Unknown'];

/** The rules of an APIService, new or changed. */
export function validateApiService(object: apiregistrationv1.APIService): FieldError[] {
  const spec: Partial<apiregistrationv1.APIServiceSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...validateName(object.metadata.name ?? '', `${spec.version ?? ''}.${spec.group ?? ''}`),
    ...validateGroup(spec, path.child('group')),
    ...invalidEach(path.child('version'), spec.version ?? '', isDNS1035Label(spec.version ?? '')),
    ...validatePriorities(spec, path),
    ...(spec.service ? validateRemote(spec, spec.service, path) : validateLocal(spec, path)),
  ];
}

/** The rules of its status: conditions have one of three states. */
export function validateApiServiceStatus(object: apiregistrationv1.APIService): FieldError[] {
  const path = FieldPath.of('status', 'conditions');
  return (object.status?.conditions ?? []).flatMap((condition, i) =>
    validateEnum(condition.status ?? '', path.index(i).child('status'), CONDITION_STATUSES),
  );
}

/** The name is the version and the group, so that each of them is served from one place. */
function validateName(name: string, wanted: string): FieldError[] {
  const path = FieldPath.of('metadata', 'name');
  const problems = isValidPathSegmentName(name, false);
  if (problems.length > 0) return invalidEach(path, name, problems);
  return name === wanted ? [] : [invalid(path, name, `must be \`spec.version+"."+spec.group\`: "${wanted}"`)];
}

function validateGroup(spec: Partial<apiregistrationv1.APIServiceSpec>, path: FieldPath): FieldError[] {
  if (spec.group) return invalidEach(path, spec.group, isDNS1123Subdomain(spec.group));
  return spec.version === 'v1' ? [] : [required(path, 'only v1 may have an empty group and it better be legacy kube')];
}

function validatePriorities(spec: Partial<apiregistrationv1.APIServiceSpec>, path: FieldPath): FieldError[] {
  const { groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const errors: FieldError[] = [];
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > MAX_GROUP_PRIORITY) {
    errors.push(invalid(path.child('groupPriorityMinimum'), groupPriorityMinimum, 'must be positive and less than 20000'));
  }
  if (versionPriority <= 0 || versionPriority > MAX_VERSION_PRIORITY) {
    errors.push(invalid(path.child('versionPriority'), versionPriority, 'must be positive and less than 1000'));
  }
  return errors;
}

function validateLocal(spec: Partial<apiregistrationv1.APIServiceSpec>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.caBundle) {
    const size = `${Buffer.from(spec.caBundle, 'base64').length} bytes`;
    errors.push(invalid(path.child('caBundle'), size, 'local APIServices may not have a caBundle'));
  }
  if (spec.insecureSkipTLSVerify) {
    errors.push(invalid(path.child('insecureSkipTLSVerify'), true, 'local APIServices may not have insecureSkipTLSVerify'));
  }
  return errors;
}

function validateRemote(
  spec: Partial<apiregistrationv1.APIServiceSpec>,
  service: apiregistrationv1.ServiceReference,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!service.namespace) errors.push(required(path.child('service', 'namespace')));
  if (!service.name) errors.push(required(path.child('service', 'name')));
  const port = service.port ?? 0;
  const problems = isValidPortNum(port);
  if (problems.length > 0) errors.push(invalid(path.child('service', 'port'), port, `port is not valid: ${problems.join(',')}`));
  if (spec.insecureSkipTLSVerify && spec.caBundle) {
    errors.push(invalid(path.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present'));
  }
  return errors;
}
