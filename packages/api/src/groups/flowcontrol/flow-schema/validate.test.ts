import { fieldErrorMessage } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';
import { setDefaults } from './defaults';
import { MANDATORY_FLOW_SCHEMAS } from './mandatory';
import { validateFlowSchema } from './validate';

function flowSchema(name: string, spec: Partial<flowcontrolv1.FlowSchemaSpec>): flowcontrolv1.FlowSchema {
  const object: flowcontrolv1.FlowSchema = {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name },
    spec: { priorityLevelConfiguration: { name: 'global-default' }, ...spec },
  };
  setDefaults(object);
  return object;
}

const USER = { kind: 'User', user: { name: 'u' } };
const RESOURCES = { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] };

describe('validateFlowSchema', () => {
  it.each<[string, Partial<flowcontrolv1.FlowSchemaSpec>, string[]]>([
    ['a rule', { rules: [{ subjects: [USER], resourceRules: [RESOURCES] }] }, []],
    ['no level', { priorityLevelConfiguration: { name: '' } }, [
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
    ]],
    ['the first place', { matchingPrecedence: 1 }, [
      `spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1`,
    ]],
    ['a subject of two kinds', { rules: [{ subjects: [{ ...USER, group: { name: 'g' } }], resourceRules: [RESOURCES] }] }, [
      `spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
    ]],
    ['a wildcard within a path', { rules: [{ subjects: [USER], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*'] }] }] }, [
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
    ]],
  ])('%s', (_, spec, wanted) => {
    expect(validateFlowSchema(flowSchema('x', spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it.each(Object.entries(MANDATORY_FLOW_SCHEMAS))('takes %s only as it is', (name, spec) => {
    expect(validateFlowSchema(flowSchema(name, spec))).toEqual([]);
    expect(validateFlowSchema(flowSchema(name, { ...spec, rules: [] })).map(({ detail }) => detail)).toEqual([
      `spec of '${name}' must equal the fixed value`,
    ]);
  });
});
