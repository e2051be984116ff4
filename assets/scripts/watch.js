/* Days are said in the visitor's own time, where there is a script to do so. */
for (const time of document.querySelectorAll("time[datetime*='T']")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.valueOf()))
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
}
