export { type CronSchedule, CronSyntaxError, type FieldSet, parseCron } from './parse';
export { nextCronTime } from './next';
export { isTimeZone } from './zoned-time';
