// What the page knows: the workspace as one person sees it, kept current by the live WebSocket.
// Everything else reads `store` and listens with `on`; nothing else talks to the server.

export const store = {
  me: null, team: null, app: null, now: null, frozen: false,
  people: new Map(), channels: new Map(), usergroups: new Map(),
  commands: [], shortcuts: [], modals: [], home: null,
};

const listeners = new Map();
let socket = null;
let attempts = 0;
let fetchedAt = 0; // by this machine's clock, to let the workspace's clock run on between frames

export function on(types, act) {
  for (const type of types.split(" ")) {
    if (!listeners.has(type)) listeners.set(type, []);
    listeners.get(type).push(act);
  }
}

export function emit(type, frame = {}) {
  for (const act of listeners.get(type) ?? []) act(frame);
}

// -- asking ------------------------------------------------------------------------------

async function fetchJson(url, options) {
  try {
    const response = await fetch(url, options);
    return await response.json();
  } catch {
    return { ok: false, away: true, error: "The sandbox does not answer. Is it still running?" };
  }
}

export function ask(path, parameters = {}) {
  const query = new URLSearchParams({ as: store.me.id, ...parameters });
  return fetchJson(`/_sandbox/${path}?${query}`);
}

export function act(action, body = {}) {
  return fetchJson(`/_sandbox/do/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: store.me.id, ...body }),
  });
}

export function upload(file) {
  const form = new FormData();
  form.append("as", store.me.id);
  form.append("file", file);
  return fetchJson("/_sandbox/do/upload", { method: "POST", body: form });
}

// -- becoming somebody ---------------------------------------------------------------------

// Shows the workspace as this person; without an id as the first one there is.
export async function become(id) {
  attempts = 0;
  const known = await fetchJson(`/_sandbox/state${id ? `?as=${encodeURIComponent(id)}` : ""}`);
  if (!known.me) return known;
  take(known);
  connect();
  emit("state");
  return known;
}

function take(known) {
  store.me = known.me;
  store.team = known.team;
  store.app = known.app;
  store.people = new Map(known.people.map((person) => [person.id, person]));
  store.channels = new Map(known.channels.map((channel) => [channel.id, channel]));
  store.usergroups = new Map((known.usergroups ?? []).map((group) => [group.id, group]));
  store.commands = known.commands;
  store.shortcuts = known.shortcuts;
  store.modals = known.modals;
  store.home = known.home;
  setClock(known);
}

// Frames that come while the state is being fetched wait: it may be older or newer than they are.
let held = null;

async function refresh() {
  if (held) return;
  held = [];
  const known = await ask("state");
  const frames = held;
  held = null;
  if (known.me) {
    take(known);
    emit("state");
  } else if (!known.away) emit("gone"); // deactivated while the connection was being made, so that no frame said it
  for (const frame of frames) receive({ ...frame, counted: frame.seq <= known.seq });
}

// -- live ----------------------------------------------------------------------------------

function connect() {
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const as = store.me.id;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const current = new WebSocket(`${scheme}://${location.host}/_sandbox/live?as=${encodeURIComponent(as)}`);
  socket = current;
  current.onopen = () => {
    // Fetched again each time: something may have happened between the state and the connection.
    attempts = 0;
    emit("online", { online: true });
    refresh();
  };
  current.onmessage = (event) => {
    if (current === socket) receive(JSON.parse(event.data));
  };
  current.onclose = () => {
    emit("online", { online: false });
    attempts += 1;
    setTimeout(async () => {
      if (current !== socket || store.me.id !== as) return;
      const known = await ask("state");
      if (current !== socket || store.me.id !== as) return;
      if (known.me || known.away) connect();
      else emit("gone"); // deactivated before the connection stood, so that no frame could say it
    }, Math.min(500 * 2 ** attempts, 8000));
  };
}

// `counted`: the state that was fetched has it already; a message must still be shown.
function receive(frame) {
  if (held) held.push(frame);
  else if (!frame.counted || frame.type.startsWith("message")) apply(frame);
}

function apply(frame) {
  if (frame.type === "channel") store.channels.set(frame.channel.id, frame.channel);
  else if (frame.type === "person") takePerson(frame.person);
  else if (frame.type === "modals") store.modals = frame.modals;
  else if (frame.type === "home") store.home = frame.home;
  else if (frame.type === "app") store.app.connected = frame.connected;
  else if (frame.type === "clock") setClock(frame);
  else if (frame.type === "reload") refresh();
  emit(frame.type, frame);
}

function takePerson(person) {
  store.people.set(person.id, person);
  if (person.id === store.me.id) store.me = person;
}

// -- the clock -------------------------------------------------------------------------------

function setClock({ now, frozen = false }) {
  store.now = Date.parse(now);
  store.frozen = frozen;
  fetchedAt = performance.now();
}

// The workspace's time in milliseconds since 1970.
export function workspaceNow() {
  return store.frozen ? store.now : store.now + performance.now() - fetchedAt;
}

// -- names -----------------------------------------------------------------------------------

export function personName(id) {
  const person = store.people.get(id);
  return person ? person.real_name || person.name : id;
}

export function channelName(id) {
  const channel = store.channels.get(id);
  if (!channel) return id;
  return channel.kind === "im" ? personName(channel.user) : channel.name;
}

export function isApp(id) {
  return id === store.app?.user_id;
}
