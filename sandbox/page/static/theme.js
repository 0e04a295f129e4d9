// The chosen look, set before the first paint: "light", "dark", or as the machine says.
const THEMES = ["system", "light", "dark"];

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  localStorage.setItem("theme", theme);
  applyTheme(theme);
  return theme;
}

applyTheme(THEMES.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system");
