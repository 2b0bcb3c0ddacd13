// The phone's engine, asked line by line: a journey as JSON comes in, everything the engine says of it goes out.
import { createInterface } from 'node:readline'
import { accept, parse, ticked, typed, withoutRow } from '../../pwa/worker/domain/answers.js'
import * as deadlines from '../../pwa/worker/domain/deadlines.js'
import { judge, stepOf, walk } from '../../pwa/worker/domain/journeys.js'
import * as tasks from '../../pwa/worker/domain/tasks.js'
import * as views from '../../pwa/worker/domain/views.js'

const view = (service, walked, step, answers, raw, errors, facts, today, slots) => {
  if (step.kind === 'check' && service.ticks?.length) return views.checklist(service, walked, answers, errors, facts, today)
  if (step.kind === 'check') return views.check(service, walked, answers, raw, errors, facts, today, 0)
  if (step.kind === 'ending') return views.ending(service, walked, step)
  if (step.kind === 'more') return views.more(service, walked, step, answers, raw, errors, facts, today)
  return views.question(service, walked, step, answers, raw, errors, facts, today, slots)
}

const journey = ({ service, answers, facts, today, then, posts, date_words, slots, closed }) => {
  const said = []
  let raw = {}
  for (const { body, place, id } of posts) {
    const walked = walk(service, answers, facts, today)
    const step = walked.steps.at(place) || walked.at
    const fields = parse(body)
    const accepted = accept(service, step, fields, answers, facts, today, raw, date_words, {})
    const page = view(service, walked, step, accepted.answers, accepted.raw, accepted.errors, facts, today, slots)
    said.push({ walked, fields, accepted, page, typed: typed(service, step, fields, raw), ticked: ticked(service, step, fields, answers, facts, today), found: stepOf(service, walked, id, '') })
    ;({ answers, raw } = accepted)
  }
  const group = service.groups?.[0]?.id || 'none'
  const events = { 'submission.received': today, 'letter.available': today }
  const judged = judge(service, answers, facts, today, then)
  const last = walk(service, answers, facts, today)
  return {
    said, judged, last, page: view(service, last, last.at, answers, raw, [], facts, today, slots),
    todo: tasks.of(service, judged.kept, facts, today), done: views.done(service, judged.kept, facts, today, events),
    deadlines: deadlines.of(service, judged.kept, facts, today, {}, closed),
    start: views.start(service, answers, facts, today, []), without: withoutRow(answers, group, 'r1'),
  }
}

const answer = (line) => {
  try {
    return journey(JSON.parse(line))
  } catch (error) {
    return { raised: String(error), stack: error.stack }
  }
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(JSON.stringify(answer(line)) + '\n')
