import { fieldErrorMessage } from '@typekube/apimachinery';
import type { flowcontrolv1 } from '../../../types';
import { setDefaults } from './defaults';
import { validatePriorityLevelConfiguration } from './validate';

function level(name: string, spec: flowcontrolv1.PriorityLevelConfigurationSpec): string[] {
  const object: flowcontrolv1.PriorityLevelConfiguration = {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { name },
    spec,
  };
  setDefaults(object);
  return validatePriorityLevelConfiguration(object).map(fieldErrorMessage);
}

const queue = (queuing: flowcontrolv1.QueuingConfiguration): flowcontrolv1.PriorityLevelConfigurationSpec => ({
  type: 'Limited',
  limited: { limitResponse: { type: 'Queue', queuing } },
});

describe('validatePriorityLevelConfiguration', () => {
  it.each<[string, string, flowcontrolv1.PriorityLevelConfigurationSpec, string[]]>([
    ['queues', 'x', queue({}), []],
    ['a hand that is too large', 'x', queue({ queues: 2, handSize: 3 }), [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 3: should not be greater than queues (2)',
    ]],
    ['a hand that no hash deals', 'x', queue({ queues: 1024, handSize: 8 }), [
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 1024 and handSize 8 should not be greater than 60',
    ]],
    ['an exempt level by another name', 'x', { type: 'Exempt' }, [
      `spec.type: Invalid value: "Exempt": type must be 'Exempt' if and only if name is 'exempt'`,
    ]],
    ['no limits', 'x', { type: 'Limited' }, ['spec.limited: Required value: must not be empty when type is Limited']],
    ['shares of the exempt level', 'exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 5 } }, []],
  ])('%s', (_, name, spec, wanted) => {
    expect(level(name, spec)).toEqual(wanted);
  });

  it('takes catch-all only as it is', () => {
    const limited = { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } };
    expect(level('catch-all', { type: 'Limited', limited })).toEqual([]);
    expect(level('catch-all', { type: 'Limited', limited: { ...limited, nominalConcurrencyShares: 6 } })).toEqual([
      expect.stringMatching(/spec of 'catch-all' must equal the fixed value$/) as string,
    ]);
  });
});
