// Where the office tells its operator what happened. It must not throw, and must not wait.

import type { JsonObject } from '../../access/event.ts';

export type LogLevel = 'info' | 'warn' | 'error';

export type OfficeLog = (level: LogLevel, message: string, details?: JsonObject) => void;
