// What test_gallery.py asks of a page.
() => {
  const spoken = node => node.closest("[lang]").lang;
  const language = document.documentElement.lang;
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, textarea") && spoken(parent) === language) words.push(walker.currentNode.data);
  }
  for (const name of ["alt", "aria-label", "placeholder", "title"])
    for (const node of document.querySelectorAll(`body [${name}]`))
      if (spoken(node) === language) words.push(node.getAttribute(name));
  const fields = document.querySelectorAll("input:not([type=hidden], [type=submit], [type=button]), select, textarea");
  const named = node => node.labels.length || node.getAttribute("aria-label") || node.getAttribute("aria-labelledby");
  return {
    language,
    title: document.title.trim(),
    headings: document.querySelectorAll("h1").length,
    fits: document.documentElement.scrollWidth <= innerWidth,
    unnamed: [...fields].filter(node => !named(node)).map(node => node.name || node.id || node.outerHTML),
    words: words.filter(text => text.trim()),
  };
}
