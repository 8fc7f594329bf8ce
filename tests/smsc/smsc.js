// A message centre for one test: whatever it is told on its standard input, on a library that is not ours.
// In:  {"throttle": n, "refuse": bool, "mute": bool, "receipts": "DELIVRD" | "UNDELIV" | "", "early": bool, "drop": true}
// Out: one JSON line for its port, and for each bind, text, answer to a receipt, and sign of life.
"use strict";
const smpp = require("smpp");
const readline = require("readline");

const PASSWORD = "mat-khau";
let mood = { throttle: 0, refuse: false, mute: false, receipts: "DELIVRD", early: false };
let number = 0;
let submitted = 0;
const sessions = new Set();

function tell(what) {
  process.stdout.write(JSON.stringify(what) + "\n");
}

function receipt(session, pdu, id) {
  const text =
    `id:${id} sub:001 dlvrd:001 submit date:2611300800 done date:2611300801 stat:${mood.receipts} err:000 text:`;
  session.deliver_sm(
    {
      esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      short_message: text,
      receipted_message_id: id,
    },
    (answer) => tell({ what: "receipt_answered", status: answer.command_status, id }),
  );
}

function submit(session, pdu) {
  submitted += 1;
  if (mood.mute) {
    tell({ what: "muted" });
    return;
  }
  if (mood.throttle && submitted % mood.throttle === 0) {
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    return;
  }
  if (mood.refuse) {
    session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
    return;
  }
  number += 1;
  const id = `m${number}`;
  const said = pdu.short_message;
  tell({
    what: "text",
    id,
    to: pdu.destination_addr,
    from: pdu.source_addr,
    words: typeof said.message === "string" ? said.message : said.message.toString("hex"),
    udh: said.udh ? said.udh.map((one) => (Buffer.isBuffer(one) ? one.toString("hex") : one)) : null,
    data_coding: pdu.data_coding,
    esm_class: pdu.esm_class,
    wants_receipt: pdu.registered_delivery,
  });
  const wanted = pdu.registered_delivery && mood.receipts;
  if (wanted && mood.early) {
    receipt(session, pdu, id);
    setTimeout(() => session.send(pdu.response({ message_id: id })), 200);
    return;
  }
  session.send(pdu.response({ message_id: id }));
  if (wanted) {
    setTimeout(() => receipt(session, pdu, id), 50);
  }
}

const server = smpp.createServer((session) => {
  sessions.add(session);
  session.on("bind_transceiver", (pdu) => {
    const good = pdu.password === PASSWORD;
    session.send(pdu.response(good ? {} : { command_status: smpp.ESME_RBINDFAIL }));
    tell({ what: "bind", system_id: pdu.system_id, good });
  });
  session.on("submit_sm", (pdu) => submit(session, pdu));
  session.on("enquire_link", (pdu) => {
    session.send(pdu.response());
    tell({ what: "enquire_link" });
  });
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on("error", () => sessions.delete(session));
  session.on("close", () => sessions.delete(session));
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line);
  if (told.drop) {
    for (const session of sessions) {
      session.destroy();
    }
  } else {
    mood = { ...mood, ...told };
  }
  tell({ what: "heard" });
});

server.listen(0, "127.0.0.1", () => tell({ what: "port", port: server.address().port }));
