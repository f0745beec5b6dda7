-- Sends the bodies given as arguments in turn, all of them prepared before the start, and reports exact figures as one line of JSON.
local requests = {}
local sent = 0

function init(args)
  for i, body in ipairs(args) do
    requests[i] = wrk.format("POST", wrk.path, { ["Content-Type"] = "application/json" }, body)
  end
end

function request()
  sent = sent + 1
  return requests[sent % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests": %d, "durationUs": %d, "failures": %d, "p50Us": %d, "p99Us": %d, "maxUs": %d}\n',
    summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
