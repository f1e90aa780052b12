const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The date in UTC, as upstream's labels have it: `2006-01-02`. */
export function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Whether it is a date that there is. */
export function isDay(text: string): boolean {
  const time = Date.parse(text);
  return DAY.test(text) && !Number.isNaN(time) && dayOf(time) === text;
}
