/* Days are said in the visitor's own time, where there is a script to do so. */
/** @type {NodeListOf<HTMLTimeElement>} */
const times = document.querySelectorAll("time[datetime*='T']");
for (const time of times) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.valueOf()))
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
}
