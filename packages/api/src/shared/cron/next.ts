import type { CronSchedule } from './parse';
import { dayOfWeek, timeOfWall, type WallTime, wallTimeAt } from './zoned-time';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** A schedule that has not matched within so many years never does (30 February). */
const YEARS_TO_SEARCH = 5;

type FieldSchedule = Extract<CronSchedule, { type: 'fields' }>;

/**
 * The first time after `after` at which the schedule fires, or undefined if there is none within five years. Clock changes are
 * treated as robfig/cron does: a time that a change skips does not fire that day, one that it repeats fires twice.
 * A zone in the schedule's own text goes before `timeZone`.
 */
export function nextCronTime(schedule: CronSchedule, after: Date, timeZone = 'UTC'): Date | undefined {
  const wholeSecond = Math.floor(after.getTime() / SECOND) * SECOND;
  if (schedule.type === 'delay') return new Date(wholeSecond + schedule.seconds * SECOND);
  const time = new Search(schedule, wholeSecond + SECOND, schedule.timeZone ?? timeZone).run();
  return time === undefined ? undefined : new Date(time);
}

/** Moves a time forward part by part, from month to second, beginning anew whenever a part rolls over. */
class Search {
  private wall: WallTime;
  private rounded = false;

  constructor(
    private readonly schedule: FieldSchedule,
    private time: number,
    private readonly timeZone: string,
  ) {
    this.wall = wallTimeAt(time, timeZone);
  }

  run(): number | undefined {
    const lastYear = this.wall.year + YEARS_TO_SEARCH;
    while (this.wall.year <= lastYear) {
      if (this.matchMonth() && this.matchDay() && this.matchHour() && this.matchMinute() && this.matchSecond()) return this.time;
    }
    return undefined;
  }

  private matchMonth(): boolean {
    while (!this.schedule.month.values.has(this.wall.month)) {
      this.round({ day: 1, hour: 0, minute: 0, second: 0 });
      this.moveToWall({ ...this.wall, month: this.wall.month + 1 });
      if (this.wall.month === 1) return false;
    }
    return true;
  }

  private matchDay(): boolean {
    while (!this.dayMatches()) {
      this.round({ hour: 0, minute: 0, second: 0 });
      this.moveToWall({ ...this.wall, day: this.wall.day + 1 });
      // Where a clock change takes midnight away, the day begins at 23:00 or 01:00.
      const { hour } = this.wall;
      if (hour !== 0) this.moveTo(this.time + (hour > 12 ? 24 - hour : -hour) * HOUR);
      if (this.wall.day === 1) return false;
    }
    return true;
  }

  private dayMatches(): boolean {
    const { dayOfMonth, dayOfWeek: weekdays } = this.schedule;
    const inMonth = dayOfMonth.values.has(this.wall.day);
    const inWeek = weekdays.values.has(dayOfWeek(this.wall));
    return dayOfMonth.star || weekdays.star ? inMonth && inWeek : inMonth || inWeek;
  }

  private matchHour(): boolean {
    while (!this.schedule.hour.values.has(this.wall.hour)) {
      this.round({ minute: 0, second: 0 });
      this.moveTo(this.time + HOUR);
      if (this.wall.hour === 0) return false;
    }
    return true;
  }

  private matchMinute(): boolean {
    while (!this.schedule.minute.values.has(this.wall.minute)) {
      this.rounded = true;
      this.moveTo(Math.floor(this.time / MINUTE) * MINUTE + MINUTE);
      if (this.wall.minute === 0) return false;
    }
    return true;
  }

  private matchSecond(): boolean {
    while (this.wall.second !== 0) {
      this.rounded = true;
      this.moveTo(this.time + SECOND);
      if (this.wall.second === 0) return false;
    }
    return true;
  }

  /** Sets the smaller parts to their start, once: afterwards they are there already. */
  private round(parts: Partial<WallTime>): void {
    if (this.rounded) return;
    this.rounded = true;
    this.moveToWall({ ...this.wall, ...parts });
  }

  private moveToWall(wall: WallTime): void {
    this.moveTo(timeOfWall(wall, this.timeZone));
  }

  private moveTo(time: number): void {
    this.time = time;
    this.wall = wallTimeAt(time, this.timeZone);
  }
}
