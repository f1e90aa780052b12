import { spawn } from 'node:child_process';

/** nft has refused, or could not be run. The message is its own. */
export class NftError extends Error {
  override readonly name = 'NftError';

  constructor(
    message: string,
    /** The table, or something in it, is not there. */
    readonly isNotFound: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Runs nft: arguments and input in, output out. Rejects with an NftError. */
export type RunNft = (args: readonly string[], input?: string) => Promise<string>;

/** The oldest nft that reads only the table it works on; see upstream's supported.go. */
const OLDEST = [1, 0, 1] as const;

/** Runs nft by that command. */
export function nftRunner(command: readonly [string, ...string[]] = ['nft']): RunNft {
  return async (args, input = '') => {
    const { code, output, errors } = await run(command, args, input);
    if (code === 0) return output;
    throw new NftError(errors.trim() || `nft ended with ${code}`, errors.includes('No such file or directory'));
  };
}

/** The system's nft, in the network namespace of this process. */
export const systemNft: RunNft = nftRunner();

/** Rejects where nft is missing or too old. */
export async function checkNftVersion(nft: RunNft): Promise<void> {
  const text = await nft(['--version']);
  const version = (/v(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const difference = OLDEST.map((part, i) => (version[i] ?? 0) - part).find((part) => part !== 0) ?? 0;
  if (difference < 0) throw new NftError(`kube-proxy in nftables mode requires nft 1.0.1 or later, found: ${text.trim()}`, false);
}

interface Outcome {
  readonly code: number | NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

function run([program, ...before]: readonly [string, ...string[]], args: readonly string[], input: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: searchPath() },
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.once('error', (cause) => reject(new NftError(`could not run nft: ${cause.message}`, false, { cause })));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output: text(output), errors: text(errors) }));
    // nft that ends before it has read all says why in its own words.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** The administrator's folders are not in everyone's path. */
function searchPath(): string {
  return [process.env['PATH'], '/usr/sbin', '/sbin'].filter(Boolean).join(':');
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
