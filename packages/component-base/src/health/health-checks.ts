/** One thing that must be in order. Throws, or rejects, with the reason when it is not. */
export interface HealthCheck {
  readonly name: string;
  check(): void | Promise<void>;
}

/** The answer of a health endpoint, for any server. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

export interface HealthOptions {
  /** Is told the reason of every failure, which clients are not. */
  readonly onFailure?: (check: string, error: unknown) => void;
  /** Is told how each check of the whole endpoint has ended. */
  readonly onChecked?: (check: string, isOk: boolean) => void;
}

const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** The check that is always in order while the process answers at all. */
export const pingCheck: HealthCheck = { name: 'ping', check: () => undefined };

/**
 * One health endpoint, such as `/readyz`: all of its checks at the path itself, each one below it. Answers and parameters
 * (`verbose`, `exclude`) are those of apiserver's server/healthz.
 */
export class HealthEndpoint {
  private readonly checks: HealthCheck[];

  constructor(
    readonly name: string,
    checks: readonly HealthCheck[],
    private readonly options: HealthOptions = {},
  ) {
    this.checks = [...checks];
  }

  /** Adds a check, also while the endpoint is being asked. */
  add(check: HealthCheck): void {
    this.checks.push(check);
  }

  /** The names of all checks, in the order in which they are shown. */
  names(): string[] {
    return this.checks.map(({ name }) => name);
  }

  /**
   * Answers a request: `path` is what stands behind the endpoint's own path (`''`, `/ping`). Undefined where there is no such
   * check:
   * the server then answers 404.
   */
  async answer(path: string, query: URLSearchParams = new URLSearchParams()): Promise<HealthAnswer | undefined> {
    const single = path.replace(/^\//, '');
    if (single) return this.answerOne(single);
    const excluded = new Set(query.getAll('exclude'));
    const included = this.checks.filter(({ name }) => !excluded.has(name));
    const failed = new Set((await Promise.all(included.map((check) => this.fails(check)))).flat());
    return this.report({ excluded, failed, verbose: query.has('verbose') });
  }

  private async answerOne(name: string): Promise<HealthAnswer | undefined> {
    const check = this.checks.find((candidate) => candidate.name === name);
    if (!check) return undefined;
    try {
      await check.check();
      return ok('ok');
    } catch (error) {
      this.options.onFailure?.(name, error);
      return failure(`internal server error: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The name of the check in a list if it fails, else an empty list. */
  private async fails(check: HealthCheck): Promise<string[]> {
    try {
      await check.check();
      this.options.onChecked?.(check.name, true);
      return [];
    } catch (error) {
      this.options.onChecked?.(check.name, false);
      this.options.onFailure?.(check.name, error);
      return [check.name];
    }
  }

  private report({ excluded, failed, verbose }: { excluded: Set<string>; failed: Set<string>; verbose: boolean }): HealthAnswer {
    if (!failed.size && !verbose) return ok('ok');
    const lines = this.checks.map(({ name }) => {
      if (excluded.has(name)) return `[+]${name} excluded: ok\n`;
      return failed.has(name) ? `[-]${name} failed: reason withheld\n` : `[+]${name} ok\n`;
    });
    const unknown = [...excluded].filter((name) => !this.names().includes(name)).sort();
    if (unknown.length) {
      const quoted = unknown.map((name) => JSON.stringify(name)).join(',');
      lines.push(`warn: some health checks cannot be excluded: no matches for ${quoted}\n`);
    }
    const text = lines.join('');
    return failed.size ? failure(`${text}${this.name} check failed`) : ok(`${text}${this.name} check passed\n`);
  }
}

function ok(body: string): HealthAnswer {
  return { status: 200, body, contentType: PLAIN_TEXT };
}

function failure(body: string): HealthAnswer {
  return { status: 500, body: `${body}\n`, contentType: PLAIN_TEXT };
}
