import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties of CSS, by which components hand figures to style sheets. */
    [name: `--${string}`]: string | number;
  }
}
