// The kitchen display: every order that is not finished, where it is, and what can be done to it. What it shows comes from one stream of events;
// what a person does goes out as an ordinary request, and comes back through the stream like everybody else's.
"use strict";

const words = { cook: "Cook", ready: "Ready", serve: "Serve", cancel: "Cancel" };
const lateAfterMinutes = 15;
const cards = new Map();
const status = document.getElementById("status");
const refusal = document.getElementById("refusal");

const events = new EventSource("kitchen/orders");
events.addEventListener("open", () => tell("live", "live"));
events.addEventListener("error", () => tell("broken", events.readyState === EventSource.CLOSED ? "disconnected: reload this page" : "reconnecting"));
events.addEventListener("order", event => show(JSON.parse(event.data)));
// The first thing a display hears that did not say where it stopped: what it knows may be old.
events.addEventListener("begin", () => { for (const id of [...cards.keys()]) remove(id); });
setInterval(() => cards.forEach(tick), 10_000);

function tell(state, text) {
  status.dataset.state = state;
  status.textContent = text;
}

function show(order) {
  const list = document.querySelector(`section[data-state="${order.state}"] ol`);
  remove(order.id);
  if (!list) { count(); return; } // served or cancelled: not the kitchen's any more
  const card = document.getElementById("order").content.firstElementChild.cloneNode(true);
  card.dataset.order = order.id;
  card.dataset.placed = order.placedAt;
  card.querySelector(".number").textContent = `#${order.id}`;
  card.querySelector(".table").textContent = `Table ${order.table}`;
  card.querySelector("time").dateTime = order.placedAt;
  for (const line of order.lines) card.querySelector(".lines").append(dish(line));
  order.actions.forEach((action, index) => card.querySelector(".actions").append(button(order.id, action, index === 0)));
  tick(card);
  cards.set(order.id, card);
  // The oldest first, in whatever order they come.
  list.insertBefore(card, [...list.children].find(other => Number(other.dataset.order) > order.id) ?? null);
  count();
}

function remove(id) {
  cards.get(id)?.remove();
  cards.delete(id);
}

function count() {
  for (const section of document.querySelectorAll("section")) section.querySelector(".count").textContent = section.querySelectorAll("ol > li").length;
}

function dish(line) {
  const item = document.createElement("li");
  item.textContent = `${line.quantity} \u00d7 ${line.name}`;
  if (line.note) item.append(Object.assign(document.createElement("em"), { textContent: line.note }));
  return item;
}

function button(id, action, isNext) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words[action] ?? action });
  made.dataset.action = action;
  if (isNext) made.className = "next";
  made.addEventListener("click", () => act(id, action, made));
  return made;
}

async function act(id, action, pressed) {
  pressed.disabled = true;
  refusal.hidden = true;
  try {
    const answer = await fetch(`orders/${id}/${action}`, { method: "POST" });
    if (!answer.ok) refuse((await answer.json()).detail ?? answer.statusText);
  } catch {
    refuse("The restaurant does not answer. Nothing was changed.");
  } finally {
    pressed.disabled = false;
  }
}

function refuse(text) {
  refusal.textContent = text;
  refusal.hidden = false;
}

function tick(card) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(card.dataset.placed)) / 60_000));
  card.querySelector("time").textContent = minutes === 0 ? "now" : `${minutes} min`;
  card.classList.toggle("late", minutes >= lateAfterMinutes);
}
