import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the service (`SAMBUT_DEV_URL`); the built pages are served by it. */
const service = loadEnv("development", ".", "SAMBUT_DEV_")["SAMBUT_DEV_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    outDir: "../desk/static",
    emptyOutDir: true,
    target: "es2022",
    // The content security policy is `default-src 'self'`: nothing may become a data: address.
    assetsInlineLimit: 0,
    // The licences of what is bundled go along with it, as they ask for (NOTICE.md); the typeface's by package.json's `build`.
    license: { fileName: "licenses.md" },
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": { target: service, changeOrigin: false },
      "/ws": { target: service, ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
