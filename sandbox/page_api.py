"""What the web page asks of the workspace: JSON under `/_sandbox/`, thin over `interactions.py`.

The page acts as a person: `as` is a person's id everywhere. Answers of POSTs are
`{"ok": true, …}`, or `{"ok": false, "error": "words as Slack shows them"}`; HTTP 400 with the same
shape means that the page itself asked nonsense. Nothing here needs a token: it is the person's own
client, not the app.

**Looking**

`GET /_sandbox/state?as=U…` → everything but the messages:

    {"seq": 41, "now": "2026-11-23T09:00:00+00:00",
     "team": {"id", "name", "domain"},
     "app": {"id", "name", "user_id", "bot_id", "description", "home": true, "connected": 1},
     "me": person, "people": [person…],          # all of them, the bot and the deactivated too
     "usergroups": [{"id", "handle", "name", "users": ["U…"]}],
     "channels": [channel…],                      # those this person may see: public ones, own private ones, own DMs
     "commands": [{"command": "/cta", "description", "usage_hint"}],
     "shortcuts": [{"name", "type": "global"|"message", "callback_id", "description"}],
     "modals": [view…],                           # this person's open stack, the topmost last
     "home": view|null}

    person:  {"id", "name", "real_name", "display_name", "title", "tz", "email", "is_bot", "deleted",
              "guest", "stranger" (of another workspace), "image": null, "initials": "MR", "color": "#3c989f"}
    channel: {"id", "kind": "channel"|"private"|"im", "name" (im: the other's name), "user" (im: the other's id),
              "topic", "members": ["U…"], "member": true, "archived": false, "shared": false (with another company),
              "unread": 3, "mentions": 1, "last_read": "ts", "latest": "ts"|null}
    view:    Slack's view object as the Web API answers it (id, type, title, blocks, submit, close, hash,
             callback_id, state: {"values": …}, previous_view_id, …); all blocks and elements carry their ids.
             `state.values` is what this person has filled in so far, so that a reload keeps it.

`GET /_sandbox/messages?as=U…&channel=C…[&thread=TS][&before=TS][&limit=100]` → `{"messages": [message…], "has_more": false}`,
oldest first. Without `thread`: what the channel shows (thread parents carry `reply_count`, `reply_users`, `latest_reply`);
with it: the parent and its replies. This person's ephemerals are among them.

    message: Slack's message object (type, subtype?, ts, user, bot_id?, text, blocks?, files?, thread_ts?, edited?,
             reactions?, metadata?) plus `"ephemeral": true` for "Only visible to you", `"channel": "C…"`, and
             `"warning": "…"` while the last click on it failed (the warning mark beside the button)

`GET /_sandbox/files/F…?as=U…` → the file's bytes (`message.files[].page_url` says it); `GET /_sandbox/log?after=SEQ` → the log.

**Live**

`WebSocket /_sandbox/live?as=U…` sends one JSON object a frame, from the moment of connecting on (fetch the state after
connecting); the page sends nothing on it. Every frame has `type` and `seq`:

    message          {"channel", "message"}            new (also ephemeral ones and thread replies: `thread_ts`)
    message_changed  {"channel", "message"}            replace the message with this `ts`
    message_deleted  {"channel", "ts"}
    modals           {"modals": [view…]}               the whole stack, after any change of it
    home             {"home": view}
    channel          {"channel": channel}              new, changed, archived, shared, left (`member`), read
    person           {"person": person}
    clock            {"now": "…"}                      after a jump
    app              {"connected": 0}                  how many sockets the app has open
    reload           {}                                the workspace was reset: fetch everything again

Typing on: `now` runs on with real time between `clock` frames (`"frozen": true` beside `now` in state and frame: it stands).

**Doing**: `POST /_sandbox/do/ACTION` with JSON, always with `as`

    send        {channel, text, thread_ts?, files?: ["F…"]}
                a text that starts with `/` is a slash command (in a thread: refused, as in Slack).
                → {ok, ts?} ; failure texts of commands arrive as ephemeral messages from Slackbot as well
    act         {source, block_id, action_id, value, state?}      click, choose, tick, pick: any interactive element
                source: {"channel", "ts"} (message, also ephemeral) or {"view": "V…"} (modal or Home)
                → {ok} or {ok: false, error: "…"}: show a warning mark at the element
    submit      {view, state}       → {ok} | {ok: false, errors: {block_id: text}} | {ok: false, error: "We had some trouble connecting. Try again?"}
                required, length, number, e-mail and url checks of the client are made here too and come as `errors`.
                The stack after it comes as a `modals` frame (and as `modals` in this answer).
    close       {view, all?: true}  closes the topmost modal (or the stack)          → {ok, modals}
    fill        {view, state}       optional: keeps what was typed, without telling the app
    suggest     {source, block_id, action_id, query}    → {ok, options: […]} or {ok, option_groups: […]}
                (also for users_, conversations_ and channels_select: options made from the directory)
    shortcut    {callback_id, channel?, ts?}             global; with channel and ts: on that message
    home        {}                  opens the app's Home tab (tells the app)          → {ok, home}
    read        {channel, ts}       everything up to `ts` is read
    dm          {user}              opens the DM with a person or the bot             → {ok, channel}
    react       {channel, ts, name}
    channel     {channel, change: "join"|"leave"|"archive"|"unarchive"|"rename"|"share"|"unshare"|"invite"|"kick", name?, user?}
    create      {name, private?: false}                                             → {ok, channel}
    person      {user, change: "deactivate"|"reactivate"|"tz", tz?}
    jump        {to: "2027-03-01T09:00:00+00:00"}  forward only                      → {ok, now}
    upload      multipart form: as, file                                            → {ok, file: {"id", "name", "mimetype", "size"}}
                then `send` with `files`, or as the value of a `file_input`

`value` and `state` (`{block_id: {action_id: value}}`) hold plain values, by the element's type:

    button                                           null (the element's own value is used)
    static_select, external_select, overflow, radio_buttons     "option value" or null
    multi_static_select, multi_external_select, checkboxes      ["option value", …]
    users_select, conversations_select, channels_select         "U…" or null; the multi_ ones: ["U…", …]
    datepicker "2026-12-18", timepicker "15:00", datetimepicker 1797606000 (unix seconds), or null
    plain_text_input, email_text_input, url_text_input, number_input    "text" or null
    rich_text_input                                  the rich_text object or null
    file_input                                       ["F…"]

For an external select the option chosen is looked up among those that `suggest` last answered for that element.
"""
