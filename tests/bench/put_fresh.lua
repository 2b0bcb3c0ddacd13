-- Each request carries a key of its own, as each resident's submission does.
local thread = 0
function setup(t) t:set("number", thread); thread = thread + 1 end
function init(arguments)
  math.randomseed(os.time() + number * 7919 + tonumber(arguments[1] or "0"))
  round = string.format("%08x%04x", math.random(0, 0x7fffffff), number)
  count = 0
  method, path, body = arguments[2] or "PUT", arguments[3] or "/", arguments[4] or "{}"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Sec-Fetch-Site"] = "same-origin"
end
function request()
  count = count + 1
  local key = string.format("%s%020x", round, count)
  return wrk.format(method, (path:gsub("KEY", key)), nil, body)
end
function done(summary, latency, requests)
  io.write(string.format("JSON {\"requests\": %d, \"us\": %d, \"bad\": %d, \"lost\": %d, \"p50_us\": %d, \"p99_us\": %d}\n",
    summary.requests, summary.duration, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
