"""How a page looks: light and dark, with forced colours, on 320 pixels and on one printed page. No font or picture is loaded."""

STYLE = """\
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --soft: #55555f; --rule: #c9c9d2; --band: #e3ecf7;
  --line: #1f4e8c; --goal: #8a4b00; --ahead: #0b6630; --track: #0a5a82; --danger: #855600; --behind: #ad1f1a; }
@media (prefers-color-scheme: dark) {
  :root { --back: #131316; --text: #ececf1; --soft: #b3b3bf; --rule: #44444f; --band: #22324a;
    --line: #8fbcff; --goal: #ffb867; --ahead: #7edb9b; --track: #84c9f5; --danger: #f0c14f; --behind: #ff9d95; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 100%/1.45 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 0.75rem 2rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 0.25rem; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 0 0 0.25rem; }
p { margin: 0.25rem 0; }
a { color: inherit; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--line); outline-offset: 2px; }
.soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: left; padding: 0.3rem 0.5rem; border-bottom: 1px solid var(--rule); vertical-align: middle; }
th.number, td.number { text-align: right; white-space: nowrap; }
tbody th { font-weight: 600; }
th.band { padding-top: 0.9rem; color: var(--soft); }
.status { white-space: nowrap; font-weight: 600; }
.ahead { color: var(--ahead); } .on-track { color: var(--track); } .in-danger { color: var(--danger); } .behind { color: var(--behind); }
.cards { display: grid; gap: 1.25rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.card { border: 1px solid var(--rule); border-radius: 0.4rem; padding: 0.75rem; min-width: 0; overflow-wrap: anywhere; }
.card ul { margin: 0.5rem 0; padding-left: 1.1rem; }
figure { margin: 0.5rem 0; }
figcaption { font-size: 0.85rem; color: var(--soft); }
svg { display: block; height: auto; }
svg.trend { width: 100%; max-width: 34rem; }
svg.small { width: 6.5rem; } svg.bullet { width: 6.5rem; }
svg text { font: 11px system-ui, sans-serif; fill: var(--text); }
.line { stroke: var(--line); stroke-width: 1.8; } .unfinished { stroke-dasharray: 4 3; }
.mean, .grid { stroke: var(--rule); stroke-width: 1; } .mean { stroke: var(--soft); stroke-dasharray: 1 3; }
.goal { stroke: var(--goal); stroke-width: 2; } .event { stroke: var(--soft); stroke-dasharray: 2 3; }
.usual { fill: var(--band); } .track { fill: var(--band); } .bar { fill: var(--line); }
.point { fill: var(--line); } .open { fill: var(--back); stroke: var(--line); stroke-width: 1.5; }
.signal { fill: var(--behind); stroke: var(--back); }
@media (forced-colors: active) {
  .line, .open, .mean, .grid, .event { stroke: CanvasText; } .goal { stroke: Highlight; }
  .point, .bar, .signal, svg text { fill: CanvasText; } .usual, .track { fill: none; stroke: GrayText; } .open { fill: Canvas; }
}
@media (max-width: 44rem) {
  .sheet thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .sheet, .sheet caption, .sheet tbody, .sheet tr, .sheet th, .sheet td { display: block; }
  .sheet tr { border-bottom: 2px solid var(--rule); padding: 0.4rem 0; }
  .sheet th, .sheet td { border: 0; padding: 0.1rem 0; }
  .sheet td.number { text-align: left; white-space: normal; }
  .sheet td[data-head]::before { content: attr(data-head) ": "; color: var(--soft); }
  .sheet td.empty { display: none; }
}
@media print {
  @page { size: A4 landscape; margin: 9mm; }
  :root { --back: #fff; --text: #000; --soft: #333; --rule: #999; --band: #e8e8ef; --line: #1f4e8c; }
  main { padding: 0; max-width: none; } body { font-size: 8pt; line-height: 1.2; }
  th, td { padding: 0.4mm 1.5mm; } h2 { margin: 2mm 0 1mm; } .details { display: none; }
  svg.small, svg.bullet { width: 18mm; }
}
"""
