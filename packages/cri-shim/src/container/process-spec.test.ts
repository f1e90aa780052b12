import { commandLine, environment } from './process-spec';

describe('commandLine', () => {
  const image = { Entrypoint: ['/entry'], Cmd: ['a', 'b'] };
  it.each([
    ['the image', [], [], ['/entry', 'a', 'b']],
    ['arguments', [], ['x'], ['/entry', 'x']],
    ['a command', ['/own'], [], ['/own']],
    ['both', ['/own'], ['x'], ['/own', 'x']],
  ])('is made of %s', (_name, command, args, expected) => expect(commandLine({ command, args }, image)).toEqual(expected));

  it('must not be empty', () => expect(() => commandLine({ command: [], args: [] }, {})).toThrow('no command specified'));
});

describe('environment', () => {
  it('lets the container override the image, and the image the defaults', () => {
    const envs = [{ key: 'B', value: 'own' }, { key: 'EMPTY', value: '' }];
    expect(environment({ envs, tty: false }, { Env: ['PATH=/bin', 'A=1', 'B=image'] }, 'host')).toEqual(['PATH=/bin', 'HOSTNAME=host', 'A=1', 'B=own', 'EMPTY=']);
  });

  it('names the terminal', () => expect(environment({ envs: [], tty: true }, {}, '')).toContain('TERM=xterm'));
});
