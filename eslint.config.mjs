// Rules for the JavaScript of the addons. The packages lie in `.build/node`.
import { createRequire } from "node:module";

const require = createRequire(new URL(".build/node/package.json", import.meta.url));
const js = require("@eslint/js");
const globals = require("globals");

export default [
  js.configs.recommended,
  {
    files: ["addons/**/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "module",
      globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
    },
    rules: {
      "no-console": "error",
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
];
