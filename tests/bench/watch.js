// Put into the page before anything of its own runs: notes in `globalThis.moments` when things
// happen, in milliseconds since the navigation began. `moments.stages` holds the worker's stages of
// loading with the times of their first and last byte, `moments.answers` a time for each question.
{
  const moments = (globalThis.moments = { stages: {}, answers: {} });
  let listening = false;

  const listen = (id) => {
    listening = true;
    new BroadcastChannel(`arenalab-boot-${id}`).onmessage = ({ data }) => {
      const now = performance.now();
      const stage = (moments.stages[data.stage] ??= { first: now });
      Object.assign(stage, { last: now, total: data.total });
    };
  };

  const look = () => {
    const channel = document.documentElement?.dataset.channel;
    if (channel && !listening) listen(channel);
    if (globalThis.early?.over) moments.interface ??= performance.now();
    if (document.getElementById("status")?.textContent.startsWith("Ready")) moments.ready ??= performance.now();
    for (const turn of document.querySelectorAll("#turns > .turn:has(.facts)"))
      moments.answers[turn.querySelector(".question").textContent] ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === "first-contentful-paint") moments.paint = startTime;
  }).observe({ type: "paint", buffered: true });
}
