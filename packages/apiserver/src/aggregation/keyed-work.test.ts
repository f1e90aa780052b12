import { KeyedWork } from './keyed-work';

const options = { firstPauseMs: 1, maxPauseMs: 4, onError: () => undefined };

/** Work that ends when the test says so. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

it('runs a key once at a time, and once more for all that came meanwhile', async () => {
  const gates = [gate(), gate()];
  const started: string[] = [];
  const work = new KeyedWork((key) => {
    started.push(key);
    return gates[started.length - 1]?.promise ?? Promise.resolve();
  }, options);
  work.enqueue('a');
  work.enqueue('a');
  work.enqueue('a');
  expect(started).toEqual(['a']);
  gates[0]!.open();
  while (started.length < 2) await Promise.resolve();
  gates[1]!.open();
  await work.stop();
  expect(started).toEqual(['a', 'a']);
});

it('tries again what has failed, until it is forgotten', async () => {
  const errors: string[] = [];
  const third = gate();
  let runs = 0;
  const work = new KeyedWork(
    (key) => {
      runs += 1;
      return Promise.reject(new Error(`${key} ${runs}`));
    },
    {
      ...options,
      onError(_key, error) {
        errors.push((error as Error).message);
        if (errors.length === 3) third.open();
      },
    },
  );
  work.enqueue('a');
  await third.promise;
  work.forget('a');
  await work.stop();
  expect(errors).toEqual(['a 1', 'a 2', 'a 3']);
});
