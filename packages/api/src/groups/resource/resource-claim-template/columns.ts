import { nameAndAgeTable } from '../../../shared/columns/table';

export const table = nameAndAgeTable;
