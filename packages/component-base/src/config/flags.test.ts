import { booleanFlag, choiceFlag, durationFlag, integerFlag, ipFlag, listFlag, mapFlag, optionalIpFlag, optionalStringFlag, stringFlag } from './flag-types';
import { type FlagOutcome, parseFlags, section } from './flags';

const program = {
  name: 'kube-test',
  description: 'The test component.',
  sections: {
    serving: section('Secure serving', {
      bindAddress: stringFlag({ default: '0.0.0.0', help: 'Where to listen.' }),
      securePort: integerFlag({ default: 6443, help: 'The port.' }),
      tlsCertFile: optionalStringFlag({ help: 'The certificate.' }),
      oldPort: integerFlag({ default: 0, help: 'Gone.', deprecated: 'use --secure-port instead' }),
    }),
    misc: section('Misc', {
      v: integerFlag({ shorthand: 'v', valueName: 'Level', default: 0, help: 'Verbosity.' }),
      profiling: booleanFlag({ default: true, help: 'Profile.' }),
      quiet: booleanFlag({ shorthand: 'q', default: false, help: 'Say less.' }),
      timeout: durationFlag({ default: 60_000, help: 'How long.' }),
      etcdServers: listFlag({ default: [], help: 'The servers.' }),
      labels: mapFlag({ default: {}, help: 'Labels.' }),
      format: choiceFlag({ choices: ['text', 'json'], default: 'text', help: 'The format.' }),
    }),
  },
};

type Outcome = FlagOutcome<typeof program.sections>;

function run(...argv: string[]): Extract<Outcome, { action: 'run' }> {
  const outcome = parseFlags(program, argv);
  if (outcome.action !== 'run') throw new Error('not to be run');
  return outcome;
}

describe('parseFlags', () => {
  it('takes addresses of both families and nothing else', () => {
    const addresses = {
      name: 'kube-test', description: '',
      sections: { serving: section('Serving', { bind: ipFlag({ default: '0.0.0.0', help: '' }), advertise: optionalIpFlag({ help: '' }) }) },
    };
    const read = (...argv: string[]): unknown => parseFlags(addresses, argv);
    expect(read()).toMatchObject({ options: { serving: { bind: '0.0.0.0', advertise: undefined } } });
    expect(read('--bind=::1', '--advertise= 10.0.0.1')).toMatchObject({ options: { serving: { bind: '::1', advertise: '10.0.0.1' } } });
    expect(() => read('--bind=localhost')).toThrow('invalid argument "localhost" for "--bind" flag: failed to parse IP: "localhost"');
  });

  it('gives defaults', () => {
    expect(run().options).toEqual({
      serving: { bindAddress: '0.0.0.0', securePort: 6443, tlsCertFile: undefined, oldPort: 0 },
      misc: { v: 0, profiling: true, quiet: false, timeout: 60_000, etcdServers: [], labels: {}, format: 'text' },
    });
  });

  it('takes values with and without equals sign, underscores, and short forms', () => {
    const { serving, misc } = run('--bind-address=::1', '--secure-port', '1', '--tls_cert_file=a=b', '-v=4', '-q', '--timeout=1m30s', '--format=json').options;
    expect(serving).toMatchObject({ bindAddress: '::1', securePort: 1, tlsCertFile: 'a=b' });
    expect(misc).toMatchObject({ v: 4, quiet: true, timeout: 90_000, format: 'json' });
    expect([run('-v', '2'), run('-v3'), run('--v=5')].map(({ options }) => options.misc.v)).toEqual([2, 3, 5]);
  });

  it('takes booleans bare or with a value', () => {
    expect(run('--quiet', '--profiling=false').options.misc).toMatchObject({ quiet: true, profiling: false });
    expect(run('--quiet=T', '--profiling=0').options.misc).toMatchObject({ quiet: true, profiling: false });
  });

  it('collects lists and maps', () => {
    const { misc } = run('--etcd-servers=a,b', '--etcd-servers', '"c,d",e', '--labels=a=1,b=x=y', '--labels=c=3').options;
    expect(misc.etcdServers).toEqual(['a', 'b', 'c,d', 'e']);
    expect(misc.labels).toEqual({ a: '1', b: 'x=y', c: '3' });
    expect(run('--etcd-servers=').options.misc.etcdServers).toEqual([]);
  });

  it('warns of deprecated flags', () => {
    expect(run('--old-port=1').warnings).toEqual(['Flag --old-port has been deprecated, use --secure-port instead']);
  });

  it('prints its version and help', () => {
    expect(parseFlags(program, ['--version'])).toEqual({ action: 'print', text: 'Kubernetes v1.36.0' });
    for (const help of ['--help', '-h']) expect(parseFlags(program, [help])).toMatchObject({ action: 'print' });
    expect(parseFlags(program, ['--help'])).toEqual({ action: 'print', text: HELP });
  });

  it.each([
    [['--nope'], 'unknown flag: --nope'],
    [['--nope=1'], 'unknown flag: --nope'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['--=1'], 'bad flag syntax: --=1'],
    [['---x'], 'bad flag syntax: ---x'],
    [['--bind-address'], 'flag needs an argument: --bind-address'],
    [['-v'], "flag needs an argument: 'v' in -v"],
    [['--secure-port=x'], 'invalid argument "x" for "--secure-port" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['-v=x'], 'invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--quiet=maybe'], 'invalid argument "maybe" for "-q, --quiet" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [['--timeout=5'], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    [['--labels=a'], 'invalid argument "a" for "--labels" flag: malformed pair, expect string=string'],
    [['--format=xml'], 'invalid argument "xml" for "--format" flag: must be one of "text", "json"'],
    [['a', 'b'], 'kube-test does not take any arguments, got ["a","b"]'],
    [['--', '--quiet'], 'kube-test does not take any arguments, got ["--quiet"]'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseFlags(program, argv)).toThrow(expect.objectContaining({ name: 'FlagError', message }));
  });
});

const HELP = `The test component.

Usage:
  kube-test [flags]

Secure serving flags:

      --bind-address string    Where to listen. (default "0.0.0.0")
      --secure-port int        The port. (default 6443)
      --tls-cert-file string   The certificate.

Misc flags:

      --etcd-servers strings     The servers.
      --format string            The format. (default "text")
      --labels mapStringString   Labels.
      --profiling                Profile. (default true)
  -q, --quiet                    Say less.
      --timeout duration         How long. (default 1m0s)
  -v, --v Level                  Verbosity.

Global flags:

  -h, --help      help for kube-test
      --version   Print version information and quit`;
