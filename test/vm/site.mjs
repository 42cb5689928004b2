// The site that the machine is the controller of: three doors' worth of config, an office beside it, and its members.

/** Whom everybody's number belongs to: on paper, on the tty, on a card. */
export const members = [
  { id: 'ana', card: '04A1B2C3D4E501' },
  { id: 'ben', card: '04A1B2C3D4E502' },
  ...Array.from({ length: 30 }, (_, n) => ({
    id: `member-${n}`,
    card: `04A1B2C3D4${(0x10 + n).toString(16).toUpperCase()}77`,
  })),
];

export const storeRoomFile = '/var/lib/cardea/store-room.jsonl';

/** The front door's lock is a serial port, so that the outside sees it move as it moves. */
const controllerConfig = `site: riverside
controller: front-desk
credentialKeyFile: keys/site
dataDir: /var/lib/cardea
upstream: { url: "mqtt://127.0.0.1:1883", signingKeyFile: keys/controller, officeKeys: [keys/office.pub] }
accessPoints:
  - id: front-door
    space: riverside
    kind: entrance
    lock: { driver: simulated, file: /dev/ttyS2, unlockTime: 1s }
  - id: store-room
    space: riverside
    kind: interior
    lock: { driver: simulated, file: ${storeRoomFile}, unlockTime: 10m }
readers:
  - { id: front-tty, driver: serial, format: line, path: /dev/ttyS1, baudRate: 9600, credential: card, accessPoint: front-door, direction: in }
  - { id: front-card, driver: pcsc, reader: "Virtual PCD 00 00", accessPoint: front-door, direction: in }
  - { id: store-in, driver: simulated, accessPoint: store-room, direction: in }
`;

const office = `site: riverside
store: sqlite:/var/lib/cardea-office/office.db
upstream: { url: "mqtt://127.0.0.1:1883" }
signingKeyFile: keys/office
credentialKeyFile: keys/site
controllers: [{ id: front-desk, publicKeyFile: keys/controller.pub }]
`;

/** No hours and no passes: the guest's clock was set by nobody, and those whom the hour decides about would stay outside. */
const replica = {
  format: 'cardea-replica/1',
  site: 'riverside',
  revision: 1,
  spaces: [{ id: 'riverside', timeZone: 'Europe/Berlin', currency: 'EUR', checkInRequiresPass: false }],
  customers: members.map(({ id }) => ({ id, registeredWith: ['riverside'] })),
  credentials: members.map(({ id, card }) => ({ id: `c-${id}`, type: 'card', value: card, customer: id })),
};

/** The office beside the controller, with members, started; and the controller's config, not yet used. */
export const siteScript = `
cd /etc/cardea
as_cardea() { setpriv --reuid cardea --regid cardea --init-groups "$@"; }
${fileScript('controller.yaml', controllerConfig)}
${fileScript('office.yaml', office)}
${fileScript('/var/tmp/members.json', `${JSON.stringify(replica, null, 1)}\n`)}
install -d -m 750 -o cardea -g cardea /var/lib/cardea-office
as_cardea cardea keys new keys/office
as_cardea cardea check controller.yaml
as_cardea cardea check office.yaml
as_cardea cardea office import /var/tmp/members.json
systemctl enable -q --now cardea-office
`;

function fileScript(path, text) {
  return `cat > ${path} <<'END OF FILE'\n${text}END OF FILE`;
}
