// What ical.js, another reader of calendar files, finds in each of the files given on standard input (a JSON list).
import { readFileSync } from 'node:fs'
import ICAL from 'ical.js'

const read = (text) => {
  const whole = new ICAL.Component(ICAL.parse(text))
  ICAL.TimezoneService.reset()
  ICAL.TimezoneService.register(new ICAL.Timezone(whole.getFirstSubcomponent('vtimezone')))
  const event = new ICAL.Event(whole.getFirstSubcomponent('vevent'))
  return {
    method: whole.getFirstPropertyValue('method'), uid: event.uid, sequence: event.sequence, title: event.summary, place: event.location,
    status: event.component.getFirstPropertyValue('status'), utc: new Date(event.startDate.toUnixTime() * 1000).toISOString(),
    minutes: event.duration.toSeconds() / 60,
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)))
