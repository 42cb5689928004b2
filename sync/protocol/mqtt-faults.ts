// Why the broker cannot be reached, in words that say what to do. The codes stay the same whatever library finds the fault.

import type { LinkFault } from './transport.ts';

interface Case {
  readonly when: RegExp;
  readonly code: string;
  readonly message: string;
}

const cases: readonly Case[] = [
  {
    when: /ALERT_CERTIFICATE_REQUIRED|PEER_DID_NOT_RETURN/,
    code: 'certificate-required',
    message: 'the broker lets nobody in without a certificate: set upstream.certFile and upstream.keyFile',
  },
  {
    when: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/,
    code: 'certificate-refused',
    message:
      'the broker refuses our certificate: upstream.certFile must be signed by a CA that the broker knows, and valid now',
  },
  {
    when: /UNABLE_TO_|SELF_SIGNED|CERT_|ERR_TLS_CERT_ALTNAME|INVALID_CA|INVALID_PURPOSE/,
    code: 'broker-certificate',
    message:
      "the broker's certificate is not to be trusted: check upstream.caFile, the host name in upstream.url, and the clock",
  },
  {
    when: /ENOTFOUND|EAI_/,
    code: 'unknown-host',
    message: 'the name in upstream.url cannot be resolved: check the name and the network',
  },
  {
    when: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ETIMEDOUT|EADDRNOTAVAIL/,
    code: 'unreachable',
    message: 'nobody answers at upstream.url: check that the broker runs and that the network lets us through',
  },
  {
    when: /connack timeout|Keepalive timeout/i,
    code: 'timeout',
    message: 'the broker is silent: check that upstream.url names an MQTT broker and that the network holds',
  },
  {
    when: /^(4|5)$|not authorized|bad user name|Bad username/i,
    code: 'not-authorised',
    message: 'the broker refuses who we say we are: check upstream.username, upstream.passwordFile or the certificate',
  },
  {
    when: /Subscribe error/,
    code: 'subscription-refused',
    message: 'the broker refuses our subscriptions: it must let us read the topics that docs/protocol.md names for us',
  },
  {
    when: /^packet$/,
    code: 'not-mqtt',
    message: 'what answers at upstream.url is no MQTT broker, or speaks it wrongly: check host and port',
  },
  {
    when: /ERR_SSL|EPROTO|ERR_TLS/,
    code: 'tls',
    message: 'TLS fails: check that upstream.url names a port that speaks TLS (mqtts://), and the files that it names',
  },
];

/** @param tlsWithoutCertificate what an early end then most likely means. */
export function faultOf(error: unknown, tlsWithoutCertificate: boolean): LinkFault {
  const { code, text } = partsOf(error);
  const found = cases.find(({ when }) => when.test(code)) ?? cases.find(({ when }) => when.test(text));
  if (found !== undefined) return { code: found.code, message: `${found.message} (${text})` };
  if (error === null || code === 'ECONNRESET' || code === 'EPIPE') {
    const hint = tlsWithoutCertificate ? '; it may ask for a certificate: upstream.certFile, upstream.keyFile' : '';
    return { code: 'closed', message: `the broker ended the connection${hint}` };
  }
  return { code: 'failed', message: text };
}

function partsOf(error: unknown): { code: string; text: string } {
  if (!(error instanceof Error)) return { code: '', text: String(error) };
  const code = 'code' in error ? String(error.code) : '';
  return { code, text: error.message === '' ? code : error.message.slice(0, 200) };
}
