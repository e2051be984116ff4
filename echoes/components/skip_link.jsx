const CONTENT = "content";

/* Not a link of the router, which drops the page's query, nor the browser's own, which replaces its hash. Until
   this script has come, the browser does it. */
export function SkipLink({ label }) {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById(CONTENT)?.focus();
  };
  return (
    <a className="skip-link" href={`#${CONTENT}`} onClick={skip}>
      {label}
    </a>
  );
}
