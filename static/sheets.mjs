/* Going through a style sheet rule by rule. */

/** The sheet with each rule as `change(declarations, selectors, within)` answers it; `within` are the heads around it. */
export function eachRule(css, change) {
  const within = [];
  let [done, start] = ["", 0];
  for (let at = nextBrace(css, 0); at < css.length; at = nextBrace(css, at + 1)) {
    const [head, next] = [css.slice(start, at), nextBrace(css, at + 1)];
    if (css[at] === "{" && css[next] === "}") {
      done += change(css.slice(at + 1, next), head, within);
      at = next;
    } else {
      done += css.slice(start, at + 1);
      if (css[at] === "{") within.push(head);
      else within.pop();
    }
    start = at + 1;
  }
  return done + css.slice(start);
}

function nextBrace(css, from) {
  for (let at = from; at < css.length; at += 1) if (css[at] === "{" || css[at] === "}") return at;
  return css.length;
}
