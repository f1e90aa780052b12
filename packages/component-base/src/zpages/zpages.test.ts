import { booleanFlag, durationFlag, listFlag, mapFlag, optionalStringFlag } from '../config/flag-types';
import { parseFlags, section } from '../config/flags';
import { flagValues, ZPages } from './zpages';

const program = {
  name: 'kube-x',
  description: '',
  sections: {
    one: section('One', {
      isOn: booleanFlag({ default: true, help: '' }),
      waitTime: durationFlag({ default: 90_000, help: '' }),
      filePath: optionalStringFlag({ help: '' }),
      someNames: listFlag({ default: ['a', 'b'], help: '' }),
      keyValues: mapFlag({ default: {}, help: '' }),
    }),
  },
};

function valuesOf(...args: string[]): Record<string, string> {
  const outcome = parseFlags(program, args);
  if (outcome.action !== 'run') throw new Error('these flags do not start anything');
  return Object.fromEntries(flagValues(program, outcome.options));
}

it('names all flags with their values', () => {
  expect(valuesOf('--key-values=a=b,c=d')).toEqual({ 'is-on': 'true', 'wait-time': '1m30s', 'file-path': '', 'some-names': '[a,b]', 'key-values': 'a=b,c=d' });
});

describe('the pages', () => {
  const pages = new ZPages({ name: 'kube-x', flags: new Map([['b', '2'], ['a', '1']]), paths: () => ['/metrics', '/livez'] });

  it('tell the flags in their order, and how the component is', () => {
    expect(pages.answer('/flagz', '*/*')).toMatchObject({ status: 200, body: expect.stringMatching(/^\nkube-x flagz\nWarning: .*\n\na(:|: |=| )1\nb(:|: |=| )2\n$/) });
    const { body } = pages.answer('/statusz', 'text/plain;q=0.5') ?? { body: '' };
    expect(body).toMatch(/^\nkube-x statusz\nWarning: .*\n\nStarted(:|: |=| )[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}\nUp(:|: |=| )\d+ hr \d\d min \d\d sec\n/);
    expect(body).toMatch(/\nBinary version(:|: |=| )1\.36\.0\nEmulation version(:|: |=| )1\.36\nPaths(:|: |=| )\/livez \/metrics\n$/);
  });

  it('are text alone, and only those that there are', () => {
    expect(pages.answer('/statusz', 'application/json')).toMatchObject({ status: 406 });
    expect(pages.answer('/other', '*/*')).toBeUndefined();
    expect(new ZPages({ name: 'x', flags: new Map(), pages: ['/flagz'] }).answer('/statusz', '*/*')).toBeUndefined();
  });
});
