import sheet from "$/public/styles/operators.css?url";

/* With a precedence React puts a sheet into the head, behind those that are there, and shows the page that asks for it
   when it has come: nothing is drawn, or measured, without it. */

export function OperatorsStyles() {
  return <link rel="stylesheet" href={sheet} precedence="of pages" />;
}
