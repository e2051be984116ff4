/* What the scripts find in the browser that no package declares. */

declare module "lucide-react/dist/esm/icons/*.mjs" {
  import type { FC, SVGProps } from "react";

  const Icon: FC<SVGProps<SVGSVGElement> & { size?: number }>;
  export default Icon;
}

/** The address of a built style sheet. */
declare module "*.css?url" {
  const address: string;
  export default address;
}

interface WindowEventMap {
  /** Something begins to sound; `detail` is what it is, everything else falls silent. */
  "echoes:sound": CustomEvent<object>;
  /** Whoever would lose something with the page prevents its default. */
  "echoes:leaving": Event;
  "echoes:signed-in": Event;
}

interface Window {
  /** Of React Router: which files each page consists of. */
  __reactRouterManifest?: {
    routes?: Record<string, { path?: string; module: string; imports?: string[] }>;
  };
}
