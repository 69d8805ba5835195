"""The look of a report: one style sheet for page and pictures, in light and dark."""

STYLE = """
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1d2026; --dim: #5d6470; --line: #1d20261f;
  --hue: #2f6f8f; --hue-soft: #2f6f8f26; --bad: #b4532a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --card: #1c1f25; --ink: #e8e6e1; --dim: #a2a8b3; --line: #e8e6e124;
    --hue: #6fb3d2; --hue-soft: #6fb3d233; --bad: #f0a37c;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem;
  background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem } p { margin: .25rem 0 }
.dim { color: var(--dim) }
.cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .75rem 1rem }
.card b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; line-height: 1.3 }
.card small { color: var(--dim); display: block; line-height: 1.35 }
.charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)) }
figure { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 0;
  padding: 1rem }
figcaption { color: var(--dim); font-size: .875rem; margin-top: .5rem }
.wide { overflow-x: auto } .wide table { min-width: 34rem }
table { border-collapse: collapse; font-size: .9rem; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: start;
  vertical-align: top; overflow-wrap: break-word }
th { color: var(--dim); font-weight: 500 }
.number { font-variant-numeric: tabular-nums; text-align: end; white-space: nowrap }
.dot { border: 1px solid var(--line); border-radius: 50%; display: inline-block; height: .75em;
  margin-inline-end: .5em; width: .75em }
.dot.hit { background: var(--hue) } .dot.area { background: var(--hue-soft) }
.dot.error { background: var(--bad) }
svg { display: block; height: auto; max-width: 100%; width: 100% }
svg text { fill: var(--dim); font: 11px system-ui, sans-serif }
svg .strong { fill: var(--ink) }
svg .axis { stroke: var(--dim); stroke-width: 1 } svg .grid { stroke: var(--line) }
svg .curve { fill: none; stroke: var(--hue); stroke-width: 2 }
svg .area { fill: var(--hue-soft) } svg .bar { fill: var(--hue) }
svg .ideal { stroke: var(--bad); stroke-dasharray: 4 3; stroke-width: 1.5 }
svg .point { fill: var(--hue) } svg .error { fill: var(--bad) } svg .hit { fill: var(--hue) }
svg .empty { fill: var(--line) }
"""
