import { type FlagSections, flagName, type Options, type Program } from '../config/flags';
import type { Flag } from '../config/flag-types';
import { formatGoDuration } from '../config/go-values';
import type { HealthAnswer } from '../health/health-checks';
import { KUBERNETES_VERSION } from '../version';

/** What people look at to know what a component is doing: `/statusz` and `/flagz`, as k8s.io/component-base/zpages. */
export class ZPages {
  private readonly startedAt = new Date(Date.now() - process.uptime() * 1000);
  private readonly flags: ReadonlyMap<string, string>;
  private readonly enabled: ReadonlySet<string>;

  constructor(private readonly options: ZPagesOptions) {
    this.flags = options.flags;
    this.enabled = new Set(options.pages ?? ['/statusz', '/flagz']);
  }

  /** Undefined for a path that is neither, or is off: the server then answers 404. */
  answer(path: string, accept: string | undefined): HealthAnswer | undefined {
    if (!this.enabled.has(path)) return undefined;
    if (!acceptsPlainText(accept)) return { status: 406, body: `${NOT_ACCEPTABLE}\n`, contentType: PLAIN_TEXT };
    return { status: 200, body: path === '/statusz' ? this.status() : this.flagLines(), contentType: PLAIN_TEXT };
  }

  private status(): string {
    const { name, paths } = this.options;
    const separator = anySeparator();
    const seconds = Math.floor(process.uptime());
    const two = (value: number): string => String(value).padStart(2, '0');
    const lines: [string, string][] = [
      ['Started', unixDate(this.startedAt)],
      ['Up', `${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec`],
      ['Node version', process.version],
      ['Binary version', KUBERNETES_VERSION.gitVersion.slice(1)],
      ['Emulation version', `${KUBERNETES_VERSION.major}.${KUBERNETES_VERSION.minor}`],
      ...(paths ? [['Paths', [...paths()].sort().join(' ')] as [string, string]] : []),
    ];
    return `${header(name, 'statusz')}\n${lines.map(([title, value]) => `${title}${separator}${value}\n`).join('')}`;
  }

  private flagLines(): string {
    const separator = anySeparator();
    const lines = [...this.flags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}${separator}${value}\n`);
    return `${header(this.options.name, 'flagz')}\n${lines.join('')}`;
  }
}

export interface ZPagesOptions {
  /** Of the component: `kube-apiserver`. */
  readonly name: string;
  readonly flags: ReadonlyMap<string, string>;
  /** The pages there are. Default: both. */
  readonly pages?: readonly string[];
  /** The endpoints that the component serves. */
  readonly paths?: () => Iterable<string>;
}

const PLAIN_TEXT = 'text/plain; charset=utf-8';
const NOT_ACCEPTABLE = 'media type not acceptable, must be: text/plain';

/** All flags of a program by their names on the command line, with the values that they have. */
export function flagValues<S extends FlagSections>({ sections }: Program<S>, options: Options<S>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [key, { flags }] of Object.entries(sections)) {
    const given = options[key] as Readonly<Record<string, unknown>>;
    for (const [option, flag] of Object.entries(flags)) values.set(flagName(option), textOf(flag, given[option]));
  }
  return values;
}

function textOf({ valueName }: Flag<unknown>, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (valueName === 'duration' && typeof value === 'number') return formatGoDuration(value);
  if (Array.isArray(value)) return `[${value.join(',')}]`;
  if (typeof value !== 'object') return String(value);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.entries(value).map(([name, each]) => `${name}=${String(each)}`).join(',') : String(value);
}

function header(name: string, page: string): string {
  return `\n${name} ${page}\nWarning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.\n`;
}

const SEPARATORS = [':', ': ', '=', ' '];

/** Another one each time, as upstream: who would read the pages by a program shall find out early that this does not go well. */
function anySeparator(): string {
  return SEPARATORS[Math.floor(Math.random() * SEPARATORS.length)] ?? ':';
}

/** Go's time.UnixDate, in UTC. */
function unixDate(date: Date): string {
  const [day = '', number = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(number)).padStart(2)} ${time} UTC ${year}`;
}

function acceptsPlainText(accept = ''): boolean {
  const types = accept.split(',').map((part) => part.split(';', 1)[0]?.trim() ?? '');
  return accept.trim() === '' || types.some((type) => ['*/*', 'text/*', 'text/plain'].includes(type));
}
