// The shapes of the files that people write (interfaces.md sections 2 to 4), after reading: defaults filled in, durations
// as milliseconds, relative paths made absolute, instants as UTC milliseconds. The schemas beside this file produce them.

import type { Command } from '../access/command/command.ts';
import type { Order } from '../access/command/order.ts';
import type { FeedbackKind } from '../access/feedback/kind.ts';
import type { Credential, ReplicaKind, ReplicaRecords } from '../access/model.ts';
import type { SiteRules } from '../access/site-rules/settings.ts';

export interface SimulatedLockConfig {
  readonly driver: 'simulated';
  /** Appended to by the keeper: one JSON line `{accessPoint, state, at}` per change. */
  readonly file: string | null;
}

export interface GpioLineConfig {
  readonly driver: 'gpio';
  readonly backend: 'auto' | 'chardev' | 'sysfs';
  readonly chip: string;
  readonly line: number;
  readonly activeLow: boolean;
}

export interface OsdpOutputConfig {
  readonly driver: 'osdp';
  /** The reader whose own relay this is. */
  readonly reader: string;
  readonly output: number;
}

export interface OsdpInputConfig {
  readonly driver: 'osdp';
  /** The reader whose own input this is. */
  readonly reader: string;
  readonly input: number;
}

export type LockConfig = (SimulatedLockConfig | GpioLineConfig | OsdpOutputConfig) & {
  readonly unlockTimeMs: number;
  readonly extendedUnlockTimeMs: number;
  /** true: the door is to be free when the controller is dead (the lock opens without power). */
  readonly failSafe: boolean;
};

export type InputName = 'contact' | 'requestToExit' | 'tamper' | 'fire' | 'help';

export type InputConfig = ({ readonly driver: 'simulated' } | GpioLineConfig | OsdpInputConfig) & {
  readonly debounceMs: number;
};

export interface StaffToggleConfig {
  readonly mode: 'unlocked' | 'locked' | 'lockdown';
  /** From the first of the three taps to the third. */
  readonly withinMs: number;
}

export interface AccessPointConfig {
  readonly id: string;
  readonly space: string;
  readonly kind: 'entrance' | 'interior';
  readonly policy: 'strict' | 'open-and-flag';
  readonly exit: 'free' | 'known';
  readonly repeatWindowMs: number;
  readonly toggleMinStayMs: number;
  readonly onStorageFailure: 'grant' | 'deny';
  readonly lock: LockConfig;
  /** `preAlarmMs`: how long before it is held the door warns; 0: it does not. */
  readonly contact: (InputConfig & { readonly heldAfterMs: number; readonly preAlarmMs: number }) | null;
  readonly requestToExit: InputConfig | null;
  readonly tamper: InputConfig | null;
  /** `frees`: ids of access points of this controller. */
  readonly fire: (InputConfig & { readonly frees: readonly string[] }) | null;
  /** What three taps in a row of a staff credential toggle; null: nothing. */
  readonly staffToggle: StaffToggleConfig | null;
  /** What rules.md C6a switches on here, with the areas and the limits of the whole config in it. */
  readonly siteRules: SiteRules;
  readonly help: InputConfig | null;
}

export type Direction = 'in' | 'out' | 'toggle';

export interface ReaderBase {
  readonly id: string;
  readonly accessPoint: string;
  readonly direction: Direction;
}

export interface SimulatedReaderConfig extends ReaderBase {
  readonly driver: 'simulated';
}

export interface SerialReaderConfig extends ReaderBase {
  readonly driver: 'serial';
  readonly format: 'line' | 'rdm6300';
  readonly path: string;
  readonly baudRate: number;
  /** What a line holds. */
  readonly credential: 'card' | 'qr' | 'fob' | 'pin';
  /** Longest line that is read, in bytes without its ending; a longer one is dropped and counted. */
  readonly maxLineBytes: number;
  /** A line that is not finished this long after its last byte is dropped and counted. */
  readonly lineTimeoutMs: number;
  /** Written back for each kind; null: nothing is. */
  readonly feedback: Readonly<Partial<Record<FeedbackKind, string>>> | null;
}

export interface PcscReaderConfig extends ReaderBase {
  readonly driver: 'pcsc';
  /** A glob over the names that pcscd gives its readers. */
  readonly reader: string;
  /** `auto`: where the reader is known to have a light and a buzzer by the ACR122U's command. */
  readonly feedback: 'auto' | 'on' | 'off';
}

export interface OsdpReaderConfig extends ReaderBase {
  readonly driver: 'osdp';
  readonly path: string;
  readonly baudRate: number;
  readonly address: number;
  readonly secureChannelKeyFile: string | null;
}

export interface WiegandReaderConfig extends ReaderBase {
  readonly driver: 'wiegand';
  readonly chip: string;
  readonly data0: number;
  readonly data1: number;
  readonly wiegandFormat: string | null;
}

export type ReaderConfig =
  | SimulatedReaderConfig
  | SerialReaderConfig
  | PcscReaderConfig
  | OsdpReaderConfig
  | WiegandReaderConfig;

/** The site's settings (rules.md: the word *default*). */
export interface RuleSettings {
  readonly untrustedClock: 'invariant' | 'allow' | 'deny';
  readonly clockHorizonMs: number;
  readonly clockSettleMs: number;
  readonly bookingLeadMs: number;
  readonly bookingTailMs: number;
  readonly visitorLeadMs: number;
  readonly presumedExitMs: number;
  readonly staleReplicaMs: number;
}

/** What readers show. */
export interface FeedbackSettings {
  /** How long a reader shows its answer to a tap. */
  readonly answerMs: number;
  /** How long it shows that a PIN or a second person is waited for. */
  readonly waitingMs: number;
  /** How long it shows which one it is. */
  readonly identifyMs: number;
  /** An alarm, and identify, are shown anew this often. */
  readonly againMs: number;
  /** For readers with a text display. */
  readonly texts: Readonly<Record<FeedbackKind, string>>;
}

/** Calls for help. */
export interface HelpSettings {
  /** A call names who was refused at the door at most this long before it. */
  readonly refusedWithinMs: number;
  /** Another call at a door is recorded only this long after one, or once somebody was refused since. */
  readonly quietMs: number;
}

/** What holds of commands that come with an id and an expiry. */
export interface CommandSettings {
  /** From a command's issue to its expiry, at most. */
  readonly maxLifeMs: number;
  /** How far the clock of whoever issued it may be ahead. */
  readonly maxSkewMs: number;
  /** Ids of settled commands that are kept until these have expired, at most. */
  readonly maxKept: number;
}

export interface JournalSettings {
  /** Records that the office has are kept this long. */
  readonly keepMs: number;
  /** What the journal may take of the disk. */
  readonly maxBytes: number;
}

/** Where the broker is and how to be let in. */
export interface BrokerConfig {
  readonly url: string;
  /** mqtt:// to another machine is refused without it. */
  readonly allowPlain: boolean;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly username: string | null;
  readonly passwordFile: string | null;
}

export interface UpstreamConfig extends BrokerConfig {
  readonly signingKeyFile: string;
  readonly officeKeys: readonly string[];
  /** Events sent and not yet acknowledged, at most. */
  readonly windowEvents: number;
  /** Events in one message, at most. */
  readonly batchEvents: number;
  /** Bytes of one message before signing, at most. */
  readonly batchBytes: number;
  /** The window is sent again when no acknowledgement came for this long. */
  readonly ackTimeoutMs: number;
  /** First and longest wait between two tries to reach the broker. */
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** A message from the broker longer than this is dropped unread, counted and reported. */
  readonly maxMessageBytes: number;
  /** A replica larger than this, uncompressed, is refused. */
  readonly maxReplicaBytes: number;
}

export interface ControllerConfig {
  readonly site: string;
  readonly controller: string;
  /** null only in scenarios: `replay` uses a fixed key of its own. */
  readonly credentialKeyFile: string | null;
  /** Fixes the journal's epoch; for scenarios. */
  readonly epoch: string | null;
  readonly dataDir: string | null;
  /** Group that may use the local socket; null: `cardea` where the system has it, else the process's own. */
  readonly socketGroup: string | null;
  /** null: the controller works alone. */
  readonly upstream: UpstreamConfig | null;
  readonly accessPoints: readonly AccessPointConfig[];
  readonly readers: readonly ReaderConfig[];
  readonly rules: RuleSettings;
  readonly help: HelpSettings;
  readonly feedback: FeedbackSettings;
  readonly commands: CommandSettings;
  readonly journal: JournalSettings;
  readonly console: { readonly listen: string } | null;
}

/** So long things are kept; months and years by the calendar. */
export interface KeepFor {
  readonly count: number;
  readonly unit: 'days' | 'months' | 'years';
}

/** null: for ever. */
export interface OfficeRetention {
  readonly visits: KeepFor | null;
  readonly events: KeepFor | null;
  readonly audit: KeepFor | null;
}

export interface OfficeConfig {
  readonly site: string;
  /** `sqlite:` and an absolute path. */
  readonly store: { readonly kind: 'sqlite'; readonly path: string };
  readonly upstream: BrokerConfig;
  readonly signingKeyFile: string;
  readonly credentialKeyFile: string;
  readonly controllers: readonly { readonly id: string; readonly publicKeyFile: string }[];
  readonly listen: string | null;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly allowPlain: boolean;
  readonly publicUrl: string | null;
  readonly retention: OfficeRetention;
}

/** A credential as people write it: with its value, in canonical form. */
export type WrittenCredential = Credential & { readonly value: string };

/** A replica document, read and with its defaults; one list per kind, in the document's order. */
export interface ReplicaDocument {
  readonly site: string;
  readonly revision: number;
  readonly records: {
    readonly [K in Exclude<ReplicaKind, 'credentials'>]: readonly ReplicaRecords[K][];
  } & { readonly credentials: readonly WrittenCredential[] };
}

/** One step: at most one of the acts is set; none: only lets time pass. `atMs` is true time. */
export interface ScenarioStep {
  readonly atMs: number;
  readonly present?: { readonly reader: string; readonly credential: string };
  readonly input?: { readonly accessPoint: string; readonly input: InputName; readonly active: boolean };
  /** `order` null: it was given here and now. */
  readonly command?: { readonly command: Command; readonly order: Order | null };
  readonly replica?: ReplicaDocument;
  readonly restart?: 'crash' | 'clean';
  readonly clock?: { readonly setMs: number; readonly synchronised: boolean };
}

export interface Scenario {
  readonly name: string;
  readonly config: ControllerConfig;
  readonly replica: ReplicaDocument;
  readonly steps: readonly ScenarioStep[];
}
