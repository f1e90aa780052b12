import { builtInDefinitions } from '@typekube/api';
import { admissionResource, type AdmissionAttributes, type AdmissionPlugin } from './admission';
import { AdmissionChain } from './chain';
import { Reinvocation } from './reinvocation';

const [pods, maps] = ['pods', 'configmaps'].map((plural) => {
  const definition = builtInDefinitions.find((known) => known.group === '' && known.plural === plural);
  return admissionResource(definition!);
});

function attributes(): AdmissionAttributes {
  return { operation: 'CREATE', resource: pods!, subresource: '', reinvocation: new Reinvocation() } as AdmissionAttributes;
}

function plugin(name: string, log: string[], more: Partial<AdmissionPlugin> = {}): AdmissionPlugin {
  return { name, handles: ({ resource }) => resource === pods, admit: () => void log.push(name), ...more };
}

it('has nothing to run where no plugin has anything to do', () => {
  const chain = new AdmissionChain([plugin('a', [])]);
  expect(chain.for('CREATE', maps!, '')).toEqual({ admit: undefined, validate: undefined });
  expect(chain.for('CREATE', pods!, '').validate).toBeUndefined();
});

it('asks a plugin once for each sort of write', () => {
  const handles = jest.fn(() => true);
  const chain = new AdmissionChain([plugin('a', [], { handles })]);
  const first = chain.for('UPDATE', pods!, 'status');
  expect(chain.for('UPDATE', pods!, 'status')).toBe(first);
  expect(handles).toHaveBeenCalledTimes(1);
});

it('makes no promise where no plugin waits', () => {
  const log: string[] = [];
  const chain = new AdmissionChain([plugin('a', log), plugin('b', log)]);
  expect(chain.for('CREATE', pods!, '').admit?.(attributes())).toBeUndefined();
  expect(log).toEqual(['a', 'b']);
});

it('keeps the order across one that waits', async () => {
  const log: string[] = [];
  const late = plugin('late', log, { admit: () => Promise.resolve().then(() => void log.push('late')) });
  await new AdmissionChain([plugin('a', log), late, plugin('b', log)]).for('CREATE', pods!, '').admit?.(attributes());
  expect(log).toEqual(['a', 'late', 'b']);
});

it('ends with the first refusal', () => {
  const log: string[] = [];
  const refusing = plugin('no', log, {
    admit: () => {
      throw new Error('no');
    },
  });
  expect(() => new AdmissionChain([refusing, plugin('b', log)]).for('CREATE', pods!, '').admit?.(attributes())).toThrow('no');
  expect(log).toEqual([]);
});

it('runs all once more if one asks for it, and not a third time', async () => {
  const log: string[] = [];
  const asking = plugin('asking', log, {
    admit: async ({ reinvocation }) => {
      await Promise.resolve();
      log.push(reinvocation.isActive ? 'again' : 'asking');
      reinvocation.request();
    },
  });
  await new AdmissionChain([plugin('a', log), asking]).for('CREATE', pods!, '').admit?.(attributes());
  expect(log).toEqual(['a', 'asking', 'a', 'again']);
});
