// The page asks /live for everything at once, and listens to /events for when to ask again: never more than once a
// second, and not at all while nobody looks. Nothing is loaded from any other host.
"use strict";

const byId = (id) => document.getElementById(id);
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const letterOf = (choice) => letters[choice] ?? "…";
const open = new Set();
let live = null;
let clockAhead = 0;

function make(name, properties, ...children) {
  const element = document.createElement(name);
  const { title, ...rest } = properties ?? {};
  Object.assign(element, rest);
  if (title) {
    element.title = title;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const timeOf = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
const now = () => Date.now() + clockAhead;

function secondsText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function stateOf(round) {
  if (round.cid) {
    return ["finalized", "good"];
  }
  const words = { tooFewVotes: "too few votes", tie: "tie", belowThreshold: "no majority" };
  return round.why ? [words[round.why] ?? round.why, "bad"] : [`open, ${secondsText(round.closesAt - now())}`, "wait"];
}

function showEpochs() {
  const rows = live.streams.filter((stream) => stream.epochs.length > 0).map((stream) => make("div", { className: "stream" },
    make("b", { title: `Epochs of ${stream.size} blocks, ${stream.headOffset} behind the head` },
      `chain ${stream.chainId}${live.streams.filter((one) => one.chainId === stream.chainId).length > 1 ? `, ${stream.size}` : ""}`),
    make("div", { className: "chips" }, ...stream.epochs.map((epoch) => {
      const share = epoch.projects > 0 ? epoch.finalized / epoch.projects : 0;
      const bar = make("i", {});
      bar.style.width = `${100 * share}%`;
      return make("span", {
        className: epoch.invalidatedAt ? "chip gone" : "chip",
        title: epoch.invalidatedAt
          ? `invalidated ${timeOf(epoch.invalidatedAt)}: the chain has left its blocks`
          : `released ${epoch.releases > 1 ? "anew " : ""}${timeOf(epoch.releasedAt)}; ${epoch.finalized} of ${epoch.projects} projects finalized`,
      }, `${epoch.begin}–${epoch.end}`, bar);
    }))));
  if (rows.length > 0) {
    byId("epochs").replaceChildren(...rows);
  }
}

function dotsOf(round) {
  const twice = new Set(round.equivocations.map((vote) => vote.snapshotter));
  const words = { counted: "", afterVerdict: ", after the verdict", late: ", late", notEligible: ", not eligible" };
  const dots = round.votes.map((vote) => make("span", {
    className: `dot ${letterOf(vote.choice)}${vote.standing === "counted" ? "" : " uncounted"}`
      + (twice.has(vote.snapshotter) ? " twice" : ""),
    title: `${vote.snapshotter}: ${letterOf(vote.choice)}${words[vote.standing] ?? ""}`
      + (twice.has(vote.snapshotter) ? "; voted again for another CID" : ""),
  }, letterOf(vote.choice)));
  const missing = round.missing.map((alias) => make("span", { className: "dot missing", title: `${alias}: no vote` }, "·"));
  return make("span", { className: "dots" }, ...dots, ...missing);
}

function votesTable(round) {
  const standing = { counted: "counted", afterVerdict: "after the verdict", late: "late", notEligible: "not eligible" };
  const row = (vote, text) => make("tr", {},
    make("td", {}, vote.snapshotter),
    make("td", {}, round.cids ? make("span", { className: "cid", title: round.cids[vote.choice] ?? "" },
      `${letterOf(vote.choice)} ${shortCid(round.cids[vote.choice] ?? "")}`) : letterOf(vote.choice)),
    make("td", { className: "number" }, `+${((vote.at - round.openedAt) / 1000).toFixed(3)} s`),
    text);
  return make("table", {},
    make("tr", {}, make("th", {}, "snapshotter"), make("th", {}, "vote"), make("th", { className: "number" }, "after opening"),
      make("th", {}, "")),
    ...round.votes.map((vote) => row(vote, make("td", {}, standing[vote.standing] ?? vote.standing))),
    ...round.equivocations.map((vote) => row(vote, make("td", { className: "some" }, "voted again: does not count"))),
    ...round.missing.map((alias) => make("tr", {}, make("td", {}, alias), make("td", {}, "–"), make("td", {}),
      make("td", { className: round.decidedAt ? "some" : "" }, round.decidedAt ? "did not vote" : "not yet"))));
}

const shortProject = (name) => name.replace(/0x([0-9a-f]{4})[0-9a-f]{32}([0-9a-f]{4})/gi, "0x$1…$2");
const shortCid = (cid) => cid.length > 24 ? `${cid.slice(0, 12)}…${cid.slice(-8)}` : cid;

function roundOf(round) {
  const key = `${round.chainId}/${round.project}/${round.epoch.end}`;
  const [state, colour] = stateOf(round);
  const counted = round.counted;
  const rest = round.voters - round.votes.length + (round.missingCount - round.missing.length);
  const details = make("details", { open: open.has(key) },
    make("summary", {},
      make("span", { className: "name", title: round.project }, shortProject(round.project)),
      make("span", { className: "epoch" }, `${round.epoch.begin}–${round.epoch.end}`),
      make("span", { className: "state" }, make("span", { className: `pill ${colour}` }, state)),
      dotsOf(round),
      make("span", { className: "share", title: `${counted} of ${round.eligible} who may vote` },
        `${counted} of ${round.eligible}`)));
  const fill = () => {
    if (details.children.length > 1) {
      return;
    }
    details.append(make("div", { className: "inside" },
      make("p", {}, round.cid ? make("span", { className: "cid" }, round.cid)
        : `${round.percentage} % have to agree, and ${round.minSnapshotterCount} at least have to vote.`),
      votesTable(round),
      rest > 0 ? make("p", {}, `and ${rest} more`) : null,
      round.decidedAt ? make("p", {}, make("a", {
        href: `verdicts/${encodeURIComponent(round.project)}/${round.epoch.end}` }, "the signed verdict")) : null));
  };
  if (details.open) {
    fill();
  }
  details.addEventListener("toggle", () => {
    if (details.open) {
      open.add(key);
      fill();
    } else {
      open.delete(key);
    }
  });
  return details;
}

function showRounds() {
  const waiting = live.rounds.filter((round) => !round.decidedAt).length;
  byId("rounds-count").textContent = live.rounds.length === 0 ? ""
    : `${waiting} open, ${live.rounds.length - waiting} decided` + (live.projects > live.shownProjects
      ? `; the first ${live.shownProjects} of ${live.projects} projects` : "");
  if (live.rounds.length > 0) {
    byId("rounds").replaceChildren(...live.rounds.map(roundOf));
  }
}

function showSnapshotters() {
  if (live.snapshotters.length === 0) {
    return;
  }
  const number = (value, isBad) => make("td", { className: `number${isBad && value > 0 ? " some" : ""}` }, `${value}`);
  byId("snapshotters").replaceChildren(make("table", {},
    make("tr", {}, make("th", {}, "alias"), ...["counted", "late", "missed", "twice"].map((text) =>
      make("th", { className: "number" }, text))),
    ...live.snapshotters.map((one) => make("tr", {},
      make("td", {}, one.alias, one.isActive ? null : " ", one.isActive ? null : make("span", { className: "pill" }, "disabled")),
      number(one.counted, false), number(one.late, true), number(one.missed, true), number(one.equivocations, true)))));
}

function sentenceOf(name, all) {
  const said = { ...all, project: shortProject(all.project ?? "") };
  const epoch = said.epoch ? `${said.epoch.begin}–${said.epoch.end}` : "";
  switch (name) {
    case "epochReleased": return `epoch ${epoch} of chain ${said.chainId} released${said.releases > 1 ? " anew" : ""}`;
    case "epochInvalidated": return `epoch ${epoch} of chain ${said.chainId} invalidated`;
    case "roundOpened": return `${said.project} ${epoch}: open, ${said.eligible} may vote`;
    case "vote": return `${said.project} ${epoch}: ${said.snapshotter} votes ${letterOf(said.choice)}`
      + (said.standing === "counted" ? "" : ` (${said.standing === "late" ? "late" : "does not count"})`);
    case "equivocation": return `${said.project} ${epoch}: ${said.snapshotter} votes again, for ${letterOf(said.choice)}`;
    case "finalized": return `${said.project} ${epoch}: finalized ${shortCid(said.cid)}`;
    case "indeterminate": return `${said.project} ${epoch}: indeterminate (${said.why})`;
    default: return name;
  }
}

const pending = [];
function tell(name, event) {
  if (name !== "reset") {
    const said = JSON.parse(event.data);
    pending.push([said.at ?? said.releasedAt ?? said.openedAt ?? said.invalidatedAt ?? now(), sentenceOf(name, said)]);
    if (pending.length > 200) {
      pending.splice(0, pending.length - 200);
    }
  }
  ask();
}

function showEvents() {
  const list = byId("events");
  if (pending.length === 0) {
    return;
  }
  list.querySelector(".empty")?.remove();
  const fresh = pending.splice(0).reverse().map(([at, text]) =>
    make("li", {}, make("time", {}, timeOf(at)), make("span", {}, text)));
  list.prepend(...fresh);
  while (list.children.length > 200) {
    list.lastChild.remove();
  }
}

let isDue = false;
let isAsking = false;
async function ask() {
  isDue = true;
  if (isAsking || document.hidden) {
    return;
  }
  isAsking = true;
  while (isDue) {
    isDue = false;
    try {
      const answer = await fetch("live", { cache: "no-store" });
      if (answer.ok) {
        live = await answer.json();
        clockAhead = live.now - Date.now();
        show();
      }
      const health = await (await fetch("health", { cache: "no-store" })).json();
      byId("health").className = `pill ${health.status === "ok" ? "good" : "bad"}`;
      byId("health").textContent = health.status === "ok" ? "healthy" : health.reasons.map((one) => one.text).join(" ");
    } catch {
      byId("health").className = "pill bad";
      byId("health").textContent = "does not answer";
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  isAsking = false;
}

function show() {
  document.body.classList.remove("loading");
  byId("key").textContent = live.key ?? "";
  showEpochs();
  showRounds();
  showSnapshotters();
  showEvents();
}

function connect() {
  const events = new EventSource("events");
  const line = byId("line");
  events.onopen = () => {
    line.className = "pill good";
    line.textContent = "live";
    ask();
  };
  events.onerror = () => {
    line.className = "pill wait";
    line.textContent = "reconnecting";
  };
  for (const name of ["epochReleased", "epochInvalidated", "roundOpened", "vote", "equivocation", "finalized",
    "indeterminate", "reset"]) {
    events.addEventListener(name, (event) => tell(name, event));
  }
}

document.addEventListener("visibilitychange", ask);
// An open round's time left goes on without any event.
setInterval(() => {
  if (live && !document.hidden && live.rounds.some((round) => !round.decidedAt)) {
    showRounds();
  }
}, 1000);
connect();
ask();
